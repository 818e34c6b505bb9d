"""Which channel and intents to begin with, from what has been decided so far: volume, drafts, risk."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from core.measure.pilot.observe import Observed
from core.measure.replay import PolicyOf, again, unfaithfulness
from core.measure.statistics import Share
from core.model.customer import Channel
from core.model.decision import Action
from core.policy import AUTOMATIC_WAYS, Policy, Shadow

FEWEST = 20  # turns, below which nothing is suggested
ANSWERABLE_FROM = 0.5
RISK_UP_TO = 0.15
FEW_INTENTS = 3
# A person comes first for reasons that no draft changes.
RISKY = ("trigger:", "vip", "upset", "owner:")


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """One intent on one channel. `answerable`: turns that the assistant could have answered by itself had it been
    allowed to; `risky`: turns that were a person's for their risk; `adopted`: drafts that agents used or edited.
    `against` says why it is nothing to begin with; empty where nothing is against it."""

    channel: Channel
    intent: str
    label: str
    turns: int
    drafted: Share
    answerable: Share
    risky: Share
    blocked: Share
    adopted: Share
    against: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """`channel` is None where nothing is good enough to begin with."""

    channel: Channel | None
    intents: tuple[str, ...]
    candidates: tuple[Candidate, ...]


def suggestion(
    turns: Iterable[Observed], policy: Policy, policy_of: PolicyOf, only: Channel | None = None
) -> Suggestion:
    """The channel on which most could be answered, and up to three intents; only the wished channel where one is."""
    cells: dict[tuple[Channel, str], list[Observed]] = {}
    for turn in turns:
        if turn.intent and turn.decision.disposition.action is not Action.SILENT:
            cells.setdefault((turn.channel, turn.intent), []).append(turn)
    open_to_all = open_policy(policy)
    found = [_candidate(where, what, cell, open_to_all, policy_of) for (where, what), cell in cells.items()]
    found.sort(key=lambda each: (bool(each.against), -each.answerable.hits, -each.turns, each.channel, each.intent))
    channel = _best([each for each in found if not each.against and only in (None, each.channel)])
    chosen = [each.intent for each in found if each.channel is channel and not each.against][:FEW_INTENTS]
    return Suggestion(channel=channel, intents=tuple(chosen), candidates=tuple(found))


def open_policy(policy: Policy) -> Policy:
    """The same policy with every channel automatic and nothing in the shadow: what could be answered at all."""
    return replace(
        policy,
        automatic=frozenset(Channel),
        shadow=Shadow(),
        standing=policy.standing | {"automatic_reply", "procedure"},
    )


def _best(good: Sequence[Candidate]) -> Channel | None:
    volume = {channel: sum(each.answerable.hits for each in good if each.channel is channel) for channel in Channel}
    best = max(volume, key=lambda channel: volume[channel])
    return best if volume[best] else None


def _candidate(
    channel: Channel, intent: str, cell: Sequence[Observed], policy: Policy, policy_of: PolicyOf
) -> Candidate:
    known = [turn for turn in cell if not unfaithfulness(turn.turn, policy_of)]
    drafts = [turn.decision.draft for turn in cell if turn.decision.draft is not None]
    states = [turn.adopted.state for turn in cell if turn.adopted is not None]
    after = [again(turn.turn, policy) for turn in known]
    found = Candidate(
        channel=channel,
        intent=intent,
        label=cell[-1].decision.signals.intent.label or intent,
        turns=len(cell),
        drafted=Share(hits=len(drafts), cases=len(cell)),
        answerable=Share(hits=sum(made.action is Action.AUTO_REPLY for made in after), cases=len(after)),
        risky=Share(hits=sum(made.rule.startswith(RISKY) for made in after), cases=len(after)),
        blocked=Share(hits=sum(draft.blocked for draft in drafts), cases=len(drafts)),
        adopted=Share(hits=len(states) - states.count("ignored"), cases=len(states)),
    )
    return replace(found, against=_against(found, policy))


def _against(found: Candidate, policy: Policy) -> str:
    row = policy.owner_of(found.intent)
    if row.way not in AUTOMATIC_WAYS:
        return f"the policy gives it to a person ({row.why or row.way.value})"
    if found.turns < FEWEST:
        return f"only {found.turns} turns, {FEWEST} are needed"
    if not found.answerable.cases:
        return "none of its decisions can be taken again"
    if (found.risky.value or 0) > RISK_UP_TO:
        return f"risky: {found.risky.value:.0%} are a person's for another reason"
    if found.answerable.low < ANSWERABLE_FROM:
        return f"the articles answer too little of it: {found.answerable}"
    return ""
