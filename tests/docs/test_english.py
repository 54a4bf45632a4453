"""The project's prose is plain English."""

from __future__ import annotations

from typing import get_args

import pytest

from tests.docs.english import signs
from tests.docs.prose import Kind, Passage, passages


@pytest.fixture(scope="module")
def prose() -> list[Passage]:
    """All prose of the project."""
    return list(passages())


@pytest.mark.parametrize("kind", get_args(Kind))
def test_prose_uses_no_phrase_of_the_word_list(kind: Kind, prose: list[Passage]) -> None:
    """`python -m tests.docs.english KIND` prints the places."""
    read = [one for one in prose if one.kind == kind]
    assert sum(one.words for one in read) > 500
    assert [place for one in read for place in signs(one)] == []


@pytest.mark.parametrize(
    "text",
    [
        "mend what is told above",
        "the events lie in DynamoDB and nobody reads them",
        '"x" is no duration',
        "it stood there",
    ],
)
def test_the_word_list_finds_a_foreign_phrase(text: str) -> None:
    """In any kind of prose."""
    assert list(signs(Passage("docs", "page.md", 1, text))) != []


@pytest.mark.parametrize(
    "text", ["What is an aggregate?", "X stands for a value", "that name is no longer used"]
)
def test_the_word_list_accepts_plain_english(text: str) -> None:
    """A question, a fixed expression, and the usual adverb."""
    assert list(signs(Passage("docs", "page.md", 1, text))) == []
