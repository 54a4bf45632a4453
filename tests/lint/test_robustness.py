"""A check of any file content returns findings and raises no exception."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from statewright.language.source.document import load_document
from statewright.lint import check_file
from tests.lint.golden import good_cases

pytestmark = pytest.mark.slow

TEXTS = [case.read_bytes() for case in good_cases() if case.suffix == ".yaml"]
DOCUMENTS = [load_document(text, "m.machine.yaml").value for text in TEXTS]

JUNK = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-3, 2**64)
    | st.floats(-9, 9)
    | st.text(max_size=5)
    | st.sampled_from(["a", "data.x", "guard", "integer", "PT1H", "#/types/money", "1 +", "true"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=6,
)


def paths(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Yield the path of every value."""
    yield path
    entries = (
        value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    )
    for key, inner in entries:
        yield from paths(inner, (*path, key))


PATHS = [(number, path) for number, document in enumerate(DOCUMENTS) for path in paths(document) if path]


@settings(max_examples=400)
@given(st.sampled_from(PATHS), JUNK, st.booleans())
def test_any_replaced_value_is_checked_without_a_crash(
    place: tuple[int, tuple[Any, ...]], junk: Any, remove: bool
) -> None:
    """Rules skip values of the wrong shape."""
    number, path = place
    document = json.loads(json.dumps(DOCUMENTS[number]))
    parent = document
    for step in path[:-1]:
        parent = parent[step]
    if remove:
        del parent[path[-1]]
    else:
        parent[path[-1]] = junk
    findings = check_file(json.dumps(document).encode(), "m.machine.json")
    assert all(finding.message and finding.position.line >= 1 for finding in findings)


@settings(max_examples=400)
@given(st.sampled_from(TEXTS), st.integers(0, 10**6), st.integers(0, 8), st.binary(max_size=6))
def test_any_edited_text_is_checked_without_a_crash(text: bytes, at: int, length: int, junk: bytes) -> None:
    """The edit may split a word or a character."""
    start = at % len(text)
    edited = text[:start] + junk + text[start + length :]
    findings = check_file(edited, "m.machine.yaml")
    assert findings == check_file(edited, "m.machine.yaml")
