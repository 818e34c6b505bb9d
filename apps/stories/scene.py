"""What one step leaves for the next: who is who, what each has read, which ticket is meant."""

from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from apps.demo.outside import Json, NotSeenError, Outside, require, wait_for
from apps.stories.stage import Stage
from core.errors import ConfigurationError

CHANNELS_OF_PHONE = ("sms", "whatsapp")
CHATS = ("chat", "messenger")


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody as the outside world knows them: `customer`, `agent` or `member` of the Slack workspace."""

    name: str
    kind: str
    id: str
    email: str = ""
    phone: str = ""


@dataclass(slots=True, kw_only=True)
class Scene:
    stage: Stage
    people: dict[str, Person]
    folder: Path  # where the story lies, and its pictures
    customer: str = ""  # who of the customers acted last: “the ticket” is theirs
    read: dict[tuple[str, str], int] = field(default_factory=dict)
    before: frozenset[str] = frozenset()  # tickets of an earlier time are not the story's
    serial: int = 0  # of the newest decision before the story

    def person(self, name: str, *kinds: str) -> Person:
        """Raises NotSeenError where the step is another kind of person's."""
        person = self.people[name]
        require(person.kind in kinds, f"{person.name} is {person.kind}; this is done by: {', '.join(kinds)}")
        return person

    def acts(self, name: str) -> Person:
        """A customer does something: from now on “the ticket” is theirs."""
        person = self.person(name, "customer")
        self.customer = name
        return person

    def screen(self, name: str, channel: str) -> list[str]:
        """All that has come to somebody on a channel, oldest first."""
        person = self.people[name]
        outside = self.stage.outside
        if channel == "mail":
            mails: list[Json] = outside.people("GET", f"mails?to={person.email}")["mails"]
            return [f"{mail.get('subject', '')}\n{mail.get('body', '')}" for mail in mails]
        return [row["body"] for row in self.messages(name, channel)] if person.phone else []

    def messages(self, name: str, channel: str) -> list[Json]:
        """On the screen of somebody's phone, what came to it, oldest first."""
        number = self.people[name].phone.replace("+", "%2B")
        path = f"phone/{number}/messages?channel={channel}"
        rows: list[Json] = self.stage.outside.people("GET", path)["messages"]
        return [row for row in rows if row["direction"] == "outbound"]

    def bubbles(self, name: str, channel: str) -> list[Json]:
        """What was said to somebody in a messenger, oldest first."""
        return [row for row in self._window(name, channel)["messages"] if not row["mine"]]

    def thread(self, name: str, channel: str) -> str:
        """What the vendor calls somebody's talk in a messenger; empty where they have none."""
        return str(self._window(name, channel).get("conversation") or "")

    def _window(self, name: str, channel: str) -> Json:
        return self.stage.outside.people("GET", f"messaging/{self.people[name].id}/messages?channel={channel}")

    def unread(self, name: str, channel: str) -> list[str]:
        return self.screen(name, channel)[self.read.get((name, channel), 0) :]

    def reads(self, name: str, channel: str, count: int) -> list[str]:
        """What has come since somebody last looked, once there are `count`; it counts as read then."""
        if count:
            with suppress(NotSeenError):  # the caller tells what did come instead
                wait_for("a message", lambda: len(self.unread(name, channel)) >= count or None, self.stage.patience)
        new = self.unread(name, channel)
        self.read[name, channel] = self.read.get((name, channel), 0) + len(new)
        return new

    @property
    def ticket(self) -> str:
        """The newest of the tickets of the customer who acted last. Raises NotSeenError where there is none."""
        require(bool(self.customer), "no customer has done anything yet")
        begun = self.tickets_of(self.customer)
        require(bool(begun), f"{self.people[self.customer].name} has no ticket")
        return max(begun, key=int)

    def tickets_of(self, name: str) -> list[str]:
        """Those that came with the story, as the agents' list shows them."""
        rows: list[Json] = self.stage.outside.people("GET", "tickets?done=1&limit=500")["tickets"]
        theirs = [row["id"] for row in rows if row["requester"]["id"] == self.people[name].id]
        return [ticket for ticket in theirs if ticket not in self.before]

    def call(self, name: str) -> Json:
        """The newest call of somebody. Raises NotSeenError where there is none."""
        number = self.people[name].phone.replace("+", "%2B")
        rows: list[Json] = self.stage.outside.people("GET", f"calls?from={number}")["calls"]
        require(bool(rows), f"{name} has not called")
        return rows[-1]

    def decisions(self) -> list[Json]:
        """Of the story, oldest first, as the decision log tells them."""
        rows: list[Json] = []
        after = self.serial
        while page := self.stage.outside.people("GET", f"decisions?after={after}")["decisions"]:
            rows += page
            after = page[-1]["serial"]
        return rows


# Who is who: the story's names, looked up where the outside world keeps its people.


def find_people(outside: Outside, people: dict[str, str]) -> dict[str, Person]:
    """Raises ConfigurationError naming everybody whom neither customers, agents nor Slack know."""
    known = _find_everybody(outside)
    strangers = [full for full in people.values() if full not in known]
    if strangers:
        raise ConfigurationError(f"nobody knows {', '.join(strangers)}")
    return {name: known[full] for name, full in people.items()}


def _find_everybody(outside: Outside) -> dict[str, Person]:
    """By full name. An agent who is in Slack too is an agent; their clicks are looked up by name."""
    members = [_member(row) for row in outside.people("GET", "config")["slack_users"]]
    agents = [_agent(row) for row in outside.people("GET", "agents")["agents"]]
    customers = [_customer(row) for row in outside.people("GET", "people")["people"]]
    return {person.name: person for person in [*members, *agents, *customers]}


def _member(row: Json) -> Person:
    return Person(name=row["name"], kind="member", id=row["id"])


def _agent(row: Json) -> Person:
    return Person(name=row["name"], kind="agent", id=row["id"], email=row["email"])


def _customer(row: Json) -> Person:
    return Person(
        name=row["name"], kind="customer", id=row["id"], email=row.get("email") or "", phone=row.get("phone") or ""
    )
