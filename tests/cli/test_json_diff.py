"""The differences between two JSON documents."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from statewright.cli.publish.json_diff import Difference, DifferenceKind, json_diff

documents = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=3),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text("abc", max_size=2), inner, max_size=4)
    ),
    max_leaves=12,
)


def added(path: str, value: Any) -> Difference:
    return Difference(DifferenceKind.ADDED, path, new=value)


def removed(path: str, value: Any) -> Difference:
    return Difference(DifferenceKind.REMOVED, path, old=value)


def changed(path: str, old: Any, new: Any) -> Difference:
    return Difference(DifferenceKind.CHANGED, path, old, new)


@given(documents)
def test_equal_documents_do_not_differ(document: Any) -> None:
    """Comparing a document with itself gives no differences."""
    assert list(json_diff(document, document)) == []


@given(documents, documents)
def test_unequal_documents_differ_in_both_directions(one: Any, other: Any) -> None:
    """Comparing in either direction gives differences exactly if the documents are unequal."""
    there, back = list(json_diff(one, other)), list(json_diff(other, one))
    assert bool(there) == bool(back)
    assert bool(there) == (repr(_sorted(one)) != repr(_sorted(other)))


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ({"a": 1}, {"b": 2}, [removed("a", 1), added("b", 2)]),
        ({"a": {"b": 1}}, {"a": {"b": 2}}, [changed("a.b", 1, 2)]),
        ({"a": 1}, {"a": True}, [changed("a", 1, True)]),
        ({"a": 1}, {"a": 1.0}, [changed("a", 1, 1.0)]),
        ({"a": []}, {"a": {}}, [changed("a", [], {})]),
        ({"a": None}, {}, [removed("a", None)]),
    ],
)
def test_a_difference_is_named_by_its_path(old: Any, new: Any, expected: list[Difference]) -> None:
    """JSON types that Python treats as equal, such as 1 and true, are different."""
    assert list(json_diff(old, new)) == expected


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ([{"x": 1}, {"y": 2}], [{"n": 0}, {"x": 1}, {"y": 2}], [added("[0]", {"n": 0})]),
        ([{"x": 1}, {"y": 2}], [{"y": 2}], [removed("[0]", {"x": 1})]),
        ([{"x": 1}, {"y": 2}], [{"x": 1}, {"y": 3}], [changed("[1].y", 2, 3)]),
    ],
)
def test_one_item_more_or_less_is_one_difference(old: Any, new: Any, expected: list[Difference]) -> None:
    """An item inserted into a list does not change the items after it."""
    assert list(json_diff(old, new)) == expected


def _sorted(value: Any) -> Any:
    """Sort the keys, whose order makes no difference."""
    match value:
        case dict():
            return {key: _sorted(value[key]) for key in sorted(value)}
        case list():
            return [_sorted(item) for item in value]
        case _:
            return value
