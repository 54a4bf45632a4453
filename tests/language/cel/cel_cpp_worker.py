"""Evaluates expressions with Google's cel-cpp in a separate process. A script, not a test.

Standard input: {"types": name to type, "cases": [[source, values], …]}. Standard output: for each case
["value", its repr], ["error"] or ["refused", why]. The library crashes a Python 3.11 process after a few
thousand null results, and returns run-time errors as values.
"""

from __future__ import annotations

import json
import sys

from cel_expr_python import cel

TYPES = {
    "int": cel.Type.INT,
    "double": cel.Type.DOUBLE,
    "string": cel.Type.STRING,
    "bool": cel.Type.BOOL,
    "dyn": cel.Type.DYN,
    "list(int)": cel.Type.List(cel.Type.INT),
    "list(string)": cel.Type.List(cel.Type.STRING),
    "map(string, int)": cel.Type.Map(cel.Type.STRING, cel.Type.INT),
}


def main() -> None:
    batch = json.load(sys.stdin)
    environment = cel.NewEnv(variables={name: TYPES[type_] for name, type_ in batch["types"].items()})
    json.dump([answer(environment, source, values) for source, values in batch["cases"]], sys.stdout)


def answer(environment: cel.Env, source: str, values: dict[str, object]) -> list[str]:
    try:
        program = environment.compile(source)
    except Exception as error:  # noqa: BLE001 (whatever the library raises, pybind11 types among it)
        return ["refused", str(error)]
    result = program.eval(data=values)
    if result.type() == cel.Type.ERROR:
        return ["error"]
    return ["value", repr(result.plain_value())]


if __name__ == "__main__":
    main()
