"""Wordings of triggers that people said were wrong or missed, as proposals for the policy's lists of wordings.

Wrong: a supervisor marked the alert as a false alarm, or an agent gave a conversation that was handed over because of
it back to the assistant without a word. Missed: an agent passed a matter on by hand to the team of a trigger that did
not fire. What the customers of several such matters wrote in the same words, and others did not, is the wording."""

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

from core.decide.wordings import count_wordings, find_wording
from core.improve.differences import sentences
from core.improve.grouping import BAR, Bar
from core.measure.replay import decisions_of
from core.model.alert import Wish
from core.model.conversation import Message, Role
from core.model.decision import Decision
from core.model.ids import AlertId, ConversationId, CustomerId, TicketId, derive_id
from core.model.lesson import Cause, Evidence, Proposal, ProposalKind
from core.model.outbound import digest
from core.model.seal import Record
from core.model.signals import Signals
from core.policy import FROM_WORDS, Policy, Trigger
from core.ports import Unit
from core.privacy.find import PLACEHOLDER, of_customer
from core.privacy.mask import redact
from core.read.triggers import LABELS
from core.read.turn_input import customer_words
from core.text.stems import STOP

LOOKED_BACK = timedelta(days=28)
LOOKED_AT = 1_000  # conversations, the newest: what a wording is held against
LATEST = 200  # matters, or alarms, on which its effect is told
# Share of the alarms with a wording that people said were false. Higher than what is asked of other proposals: an alarm
# that is missing costs more than one too many.
FALSE_FROM = 0.6
MOST_WORDS = 5
SHORTEST = 5  # letters of a wording of one word; of a false one there are none: it would take too much with it
TELLING = 4  # letters of a word that can carry a wording
MOST = 3  # wordings of a trigger, or a team, in one night
SHOWN = 12  # pieces of evidence that are kept with a proposal
LONGEST = 400  # characters of each
WORDED = FROM_WORDS - {"repeated_question"}  # that one is no matter of words
RULE = "trigger:"
GO_ON = "go_on"  # how an agent gives back what the assistant is to answer (`core.assist.agent_actions.HandBackWay`)
_TOKEN = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_BREAK = re.compile(r"[.!?;:\n()\"“”]+")

# ------------------------------------------------------------------
# Matters as they were read, and what people said of their alarms.


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """The customer's words of one decision, as they were read."""

    decision: Decision
    text: str
    signals: Signals

    def fires(self, triggers: Mapping[str, Trigger], name: str) -> bool:
        found = count_wordings(self.signals, self.text, triggers).risk(name)
        return found is not None and found.confidence >= triggers[name].threshold

    def shown(self, name: str) -> str:
        """The words that show a trigger."""
        found = self.signals.risk(name)
        return "\n".join(each.words for each in found.evidence) if found is not None else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Matter:
    """A conversation with its decided turns, oldest first. `mask` takes out what is personal."""

    id: ConversationId
    customer_id: CustomerId
    ticket_id: str
    turns: tuple[Turn, ...]
    mask: Callable[[str], str]

    def until(self, at: datetime) -> list[Turn]:
        return [turn for turn in self.turns if turn.decision.at <= at]


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """Somebody's word on one matter. `names` are the triggers that it may be about, `text` is what the customer wrote,
    masked."""

    matter: Matter
    names: tuple[str, ...]
    by: str
    at: datetime
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Matters:
    """The matters of a store, each read once in a search. `triggers` are those in force."""

    unit: Unit
    triggers: Mapping[str, Trigger]
    _known: dict[ConversationId, Matter | None] = field(default_factory=dict)

    def get(self, conversation_id: ConversationId) -> Matter | None:
        """None where there is no such conversation any more."""
        if conversation_id not in self._known:
            self._known[conversation_id] = self._read(conversation_id)
        return self._known[conversation_id]

    def of_ticket(self, ticket: str) -> Matter | None:
        found = self.unit.conversations.by_ticket(TicketId(ticket))
        return self.get(found.id) if found is not None else None

    def _read(self, conversation_id: ConversationId) -> Matter | None:
        conversation = self.unit.conversations.get(conversation_id)
        customer = self.unit.customers.get(conversation.customer_id) if conversation is not None else None
        if conversation is None or customer is None:
            return None
        known = of_customer(customer)
        return Matter(
            id=conversation.id,
            customer_id=customer.id,
            ticket_id=conversation.ticket_id or "",
            turns=tuple(self._turns(conversation_id)),
            mask=lambda text: redact(text, known=known),
        )

    def _turns(self, conversation_id: ConversationId) -> Iterator[Turn]:
        for each in decisions_of(self.unit, conversation_id):
            if each.case is not None:
                text = customer_words(each.case)
                signals = count_wordings(each.decision.signals, text, self.triggers)
                yield Turn(decision=each.decision, text=text, signals=signals)


def marked_false(matters: Matters, record: Record) -> Iterator[Mark]:
    """By a supervisor, from the alert: each trigger that it was raised by and whose words show it."""
    facts = _facts(record)
    if not facts.get("wish") == facts.get("result") == Wish.FALSE_ALARM:
        return
    alert = matters.unit.alerts.get(AlertId(str(facts.get("alert"))))
    matter = matters.get(alert.said.conversation_id) if alert is not None and alert.said.conversation_id else None
    if alert is None or matter is None:
        return
    at = datetime.fromisoformat(record.at)
    for name in alert.said.reasons:
        turn = next((turn for turn in reversed(matter.until(at)) if _alarms(matters, turn, name)), None)
        if turn is not None:
            yield _false(matter, turn, name, facts, at)


def given_back(matters: Matters, record: Record) -> Iterator[Mark]:
    """By an agent: handed over because of a trigger, and given back for the assistant to go on before any person had
    said a word."""
    facts = _facts(record)
    matter = matters.of_ticket(str(facts.get("ticket"))) if facts.get("how") == GO_ON else None
    if matter is None:
        return
    at = datetime.fromisoformat(record.at)
    turn = next((turn for turn in reversed(matter.until(at)) if turn.decision.handoff is not None), None)
    if turn is None:
        return
    name = turn.decision.disposition.rule.removeprefix(RULE)
    said = any(turn.decision.at < each.at <= at for each in _by_people(matters.unit.conversations.messages(matter.id)))
    if not said and _alarms(matters, turn, name):
        yield _false(matter, turn, name, facts, at)


def passed_on(matters: Matters, record: Record) -> Iterator[Mark]:
    """By an agent, by hand, to the team of triggers of which none had fired."""
    facts = _facts(record)
    group, matter = str(facts.get("group")), matters.of_ticket(str(facts.get("ticket")))
    names = tuple(name for name, trigger in matters.triggers.items() if name in WORDED and trigger.group == group)
    at = datetime.fromisoformat(record.at)
    turns = matter.until(at) if matter is not None else []
    if matter is not None and turns and names and not _had(matters, turns, names):
        text = matter.mask("\n".join(turn.text for turn in turns))
        yield Mark(matter=matter, names=names, by=str(facts.get("by")), at=at, text=text)


Sign = Callable[[Matters, Record], Iterator[Mark]]
SAID_FALSE: Mapping[str, Sign] = {"alert": marked_false, "handed_back": given_back}
SAID_MISSED: Mapping[str, Sign] = {"escalated": passed_on}


def _facts(record: Record) -> Mapping[str, Any]:
    """None of a record that cannot be read any more; `handrail ledger verify` tells of those."""
    try:
        return record.said
    except ValueError:
        return {}


def _had(matters: Matters, turns: Iterable[Turn], names: Sequence[str]) -> bool:
    """Whether the team of these triggers had it, or one of them fired, without anybody's passing it on."""
    group = matters.triggers[names[0]].group
    return any(
        (turn.decision.handoff is not None and turn.decision.handoff.group == group)
        or any(turn.fires(matters.triggers, name) for name in names)
        for turn in turns
    )


def _alarms(matters: Matters, turn: Turn, name: str) -> bool:
    known = name in WORDED and name in matters.triggers
    return known and turn.fires(matters.triggers, name) and bool(turn.shown(name))


def _false(matter: Matter, turn: Turn, name: str, facts: Mapping[str, Any], at: datetime) -> Mark:
    return Mark(matter=matter, names=(name,), by=str(facts.get("by")), at=at, text=matter.mask(turn.shown(name)))


def _by_people(messages: Sequence[Message]) -> Iterator[Message]:
    return (each for each in messages if each.role is Role.AGENT and each.public and not each.automatic)


# ------------------------------------------------------------------
# What the marked matters have in common, and the others have not.


def wordings_in(text: str, fewest: int = 1) -> set[str]:
    """Every run of up to five words of a sentence that could be a wording: it begins and ends with words that carry
    meaning, and no number or masked name is in it. `fewest` is the number of its words."""
    found: set[str] = set()
    for part in _BREAK.split(PLACEHOLDER.sub(".", text)):
        words = [word.lower().replace("’", "'") for word in _TOKEN.findall(part)]
        for start in range(len(words)):
            for end in range(start + fewest, min(start + MOST_WORDS, len(words)) + 1):
                run = words[start:end]
                if _is_wording(run):
                    found.add(" ".join(run))
    return found


def _is_wording(run: Sequence[str]) -> bool:
    if run[0] in STOP or run[-1] in STOP or any(letter.isdigit() for word in run for letter in word):
        return False
    return len(run[0]) >= SHORTEST if len(run) == 1 else any(len(word) >= TELLING and word not in STOP for word in run)


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """`marks` has one for each matter, the newest first; `could` counts the matters in which it would have made a
    difference, with those in which nobody said so."""

    wording: str
    marks: tuple[Mark, ...]
    could: int

    @property
    def gain(self) -> int:
        """How many more of them it gets right than wrong."""
        return 2 * len(self.marks) - self.could


def common_wordings(
    marks: Iterable[Mark], others: Callable[[set[str]], Counter[str]], bar: Bar, share: float, fewest: int
) -> Iterator[Found]:
    """The wordings that pass the bar, each for matters that none before it is for. `others` tells in how many matters
    that nobody marked each of some wordings stands, too."""
    of: defaultdict[str, dict[ConversationId, Mark]] = defaultdict(dict)
    for mark in sorted(marks, key=lambda mark: mark.at):
        for wording in wordings_in(mark.text, fewest):
            of[wording][mark.matter.id] = mark
    able = {wording: found for wording, found in of.items() if _passes(found.values(), bar)}
    beside = others(set(able)) if able else Counter()
    for _ in range(MOST):
        found = [Found(wording=w, marks=_newest(m), could=len(m) + beside[w]) for w, m in able.items()]
        fit = [each for each in found if len(each.marks) >= share * each.could]
        if not fit:
            return
        best = max(fit, key=lambda each: (each.gain, len(each.wording.split()), each.wording))
        yield best
        told = {mark.matter.id for mark in best.marks}
        rest = {w: {id_: mark for id_, mark in m.items() if id_ not in told} for w, m in able.items()}
        able = {wording: left for wording, left in rest.items() if _passes(left.values(), bar)}


def _passes(marks: Iterable[Mark], bar: Bar) -> bool:
    """One of each matter."""
    every = list(marks)
    return (
        len(every) >= bar.matters
        and len({mark.by for mark in every}) >= bar.agents
        and len({mark.matter.customer_id for mark in every}) >= min(bar.customers, bar.matters)
    )


def _newest(marks: Mapping[ConversationId, Mark]) -> tuple[Mark, ...]:
    return tuple(sorted(marks.values(), key=lambda mark: mark.at, reverse=True))


# ------------------------------------------------------------------


Likely = Callable[[str], Mapping[str, float]]


@dataclass(frozen=True, slots=True, kw_only=True)
class TriggerWordings:
    """One of `core.improve.find.Further`. Without enough marks it looks at nothing else. `likely` tells how likely a
    sentence shows each trigger; what it does not name is not likely."""

    policy: Callable[[], Policy]
    likely: Likely
    bar: Bar = BAR

    def __call__(self, unit: Unit, now: datetime) -> list[Proposal]:
        matters = Matters(unit=unit, triggers=self.policy().triggers)
        return list(_Search(matters=matters, likely=self.likely, bar=self.bar, now=now).proposals())


@dataclass(frozen=True, kw_only=True)
class _Search:
    matters: Matters
    likely: Likely
    bar: Bar
    now: datetime

    def proposals(self) -> Iterator[Proposal]:
        for name, marks in self._marked(SAID_FALSE, lambda mark: mark.names[0]).items():
            others = self._others_with_alarm(name, marks)
            for found in common_wordings(marks, others, self.bar, FALSE_FROM, fewest=2):
                yield self._false(name, found)
        for group, marks in self._marked(SAID_MISSED, lambda mark: self.triggers[mark.names[0]].group).items():
            others = self._others_without_alarm(marks)
            for found in common_wordings(marks, others, self.bar, self.bar.share, fewest=1):
                yield self._missed(group, found)

    def _marked(self, signs: Mapping[str, Sign], about: Callable[[Mark], str]) -> Mapping[str, list[Mark]]:
        """The marks by what they are about, where there are enough."""
        found: defaultdict[str, list[Mark]] = defaultdict(list)
        for record in self.matters.unit.ledger.of_kinds(tuple(signs), self.now - LOOKED_BACK):
            for mark in signs[record.kind](self.matters, record):
                found[about(mark)].append(mark)
        return {name: marks for name, marks in found.items() if _passes(_one_each(marks), self.bar)}

    @property
    def triggers(self) -> Mapping[str, Trigger]:
        return self.matters.triggers

    @cached_property
    def sample(self) -> Sequence[Matter]:
        """The matters that were decided about last, newest first, as far as the search looks back."""
        found = (self.matters.get(each) for each in self.matters.unit.decisions.last_decided(LOOKED_AT))
        since = self.now - LOOKED_BACK
        return [each for each in found if each is not None and each.turns and each.turns[-1].decision.at >= since]

    @cached_property
    def scale(self) -> float:
        """How many matters of the time each of the sample stands for."""
        if len(self.sample) < LOOKED_AT:
            return 1.0
        since = self.now - LOOKED_BACK
        every = sum(row.count for row in self.matters.unit.figures.count_decided(since))
        seen = sum(turn.decision.at >= since for matter in self.sample for turn in matter.turns)
        return max(1.0, every / max(seen, 1))

    def _others_with_alarm(self, name: str, marks: Sequence[Mark]) -> Callable[[set[str]], Counter[str]]:
        def shown(matter: Matter) -> Iterator[str]:
            return (turn.shown(name) for turn in matter.turns if _alarms(self.matters, turn, name))

        return self._others(marks, shown, fewest=2)

    def _others_without_alarm(self, marks: Sequence[Mark]) -> Callable[[set[str]], Counter[str]]:
        def said(matter: Matter) -> Iterator[str]:
            # Where the team had it anyway, an alarm would have changed little.
            if not _had(self.matters, matter.turns, marks[0].names):
                yield from (turn.text for turn in matter.turns)

        return self._others(marks, said, fewest=1)

    def _others(
        self, marks: Sequence[Mark], texts: Callable[[Matter], Iterator[str]], fewest: int
    ) -> Callable[[set[str]], Counter[str]]:
        marked = {mark.matter.id for mark in marks}

        def count(wordings: set[str]) -> Counter[str]:
            found: Counter[str] = Counter()
            for matter in self.sample:
                if matter.id not in marked:
                    found.update({each for text in texts(matter) for each in wordings_in(text, fewest)} & wordings)
            return Counter({wording: round(count * self.scale) for wording, count in found.items()})

        return count

    # -------------------------------------------------------------- what is proposed

    def _false(self, name: str, found: Found) -> Proposal:
        trigger = self.triggers[name]
        changed = {**self.triggers, name: replace(trigger, unless=(*trigger.unless, found.wording))}
        marked = {mark.matter.id: mark.matter for mark in found.marks}
        every = {**{matter.id: matter for matter in self.sample}, **marked}
        alarms = [m for m in every.values() if any(_alarms(self.matters, turn, name) for turn in m.turns)]
        alarms = sorted(alarms, key=lambda matter: matter.turns[-1].decision.at, reverse=True)[:LATEST]
        fewer = [m for m in alarms if not any(turn.fires(changed, name) for turn in m.turns)]
        said = sum(matter.id in marked for matter in fewer)
        effect = (
            f"would have raised {len(fewer)} fewer of its last {len(alarms)} alarms, {said} of them said to be false"
        )
        title = f"{_label(name)}: “{found.wording}” is no sign of it"
        return self._propose(ProposalKind.TRIGGER_FALSE, "unless", name, found, title, effect)

    def _missed(self, group: str, found: Found) -> Proposal:
        name = self._most_likely(found)
        trigger = self.triggers[name]
        changed = {**self.triggers, name: replace(trigger, words=(*trigger.words, found.wording))}
        latest = self.sample[:LATEST]
        more = [
            matter
            for matter in latest
            if any(turn.fires(changed, name) and not turn.fires(self.triggers, name) for turn in matter.turns)
        ]
        marked = {mark.matter.id for mark in found.marks}
        said = sum(matter.id in marked for matter in more)
        effect = (
            f"would have raised {len(more)} more alarms in your last {len(latest)} matters, {said} of them passed on "
            f"to {group} by hand"
        )
        title = f"{_label(name)}: “{found.wording}” is a sign of it"
        return self._propose(ProposalKind.TRIGGER_MISSED, "words", name, found, title, effect)

    def _most_likely(self, found: Found) -> str:
        """Of the triggers that lead to the team: the one that the sentences with the wording show most; of those that
        they show alike the one that does least besides bringing that team."""
        names = found.marks[0].names
        shown = Counter[str]()
        for mark in found.marks:
            shown.update(self.likely(_saying(mark, found.wording)))

        def fit(name: str) -> tuple[float, int, bool, bool, int]:
            trigger = self.triggers[name]
            likely = round(shown[name] / len(found.marks), 2)
            return (likely, -trigger.tier, not trigger.first, not trigger.alert, -names.index(name))

        return max(names, key=fit)

    def _propose(self, kind: ProposalKind, where: str, name: str, found: Found, title: str, effect: str) -> Proposal:
        key = digest({"kind": kind, "trigger": name, "wording": found.wording})[:24]
        marks = found.marks
        return Proposal(
            id=str(derive_id("pr", key)),
            key=key,
            kind=kind,
            cause=Cause.READING,
            title=title,
            says=found.wording,
            change={"trigger": {"name": name, "list": where}, "about": [f"{where}:{name}", found.wording]},
            matters=len(marks),
            agents=len({mark.by for mark in marks}),
            customers=len({mark.matter.customer_id for mark in marks}),
            could=found.could,
            words=0,
            found_at=self.now,
            replayed=effect,
            evidence=tuple(_evidence(mark, found.wording, kind) for mark in marks[:SHOWN]),
        )


def _one_each(marks: Iterable[Mark]) -> list[Mark]:
    return list({mark.matter.id: mark for mark in marks}.values())


def _label(name: str) -> str:
    return LABELS.get(name, name.replace("_", " ").capitalize())


def _saying(mark: Mark, wording: str) -> str:
    """The sentence with the wording."""
    having = (each for each in sentences(mark.text) if any(True for _ in find_wording(each, wording)))
    return next(having, mark.text)[:LONGEST]


def _evidence(mark: Mark, wording: str, kind: ProposalKind) -> Evidence:
    """What was an alarm and is to be none any more stands before, what is to be one after."""
    said, false = _saying(mark, wording), kind is ProposalKind.TRIGGER_FALSE
    return Evidence(
        conversation_id=mark.matter.id,
        customer_id=mark.matter.customer_id,
        ticket_id=mark.matter.ticket_id,
        agent=mark.by,
        at=mark.at,
        before=said if false else "",
        after="" if false else said,
    )
