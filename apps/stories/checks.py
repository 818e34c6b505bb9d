"""What must hold after every step of every story, whatever the story itself looks at.

These look into the store, which nobody outside can: who owns a conversation, under whose authority each message left,
whether the chain of records is whole.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from apps.demo.outside import Json
from apps.sandbox.twilio.keywords import REPLIES
from apps.stories.scene import CHANNELS_OF_PHONE, CHATS, Scene
from core.coordinate.policy import Policy
from core.govern.gate import BY_ITSELF
from core.measure.reasked import reasked
from core.model.conversation import Conversation
from core.model.customer import Identity, IdentityKind
from core.model.ids import ConversationId, CustomerId
from core.model.outbound import TO_CUSTOMER, EffectState, OutboxRow
from core.ports import Unit

TWICE_WITHIN = timedelta(minutes=10)  # the same words again within this time are a duplicate


@dataclass(slots=True, kw_only=True)
class Checks:
    """Remembers from step to step what an error can only be seen against."""

    scene: Scene
    began: datetime
    matters: dict[str, int]
    owners: dict[ConversationId, str] = field(default_factory=dict)
    known: set[str] = field(default_factory=set)  # effects that were judged after an earlier step

    def wrong(self, *, ended: bool = False) -> list[str]:
        """Everything that does not hold now, in words."""
        container = self.scene.stage.container
        with container.store.read() as unit:
            found = [*self._conversations(unit, ended), *self._authorities(unit, container.policy), *_records(unit)]
        return [*found, *self._doubled()]

    # ------------------------------------------------ conversations and their owners

    def _conversations(self, unit: Unit, ended: bool) -> Iterator[str]:
        for name, customers in self._customers(unit).items():
            theirs = [c for each in customers for c in unit.conversations.recent(each, self.began)]
            most = self.matters.get(name, 1)
            if len(theirs) > most or (ended and theirs and len(theirs) != most):
                subjects = ", ".join(f"“{c.subject[:40]}” on {c.channel}" for c in theirs)
                yield f"{name} has {len(theirs)} conversations, not {most}: {subjects}"
            for conversation in theirs:
                yield from self._owner(unit, conversation)
                customer, said = (
                    unit.customers.get(conversation.customer_id),
                    unit.conversations.messages(conversation.id),
                )
                for again in reasked(said, customer):
                    yield f"“{again.question}” asks {name} for the {again.thing}; told before: “{again.told}”"

    def _customers(self, unit: Unit) -> dict[str, list[CustomerId]]:
        """Every profile that a person of the story is known by: a stranger's second one would be a mistake too."""
        found: dict[str, list[CustomerId]] = {}
        for name, person in self.scene.people.items():
            if person.kind == "customer":
                pairs = ((IdentityKind.PHONE, person.phone), (IdentityKind.EMAIL, person.email))
                known = [unit.customers.find(Identity(kind=kind, value=value)) for kind, value in pairs if value]
                writers = [customer.id for customer in known if customer]
                found[name] = list(dict.fromkeys([*writers, *self._chatting(unit, name)]))
        return found

    def _chatting(self, unit: Unit, name: str) -> Iterator[CustomerId]:
        """In a messenger nobody goes by a number: whose conversation the thread belongs to is who it is."""
        for channel in CHATS:
            thread = self.scene.thread(name, channel)
            conversation = unit.conversations.at_address(thread) if thread else None
            if conversation is not None:
                yield conversation.customer_id

    def _owner(self, unit: Unit, conversation: Conversation) -> Iterator[str]:
        """Who had it before the step and who has it now: a person's conversation is spoken in by nobody else."""
        before, now = self.owners.get(conversation.id), conversation.owner
        self.owners[conversation.id] = "person" if now.is_human else "assistant"
        for row in unit.outbox.of_conversation(conversation.id):
            if row.effect.id in self.known or row.effect.kind not in TO_CUSTOMER or row.state is not EffectState.SENT:
                continue
            self.known.add(row.effect.id)
            if row.effect.authority.rule in BY_ITSELF and before == "person" and now.is_human:
                yield f"the assistant spoke ({row.effect.authority.rule}) while {now.name or now.kind} had it"

    # ------------------------------------------------ authorities

    def _authorities(self, unit: Unit, policy: Policy) -> Iterator[str]:
        """Each message that came to a phone or a chat is one effect of ours, and each of those has somebody's leave.

        What agents say in their own workspace is the helpdesk's, not ours."""
        seen: set[str] = set()
        for person, message in self._messages():
            row = unit.outbox.by_ref(message["ref"])
            if row is None:
                # Twilio answers STOP, START and HELP by itself; those words are not ours.
                if message["body"] not in REPLIES.values():
                    yield f"{person} got a message that is in no outbox: {message['body'][:80]}"
                continue
            if row.effect.id in seen:
                yield f"{person} got one effect twice: {message['body'][:80]}"
            seen.add(row.effect.id)
            if not _allowed(unit, row, policy):
                yield f"{person} got a message under {row.effect.authority.rule}, for which nobody gave leave"

    def _messages(self) -> Iterator[tuple[str, Json]]:
        for name, person in self.scene.people.items():
            for channel in CHANNELS_OF_PHONE if person.phone else ():
                for message in self.scene.messages(name, channel):
                    yield name, {**message, "ref": message["sid"]}
            for channel in CHATS if person.kind == "customer" else ():
                for message in self.scene.bubbles(name, channel):
                    if not message["agent"]:
                        yield name, {**message, "ref": message["id"], "channel": channel}

    def _doubled(self) -> Iterator[str]:
        last: dict[tuple[str, str, str], datetime] = {}
        for person, message in self._messages():
            key, at = (person, message["channel"], message["body"]), datetime.fromisoformat(message["at"])
            if key in last and at - last[key] < TWICE_WITHIN:
                yield f"{person} got the same words twice: {message['body'][:80]}"
            last[key] = at


def _allowed(unit: Unit, row: OutboxRow, policy: Policy) -> bool:
    authority = row.effect.authority
    if authority.approval_id is None:
        return authority.rule in policy.standing
    standing = unit.campaigns.get(authority.approval_id)
    return standing is not None and standing.began_at is not None


def _records(unit: Unit) -> Iterator[str]:
    broken = unit.ledger.verify()
    if broken is not None:
        yield f"the chain of records is broken at {broken}"
    for what, counts in (("event", unit.events.counts()), ("effect", unit.outbox.counts())):
        if counts.get("parked"):
            yield f"{counts['parked']} {what}(s) are parked: a person must look"
