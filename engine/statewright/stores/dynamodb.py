"""The event store in one DynamoDB table: for the Lambda, and for tools beside it.

A commit is one item, written by one conditional put and never touched again. Nothing above sees botocore.
The Lambda's role holds PutItem and Query, which is all that `read`, `append` and `find` ask for; `streams`
and `scan` scan the table and are for tools with a role of their own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from itertools import chain, islice
from typing import Any, NamedTuple, cast

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from statewright.errors import UNREADABLE_ANSWER, Conflict, CorruptStream, StoreError
from statewright.machine.size_limits import COMMIT_BYTES_MAX
from statewright.stores.dynamodb_errors import client_error, dynamodb_error, foreign_answer
from statewright.stores.dynamodb_item import commit_of, key_item, record_item, scanned_commit
from statewright.stores.port import Head, Slice, StreamSummary
from statewright.stores.record import Commit, StoredCommand
from statewright.stores.rules import head_after, refuse_misread, slice_of, text_to_append

CONNECT_SECONDS_MAX = 1.0
ANSWER_SECONDS_MAX = 2.0
CONNECTIONS_MAX = 16  # more than the threads of one handler
DEDUPE_WINDOW = 256  # as many commands as a snapshot remembers

_VERSION_MAX = 10**38 - 1  # the largest number that DynamoDB holds to the digit
_PAGE_COMMITS_MAX = 2**31 - 2  # a `Limit` has 32 bits, and a forward read asks for one commit more

# A name such as `stream` may not stand in an expression, so `#` names stand for them there.
_NAMES = {"#stream": "stream", "#version": "version"}
_IN_SPAN = "#stream = :stream AND #version BETWEEN :first AND :last"


def dynamodb_client(*, attempts: int = 1) -> Any:
    """A client for `DynamoStore` and all its threads; region, credentials, endpoint as the SDK finds them.

    `attempts`: how often one request is sent. The handler repeats requests itself and knows how much time is
    left (docs/decisions/0011-one-layer-of-retries.md); a tool has no such loop and asks for more. Raises
    StoreMisconfigured where the SDK lacks a setting.
    """
    config = Config(
        connect_timeout=CONNECT_SECONDS_MAX,
        read_timeout=ANSWER_SECONDS_MAX,
        max_pool_connections=CONNECTIONS_MAX,
        # The newer modes look at an answer's checksum only to try again, and believe the last one unseen.
        retries={"mode": "legacy", "total_max_attempts": attempts},
    )
    try:
        return boto3.client("dynamodb", config=config)
    except (BotoCoreError, ValueError) as error:
        raise client_error(error) from error


class _Page(NamedTuple):
    """The commits of one answer. `goes_on`: the service would have more, as far as it looked."""

    commits: list[Commit]
    goes_on: bool


_NOTHING = _Page([], goes_on=False)


class DynamoStore:
    """An `EventStore` in the table `table`, which `client` reaches.

    A foreign head is not recognised: what would tell costs a read with every append. The gap that such an
    append leaves is a CorruptStream for the next reader.
    """

    dedupe_window: int | None = DEDUPE_WINDOW
    commit_bytes_max: int = COMMIT_BYTES_MAX

    def __init__(self, client: Any, *, table: str) -> None:
        self._client = client
        self._table = table

    @property
    def name(self) -> str:
        """Checkpoints of a verification hold it."""
        return f"table {self._table} in {self._client.meta.region_name}"

    def close(self) -> None:
        """Close the client's connections."""
        self._client.close()

    def read(
        self,
        stream: str,
        *,
        after: Head | None = None,
        upto: int | None = None,
        limit: int | None = None,
        backwards: bool = False,
    ) -> Slice:
        """With a `limit`: one page, and as many commits of the `limit` as its 1 MB holds."""
        refuse_misread(stream, after=after, limit=limit)
        first = after.version + 1 if after else 1
        last = _VERSION_MAX if upto is None else min(upto, _VERSION_MAX)
        if limit is None:
            found, more = list(_commits(self._pages(stream, first, last, backwards=backwards))), False
        elif backwards:
            found, more = self._newest(stream, first, last, limit=limit)
        else:
            found, more = self._oldest(stream, first, last, limit=limit)
        slice_ = slice_of(stream, found, after=after, limit=limit, backwards=backwards, more=more)
        if backwards and slice_.head.version < last < _VERSION_MAX:
            self._refuse_gap(slice_.head, last)
        return slice_

    def append(self, head: Head, commit: Commit) -> Head:
        text = text_to_append(head, commit, size_bytes_max=self.commit_bytes_max)
        put = partial(
            self._client.put_item,
            TableName=self._table,
            Item=record_item(commit.stream, commit.version, text),
            ConditionExpression="attribute_not_exists(#version)",
            ExpressionAttributeNames={"#version": "version"},
            ReturnValuesOnConditionCheckFailure="ALL_OLD",
        )
        try:
            self._answer(put, "PutItem")
        except self._client.exceptions.ConditionalCheckFailedException as failure:
            item = failure.response.get("Item")
            winner = commit_of(item) if item else self._commit_at(commit.stream, commit.version)
            if winner != commit:
                raise Conflict(winner) from None
        except (ClientError, BotoCoreError) as error:
            raise self._error(error, "PutItem") from error
        return head_after(commit)

    def find(self, stream: str, command_ids: Sequence[str]) -> Mapping[str, StoredCommand]:
        wanted = set(command_ids)
        latest = islice(self._commands_backwards(stream), DEDUPE_WINDOW)
        return {command.id: command for command in latest if command.id in wanted}

    def streams(self, *, prefix: str = "") -> Iterator[StreamSummary]:
        """Reads the whole table before the first summary, and each stream's last commit when its turn comes.

        The keys of all streams with `prefix` are held in memory, for a table is in no order of streams.
        """
        first_times = {commit.stream: commit.time for commit in self._first_commits(prefix)}
        for stream in sorted(first_times):
            head = self.read(stream, backwards=True, limit=1).head
            yield StreamSummary(stream, head.version, first_times[stream], head.time)

    def scan(
        self, *, segment: int = 0, of: int = 1, after: str | None = None
    ) -> Iterator[Commit | CorruptStream]:
        """A page of at most 1 MB at a time, read consistently.

        DynamoDB keeps the items of one partition key together, sorted by the sort key, and gives them in that
        order; its documentation promises that of Query only, so a caller that finds a gap asks `read` first.
        """
        start: dict[str, Any] = {}
        if after is not None:
            start = {"ExclusiveStartKey": key_item(after, _VERSION_MAX)}  # behind all that it may ever hold
        for answer in self._answers("scan", Segment=segment, TotalSegments=of, **start):
            yield from map(scanned_commit, answer["Items"])

    def _newest(self, stream: str, first: int, last: int, *, limit: int) -> tuple[list[Commit], bool]:
        """What one page gives, and whether more stands before it: versions have no gaps, so they tell."""
        rows = min(limit, _PAGE_COMMITS_MAX)
        found = next(self._pages(stream, first, last, rows=rows, backwards=True), _NOTHING).commits
        return found, bool(found) and found[-1].version > first

    def _oldest(self, stream: str, first: int, last: int, *, limit: int) -> tuple[list[Commit], bool]:
        """What one page gives, one commit beyond `limit` included, and whether its 1 MB cut off more."""
        rows = min(limit, _PAGE_COMMITS_MAX) + 1
        found, goes_on = next(self._pages(stream, first, last, rows=rows), _NOTHING)
        if not found or not goes_on or len(found) > limit:
            return found, False
        # DynamoDB may say that a page goes on which does not.
        behind = next(self._pages(stream, found[-1].head + 1, last, rows=1), _NOTHING)
        return found, bool(behind.commits)

    def _refuse_gap(self, head: Head, last: int) -> None:
        """CorruptStream if the stream, which has nothing from `head` to `last`, goes on behind that."""
        for commit in next(self._pages(head.stream, last + 1, _VERSION_MAX, rows=1), _NOTHING).commits:
            raise CorruptStream(head.stream, head.version + 1, f"the next commit begins at {commit.version}")

    def _commit_at(self, stream: str, version: int) -> Commit:
        for commit in _commits(self._pages(stream, version, version)):
            return commit
        raise CorruptStream(stream, version, "the commit that was found there is gone")

    def _commands_backwards(self, stream: str) -> Iterator[StoredCommand]:
        pages = self._pages(stream, 1, _VERSION_MAX, rows=DEDUPE_WINDOW, backwards=True)
        for commit in _commits(pages):
            yield from reversed(commit.commands)

    def _pages(
        self, stream: str, first: int, last: int, *, rows: int | None = None, backwards: bool = False
    ) -> Iterator[_Page]:
        """The commits that begin at `first` to `last`, a request per page of at most `rows` and 1 MB."""
        if last < first:
            return
        values = {":stream": {"S": stream}, ":first": {"N": str(first)}, ":last": {"N": str(last)}}
        for answer in self._answers(
            "query",
            rows=rows,
            KeyConditionExpression=_IN_SPAN,
            ExpressionAttributeNames=_NAMES,
            ExpressionAttributeValues=values,
            ScanIndexForward=not backwards,
        ):
            yield _Page([commit_of(item) for item in answer["Items"]], "LastEvaluatedKey" in answer)

    def _first_commits(self, prefix: str) -> Iterator[Commit]:
        condition, names, values = "#version = :one", {"#version": "version"}, {":one": {"N": "1"}}
        if prefix:
            condition += " AND begins_with(#stream, :prefix)"
            names, values = _NAMES, {**values, ":prefix": {"S": prefix}}
        for answer in self._answers(
            "scan",
            FilterExpression=condition,
            ExpressionAttributeNames=names,
            ExpressionAttributeValues=values,
        ):
            yield from map(commit_of, answer["Items"])

    def _answers(
        self, operation: str, *, rows: int | None = None, **parameters: Any
    ) -> Iterator[Mapping[str, Any]]:
        """The service's answers to one query or scan, as sent; each is asked for when it is needed."""
        paginator = self._client.get_paginator(operation)
        paging = {"TableName": self._table, "ConsistentRead": True, "PaginationConfig": {"PageSize": rows}}
        action = operation.capitalize()
        answers = iter(paginator.paginate(**paging, **parameters))
        try:
            while answer := self._answer(partial(next, answers, None), action, "Items"):
                yield answer
        except (ClientError, BotoCoreError) as error:
            raise self._error(error, action) from error

    def _answer(self, ask: Callable[[], Any], action: str, *members: str) -> Mapping[str, Any] | None:
        """What the service says, with these members; None behind the last page.

        Whatever stands between may say 200 to anything; the service gives its answers a request id.
        """
        try:
            answer = ask()
            if answer is None or ("RequestId" in answer["ResponseMetadata"] and answer.keys() >= {*members}):
                return cast("Mapping[str, Any] | None", answer)
        except UNREADABLE_ANSWER as error:
            raise foreign_answer(action, self._table) from error
        raise foreign_answer(action, self._table)

    def _error(self, error: ClientError | BotoCoreError, action: str) -> StoreError:
        return dynamodb_error(error, action=action, table=self._table, region=self._client.meta.region_name)


def _commits(pages: Iterable[_Page]) -> Iterator[Commit]:
    return chain.from_iterable(page.commits for page in pages)
