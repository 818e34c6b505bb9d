"""`make trace`: play one Zendesk ticket in this process and count the functions and files that it goes through.

From the webhook's view to the outbox's last call. The sandbox stands in for the vendors, in a process of its own, so
that nothing of it is counted. Counted are functions of core, connectors, webhooks and apps; everything that a running
process has built by then (models, connections, the web application) is built before.
"""

import argparse
import os
import sys
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import CodeType, FrameType
from typing import Any

import requests
from flask.testing import FlaskClient
from sqlalchemy import select

from apps.bootstrap import Container, embedded_queue, now
from apps.demo.environment import DemoEnvironment
from apps.demo.launch import clear_state, connect
from apps.install.place import Place
from apps.processes import Processes, answers, free_port
from apps.wsgi import create_app
from benchmarks.load import sign_webhook
from connectors.sql.tables import events, outbox
from core.model.ids import EffectId, EventId
from core.profile.identity import sync_people

ROOT = Path(__file__).parents[1]
OURS = tuple(f"{ROOT / package}{os.sep}" for package in ("core", "connectors", "webhooks", "apps"))
OUTSIDE = f"{ROOT / 'apps' / 'sandbox'}{os.sep}"
# The first is played before anything is counted: it builds what is built once.
MAILS = (
    ("emma.clarke@example.com", "Battery", "How long does the battery of the doorbell last?"),
    ("oliver.hartley@example.com", "My refund", "Hello, how long does a refund take after I sent something back?"),
)


@dataclass(slots=True)
class Trace:
    """The functions of ours that were entered, and how deep they stood in one another.

    A comprehension or a lambda belongs to the function that it stands in; its file counts."""

    codes: set[CodeType] = field(default_factory=set)
    depth: int = 0
    _ours: dict[CodeType, bool] = field(default_factory=dict)

    @property
    def functions(self) -> int:
        return sum(_is_named(code) for code in self.codes)

    @property
    def files(self) -> list[str]:
        return sorted({str(Path(code.co_filename).relative_to(ROOT)) for code in self.codes})

    @contextmanager
    def record(self) -> Iterator[None]:
        threading.setprofile(self._profiler())
        sys.setprofile(self._profiler())
        try:
            yield
        finally:
            sys.setprofile(None)
            threading.setprofile(None)

    def _profiler(self) -> Callable[[FrameType, str, Any], None]:
        def enter(frame: FrameType, event: str, _: Any) -> None:
            if event == "call" and self._is_ours(frame.f_code):
                self.codes.add(frame.f_code)
                self.depth = max(self.depth, self._measure_depth(frame))

        return enter

    def _is_ours(self, code: CodeType) -> bool:
        known = self._ours.get(code)
        if known is None:
            name = code.co_filename
            known = self._ours[code] = name.startswith(OURS) and not name.startswith(OUTSIDE)
        return known

    def _measure_depth(self, frame: FrameType | None) -> int:
        depth = 0
        while frame is not None:
            depth += self._is_ours(frame.f_code) and _is_named(frame.f_code)
            frame = frame.f_back
        return depth


def _is_named(code: CodeType) -> bool:
    return not code.co_name.startswith("<")


def trace_ticket(folder: Path) -> Trace:
    """The trace of the second ticket. What is learned once and kept in the folder spares the next trace a minute."""
    trace = Trace()
    with start_house(folder) as (container, environment):
        client = create_app(container).test_client()
        container.warm()
        for number, mail in enumerate(MAILS):
            ticket = _write_mail(environment, *mail)
            if not number:
                _play(container, client, ticket)
                continue
            with trace.record():
                _play(container, client, ticket)
    return trace


@contextmanager
def start_house(folder: Path) -> Iterator[tuple[Container, DemoEnvironment]]:
    """A house of the demo's settings, connected to a sandbox; no web process and no worker run."""
    clear_state(folder / "state")
    queue, processes = embedded_queue(folder / "queue"), Processes(folder / "log")
    environment = DemoEnvironment(
        folder=folder / "state", web_port=free_port(None, 0), sandbox_port=free_port(None, 0), queue_url=queue.url
    )
    try:
        sandbox = processes.start("sandbox", [sys.executable, "-m", "apps.sandbox.main"], environment.sandbox())
        processes.wait_for(sandbox, lambda: answers(f"{environment.sandbox_url}/sandbox/api/config"))
        environment.toml.parent.mkdir(parents=True, exist_ok=True)
        environment.toml.write_text("", encoding="utf-8")
        place = Place(toml=environment.toml, environ=environment.connected())
        connect(place)
        container = Container(place.settings(None))
        container.migrate()
        sync_people(container.store, container.helpdesk, now())
        container.library.sync(now()).checked()
        yield container, environment
        container.store.close()
    finally:
        processes.stop()
        queue.stop()


def _write_mail(environment: DemoEnvironment, sender: str, subject: str, text: str) -> int:
    """A customer's e-mail becomes a ticket; its id."""
    body = {"from": sender, "subject": subject, "body": text}
    answer = requests.post(f"{environment.sandbox_url}/sandbox/api/email", json=body, timeout=10)
    answer.raise_for_status()
    return int(answer.json()["ticket_id"])


def _play(container: Container, client: FlaskClient, ticket: int) -> None:
    """The webhook, then what a worker does: the event, then each of its effects until none is left."""
    headers, body = sign_webhook(container.settings.zendesk.webhook_secret.value, ticket)
    answer = client.post("/webhooks/zendesk/events", data=body, headers=headers)
    if answer.status_code != 202:
        raise RuntimeError(f"the webhook was answered with {answer.status_code}: {answer.text}")
    with container.store.read() as unit:
        newest = select(events.c.id).where(events.c.subject == str(ticket)).order_by(events.c.received_at)
        event_id = EventId(unit.connection.execute(newest).scalars().all()[-1])
    container.loop.handle(event_id)
    done: set[str] = set()
    while fresh := [effect_id for effect_id in _pending(container) if effect_id not in done]:
        for effect_id in fresh:
            container.delivery.deliver(EffectId(effect_id))
        done.update(fresh)


def _pending(container: Container) -> list[str]:
    due = select(outbox.c.id).where(outbox.c.state == "pending").order_by(outbox.c.id)
    with container.store.read() as unit:
        return list(unit.connection.execute(due).scalars())


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.trace_ticket", description=__doc__)
    parser.add_argument("--files", action="store_true", help="list the files by package")
    wish = parser.parse_args()
    trace = trace_ticket(ROOT / "var" / "trace")
    print(f"{len(trace.files)} files, {trace.functions} functions, depth {trace.depth}")
    packages = Counter(str(Path(name).parent) for name in trace.files)
    if wish.files:
        for package, count in sorted(packages.items()):
            names = [Path(name).stem for name in trace.files if str(Path(name).parent) == package]
            print(f"{package} ({count}): {' '.join(names)}")


if __name__ == "__main__":
    main()
