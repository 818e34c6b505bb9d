"""Intents to add, to split, to merge, and examples to retire, from what agents corrected in the last weeks and from
what was read as no intent and a person had to answer. No language model is asked.

What a customer wrote stands in the evidence alone, which goes with their conversation: a proposal's title and change
have the company's own names, and words that several customers used."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import numpy as np

from core.improve.grouping import BAR, Bar
from core.improve.message_groups import FEWEST, Group, group_texts
from core.improve.spread import Spread
from core.measure.replay import Remembered, decisions_of
from core.model.conversation import Conversation, Message, Role
from core.model.decision import Action, Decision
from core.model.ids import ConversationId, CustomerId, MessageId, derive_id
from core.model.lesson import Cause, Evidence, Proposal, ProposalKind
from core.model.outbound import digest
from core.model.signals import OUT_OF_SCOPE, Correction
from core.policy import Policy
from core.policy.learning import Corrected
from core.ports import Encoder, Unit
from core.privacy.find import of_customer
from core.privacy.mask import redact
from core.read.course import wants_something
from core.read.turn_input import customer_words
from core.text.stems import stems

ENGLISH = "en"
LOOKED_BACK = timedelta(days=28)
LOOKED_AT = 1_000  # conversations, the newest
LATEST = 200  # matters, or corrections, on which an effect is told
ALIKE = 0.7  # cosine of spread vectors from which a message wants what a group wants, in whichever language
ALIKE_ENGLISH = 0.6  # the same by the encoder that knows English, and it better
EACH_WAY = 2  # corrections in each direction before two intents are taken for one
OF_ONE = 0.6  # share of a group that was read as one intent from which on it is split off from that one
LIKE_EXAMPLE = 0.8  # cosine from which a message is what an example says
LONGEST = 500  # characters of a message that are looked at
NAMED_BY = 3  # messages that must have a word of a new intent's name
SHOWN = 12  # pieces of evidence that are kept: the examples of a new intent


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """A customer's words, masked. `read` is the intent that was read in them, empty where none was; `intent` the one
    that `by` says they have: OUT_OF_SCOPE, or empty where nobody said and `by` is who answered them. `language` is the
    one they were read in, empty where it is not known."""

    message_id: MessageId
    conversation_id: ConversationId
    customer_id: CustomerId
    ticket_id: str
    text: str
    language: str
    read: str
    intent: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class IntentChanges:
    """One of `core.improve.find.Further`. `examples` and `labels` are the company's intents by name. `encoder` knows
    all languages, `english` that one."""

    policy: Callable[[], Policy]
    encoder: Callable[[], Encoder]
    english: Callable[[], Encoder]
    examples: Callable[[], Mapping[str, Sequence[str]]]
    labels: Callable[[], Mapping[str, str]]
    bar: Bar = BAR

    def __call__(self, unit: Unit, now: datetime) -> list[Proposal]:
        if not self.labels():
            return []  # no intents are read here: `handrail intents propose` makes the first ones
        off = self.policy().learning.corrections is Corrected.OFF
        corrected = [] if off else list(_corrected(unit, now - LOOKED_BACK))
        pool = [*(each for each in corrected if each.intent == OUT_OF_SCOPE), *self._unread(unit, corrected, now)]
        vectors = Spread(self.encoder())
        return [
            *self._merged(corrected, now),
            *(self._apart(name, group, pool, now) for name, group in self._groups(pool, vectors)),
            *self._retired(corrected, vectors, now),
        ]

    # -------------------------------------------------------------- what nobody read

    def _unread(self, unit: Unit, corrected: Sequence[Said], now: datetime) -> Iterator[Said]:
        """The first words of each of the last matters, where they had no intent and a person answered them."""
        told = {each.conversation_id for each in corrected}
        policy, since = self.policy(), now - LOOKED_BACK
        for conversation_id in unit.decisions.last_decided(LOOKED_AT):
            conversation = unit.conversations.get(conversation_id)
            if conversation is None or conversation_id in told:
                continue
            first = next(iter(decisions_of(unit, conversation_id)), None)
            if first is None or first.case is None or first.decision.at < since or not _asks(first):
                continue
            if first.decision.signals.intent.confidence >= policy.confidence_intent:
                continue
            said = next(_by_people(unit.conversations.messages(conversation_id), first.decision.at), None)
            if said is not None:
                text, about = customer_words(first.case), first.decision.about
                yield _said(
                    unit,
                    conversation,
                    about,
                    text,
                    first.decision,
                    read="",
                    intent="",
                    by=said.author,
                    at=first.decision.at,
                )

    def _groups(self, pool: Sequence[Said], vectors: Spread) -> Iterator[tuple[str, list[Said]]]:
        """What wants the same, with what it is called. English messages are put together by themselves; what those in
        other languages are grouped with, they belong to."""
        if not _passes(pool, self.bar):
            return
        groups = _alike([each for each in pool if each.language == ENGLISH], self.english(), ALIKE_ENGLISH)
        if any(each.language != ENGLISH for each in pool):
            for label, members in _alike(pool, vectors, ALIKE):
                _into(groups, label, members)
        yield from ((label, members) for label, members in groups if _passes(members, self.bar))

    def _apart(self, label: str, group: Sequence[Said], pool: Sequence[Said], now: datetime) -> Proposal:
        """A new intent, by itself or out of the one that most of the group was read as."""
        read, count = Counter(each.read for each in group).most_common(1)[0]
        out_of = read if read in self.labels() and count >= OF_ONE * len(group) else ""
        kind = ProposalKind.INTENT_SPLIT if out_of else ProposalKind.INTENT_NEW
        title = (
            f"Messages about “{label}” are an intent of their own, apart from “{self.labels()[out_of]}”"
            if out_of
            else f"Messages about “{label}” are an intent of their own"
        )
        row = {"do": "split", "name": out_of} if out_of else {"do": "add", "name": ""}
        latest = sorted(pool, key=lambda each: each.at)[-LATEST:]
        ours = {each.message_id for each in group}
        having = sum(each.message_id in ours for each in latest)
        effect = f"would have given an intent to {having} of your last {len(latest)} messages that had none of yours"
        key = digest({"kind": kind, "first": min(ours)})[:24]
        return _proposal(kind, key, title, label, row, group, could=len(group), effect=effect, about=label, now=now)

    # -------------------------------------------------------------- what agents take for one another

    def _merged(self, corrected: Sequence[Said], now: datetime) -> Iterator[Proposal]:
        """Two intents that agents correct into one another, both ways, and that the policy treats alike."""
        policy, labels, examples = self.policy(), self.labels(), self.examples()
        pairs: defaultdict[tuple[str, str], list[Said]] = defaultdict(list)
        for each in corrected:
            if each.read in labels and each.intent in labels and each.read != each.intent:
                first, second = sorted((each.read, each.intent))
                pairs[first, second].append(each)
        for (first, second), said in pairs.items():
            ways = Counter(each.read for each in said)
            could = sum(each.read in (first, second) and each.intent != each.read for each in corrected)
            one, other = (policy.owner_of(name) for name in (first, second))
            alike = (one.way, one.group, one.tier) == (other.way, other.group, other.tier)
            enough = min(ways[first], ways[second]) >= EACH_WAY and len(said) >= self.bar.share * could
            if not (alike and enough and _passes(said, self.bar)):
                continue
            gone, kept = sorted((first, second), key=lambda name: (len(examples.get(name, ())), name))
            latest = sorted(corrected, key=lambda each: each.at)[-LATEST:]
            spared = sum({each.read, each.intent} == {first, second} for each in latest)
            yield _proposal(
                ProposalKind.INTENT_MERGE,
                digest({"kind": ProposalKind.INTENT_MERGE, "pair": [first, second]})[:24],
                f"“{labels[gone]}” and “{labels[kept]}” are one intent: agents take each for the other",
                labels[kept],
                {"do": "merge", "name": gone, "into": kept},
                said,
                could=could,
                effect=f"would have spared {spared} of your last {len(latest)} corrections",
                about=f"{first} {second}",
                now=now,
            )

    # -------------------------------------------------------------- examples that mislead

    def _retired(self, corrected: Sequence[Said], vectors: Spread, now: datetime) -> Iterator[Proposal]:
        """Examples of an intent that say what agents, again and again, say is another."""
        of: defaultdict[str, list[Said]] = defaultdict(list)
        for each in corrected:
            if each.read in self.labels() and each.intent != each.read:
                of[each.read].append(each)
        for intent, said in of.items():
            texts = list(dict.fromkeys(self.examples().get(intent, ())))
            for example in texts if len(texts) > FEWEST and _passes(said, self.bar) else ():
                like = [each for each in said if vectors.alike(each.text, redact(example)) >= LIKE_EXAMPLE]
                if _passes(like, self.bar):
                    latest = sorted(corrected, key=lambda each: each.at)[-LATEST:]
                    ours = {each.message_id for each in like}
                    having = sum(each.message_id in ours for each in latest)
                    yield _proposal(
                        ProposalKind.INTENT_RETIRE,
                        digest({"kind": ProposalKind.INTENT_RETIRE, "intent": intent, "example": example})[:24],
                        f"“{example[:80]}” is no example of “{self.labels()[intent]}” any more",
                        "",
                        {"do": "retire", "name": intent, "examples": [example]},
                        like,
                        could=len(like),
                        effect=f"says what {having} of your last {len(latest)} corrected messages say",
                        about=f"{intent} {example}",
                        now=now,
                    )


# ------------------------------------------------------------------


def _alike(pool: Sequence[Said], encoder: Encoder, alike: float) -> list[tuple[str, list[Said]]]:
    """Groups of messages, each with its label."""
    by_text: defaultdict[str, list[Said]] = defaultdict(list)
    for each in pool:
        by_text[each.text].append(each)
    if len(by_text) < FEWEST:
        return []
    # One at a time: a cache keeps on disk what it encodes together, and these are people's words.
    vectors = np.stack([encoder.encode([text])[0] for text in by_text])
    found = group_texts(list(by_text), vectors, alike)[0]
    return [(_label_of(group), [each for text in group.texts for each in by_text[text]]) for group in found]


def _into(groups: list[tuple[str, list[Said]]], label: str, members: Sequence[Said]) -> None:
    """What is new of these goes to the group that has the most of them, or is one of its own."""
    taken = {each.message_id: at for at, (_, group) in enumerate(groups) for each in group}
    fresh = [each for each in members if each.message_id not in taken]
    most = Counter(taken[each.message_id] for each in members if each.message_id in taken).most_common(1)
    if most:
        groups[most[0][0]][1].extend(fresh)
    else:
        groups.append((label, fresh))


def _label_of(group: Group) -> str:
    """The words that set a group apart, as far as several customers wrote them; for a person to change."""
    having = Counter(stem for text in group.texts for stem in set(stems(text)))
    words = [word for word in group.name.split("_") if all(having[each] >= NAMED_BY for each in stems(word))]
    return " ".join(words).capitalize() or "Unnamed"


def _corrected(unit: Unit, since: datetime) -> Iterator[Said]:
    """What agents said that messages are about, with what was read in them."""
    for one in unit.corrections.all():
        conversation = unit.conversations.get(one.conversation_id) if one.at >= since and one.text.strip() else None
        if conversation is not None:
            first = _first_about(unit, one)
            read = first.signals.intent.value if first is not None and first.signals.intents else ""
            yield _said(
                unit, conversation, one.message_id, one.text, first, read=read, intent=one.intent, by=one.by, at=one.at
            )


def _first_about(unit: Unit, one: Correction) -> Decision | None:
    """The first decision about what was corrected: later ones know the correction."""
    decided = (each for each in unit.decisions.of_conversation(one.conversation_id) if each.about == one.message_id)
    return next(decided, None)


def _said(
    unit: Unit,
    conversation: Conversation,
    message_id: MessageId,
    text: str,
    decision: Decision | None,
    *,
    read: str,
    intent: str,
    by: str,
    at: datetime,
) -> Said:
    customer = unit.customers.get(conversation.customer_id)
    return Said(
        message_id=message_id,
        conversation_id=conversation.id,
        customer_id=conversation.customer_id,
        ticket_id=conversation.ticket_id or "",
        text=redact(text, known=of_customer(customer) if customer else ())[:LONGEST].strip(),
        language=decision.signals.language.value if decision is not None else "",
        read=read,
        intent=intent,
        by=by,
        at=at,
    )


def _asks(first: Remembered) -> bool:
    """Whether the customer wanted something: machines, thanks and greetings have no intent either."""
    silent = first.decision.disposition.action is Action.SILENT
    return not silent and first.case is not None and wants_something(customer_words(first.case))


def _by_people(messages: Sequence[Message], after: datetime) -> Iterator[Message]:
    return (m for m in messages if m.role is Role.AGENT and m.public and not m.automatic and m.at > after)


def _passes(said: Iterable[Said], bar: Bar) -> bool:
    every = list(said)
    return (
        len({each.conversation_id for each in every}) >= bar.matters
        and len({each.by for each in every}) >= bar.agents
        and len({each.customer_id for each in every}) >= min(bar.customers, bar.matters)
    )


def _proposal(
    kind: ProposalKind,
    key: str,
    title: str,
    says: str,
    row: Mapping[str, Any],
    said: Sequence[Said],
    *,
    could: int,
    effect: str,
    about: str,
    now: datetime,
) -> Proposal:
    newest = {each.conversation_id: each for each in sorted(said, key=lambda each: each.at)}
    return Proposal(
        id=str(derive_id("pr", key)),
        key=key,
        kind=kind,
        cause=Cause.READING,
        title=title,
        says=says,
        change={"intents": dict(row), "about": [kind.value, about]},
        matters=len(newest),
        agents=len({each.by for each in said}),
        customers=len({each.customer_id for each in said}),
        could=max(could, len(newest)),
        words=0,
        found_at=now,
        replayed=effect,
        evidence=tuple(_evidence(each) for each in [*newest.values()][::-1][:SHOWN]),
    )


def _evidence(each: Said) -> Evidence:
    return Evidence(
        conversation_id=each.conversation_id,
        customer_id=each.customer_id,
        ticket_id=each.ticket_id,
        agent=each.by,
        at=each.at,
        before="",
        after=each.text,
    )
