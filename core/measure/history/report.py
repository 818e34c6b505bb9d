"""What a replay comes to: per intent, overall, and what it suggests to begin with. Every line names its tickets."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from core.measure.history.decided import Replayed
from core.measure.history.friction import Point, friction, tickets_of
from core.measure.history.opinion import SecondOpinion
from core.measure.history.past import PastTicket
from core.measure.history.safe import Safe, fewest, judged, safe
from core.measure.history.style import Sound, sounds
from core.measure.statistics import Share
from core.model.decision import Action
from core.policy import Policy, Way
from core.read.axes import HIGH

AXES = ("complexity", "emotional_weight", "business_risk")
PATTERN = "resolution_pattern"
OF_A_SYSTEM = frozenset({"lookup", "action"})  # patterns that an article alone does not resolve
OFTEN = 0.4  # share of turns that are a person's, from which the matter is
WIDELY = 0.5  # share that could be automatic, from which the assistant owns the matter
NO_INTENT = ""
# Reading: Brysbaert, How many words do we read per minute? (2019). Typing: Dhakal and others, Observations on typing
# from 136 million keystrokes (CHI 2018). Thinking and looking up are not in it: it is the least that a reply takes.
READ_A_MINUTE, TYPED_A_MINUTE = 238, 52


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What is asked of the history. `limit`: the share of automatic answers that may be wrong. `minutes` a reply takes,
    None: estimated from its words. `hourly` is what an agent's hour costs, None: no money is told. `escalated` are tags
    by which agents mark that they passed a ticket up."""

    limit: float = 0.05
    minutes: float | None = None
    hourly: float | None = None
    currency: str = "EUR"
    escalated: frozenset[str] = frozenset({"escalated", "escalation"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One turn on which the replay and the people differ, for somebody to look at: what was asked, what the assistant
    would have said, what the agent said."""

    ticket: str
    url: str
    at: datetime
    intent: str
    asked: str
    draft: str
    reply: str
    why: str
    confidence: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Axes:
    """The four axes of an intent. The first three from 0 to 1, on average; `pattern` is the most frequent and its
    share."""

    complexity: float
    emotional_weight: float
    business_risk: float
    pattern: str
    of_pattern: Share


@dataclass(frozen=True, slots=True, kw_only=True)
class Owner:
    """Who should own an intent to begin with, and on what grounds. `known` says whether the history was enough to
    propose it; else it is the policy's own row."""

    way: Way
    group: str
    tier: int
    why: str
    known: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class IntentLine:
    """`automatic`: would have left by itself under the policy with its channels opened. `error` and `open` are of
    those. `agreement`: of all drafts that could be judged, those that say what the agent said. `minutes` are the
    agents' on all its replies, `saved` those on replies that an automatic answer could have taken over."""

    intent: str
    label: str
    turns: int
    tickets: tuple[str, ...]
    automatic: Share
    error: Share
    open: int
    safe: Safe
    agreement: Share
    begun: int
    minutes: float
    saved: float
    axes: Axes
    owner: Owner
    wrong: tuple[Fault, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Escalations:
    """Of tickets: `by_people` were passed on or marked by agents, and by which of them the assistant would have called
    a person too. `missed_automatic` are the missed ones that it would have answered itself."""

    found: tuple[str, ...]
    missed: tuple[str, ...]
    missed_automatic: tuple[str, ...]
    only_ours: tuple[str, ...]

    @property
    def recall(self) -> Share:
        return Share(hits=len(self.found), cases=len(self.found) + len(self.missed))

    @property
    def precision(self) -> Share:
        return Share(hits=len(self.found), cases=len(self.found) + len(self.only_ours))


@dataclass(frozen=True, slots=True, kw_only=True)
class Unknown:
    """What cannot be known of the past, and how much of the replay rests on it. `articles_later`: articles known only
    in a version that is younger than the last turn; `turns_before`: turns before `all_known_from`, from when on some
    version of each is known; `undated`: answers that rest on an article without a date; `begun`: turns in which the
    assistant would have begun by asking, or by a look into a system that cannot be asked how things stood that day."""

    articles: int
    articles_later: int
    all_known_from: datetime | None
    turns_before: int = 0
    undated: int = 0
    begun: int = 0
    unread: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    question: Question
    tickets: int
    turns: int
    first_at: datetime
    last_at: datetime
    policy: str
    whole: IntentLine
    intents: tuple[IntentLine, ...]
    contained: Share
    contained_tickets: tuple[str, ...]
    owners: Share | None
    actions: Mapping[tuple[str, str], tuple[str, ...]]
    escalations: Escalations
    friction: tuple[Point, ...]
    sounds: tuple[Sound, ...]
    unknown: Unknown
    urls: Mapping[str, str]
    second: SecondOpinion | None = None  # None: no model was asked

    @property
    def needed(self) -> int:
        """The fewest judged drafts by which anything can be said at this limit."""
        return fewest(self.question.limit)

    @property
    def thresholds(self) -> Mapping[str, float]:
        """By intent, the confidence from which its drafts could have left."""
        found = {each.intent: each.safe.threshold for each in self.intents if each.intent}
        return {name: round(line, 2) for name, line in found.items() if line is not None}


def report(
    turns: Sequence[Replayed], policy: Policy, question: Question, unknown: Unknown, labels: Mapping[str, str]
) -> Report:
    """`turns` in the order of time, at least one."""
    tickets = tickets_of(turns)
    asking = [each for each in turns if each.asks]
    groups: dict[str, list[Replayed]] = {}
    for each in asking:
        groups.setdefault(each.intent, []).append(each)
    lines = [_line(name, found, policy, question, labels) for name, found in groups.items()]
    alone = [name for name, found in tickets.items() if _contained(found)]
    return Report(
        question=question,
        tickets=len(tickets),
        turns=len(asking),
        first_at=turns[0].turn.at,
        last_at=turns[-1].turn.at,
        policy=policy.version,
        whole=_line(NO_INTENT, asking, policy, question, labels),
        intents=tuple(sorted(lines, key=lambda each: (not each.intent, -each.turns, each.intent))),
        contained=Share(hits=len(alone), cases=len(tickets)),
        contained_tickets=tuple(alone),
        owners=_owners(tickets, policy),
        actions=_matrix(turns),
        escalations=_escalations(tickets, question.escalated),
        friction=tuple(friction(tickets)),
        sounds=tuple(sounds(turns)),
        unknown=replace(
            unknown,
            turns_before=_before(unknown.all_known_from, asking),
            begun=sum(each.begun for each in asking),
            undated=sum(each.automatic and _rests_on_undated(each) for each in asking),
        ),
        urls={name: found[0].turn.past.url for name, found in tickets.items()},
    )


def _line(
    intent: str, turns: Sequence[Replayed], policy: Policy, question: Question, labels: Mapping[str, str]
) -> IntentLine:
    left = [each for each in turns if each.automatic]
    error, found = judged(left), safe(turns, question.limit)
    drafts = judged([each for each in turns if each.held is not None])
    axes = _axes(turns)
    return IntentLine(
        intent=intent,
        label=labels.get(intent, intent),
        turns=len(turns),
        tickets=tuple(dict.fromkeys(each.ticket for each in turns)),
        automatic=Share(hits=len(left), cases=len(turns)),
        error=error,
        open=len(left) - error.cases,
        safe=found,
        agreement=Share(hits=drafts.cases - drafts.hits, cases=drafts.cases),
        begun=sum(each.begun for each in turns),
        minutes=sum(minutes(each, question) for each in turns),
        saved=sum(minutes(each, question) for each in left if each.right),
        axes=axes,
        owner=_owner(intent, turns, found, axes, policy, question),
        wrong=tuple(_fault(each) for each in sorted(left, key=lambda each: -each.confidence) if each.wrong),
    )


def minutes(turn: Replayed, question: Question) -> float:
    """What an agent spent on the turn: as tracked, else as stated, else the least that its words take."""
    if not turn.turn.replies:
        return 0.0
    tracked = turn.turn.past.minutes
    if tracked is not None:
        return tracked * len(turn.turn.replies) / max(1, turn.turn.past.replies)
    if question.minutes is not None:
        return question.minutes * len(turn.turn.replies)
    read = sum(len(each.text.split()) for each in turn.turn.case.unanswered)
    return read / READ_A_MINUTE + len(turn.turn.reply.split()) / TYPED_A_MINUTE


def _fault(turn: Replayed) -> Fault:
    latest, draft, held = turn.turn.case.latest, turn.decision.draft, turn.held
    return Fault(
        ticket=turn.ticket,
        url=turn.turn.past.url,
        at=turn.turn.at,
        intent=turn.intent,
        asked=latest.text if latest else "",
        draft="\n".join(each.text for each in draft.sentences if each.citation) if draft else "",
        reply=turn.turn.reply,
        why=held.why if held else "",
        confidence=turn.confidence,
    )


def _before(moment: datetime | None, turns: Iterable[Replayed]) -> int:
    return 0 if moment is None else sum(each.turn.at < moment for each in turns)


def _rests_on_undated(turn: Replayed) -> bool:
    draft = turn.decision.draft
    return draft is not None and any(each.passage.updated_at is None for each in draft.cited)


def _contained(turns: Sequence[Replayed]) -> bool:
    """Whether no agent had been needed: everything that was asked would have been answered, and rightly."""
    asking = [each for each in turns if each.asks]
    return bool(asking) and all(each.automatic and each.right for each in asking)


# ------------------------------------------------------------------ what agents did


OURS: Mapping[Action, str] = {
    Action.AUTO_REPLY: "answers by itself",
    Action.SUGGEST: "drafts",
    Action.HANDOFF: "calls a person",
    Action.SILENT: "stays silent",
}


def _matrix(turns: Iterable[Replayed]) -> dict[tuple[str, str], tuple[str, ...]]:
    """(what the assistant would have done, what the agent did) → the tickets, one for each turn."""
    found: dict[tuple[str, str], list[str]] = {}
    for each in turns:
        ours = "asks something first" if each.begun else OURS[each.yours.action]
        found.setdefault((ours, each.did.value), []).append(each.ticket)
    return {key: tuple(names) for key, names in found.items()}


def _owners(tickets: Mapping[str, Sequence[Replayed]], policy: Policy) -> Share | None:
    """How often a person is called of the team that the ticket ended in. None where the policy names no team of the
    helpdesk's."""
    teams = {name.casefold() for name in policy.teams if name}
    pairs = [
        (each.yours.owner.name.casefold(), each.turn.past.group.casefold())
        for found in tickets.values()
        if (each := next((turn for turn in found if turn.yours.action is Action.HANDOFF), None)) is not None
    ]
    known = [(ours, theirs) for ours, theirs in pairs if theirs in teams]
    return Share(hits=sum(ours == theirs for ours, theirs in known), cases=len(known)) if known else None


def _escalations(tickets: Mapping[str, Sequence[Replayed]], tags: Collection[str]) -> Escalations:
    theirs = {name for name, found in tickets.items() if _passed_up(found[0].turn.past, tags)}
    ours = {name for name, found in tickets.items() if any(each.escalates for each in found)}
    itself = {name for name, found in tickets.items() if any(each.automatic for each in found)}
    return Escalations(
        found=_kept(tickets, theirs & ours),
        missed=_kept(tickets, theirs - ours),
        missed_automatic=_kept(tickets, (theirs - ours) & itself),
        only_ours=_kept(tickets, ours - theirs),
    )


def _passed_up(past: PastTicket, tags: Collection[str]) -> bool:
    return bool(past.passed) or any(tag.casefold() in tags for tag in past.ticket.tags)


def _kept(tickets: Iterable[str], wanted: Collection[str]) -> tuple[str, ...]:
    return tuple(name for name in tickets if name in wanted)


# ------------------------------------------------------------------ who should own it


def _axes(turns: Sequence[Replayed]) -> Axes:
    amounts = {
        name: round(sum(each.decision.signals.amount(name) for each in turns) / max(1, len(turns)), 2) for name in AXES
    }
    patterns = Counter(fact.label for each in turns if (fact := each.decision.signals.fact(PATTERN)) is not None)
    pattern, count = patterns.most_common(1)[0] if patterns else ("", 0)
    return Axes(**amounts, pattern=pattern, of_pattern=Share(hits=count, cases=len(turns)))


def _owner(
    intent: str, turns: Sequence[Replayed], found: Safe, axes: Axes, policy: Policy, question: Question
) -> Owner:
    row = policy.owner_of(intent)
    group = _group(turns, policy) or row.group
    risky = Share(hits=sum(_is_a_persons(each, question) for each in turns), cases=len(turns))
    enough = len(turns) >= 10
    if enough and max(axes.emotional_weight, axes.business_risk) >= HIGH:
        why = "of emotional weight, or risky for the company"
        return Owner(way=Way.HUMAN, group=group, tier=2, why=why, known=True)
    if enough and (risky.value or 0.0) >= OFTEN:
        why = f"{risky.value:.0%} of its turns were a person's, whatever a draft said"
        return Owner(way=Way.HUMAN, group=group, tier=2, why=why, known=True)
    if found.threshold is not None:
        share = found.share.value or 0.0
        way = Way.ASSISTANT if share >= WIDELY else Way.FALLBACK
        why = f"{share:.0%} could be automatic at no more than {question.limit:.0%} wrong; the rest falls to a person"
        return Owner(way=way, group=group, tier=0, why=why, known=True)
    if enough and axes.pattern in OF_A_SYSTEM and (axes.of_pattern.value or 0.0) >= OFTEN:
        needs = "a look into your systems" if axes.pattern == "lookup" else "something done in your systems"
        return Owner(way=Way.HYBRID, group=group, tier=1, why=f"it needs {needs}", known=True)
    if found.more is None:
        why = f"{found.error.value:.0%} of the drafts were not what the agent said"
        return Owner(way=Way.HYBRID, group=group, tier=1, why=why, known=True)
    why = f"not known yet: {found.more} more judged drafts are needed"
    return Owner(way=row.way, group=row.group, tier=row.tier, why=why, known=False)


def _is_a_persons(turn: Replayed, question: Question) -> bool:
    """Whether a trigger calls for a person, or agents passed the ticket up."""
    by_rule = turn.freest.action is Action.HANDOFF and turn.freest.rule.startswith(("trigger:", "vip", "upset"))
    return by_rule or _passed_up(turn.turn.past, question.escalated)


def _group(turns: Sequence[Replayed], policy: Policy) -> str:
    """The team in which most of it ended, where the policy knows that team."""
    known = {name.casefold(): name for name in policy.teams if name}
    ended = Counter(known[g] for each in turns if (g := each.turn.past.group.casefold()) in known)
    return ended.most_common(1)[0][0] if ended else ""
