"""The text of the manifest: the format it must have, and the errors if it does not."""

from __future__ import annotations

import json
import string
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from statewright.registry.manifest import (
    BYTES_MAX,
    MalformedManifest,
    Manifest,
    Published,
    Releases,
    loose_files,
    manifest_text,
    object_name,
    parse_manifest,
)

A, B = "a" * 64, "b" * 64
ORDER = {"live": 3, "versions": {"3": {"digest": A, "behaviour": B, "language": 1}}}

names = st.text(string.ascii_letters + string.digits + "_-", min_size=1, max_size=64).filter(
    lambda name: name[0] in string.ascii_letters
)
digests = st.text("0123456789abcdef", min_size=64, max_size=64)
versions = st.builds(Published, st.integers(1, 10**18 - 1), digests, digests, st.integers(1, 9))
releases = st.lists(versions, min_size=1, max_size=4).map(
    lambda found: Releases(found[-1].version, {one.version: one for one in found})
)
manifests = st.builds(
    Manifest, st.integers(1, 2**63 - 1), st.dictionaries(names, releases, min_size=1, max_size=4)
)
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)
PATHS = [(), ("format",), ("number",), ("machines",), ("machines", "order"), ("machines", "order", "live")]
VERSION = ("machines", "order", "versions")
PATHS += [VERSION, (*VERSION, "3"), (*VERSION, "3", "digest"), (*VERSION, "3", "language")]


def document(order: Any = ORDER, **more: Any) -> dict[str, Any]:
    return {"format": 1, "number": 7, "machines": {"order": order}, **more}


def parsed(value: Any) -> Manifest:
    return parse_manifest(json.dumps(value).encode())


def with_value(place: tuple[str, ...], value: Any) -> Any:
    """Return a valid document with one of its values replaced."""
    if not place:
        return value
    whole = json.loads(json.dumps(document()))
    inner = whole
    for step in place[:-1]:
        inner = inner[step]
    inner[place[-1]] = value
    return whole


@given(manifests)
def test_a_written_manifest_is_read_back(manifest: Manifest) -> None:
    """This holds for every manifest."""
    assert parse_manifest(manifest_text(manifest).encode()) == manifest


@given(st.binary(max_size=200) | json_values.map(lambda value: json.dumps(value).encode()))
def test_any_bytes_are_a_manifest_or_one_error(content: bytes) -> None:
    """The parser raises no other exception; these bytes are all too short for a manifest."""
    with pytest.raises(MalformedManifest):
        parse_manifest(content)


@given(st.sampled_from(PATHS), json_values)
def test_any_value_in_a_good_document_is_a_manifest_or_one_error(
    place: tuple[str, ...], value: object
) -> None:
    """Values are replaced at any depth; an accepted manifest is written back unchanged."""
    content = json.dumps(with_value(place, value)).encode()
    try:
        manifest = parse_manifest(content)
    except MalformedManifest:
        return
    assert json.loads(manifest_text(manifest)) == json.loads(content)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"\xff", "is not JSON: 'utf-8' codec can't decode"),
        (b'{"format": 1, "numb', "is not JSON: Unterminated string"),
        (b"[" * 100_000, "is not JSON: maximum recursion depth"),
        (b'{"format": 1, "format": 1}', "an object has a duplicate key"),
        (b" " * (BYTES_MAX + 1), "larger than 2,097,152 bytes"),
    ],
)
def test_a_text_that_is_not_json_is_refused_with_the_reason(content: bytes, reason: str) -> None:
    """The text is truncated, hostile, ambiguous or too large."""
    with pytest.raises(MalformedManifest, match=reason):
        parse_manifest(content)


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ([], "it is not an object"),
        (
            document(format=2, machine_names=[]),
            "^it has format 2, but this engine reads only format 1; deploy the newer engine first$",
        ),
        (document(format=True), "format is not a whole number"),
        (document(number=0), "number is not a whole number from 1 to 9,223,372,036,854,775,807"),
        (document(number=7.0), "number is not a whole number"),
        (document(extra=1), "it must have exactly the keys format, number, machines"),
        (document(ORDER | {"live": 4}), "machines.order.live is 4, which is not one of its versions"),
        (
            document(ORDER | {"versions": {"03": {}}}),
            "machines.order.versions contains a value that does not match",
        ),
        (with_value((*VERSION, "3", "digest"), "A" * 64), r"machines.order.versions.3.digest contains"),
        (with_value((*VERSION, "3", "language"), "1"), "versions.3.language is not a whole number"),
        (document() | {"machines": {}}, "^machines is empty; restore its previous version$"),
        (document() | {"machines": {"../order": ORDER}}, "machines contains a value that does not match"),
    ],
)
def test_a_wrong_value_is_refused_with_its_location(value: object, reason: str) -> None:
    """A manifest of a later format is refused because of its format, not its keys."""
    with pytest.raises(MalformedManifest, match=reason):
        parsed(value)


def test_going_live_keeps_every_other_version_and_machine() -> None:
    """A published version is never forgotten."""
    four = Published(4, B, B, 1)
    after = parsed(document()).with_live("order", four).with_live("door", four)
    assert after.machines["order"] == Releases(4, {3: Published(3, A, B, 1), 4: four})
    assert after.machines["door"].current == four


def test_published_objects_are_not_loose_files() -> None:
    """Files without the extension of a definition are not loose files either."""
    ours = ["manifest.json", object_name("order", Published(3, A, B, 1))]
    theirs = ["a/order.machine.yaml", "door.json", "x.yml"]
    assert loose_files([*theirs, *ours, "notes.txt"]) == theirs


def test_objects_published_in_a_subfolder_are_not_adopted() -> None:
    """A folder with a manifest, or with objects that once had one, is a place of its own."""
    lost = f"old/{object_name('order', Published(3, A, B, 1))}"
    below = ["staging/manifest.json", "staging/door.machine.yaml", "staging/deep/gate.yaml", lost]
    assert loose_files(["stagings.yaml", *below]) == ["stagings.yaml"]
