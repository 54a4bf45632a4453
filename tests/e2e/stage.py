"""The resources that the function uses in a scenario: queue, table, and bucket with definitions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Future
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from statewright.registry.bucket import Bucket
from statewright.registry.location import S3Place
from statewright.registry.publishing import Approval, candidate_of, publish
from statewright.stores.port import EventStore
from statewright.stores.record import DefinitionStamp
from tests.e2e import queues
from tests.e2e.history import History
from tests.e2e.poller import Poller, polling, wait_for
from tests.e2e.queues import CommandQueue
from tests.e2e.runtime import Answer, Runtime, RuntimeParts

EXAMPLE = Path(__file__).parent.parent.parent / "config" / "account.machine.yaml"


@dataclass(frozen=True, slots=True)
class Stage:
    """`environment`: the function's variables. `store`, `place`: its table and bucket, for the test."""

    parts: RuntimeParts
    package: Path
    environment: Mapping[str, str]
    store: EventStore
    s3: Any
    place: S3Place
    sqs: Any
    queue: CommandQueue
    logs: Path

    def publish(self, text: str) -> DefinitionStamp:
        """Publish a definition and return the stamp that its commits will have."""
        candidate = candidate_of(text.encode(), EXAMPLE.name)
        publish(
            Bucket(self.s3, self.place),
            [candidate],
            allow_rollback=False,
            dry_run=False,
            review=lambda _plan: Approval(),
        )
        return DefinitionStamp(candidate.machine.version, candidate.machine.digest)

    def send(self, *commands: Mapping[str, Any] | str) -> None:
        queues.send(self.sqs, self.queue, commands)

    def messages_left(self) -> int:
        return queues.messages_left(self.sqs, self.queue.url)

    def dead_letters(self) -> list[Mapping[str, Any]]:
        return list(queues.dead_letters(self.sqs, self.queue))

    def history(self) -> History:
        return History.of(self.store)

    @contextmanager
    def serving(
        self,
        variables: Mapping[str, str] | None = None,
        *,
        environments: int = 1,
        timeout_seconds: int = 30,
    ) -> Iterator[Service]:
        """Run the function in several execution environments; `variables` override its environment."""
        with ExitStack() as stack:
            runtimes = [
                stack.enter_context(
                    Runtime(
                        self.parts,
                        self.package,
                        {**self.environment, **(variables or {})},
                        log=self.logs / f"environment-{number}.log",
                        timeout_seconds=timeout_seconds,
                    )
                )
                for number in range(environments)
            ]
            yield Service(self, [Poller(self.sqs, self.queue, runtime) for runtime in runtimes], runtimes)


@dataclass(frozen=True, slots=True)
class Service:
    """The running function: a poller for each of its runtimes."""

    stage: Stage
    pollers: list[Poller]
    runtimes: list[Runtime]

    @contextmanager
    def flowing(self) -> Iterator[None]:
        """Handle messages during the block, and then until the queue is empty."""
        with polling(self.pollers) as running:
            yield
            wait_for(lambda: self._is_over(running), "an empty queue")

    def drain(self) -> None:
        """Handle messages until the queue is empty."""
        with self.flowing():
            pass

    @property
    def answers(self) -> list[Answer]:
        return [answer for poller in self.pollers for answer in poller.answers]

    @property
    def failures(self) -> list[str]:
        """The texts of the answers that Lambda would report as function errors."""
        return [answer.text for answer in self.answers if answer.failed]

    def lines(self) -> list[dict[str, Any]]:
        """The JSON log lines of all runtimes."""
        return [line for runtime in self.runtimes for line in runtime.log_lines()]

    def settled(self) -> list[dict[str, Any]]:
        """The log line of each delivery of each message."""
        return [line for line in self.lines() if line.get("message") == "command settled"]

    def duplicates(self) -> int:
        """How many deliveries contained a command that was already stored."""
        return sum(line["code"] == "DUPLICATE" for line in self.settled())

    def count(self, name: str) -> int:
        """The sum of the counter `name` over all batches."""
        return sum(line.get(name, 0) for line in self.lines() if line.get("message") == "batch settled")

    def _is_over(self, running: Sequence[Future[None]]) -> bool:
        """Whether the queue is empty or a poller has stopped."""
        return not self.stage.messages_left() or any(one.done() for one in running)
