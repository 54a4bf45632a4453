"""The word list of the project's prose: phrases that no native technical writer would choose, by kind.

`python -m tests.docs.english` prints how often each kind of prose uses them; with kinds or paths it
prints the places.
"""

from __future__ import annotations

import re
import sys
from collections import Counter
from collections.abc import Iterator, Mapping

from tests.docs.prose import Kind, Passage, passages

_AFTER_WHAT = (
    "is was are were has had does did can cannot could would will must may it they a an the one no nobody "
    "stands lies comes came goes went leads follows happens says said reads changes takes holds needs "
    "depends belongs differs remains fails"
)

# A detour, then the direct form that it hides.
SIGNS: Mapping[str, re.Pattern[str]] = {
    name: re.compile(pattern)
    for name, pattern in {
        "what is …: name the thing": rf"\b[Ww]hat ({'|'.join(_AFTER_WHAT.split())})\b(?![^.]*\?)",
        "nobody: name who": r"\b([Ww]hoever|[Nn]obody|[Nn]aught|[Ww]herever|(is|are|has|have) none)\b",
        "is no: is not a": r"(?<![Tt]here )\b(is|are|was|were|be) no\b(?! (longer|more))",
        "stands: is": r"\b([Ss]tands?|stood|standing)\b(?! (for|alone|out|in for))",
        "lies: is stored": r"\b(lies|lay|lain)\b",
        "comes to: becomes": r"\b(come|comes|came) to\b",
        "is to be: must": r"\b(is|are|was|were) to be\b",
        "mend: fix": r"\b[Mm]end(s|ed|ing)?\b",
        "anew: again": r"\b([Aa]new|[Aa]fresh|once more)\b",
        "beside: next to, with": r"\b([Bb]esides?|amid|[Tt]here(of|in|by)|[Ww]hence|[Hh]ence)\b",
        "tells: says, reports": r"\b([Tt]ells?|[Tt]old|[Ss]tor(y|ies)|crumbs|kindness|wish(es)?|the world)\b",
        "of that: its": r"\b[Oo]f ((that|those)(?=[,.:;)]|$)|ours|yours|theirs)\b",
        "that it has": r"\bthat (it|they) (has|have|holds?|knows?|takes|needs|sees)\b(?! (\w+ed|been)\b)",
        "for ever: permanently": r"\b(for ever|to hand|in vain|from then on|the whole of|ways? out)\b",
        "shall: must": r"\b([Ss]hall|ought|dare not)\b",
        "archaic": r"\b([Ll]ikewise|albeit|lest|hitherto|thereto|for (its|their|his) sake)\b",
    }.items()
}


def signs(passage: Passage) -> Iterator[str]:
    """Each phrase of the list in the passage: where it is, its rule, and the words around it."""
    for name, pattern in SIGNS.items():
        for match in pattern.finditer(passage.text):
            around = passage.text[max(0, match.start() - 40) : match.end() + 40]
            yield f"{passage.path}:{passage.line}: {name}: {' '.join(around.split())}"


def main(arguments: list[str]) -> None:
    """Print signs per 1,000 words, or the places in the kinds and paths that are named."""
    words: Counter[Kind] = Counter()
    found: Counter[Kind] = Counter()
    for passage in passages():
        places = list(signs(passage))
        words[passage.kind] += passage.words
        found[passage.kind] += len(places)
        if any(passage.kind == one or passage.path.startswith(one) for one in arguments):
            print("\n".join(places), end="\n" if places else "")
    if not arguments:
        for kind, count in words.items():
            print(
                f"{kind:11} {count:6} words {found[kind]:5} signs {1000 * found[kind] / count:5.1f} per 1,000"
            )


if __name__ == "__main__":
    main(sys.argv[1:])
