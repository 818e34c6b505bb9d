"""A stage without processes: a real store, and vendors who show what a test puts there."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from apps.stories.scene import Person, Scene
from connectors.sql.store import SqlStore
from core.policy import Policy
from tests.clock import Clock
from tests.core.people import EMMA_PHONE, NOW
from tests.core.rules import policy

EMMA = Person(name="Emma Clarke", kind="customer", id="77", email="emma@example.com", phone=EMMA_PHONE)
MARIA = Person(name="Maria Lopez", kind="agent", id="11", email="maria@larkfield.example")
Json = dict[str, Any]

OPEN: Json = {"status": "open", "group": "Billing", "assignee": None, "tags": []}
TICKET: Json = {"id": "100", "requester": {"id": "77"}, **OPEN}


@dataclass(slots=True)
class Window:
    """A sidebar that shows one view."""

    shown: Json

    def view(self) -> Json:
        return self.shown


@dataclass(slots=True)
class Vendors:
    """`apps.demo.outside.Outside`, as far as a story looks: what a path of the page answers, Slack's channels, the
    sidebar."""

    answers: dict[str, Json] = field(default_factory=dict)
    channels: dict[str, list[Json]] = field(default_factory=dict)
    shown: Json = field(default_factory=dict)

    def people(self, _method: str, path: str, **_: Any) -> Json:
        nothing: Json = {"messages": [], "mails": [], "calls": [], "tickets": [], "decisions": []}
        return self.answers.get(path, nothing)

    def slack(self, channel: str) -> list[Json]:
        return self.channels.get(channel, [])

    def sidebar(self, *_: str) -> Window:
        return Window(self.shown)

    # ------------------------------------------------------------ what a test puts there

    def text(self, sid: str, body: str, at: datetime = NOW, channel: str = "sms") -> None:
        """It came to Emma's phone."""
        path = f"phone/{EMMA_PHONE.replace('+', '%2B')}/messages?channel={channel}"
        row = {"sid": sid, "direction": "outbound", "channel": channel, "body": body, "at": at.isoformat()}
        self.answers.setdefault(path, {"messages": []})["messages"].append(row)

    def bubble(self, name: str, body: str, thread: str = "thread-1", channel: str = "messenger") -> None:
        """It came to Emma's messenger."""
        path = f"messaging/77/messages?channel={channel}"
        row = {"id": name, "mine": False, "agent": False, "body": body, "at": NOW.isoformat()}
        self.answers.setdefault(path, {"messages": [], "conversation": thread})["messages"].append(row)

    def ticket(self, **changes: Any) -> None:
        """The one that Emma has."""
        row = {**TICKET, "comments": [], **changes}
        self.answers["tickets?done=1&limit=500"] = {"tickets": [row]}
        self.answers[f"tickets/{row['id']}"] = row

    def decision(self, **changes: Any) -> None:
        """The only one about Emma."""
        usual = {
            "serial": 1,
            "customer": "Emma Clarke",
            "disposition": "handoff",
            "rule": "suggest",
            "intent": "Refund",
        }
        row = {**usual, "tier": 1, "channel": "sms", "route": {"group": "Billing"}, "reason": "Because.", **changes}
        self.answers["decisions?after=0"] = {"decisions": [row]}

    def call(self, *spoken: tuple[str, str], error: str = "") -> None:
        """Emma's newest."""
        rows = [{"who": who, "text": text} for who, text in spoken]
        self.answers[f"calls?from={EMMA_PHONE.replace('+', '%2B')}"] = {"calls": [{"spoken": rows, "error": error}]}


@dataclass(slots=True)
class Held:
    """What a story looks at of a container."""

    store: SqlStore
    policy: Policy = field(default_factory=policy)


@dataclass(slots=True)
class SmallStage:
    """`apps.stories.stage.Stage`. Nobody waits for anything."""

    outside: Any
    container: Any
    clock: Clock = field(default_factory=lambda: Clock(NOW))
    patience: float = 0.0

    def now(self) -> datetime:
        return self.clock()

    def later(self, span: timedelta) -> None:
        self.clock.forward(span)

    def settle(self) -> None:
        return


def scene_of(store: SqlStore, vendors: Vendors, folder: Path = Path()) -> Scene:
    """Emma has acted last."""
    stage = SmallStage(outside=vendors, container=Held(store))
    return Scene(stage=stage, people={"Emma": EMMA, "Maria": MARIA}, folder=folder, customer="Emma")
