"""Plays one story on a stage: each step done or seen, then everything that must always hold."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from apps.demo.outside import Json, NotSeenError
from apps.sandbox.twilio.account import REPLIES
from apps.stories.actions import BY_PEOPLE, BY_WORLD
from apps.stories.expectations import IN_WORLD, TO_PEOPLE
from apps.stories.in_process import FaultError
from apps.stories.scene import CHANNELS_OF_PHONE, CHATS, Scene, find_people
from apps.stories.script import Step, Story
from apps.stories.stage import Stage
from core.govern.gate import BY_ITSELF
from core.measure.reasked import list_reasked
from core.model.conversation import Conversation
from core.model.customer import Identity, IdentityKind
from core.model.ids import ConversationId, CustomerId
from core.model.outbound import TO_CUSTOMER, EffectState, OutboxRow
from core.policy import Policy
from core.ports import Unit

# What must hold after every step of every story, whatever the story itself looks at. These look into the store, which
# nobody outside can: who owns a conversation, under whose authority each message left, whether the chain of records
# is whole.

TWICE_WITHIN = timedelta(minutes=10)  # the same words again within this time are a duplicate


@dataclass(slots=True, kw_only=True)
class Checks:
    """What must hold after every step; remembers from step to step what it needs to compare with."""

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
        return [*found, *self._find_doubled()]

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
                for again in list_reasked(said, customer):
                    yield f"“{again.question}” asks {name} for the {again.thing}; told before: “{again.told}”"

    def _customers(self, unit: Unit) -> dict[str, list[CustomerId]]:
        """Every profile of each customer of the story: a second profile of a stranger would be a mistake too."""
        found: dict[str, list[CustomerId]] = {}
        for name, person in self.scene.people.items():
            if person.kind == "customer":
                pairs = ((IdentityKind.PHONE, person.phone), (IdentityKind.EMAIL, person.email))
                known = [unit.customers.find(Identity(kind=kind, value=value)) for kind, value in pairs if value]
                writers = [customer.id for customer in known if customer]
                found[name] = list(dict.fromkeys([*writers, *self._chatting(unit, name)]))
        return found

    def _chatting(self, unit: Unit, name: str) -> Iterator[CustomerId]:
        """Customers of messenger threads: there is no number, so the thread's conversation says who it is."""
        for channel in CHATS:
            thread = self.scene.thread(name, channel)
            conversation = unit.conversations.at_address(thread) if thread else None
            if conversation is not None:
                yield conversation.customer_id

    def _owner(self, unit: Unit, conversation: Conversation) -> Iterator[str]:
        """The assistant must not write in a conversation that a person owned before the step and owns now."""
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
            if not _is_allowed(unit, row, policy):
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

    def _find_doubled(self) -> Iterator[str]:
        last: dict[tuple[str, str, str], datetime] = {}
        for person, message in self._messages():
            key, at = (person, message["channel"], message["body"]), datetime.fromisoformat(message["at"])
            if key in last and at - last[key] < TWICE_WITHIN:
                yield f"{person} got the same words twice: {message['body'][:80]}"
            last[key] = at


def _is_allowed(unit: Unit, row: OutboxRow, policy: Policy) -> bool:
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


# The runner.

PEOPLE_DO = {**BY_PEOPLE, **TO_PEOPLE}
WORLD_DOES = {**BY_WORLD, **IN_WORLD}


@dataclass(frozen=True, slots=True, kw_only=True)
class StepResult:
    """One step that passed, and the seconds that it took."""

    step: Step
    seconds: float


@dataclass(slots=True, kw_only=True)
class StoryResult:
    """How far the story came. `wrong` is empty when all of it passed."""

    story: Story
    seen: list[StepResult] = field(default_factory=list)
    wrong: str = ""
    at: Step | None = None
    broken: bool = False  # by a fault of ours, which no story may expect
    last: str = ""  # the newest decision, where it went wrong

    @property
    def passed(self) -> bool:
        """It reached the end, or failed as its `missing` says that it must."""
        return not self.broken and bool(self.wrong) == bool(self.story.missing)


def play(story: Story, stage: Stage, told: Callable[[StepResult], None] = lambda _: None) -> StoryResult:
    """Play every step and check it. Raises ConfigurationError when the story names people whom nobody knows."""
    scene = begin_scene(story, stage)
    checks = Checks(scene=scene, began=stage.now(), matters=dict(story.matters))
    played = StoryResult(story=story)
    for step in story.steps:
        began = time.monotonic()
        try:
            _play_step(scene, checks, step)
        except FaultError as error:
            played.wrong, played.at, played.broken = str(error), step, True
            return played
        except (NotSeenError, ValueError, KeyError, TypeError) as error:
            # The last three: what stands behind the sentence is not what the sentence takes.
            played.wrong = str(error) if isinstance(error, NotSeenError) else f"{type(error).__name__}: {error}"
            played.at, played.last = step, describe_last_decision(scene)
            return played
        seen = StepResult(step=step, seconds=time.monotonic() - began)
        played.seen.append(seen)
        told(seen)
    played.wrong = "; ".join([*find_untold(scene), *checks.wrong(ended=True)])
    return played


def describe_last_decision(scene: Scene) -> str:
    """The last decision in one line, or what the vendors got for their webhooks, to help find the cause."""
    rows = scene.decisions()
    if not rows:
        made = scene.stage.outside.people("GET", "deliveries?limit=5")["deliveries"]
        told = ", ".join(f"{row['vendor']} {row['status'] or row['error']}" for row in made)
        return f"nothing was decided yet; the last webhooks: {told or 'none'}"
    row = rows[-1]
    return f"{row['disposition']} by {row['rule']}, intent {row['intent']}: {row['reason']}"


def begin_scene(story: Story, stage: Stage) -> Scene:
    """The scene at the start; messages and tickets that exist already are marked as read."""
    scene = Scene(stage=stage, people=find_people(stage.outside, dict(story.people)), folder=story.path.parent)
    rows = stage.outside.people("GET", "tickets?done=1&limit=1000")["tickets"]
    scene.before = frozenset(row["id"] for row in rows)
    scene.serial = max((row["serial"] for row in scene.decisions()), default=0)
    for name, person in scene.people.items():
        if person.kind == "customer":
            for channel in (*CHANNELS_OF_PHONE, "mail"):
                scene.read[name, channel] = len(scene.screen(name, channel))
    for channel in ("care-alerts", "care-approvals"):
        scene.read["Slack", channel] = len(stage.outside.slack(channel))
    return scene


def _play_step(scene: Scene, checks: Checks, step: Step) -> None:
    table = PEOPLE_DO if step.who else WORLD_DOES
    acts = step.does in (BY_PEOPLE if step.who else BY_WORLD)
    if acts and (unread := list(find_untold(scene))):
        raise NotSeenError("; ".join(unread))
    table[step.does](scene, step.who, step.given)
    if acts:
        scene.stage.settle()
    if wrong := checks.wrong():
        raise NotSeenError("; ".join(wrong))


def find_untold(scene: Scene) -> Iterator[str]:
    """Messages to customers that no step mentions: a story has to name all that a customer gets."""
    for name, person in scene.people.items():
        for channel in CHANNELS_OF_PHONE if person.kind == "customer" else ():
            for text in scene.unread(name, channel):
                yield f"{name} got on {channel} what the story does not tell: “{' '.join(text.split())}”"
        for channel in CHATS if person.kind == "customer" else ():
            for row in scene.bubbles(name, channel)[scene.read.get((name, channel), 0) :]:
                said = " ".join(str(row["body"]).split())
                yield f"{name} got in the {channel} what the story does not tell: “{said}”"
