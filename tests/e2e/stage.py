"""What stands around the function in a scenario: its queue, its table, its definitions in a bucket."""

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
    """`environment`: what the function finds; `store` and `place`: the same table and bucket for the test."""

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
        """Make a definition live, and give what commits by it are stamped with."""
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
        """That many execution environments of the function, with `variables` set or, to "", unset."""
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
    """The function at work."""

    stage: Stage
    pollers: list[Poller]
    runtimes: list[Runtime]

    @contextmanager
    def flowing(self) -> Iterator[None]:
        """Messages are handled meanwhile, and at the end until the queue is empty."""
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
        """What Lambda would show as function errors."""
        return [answer.text for answer in self.answers if answer.failed]

    def lines(self) -> list[dict[str, Any]]:
        """What the function logged."""
        return [line for runtime in self.runtimes for line in runtime.log_lines()]

    def settled(self) -> list[dict[str, Any]]:
        """The line of each delivery of each message."""
        return [line for line in self.lines() if line.get("message") == "command settled"]

    def duplicates(self) -> int:
        """How many deliveries brought a command that was stored already."""
        return sum(line["code"] == "DUPLICATE" for line in self.settled())

    def count(self, name: str) -> int:
        """What the batches counted under that name, summed."""
        return sum(line.get(name, 0) for line in self.lines() if line.get("message") == "batch settled")

    def _is_over(self, running: Sequence[Future[None]]) -> bool:
        """Whether no message is left, or a poller is broken."""
        return not self.stage.messages_left() or any(one.done() for one in running)
