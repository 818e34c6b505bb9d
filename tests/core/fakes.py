"""Stand-ins for the vendors' ports: a helpdesk, a messenger and a desk that one can read, and break on purpose."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from core.model.helpdesk import Receipt
from core.model.ids import EffectId, EventId
from core.model.outbound import Outgoing
from core.model.outreach import Member
from core.ports import Now
from tests.core.fake_helpdesk import FakeHelpdesk, Unreliable

__all__ = ["FakeDesk", "FakeHelpdesk", "FakeMessenger", "FakePublisher"]


class FakePublisher:
    def __init__(self) -> None:
        self.events: list[EventId] = []
        self.later: list[tuple[EventId, datetime]] = []  # events that are to be handled at their hour
        self.effects: list[tuple[EffectId, datetime | None]] = []
        self.gathered: list[str] = []  # hints that name no row

    def event(self, event_id: EventId, *, at: datetime | None = None) -> None:
        if at is None:
            self.events.append(event_id)
        else:
            self.later.append((event_id, at))

    def effect(self, effect_id: EffectId, *, at: datetime | None = None) -> None:
        self.effects.append((effect_id, at))

    def statuses(self) -> None:
        self.gathered.append("statuses")

    def campaigns(self) -> None:
        self.gathered.append("campaigns")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    sid: str
    channel: str
    to: str
    body: str
    effect_id: EffectId
    at: datetime
    choices: tuple[str, ...] = ()


class FakeMessenger(Unreliable):
    """Two sends are two messages. `lag` look-ups see nothing of them yet."""

    def __init__(self, now: Now) -> None:
        super().__init__()
        self.now = now
        self.sent: list[Sent] = []
        self.lag = 0
        self.look_ups: list[datetime] = []

    def send(self, outgoing: Outgoing) -> Receipt:
        return self._asked(lambda: self._send(outgoing))

    def _send(self, outgoing: Outgoing) -> Receipt:
        sid = f"SM{len(self.sent) + 1:04d}"
        self.sent.append(
            Sent(
                sid=sid,
                channel=outgoing.channel,
                to=outgoing.to,
                body=outgoing.body,
                effect_id=outgoing.effect_id,
                at=self.now(),
                choices=outgoing.choices,
            )
        )
        return Receipt(ref=sid, at=self.now())

    def find(self, outgoing: Outgoing, since: datetime) -> Receipt | None:
        self.look_ups.append(self.now())
        return self._asked(lambda: self._find(outgoing, since))

    def _find(self, outgoing: Outgoing, since: datetime) -> Receipt | None:
        if self.lag > 0:
            self.lag -= 1
            return None
        wanted = (outgoing.channel, outgoing.to, outgoing.body)
        found = (s for s in self.sent if (s.channel, s.to, s.body) == wanted and s.at >= since)
        return next((Receipt(ref=s.sid, at=s.at) for s in found), None)

    def sent_to(self, phone: str) -> list[str]:
        return [s.body for s in self.sent if s.to == phone]


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    ref: str
    channel: str
    text: str
    blocks: tuple[Mapping[str, Any], ...]
    key: str = ""
    thread: str = ""


class FakeDesk(Unreliable):
    """`emails` says who a user id is. Look-ups of the fake never lag."""

    def __init__(self, emails: Mapping[str, str] | None = None) -> None:
        super().__init__()
        self.emails = dict(emails or {})
        self.posts: list[Post] = []
        self.updates: list[Post] = []
        self.whispers: list[tuple[str, str]] = []  # to whom alone, and what
        self.homes: dict[str, Sequence[Mapping[str, Any]]] = {}
        self.answers: list[tuple[str, str]] = []  # at which address

    def post(
        self,
        *,
        channel: str,
        text: str,
        blocks: Sequence[Mapping[str, Any]],
        key: str,
        only_to: str = "",
        thread: str = "",
    ) -> Receipt:
        return self._asked(lambda: self._post(channel, text, blocks, key, only_to, thread))

    def _post(
        self, channel: str, text: str, blocks: Sequence[Mapping[str, Any]], key: str, only_to: str, thread: str
    ) -> Receipt:
        if only_to:
            self.whispers.append((only_to, text))
            return Receipt(ref=f"{channel}:{len(self.whispers)}.5")
        ref = f"{channel}:{len(self.posts) + 1}.0"
        made = Post(ref=ref, channel=channel, text=text, blocks=tuple(blocks), key=key, thread=thread)
        self.posts.append(made)
        return Receipt(ref=made.ref)

    def update(self, *, ref: str, text: str, blocks: Sequence[Mapping[str, Any]]) -> Receipt:
        def change() -> Receipt:
            self.updates.append(Post(ref=ref, channel=ref.split(":")[0], text=text, blocks=tuple(blocks)))
            return Receipt(ref=ref)

        return self._asked(change)

    def member(self, user_id: str) -> Member | None:
        """The name is made of the address: "priya@…" is Priya."""

        def look_up() -> Member | None:
            address = self.emails.get(user_id)
            return Member(email=address, name=address.partition("@")[0].title()) if address else None

        return self._asked(look_up)

    def find(self, *, channel: str, key: str, since: datetime, thread: str = "") -> Receipt | None:
        found = (p for p in self.posts if (p.channel, p.key, p.thread) == (channel, key, thread))
        return self._asked(lambda: next((Receipt(ref=p.ref) for p in found), None))

    def publish_home(self, user_id: str, blocks: Sequence[Mapping[str, Any]]) -> None:
        self._asked(lambda: self.homes.update({user_id: blocks}))

    def answer(self, address: str, text: str, blocks: Sequence[Mapping[str, Any]] = ()) -> None:
        self._asked(lambda: self.answers.append((address, text)))

    def link(self, ref: str) -> str:
        return self._asked(lambda: f"https://larkfield.slack.example/{ref}")

    def posted_to(self, channel: str) -> list[str]:
        return [p.text for p in self.posts if p.channel == channel]
