"""The event store in a DynamoDB table.

A commit is one item, written by one conditional put and never changed. Callers never see botocore. `read`,
`append` and `find` need only PutItem and Query, the rights of the Lambda function's role; `streams` and
`scan` are for tools with a role that may scan the table.
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
from statewright.stores.dynamodb_errors import client_error, dynamodb_error, malformed_response
from statewright.stores.dynamodb_item import commit_of, key_item, record_item, scanned_commit
from statewright.stores.port import Head, Slice, StreamSummary
from statewright.stores.record import Commit, StoredCommand
from statewright.stores.rules import head_after, refuse_misread, slice_of, text_to_append

CONNECT_SECONDS_MAX = 1.0
ANSWER_SECONDS_MAX = 2.0
CONNECTIONS_MAX = 16  # more than the threads of one handler
DEDUPE_WINDOW = 256  # as many commands as a snapshot has

_VERSION_MAX = 10**38 - 1  # the largest number that DynamoDB stores exactly
_PAGE_COMMITS_MAX = 2**31 - 2  # `Limit` has 32 bits, and a forward read requests one more commit

# Reserved words such as `stream` must be replaced by placeholders in expressions.
_NAMES = {"#stream": "stream", "#version": "version"}
_IN_SPAN = "#stream = :stream AND #version BETWEEN :first AND :last"


def dynamodb_client(*, attempts: int = 1) -> Any:
    """A client for `DynamoStore` and its threads, with the region and credentials of the environment.

    `attempts`: how often a request is sent. The handler passes 1, because it retries itself and knows how
    much time is left (docs/decisions/0011-one-layer-of-retries.md); tools pass more. Raises
    StoreMisconfigured if the SDK lacks a setting.
    """
    config = Config(
        connect_timeout=CONNECT_SECONDS_MAX,
        read_timeout=ANSWER_SECONDS_MAX,
        max_pool_connections=CONNECTIONS_MAX,
        # The newer modes use a response's checksum only to retry, and accept the last response without one.
        retries={"mode": "legacy", "total_max_attempts": attempts},
    )
    try:
        return boto3.client("dynamodb", config=config)
    except (BotoCoreError, ValueError) as error:
        raise client_error(error) from error


class _Page(NamedTuple):
    """The commits of one response. `may_continue`: the service reports that there may be more."""

    commits: list[Commit]
    may_continue: bool


_NOTHING = _Page([], may_continue=False)


class DynamoStore:
    """An `EventStore` in the DynamoDB table `table`.

    An append with a head from another store is not detected, because that would cost a read with every
    append. It leaves a gap, which the next reader reports as CorruptStream.
    """

    dedupe_window: int | None = DEDUPE_WINDOW
    commit_bytes_max: int = COMMIT_BYTES_MAX

    def __init__(self, client: Any, *, table: str) -> None:
        self._client = client
        self._table = table

    @property
    def name(self) -> str:
        """Stored in checkpoints of verifications."""
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
        """With a `limit`, one page: up to `limit` commits, or as many as fit into 1 MB."""
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
        """Reads the whole table before the first summary, then each stream's last commit on demand.

        The keys of all streams with `prefix` are kept in memory, because a table is not ordered by stream.
        """
        first_times = {commit.stream: commit.time for commit in self._first_commits(prefix)}
        for stream in sorted(first_times):
            head = self.read(stream, backwards=True, limit=1).head
            yield StreamSummary(stream, head.version, first_times[stream], head.time)

    def scan(
        self, *, segment: int = 0, of: int = 1, after: str | None = None
    ) -> Iterator[Commit | CorruptStream]:
        """Reads consistently, in pages of at most 1 MB.

        DynamoDB returns the items of one partition key together, sorted by the sort key. Its documentation
        promises that only for Query, so a caller that finds a gap must confirm it with `read`.
        """
        start: dict[str, Any] = {}
        if after is not None:
            start = {"ExclusiveStartKey": key_item(after, _VERSION_MAX)}  # after every item that it can have
        for answer in self._answers("scan", Segment=segment, TotalSegments=of, **start):
            yield from map(scanned_commit, answer["Items"])

    def _newest(self, stream: str, first: int, last: int, *, limit: int) -> tuple[list[Commit], bool]:
        """The commits of one page, and whether there are earlier ones, which follows from the versions."""
        rows = min(limit, _PAGE_COMMITS_MAX)
        found = next(self._pages(stream, first, last, rows=rows, backwards=True), _NOTHING).commits
        return found, bool(found) and found[-1].version > first

    def _oldest(self, stream: str, first: int, last: int, *, limit: int) -> tuple[list[Commit], bool]:
        """The commits of one page, up to one beyond `limit`, and whether the 1 MB limit cut off more."""
        rows = min(limit, _PAGE_COMMITS_MAX) + 1
        found, may_continue = next(self._pages(stream, first, last, rows=rows), _NOTHING)
        if not found or not may_continue or len(found) > limit:
            return found, False
        # DynamoDB may report a next page that turns out to be empty.
        behind = next(self._pages(stream, found[-1].head + 1, last, rows=1), _NOTHING)
        return found, bool(behind.commits)

    def _refuse_gap(self, head: Head, last: int) -> None:
        """Raise CorruptStream if there are commits after `last` although none from `head` to `last`."""
        for commit in next(self._pages(head.stream, last + 1, _VERSION_MAX, rows=1), _NOTHING).commits:
            raise CorruptStream(
                head.stream, head.version + 1, f"the next commit starts at version {commit.version}"
            )

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
        """The commits that start from `first` to `last`; one request per page of at most `rows` and 1 MB."""
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
        """The responses to a query or scan, requested one by one."""
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
        """The response that `ask` returns; None after the last page.

        A proxy may answer 200 to anything, so a response without a request id or one of `members` is refused.
        """
        try:
            answer = ask()
            if answer is None or ("RequestId" in answer["ResponseMetadata"] and answer.keys() >= {*members}):
                return cast("Mapping[str, Any] | None", answer)
        except UNREADABLE_ANSWER as error:
            raise malformed_response(action, self._table) from error
        raise malformed_response(action, self._table)

    def _error(self, error: ClientError | BotoCoreError, action: str) -> StoreError:
        return dynamodb_error(error, action=action, table=self._table, region=self._client.meta.region_name)


def _commits(pages: Iterable[_Page]) -> Iterator[Commit]:
    return chain.from_iterable(page.commits for page in pages)
