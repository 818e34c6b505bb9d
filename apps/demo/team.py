"""The demo's team: scripted agents who answer customers with Handrail's drafts, change them alike, and so show what is
proposed. It plays when somebody at the page wishes it."""

import random
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from apps.demo.outside import Json, Outside, wait_for

CUSTOMERS = Path(__file__).parent / "team.yaml"
FREE, PLAYING, LOOKING, DONE = "free", "playing", "looking", "done"
READS = 1.0  # seconds that an agent takes at least: nobody is faster than what a decision brings with it
NO_DRAFT = "Thank you for your message. I look into it and write to you today."


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """One of `gives` takes the place of the words `has`; where these are empty it is one more paragraph, before the
    last."""

    gives: Sequence[str]
    has: str = ""

    def made(self, text: str, which: int) -> str:
        given = self.gives[which % len(self.gives)]
        if self.has:
            return text.replace(self.has, given)
        *before, last = text.split("\n\n")
        return "\n\n".join([*before, given, last])


@dataclass(frozen=True, slots=True, kw_only=True)
class Script:
    agents: Sequence[str]
    edits: Mapping[str, Edit]
    customers: Sequence[Mapping[str, Any]]


def read_team(path: Path = CUSTOMERS) -> Script:
    rows = yaml.safe_load(path.read_text(encoding="utf-8"))
    edits = {name: Edit(**row) for name, row in rows["edits"].items()}
    return Script(agents=rows["agents"], edits=edits, customers=rows["customers"])


@dataclass(slots=True, kw_only=True)
class Team:
    """`look` looks for lessons, as is done every night, and gives the titles of what is proposed, the best first."""

    outside: Outside
    look: Callable[[], Sequence[str]]
    script: Script = field(default_factory=read_team)
    heard: int = 0
    answered: list[Json] = field(default_factory=list)
    proposed: list[str] = field(default_factory=list)

    def turn(self) -> None:
        """Play if somebody wishes it, and show on the page where it stands.

        Raises:
            NotSeenError, requests.RequestException: the sandbox or Handrail does not answer, or not as it should.
        """
        wishes = self.outside.people("GET", f"team/wishes?after={self.heard}")["wishes"]
        if not wishes:
            self._show(DONE if self.answered else FREE)
            return
        self.heard = wishes[-1]["number"]
        self._play()

    def _play(self) -> None:
        self.answered, self.proposed = [], []
        staff = {each["name"]: each["id"] for each in self.outside.people("GET", "agents")["agents"]}
        order = random.Random(3).sample(self.script.customers, len(self.script.customers))
        for place, customer in enumerate(order):
            self._show(PLAYING)
            agent = self.script.agents[place % len(self.script.agents)]
            self.answered.append(self._answer(customer, staff[agent], place) | {"agent": agent})
        self._show(LOOKING)
        self.proposed = list(self.look())
        self._show(DONE)

    def _show(self, state: str) -> None:
        board = {"state": state, "of": len(self.script.customers), "answered": self.answered, "proposed": self.proposed}
        self.outside.people("PUT", "team", **board)

    def _answer(self, customer: Mapping[str, Any], agent_id: str, place: int) -> Json:
        """What an agent did about one customer's mail."""
        ticket = self.outside.email(customer["from"], customer["subject"], customer["text"])
        told = {"ticket": ticket, "subject": customer["subject"]}
        window = self.outside.sidebar(ticket, agent_id)
        view = wait_for("a decision in the sidebar", window.ready)
        time.sleep(READS)
        if "escalates" in customer:
            window.do("escalate", group=customer["escalates"], note="")
            return told | {"did": f"passed it on to {customer['escalates']}"}
        draft = view["draft"]
        if draft is None:
            self._send(ticket, agent_id, NO_DRAFT)
            return told | {"did": "answered without a draft"}
        window.do(f"drafts/{draft['id']}/inserted")
        body = draft["body"]
        for name in customer["edits"]:
            body = self.script.edits[name].made(body, place)
        self._send(ticket, agent_id, body)
        wait_for("the difference between draft and reply", lambda: window.view().get("adoption"))
        return told | {"did": "sent the draft as it was" if body == draft["body"] else "changed the draft and sent it"}

    def _send(self, ticket: str, agent_id: str, body: str) -> None:
        comment = {"agent_id": agent_id, "body": body, "public": True, "status": "solved"}
        self.outside.people("POST", f"tickets/{ticket}/comments", **comment)
