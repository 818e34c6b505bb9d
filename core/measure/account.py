"""A stored decision told to a team lead: what was seen, which rule took it and why, what was not enough."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from core.measure.place import strictest
from core.model.conversation import Message, Owner
from core.model.decision import Decision
from core.model.learning import Lift
from core.model.outbound import OutboxRow
from core.model.signals import Scored, Signals
from core.policy import Policy

LONGEST = 160


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """One signal: what kind it is, its value, how sure we are, its own figure, and the words or records that show
    it."""

    kind: str
    value: str
    confidence: float
    amount: float | None = None
    shown_by: tuple[str, ...] = ()
    made_by: str = ""

    def __str__(self) -> str:
        amount = f" {self.amount:g}" if self.amount is not None else ""
        shown = f" ({', '.join(self.shown_by)})" if self.shown_by else ""
        return f"{self.kind}: {self.value}{amount}, {self.confidence:.2f} sure{shown}"


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleLine:
    """The line of the stored file that decided. `number` counts from 1, 0 where the rule stands in no policy."""

    number: int
    key: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """Everything that is told of one decision. `threshold` is what its draft needed to be sent by itself, None where
    the policy that decided cannot be read."""

    decision: Decision
    message: Message | None
    line: RuleLine
    threshold: float | None
    effects: Sequence[OutboxRow]


def signals_seen(signals: Signals) -> list[Seen]:
    """The signals of a turn, those of the words first."""
    found = [_seen("intent", intent) for intent in signals.intents]
    found += [_seen("sentiment", signals.sentiment), _seen("language", signals.language)]
    found += [_seen("urgency", signals.urgency)]
    found += [_seen("emotion", emotion) for emotion in signals.emotions]
    found += [_seen("evidence", risk) for risk in signals.risks]
    return found + [_seen("fact", fact) for fact in signals.facts]


def _seen(kind: str, scored: Scored) -> Seen:
    words = tuple(dict.fromkeys(f"“{_cut(evidence.words)}”" for evidence in scored.evidence))
    return Seen(
        kind=kind,
        value=scored.label or scored.value if kind == "intent" else _named(scored),
        confidence=scored.confidence,
        amount=scored.amount,
        shown_by=(*words, *scored.records),
        made_by=scored.made_by,
    )


def _named(scored: Scored) -> str:
    same = scored.label.casefold() in ("", scored.value.casefold())
    return scored.value if same else f"{scored.value} {scored.label}"


def threshold(decision: Decision, policy: Policy | None) -> float | None:
    """What a draft about these intents needed to be sent by itself: the strictest of them."""
    if policy is None:
        return None
    intent = strictest(decision, policy)
    return policy.automatic_from(intent) if intent else policy.confidence_automatic


def lines(account: Account) -> Iterator[str]:
    """Plain text, the most important first."""
    decision, made = account.decision, account.decision.disposition
    yield from _asked(account.message)
    yield f"  decided     {made.action.value}, tier {made.tier}, by {made.rule}: {made.reason}"
    yield f"  policy      {decision.policy_version}, {_where(account.line)}"
    yield f"  owner       {_owners(decision)}"
    extras = [word for word, there in (("alert", made.alert), ("jumps the queue", made.first)) if there]
    if extras:
        yield f"  and         {', '.join(extras)}"
    yield f"  draft       {_draft(account)}"
    yield from _list("feedback", [_lift(lift) for lift in decision.lifts])
    yield from _list("procedure", _procedure(decision))
    yield from _list("given to", _route(decision))
    yield from _list("seen", [str(each) for each in signals_seen(decision.signals)])
    yield from _list("not enough", made.considered)
    yield from _list("cost", _costs(decision))
    yield from _list("left", [_effect(row) for row in account.effects])


def _asked(message: Message | None) -> Iterator[str]:
    if message is None:
        yield "  message     no longer stored"
    else:
        yield f"  message     {message.author} by {message.channel}: “{_cut(message.text)}”"


def _where(line: RuleLine) -> str:
    return f"line {line.number} ({line.key}): {line.text}" if line.number else line.text


def _owners(decision: Decision) -> str:
    after = _who(decision.disposition.owner)
    if decision.circumstances is None:
        return f"afterwards {after}"
    before = _who(decision.circumstances.owner)
    return after if before == after else f"{before} before, {after} afterwards"


def _who(owner: Owner) -> str:
    return owner.name or {"none": "nobody", "assistant": "the assistant"}.get(owner.kind, owner.id)


def _lift(lift: Lift) -> str:
    return f"{lift.article_id} {100 * lift.share:+.1f} % in the search, by {lift.votes} votes of {lift.voters}"


def _draft(account: Account) -> str:
    draft = account.decision.draft
    if draft is None:
        return f"none: {account.decision.abstained}" if account.decision.abstained else "none"
    needed = "" if account.threshold is None else f", {account.threshold:.2f} needed to be sent by itself"
    stopped = [finding.text for finding in draft.findings]
    found = f"; {'; '.join(stopped)}" if stopped else ""
    by = f"{draft.composer} ({draft.model})" if draft.model else draft.composer
    return f"confidence {draft.confidence:.2f}{needed}, {by}, {len(draft.cited)} citations{found}"


def _procedure(decision: Decision) -> list[str]:
    """How far the newest procedure of the matter has come, and what was gone through."""
    progress = decision.procedure
    if progress is None:
        return []
    where = f", asks {progress.at}" if progress.open else ""
    steps = [f"{taken.step} ({taken.kind}): {_cut(taken.what)} {taken.result}".rstrip() for taken in progress.taken]
    return [f"{progress.procedure}: {progress.outcome}{where}", *steps]


def _route(decision: Decision) -> list[str]:
    routed = decision.routed
    return [f"{routed.agent or routed.group}: {routed.reason}"] if routed else []


def _costs(decision: Decision) -> list[str]:
    return [
        f"{cost.model} ({cost.tier}): {cost.amount:.6f} {cost.currency} for {cost.read} tokens read, "
        f"{cost.written} written"
        for cost in decision.costs
    ]


def _effect(row: OutboxRow) -> str:
    why = f": {row.error}" if row.error else ""
    return f"{row.effect.kind.replace('_', ' ')} under {row.effect.authority.rule}, {row.delivery or row.state}{why}"


def _list(name: str, items: Sequence[str]) -> Iterator[str]:
    for number, item in enumerate(items):
        yield f"  {name if number == 0 else '':<11} {item}"


def _cut(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"
