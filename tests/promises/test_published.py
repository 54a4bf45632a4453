"""Definitions keep their digests and normal forms, and places in S3 stay readable and writable."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from statewright.language import load_definition
from statewright.machine.compiled import compile_machine
from statewright.registry.manifest import is_record
from statewright.registry.publishing import candidate_of
from tests.cli.commands import Cli
from tests.promises.files import BEFORE, GOLDEN, TODAY, documents, golden_document, golden_text
from tests.registry.harness import Place

PLACE = GOLDEN / "place"
OBJECTS = sorted(path.relative_to(PLACE).as_posix() for path in PLACE.glob("*/*.json"))
DIGESTS = golden_document("definitions/digests.json")


@pytest.mark.parametrize("name", DIGESTS)
def test_a_definition_has_the_same_digests(name: str) -> None:
    """Commits contain the definition digest, snapshots the behaviour digest."""
    machine = compile_machine(load_definition((GOLDEN / "definitions" / name).read_bytes(), name))
    assert {"definition": machine.digest, "behaviour": machine.behaviour} == DIGESTS[name]


@pytest.mark.parametrize("name", DIGESTS)
def test_a_definition_has_the_same_normal_form(name: str) -> None:
    """The published object keeps its key, with version and digest, and its bytes."""
    candidate = candidate_of((GOLDEN / "definitions" / name).read_bytes(), name)
    assert candidate.text == (PLACE / candidate.object).read_bytes()


@pytest.mark.parametrize("key", OBJECTS)
def test_a_published_object_is_its_own_normal_form(key: str) -> None:
    """Publishing a published object again gives the same key and bytes."""
    content = (PLACE / key).read_bytes()
    candidate = candidate_of(content, key)
    assert (candidate.object, candidate.text) == (key, content)


@pytest.mark.usefixtures("s3_environment")
def test_publishing_writes_the_same_objects(cli: Cli, place: Place) -> None:
    """Publishing the older and then today's definitions gives the same manifest and objects."""
    for folder in (BEFORE, TODAY):
        result = cli("publish", folder, "--to", place.s3, "--accept-breaks", "the forms are what counts")
        assert result.exit_code == 0, result.output
    written = {name: text for name, text in content_of(place).items() if not is_record(name)}
    assert written == {name: golden_text(f"place/{name}") for name in (*OBJECTS, "manifest.json")}


@pytest.mark.usefixtures("s3_environment")
def test_publishing_again_changes_nothing(cli: Cli, published: Place) -> None:
    """Publishing unchanged definitions writes no object, not even the manifest."""
    before = versions_of(published)
    result = cli("publish", TODAY, "--to", published.s3, "--format", "json")
    assert (result.exit_code, {step["change"] for step in documents(result.stdout)}) == (0, {"unchanged"})
    assert versions_of(published) == before


@pytest.mark.usefixtures("s3_environment")
def test_an_older_place_is_read(cli: Cli, published: Place, golden_db: Path) -> None:
    """Aggregates are folded with the definitions published there."""
    shown = cli("show", "claim/k-3", "--db", golden_db, "--definitions", published.s3, "--format", "json")
    assert json.loads(shown.stdout) == golden_document("stores/shown.json")["claim/k-3"]


@pytest.mark.usefixtures("s3_environment")
def test_an_older_version_of_a_place_can_be_made_live_again(cli: Cli, published: Place) -> None:
    """A rollback to an already published version changes only the manifest."""
    options = ("--allow-rollback", "--accept-breaks", "nothing was stored", "--format", "json")
    result = cli("publish", BEFORE, "--to", published.s3, *options)
    assert (result.exit_code, [step["change"] for step in documents(result.stdout)]) == (0, ["rollback"])
    manifest = json.loads(golden_text("place/manifest.json"))
    manifest["number"] += 1
    manifest["machines"]["claim"]["live"] = 1
    assert json.loads(published.read("manifest.json")) == manifest


@pytest.fixture
def published(place: Place) -> Place:
    """A place with the golden objects and their manifest."""
    for name in (*OBJECTS, "manifest.json"):
        place.put(name, (PLACE / name).read_bytes())
    return place


def content_of(place: Place) -> dict[str, str]:
    return {name: place.read(name).decode() for name in place.bucket.names()}


def versions_of(place: Place) -> list[tuple[Any, ...]]:
    """All versions of all objects; every write adds one, even with equal bytes."""
    listed = place.client.list_object_versions(Bucket=place.s3.bucket, Prefix=place.s3.key(""))
    return sorted((one["Key"], one["VersionId"]) for one in listed["Versions"])
