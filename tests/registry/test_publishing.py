"""Publishing to a real S3: the plan, the objects written, and races between publishers."""

from __future__ import annotations

import hashlib
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from botocore.awsrequest import AWSRequest

from statewright.canonical import canonical_json
from statewright.errors import DefinitionError, SourceUnavailable
from statewright.language import load_definition
from statewright.language.normal_form import normal_form
from statewright.language.schema.violations import PayloadError
from statewright.machine.messages import Accepted, Rejected
from statewright.registry.location import S3Place
from statewright.registry.manifest import (
    MANIFEST,
    NUMBER_MAX,
    manifest_text,
)
from statewright.registry.published import compile_published
from statewright.registry.publishing import (
    RACES_MAX,
    Approval,
    Candidate,
    Change,
    Publication,
    PublicationPlan,
    candidate_of,
    publish,
)
from tests.given import command, when
from tests.registry.harness import Place, door, live_object, manifest_of, place_in, source_of

LOOK_AROUND = """
machine: lock
initial: open
commands: {Set: {payload: {code: {type: string, pattern: "^(?=.*[0-9]).+$"}}}}
events: {Set: {payload: {code: string}}}
states: {open: {accepts: {Set: open}}}
"""

MIXED_LIST = """
machine: guests
initial: open
data: {names: {type: array, items: {type: string}, default: []}}
events: {Come: {set: {names: "data.names + ['anna', 1]"}}, Leave: {set: {names: "[]"}}}
states: {open: {accepts: {Come: open, Leave: open}}}
"""


def changes(publication: Publication) -> list[Change]:
    return [step.change for step in publication.steps]


def test_the_first_publication_has_number_1_and_an_object_named_by_its_bytes(place: Place) -> None:
    """An object is verified by hashing it."""
    assert place.publish(door()).number == 1
    [version] = manifest_of(place).machines["door"].versions.values()
    assert hashlib.sha256(place.read(live_object(place))).hexdigest() == version.digest


def test_a_newer_version_goes_live_and_the_older_version_stays(place: Place) -> None:
    """Streams contain events of the older version."""
    place.publish(door(1))
    publication = place.publish(door(2, command="Unlock"))
    releases = manifest_of(place).machines["door"]
    assert (changes(publication), publication.number) == ([Change.NEWER], 2)
    assert (releases.live, sorted(releases.versions)) == (2, [1, 2])


def test_publishing_the_same_definition_changes_nothing(place: Place) -> None:
    """Comments and shorthand notation make no difference."""
    place.publish(door())
    publication = place.publish(door().replace("Open: open", "Open: {target: open}"))
    assert (changes(publication), publication.number) == ([Change.UNCHANGED], None)
    assert manifest_of(place).number == 1


def test_a_new_text_with_the_same_behaviour_may_keep_its_version(place: Place) -> None:
    """Stored events are folded as before."""
    place.publish(door(1))
    publication = place.publish(door(1, text="A door."))
    assert (changes(publication), publication.number) == ([Change.REWORDED], 2)


def test_another_behaviour_needs_a_new_version(place: Place) -> None:
    """The refusal says so, and no machine of the publication is written."""
    place.publish(door(3))
    publication = place.publish(door(3, command="Unlock"), door(name="gate"))
    assert publication.steps[0].refusal == (
        "machine door version 3 is already published with different behaviour; give it a new version number"
    )
    assert (publication.number, sorted(manifest_of(place).machines)) == (None, ["door"])


def test_a_published_number_is_never_reused(place: Place) -> None:
    """The number stays taken even when another version is live."""
    place.publish(door(1))
    place.publish(door(2))
    refused = place.publish(door(1, command="Unlock"), allow_rollback=True)
    assert refused.steps[0].refusal is not None
    assert "version 1 is already published with different behaviour" in refused.steps[0].refusal


def test_an_older_version_requires_allow_rollback(place: Place) -> None:
    """The older version may be unable to fold events of the live one."""
    place.publish(door(1))
    place.publish(door(2))
    refused = place.publish(door(1))
    assert refused.steps[0].refusal == (
        "machine door version 1 is older than the live version 2; "
        "publish its content under a new version number, or pass --allow-rollback"
    )
    assert place.publish(door(1), allow_rollback=True).number == 3
    assert manifest_of(place).machines["door"].live == 1


def test_a_dry_run_writes_nothing(place: Place) -> None:
    """Objects are not written either, although they would do no harm."""
    publication = place.publish(door(), dry_run=True)
    assert (changes(publication), publication.number) == ([Change.NEW], None)
    assert place.bucket.names() == []


def test_a_lost_object_is_written_again(place: Place) -> None:
    """The object is restored although the manifest does not change."""
    place.publish(door())
    name = live_object(place)
    place.delete(name)
    place.publish(door())
    assert name in place.bucket.names()


def test_an_object_that_was_tampered_with_is_not_published_over(place: Place) -> None:
    """Objects are never overwritten; the suggested fix works."""
    place.publish(door())
    place.put(live_object(place), b"{}")
    with pytest.raises(SourceUnavailable, match=r"door/1-.* does not match the digest in its name; restore"):
        place.publish(door())
    place.delete(live_object(place))
    place.publish(door())
    assert hashlib.sha256(place.read(live_object(place))).hexdigest() in live_object(place)


def test_eight_publishers_at_once_lose_nothing(ministack: str, definitions_bucket: str, place: Place) -> None:
    """All publications are in the manifest, each counted once."""
    place.publish(door())

    def one(index: int) -> int | None:
        mine = place_in(ministack, definitions_bucket, prefix=place.s3.prefix)
        return mine.publish(door(name=f"door{index}")).number

    with ThreadPoolExecutor(8) as threads:
        numbers = list(threads.map(one, range(8)))
    assert sorted(number or 0 for number in numbers) == list(range(2, 10))
    assert (manifest_of(place).number, len(manifest_of(place).machines)) == (9, 9)


def test_after_a_lost_race_the_plan_is_made_again(
    ministack: str, definitions_bucket: str, place: Place
) -> None:
    """The winner has published our version number with different behaviour, so our plan is refused."""
    rival = place_in(ministack, definitions_bucket, prefix=place.s3.prefix)
    rival.publish(door(name="gate"))

    def be_faster(request: AWSRequest) -> None:
        if request.method == "PUT" and request.url.endswith(MANIFEST):
            place.wire.mend()
            rival.publish(door(1, command="Unlock"))

    place.wire.interfere = be_faster
    assert place.publish(door(1)).steps[0].refusal is not None
    assert manifest_of(place).number == 2


def test_the_number_of_races_is_limited(ministack: str, definitions_bucket: str, place: Place) -> None:
    """An error reports that another publisher won every time."""
    rival = place_in(ministack, definitions_bucket, prefix=place.s3.prefix)
    rival.publish(door(1, name="gate"))
    rivals = iter(range(2, 100))

    def be_faster(request: AWSRequest) -> None:
        if request.method == "PUT" and request.url.endswith(MANIFEST):
            rival.publish(door(next(rivals), name="gate"))

    place.wire.interfere = be_faster
    with pytest.raises(SourceUnavailable, match=f"{RACES_MAX} times in the meantime"):
        place.publish(door())


def test_a_write_whose_answer_was_lost_is_recognized(
    ministack: str, definitions_bucket: str, place: Place
) -> None:
    """The SDK's second attempt fails because the first succeeded; the publication counts once."""
    twin = place_in(ministack, definitions_bucket, prefix=place.s3.prefix)

    def applied_unseen(request: AWSRequest) -> None:
        if request.method == "PUT" and request.url.endswith(MANIFEST):
            place.wire.mend()
            twin.publish(door())

    place.wire.interfere = applied_unseen
    publication = place.publish(door())
    assert (changes(publication), publication.number) == ([Change.NEW], 1)
    assert manifest_of(place).number == 1


def test_repeated_write_conflicts_name_the_object(place: Place) -> None:
    """S3 may reject concurrent writes without deciding the race."""
    place.wire.fail(409, "ConditionalRequestConflict", method="PUT", key="/door/")
    with pytest.raises(SourceUnavailable, match=r"/door/1-[0-9a-f]+\.json 10 times"):
        place.publish(door())


@pytest.mark.parametrize("dry_run", [True, False])
def test_a_lost_manifest_is_not_replaced_by_a_new_one(place: Place, dry_run: bool) -> None:
    """The new one would have number 1, which warm environments refuse and cold ones accept."""
    place.publish(door(1))
    place.delete(MANIFEST)
    expected = f"{place.bucket.uri(MANIFEST)} is missing, although definitions were published .*; restore"
    with pytest.raises(SourceUnavailable, match=expected):
        place.publish(door(2), dry_run=dry_run)
    assert MANIFEST not in place.bucket.names()


def test_an_interrupted_first_publication_is_completed(place: Place) -> None:
    """The objects it left do not count as evidence of a lost manifest."""
    place.wire.fail(503, "SlowDown", method="PUT", key=MANIFEST)
    with pytest.raises(SourceUnavailable, match=r"manifest\.json failed with SlowDown"):
        place.publish(door())
    place.wire.mend()
    assert place.publish(door()).number == 1


def test_a_manifest_that_readers_would_refuse_is_not_written(place: Place) -> None:
    """The parser limits the manifest's number."""
    place.publish(door(1))
    before = manifest_text(replace(manifest_of(place), number=NUMBER_MAX))
    place.put(MANIFEST, before)
    with pytest.raises(SourceUnavailable, match=r"number is not a whole number.*; publish to another prefix"):
        place.publish(door(2))
    assert place.read(MANIFEST) == before.encode()


def test_a_missing_bucket_is_named(place: Place) -> None:
    """The error is not retried."""
    lost = place_in(place.client.meta.endpoint_url, "no-such-bucket")
    with pytest.raises(SourceUnavailable, match='bucket "no-such-bucket" does not exist'):
        lost.publish(door())


def test_a_role_without_write_access_is_told_the_missing_permission(place: Place) -> None:
    """The error names the action and the resource."""

    place.wire.forbid(method="PUT")
    expected = rf"needs s3:PutObject on arn:aws:s3:::{place.s3.bucket}/{place.s3.prefix}/\*"
    with pytest.raises(SourceUnavailable, match=expected):
        place.publish(door())


def test_a_bucket_without_a_prefix_is_a_place(place: Place) -> None:
    """A prefix that the keys merely start with is another place."""
    root = place.client.meta.endpoint_url
    name = f"top-{place.s3.prefix}"
    place.client.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    top = place_in(root, name, prefix="")
    top.publish(door())
    below = place_in(root, name, prefix="doo")
    assert (MANIFEST in top.bucket.names(), below.bucket.names()) == (True, [])
    assert top.s3 == S3Place(name)


@pytest.mark.slow
def test_a_definition_with_a_normal_form_that_is_too_large_is_refused() -> None:
    """The handler would refuse it, so it is not published."""
    states = ", ".join(f"s{index}: {{accepts: {{Go: s0}}}}" for index in range(2200))
    text = f"{{machine: wide, initial: s0, states: {{{states}}}}}"
    with pytest.raises(DefinitionError, match="more than 20,000 values and keys"):
        candidate_of(text.encode(), "wide.machine.yaml")


def test_candidates_are_the_files_that_the_source_reads(place: Place) -> None:
    """The digest of the published text is the digest of the machine."""
    candidate = candidate_of(door().encode(), "door.machine.yaml")
    assert hashlib.sha256(candidate.text).hexdigest() == candidate.published.digest
    assert (
        publish(
            place.bucket, [candidate], allow_rollback=False, dry_run=False, review=lambda _plan: Approval()
        ).number
        == 1
    )


def test_a_pattern_that_only_earlier_versions_accept_is_not_published(place: Place) -> None:
    """Matching the pattern would not take linear time."""
    with pytest.raises(DefinitionError, match="look-around"):
        place.publish(LOOK_AROUND)


def test_a_pattern_that_an_earlier_version_published_stays_in_use(place: Place) -> None:
    """The pattern keeps its digest and its meaning."""
    definition = load_definition(LOOK_AROUND.encode(), "lock.yaml", published=True)
    text = canonical_json(normal_form(definition.document.value)).encode()
    candidate = Candidate("lock.yaml", compile_published(text, "lock.yaml"), text)
    publish(place.bucket, [candidate], allow_rollback=False, dry_run=False, review=lambda _plan: Approval())
    machine = source_of(place).machine("lock")
    assert machine is not None
    assert machine.digest == "147feafc5ab600ea8483ecaf995df19204d30d51db958936370d2527aa67d9c8"
    payload = machine.definition.commands["Set"].payload
    assert payload.conform({"code": "a1"}) == {"code": "a1"}
    with pytest.raises(PayloadError):
        payload.conform({"code": "a"})


def test_types_that_only_earlier_versions_accept_are_not_published(place: Place) -> None:
    """The command would always be refused."""
    with pytest.raises(DefinitionError, match="expected string, found int"):
        place.publish(MIXED_LIST)


def test_types_that_an_earlier_version_published_stay_in_use(place: Place) -> None:
    """The digest stays the same; only the ill-typed command is refused."""
    definition = load_definition(MIXED_LIST.encode(), "guests.yaml", published=True)
    text = canonical_json(normal_form(definition.document.value)).encode()
    candidate = Candidate("guests.yaml", compile_published(text, "guests.yaml"), text)
    publish(place.bucket, [candidate], allow_rollback=False, dry_run=False, review=lambda _plan: Approval())
    machine = source_of(place).machine("guests")
    assert machine is not None
    assert machine.digest == "33e1da19ec56f0b57bea4e37a089ed5c8a3a28b835fd62cd9d5069c990a6623e"
    verdicts = [when(machine, machine.initial, command(name)) for name in ("Come", "Leave")]
    assert [type(verdict) for verdict in verdicts] == [Rejected, Accepted]


def test_each_plan_is_reviewed(ministack: str, definitions_bucket: str, place: Place) -> None:
    """A plan made after a lost race is reviewed too, because the winner may have caused a break."""
    rival = place_in(ministack, definitions_bucket, prefix=place.s3.prefix)
    rival.publish(door(1))
    plans: list[PublicationPlan] = []

    def review(plan: PublicationPlan) -> Approval:
        if not plans:
            rival.publish(door(2, command="Unlock"))
        plans.append(plan)
        return Approval()

    candidate = candidate_of(door(3).encode(), "door.yaml")
    publish(place.bucket, [candidate], allow_rollback=False, dry_run=False, review=review)
    assert [sorted(plan.manifest.machines["door"].versions) for plan in plans] == [[1], [1, 2]]


def test_a_plan_without_approval_is_not_written(place: Place) -> None:
    """Objects are not written either."""
    candidate = candidate_of(door().encode(), "door.yaml")
    publish(place.bucket, [candidate], allow_rollback=False, dry_run=False, review=lambda _plan: None)
    assert place.bucket.names() == []
