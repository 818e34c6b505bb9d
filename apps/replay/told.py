"""A replay's report for a terminal, for a program, and as the files to start from."""

import dataclasses
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

import yaml

from core.measure.history.held import Verdict
from core.measure.history.opinion import SecondOpinion
from core.measure.history.report import IntentLine, Report
from core.measure.history.safe import Safe
from core.measure.history.style import card
from core.measure.statistics import Share

SHOWN = 8  # wrong ones in the terminal; JSON and the page have all of them
WORDS = {Verdict.SAME: "right", Verdict.OTHER: "wrong", Verdict.OPEN: "open"}
NO_INTENT = "(no intent recognised)"

HOW_JUDGED = (
    "Right means: the words and figures of the agent's own reply stand in the draft. Wrong: they do not, or the agent "
    "did something, or spoke of this one case, which no article can. Where the words decide neither way, or the agent "
    "asked back, it is not judged and counted nowhere."
)
# Counted by tests/core/measure/history/test_held.py over pairs that nothing was tuned on.
HOW_SURE = (
    "How good that is: of 69 pairs that one person had read and nothing was tuned on, the judge called 26 right, of "
    "which 21 were, and 32 wrong, of which 29 were; 11 it left open. So look at some of each."
)


def name_of(line: IntentLine) -> str:
    return line.label or NO_INTENT


def lines(found: Report) -> Iterator[str]:
    """The answer first, then what it stands on."""
    whole, asked = found.whole, found.question
    yield headline(found)
    yield from (f"  {each}" for each in more(found))
    yield ""
    yield f"  {'intent':<28} {'turns':>5}  {'automatic':>9}  {'wrong of judged':<26} safe at ≤ {asked.limit:.0%} wrong"
    for line in (*found.intents, whole):
        name = "all" if line is whole else name_of(line)
        figures = f"{line.turns:>5}  {brief(line.automatic):>9}  {wrong(line):<26} {safely(line.safe)}"
        yield f"  {_cut(name, 28):<28} {figures}"
    yield ""
    yield "Who should own what, to begin with"
    for line in found.intents:
        axes, owner = line.axes, line.owner
        yield (f"  {_cut(name_of(line), 28):<28} {owner.way.value:<23} {owner.group}, tier {owner.tier}: {owner.why}")
        yield (
            f"  {'':<28} complexity {axes.complexity:.2f}, emotional weight {axes.emotional_weight:.2f}, "
            f"risk {axes.business_risk:.2f}, mostly {axes.pattern or 'unknown'}"
        )
    yield ""
    yield from _escalations(found)
    yield ""
    yield "Where customers got stuck"
    for point in found.friction:
        yield f"  {point.stage:<12} {point.says:<45} {point.share!s:<34} {_some(point.tickets)}"
    yield ""
    yield from _matrix(found)
    yield ""
    yield from _faults(found)
    yield "How it was judged"
    yield f"  {HOW_JUDGED}"
    yield f"  {HOW_SURE}"
    yield from (f"  {each}" for each in second_opinion(found))
    yield "What nobody knows of then"
    yield from (f"  {each}" for each in unknowns(found))


def headline(found: Report) -> str:
    whole, limit = found.whole, found.question.limit
    if whole.safe.threshold is not None:
        return (
            f"{whole.safe.share.value:.0%} of what customers asked could have been automatic at no more than "
            f"{limit:.0%} wrong ({whole.safe.share.low:.0%} to {whole.safe.share.high:.0%})"
        )
    if whole.safe.more is None:
        return f"Too many drafts differ from what agents said to answer at no more than {limit:.0%} wrong"
    return f"Not known yet at {limit:.0%}: {whole.safe.more} more judged drafts are needed"


def more(found: Report) -> Iterator[str]:
    whole = found.whole
    span = f"{found.first_at:%Y-%m-%d} to {found.last_at:%Y-%m-%d}"
    yield (
        f"{found.tickets} tickets, {found.turns} turns that asked something, {span}, policy {found.policy}; "
        "nothing was sent"
    )
    automatic = f"{brief(whole.automatic)} automatic, of those judged {wrong(whole)} wrong"
    yield f"your policy with its channels opened: {automatic}"
    yield f"tickets that would have needed no agent at all: {found.contained}"
    yield f"drafts that say what the agent said: {whole.agreement}"
    spent, saved = (f"{hours(each)}{money(found, each)}" for each in (whole.minutes, whole.saved))
    yield f"agents' time on all of it: {spent}; on what was rightly automatic: {saved} ({how_long(found)})"


def how_long(found: Report) -> str:
    if found.question.minutes is not None:
        return f"{found.question.minutes:g} minutes a reply, as stated"
    return "as tracked, else the least that reading and typing take"


def hours(minutes: float) -> str:
    return f"{minutes / 60:.1f} hours" if minutes >= 90 else f"{minutes:.0f} minutes"


def money(found: Report, minutes: float) -> str:
    asked = found.question
    return "" if asked.hourly is None else f" ({minutes / 60 * asked.hourly:,.0f} {asked.currency})"


def wrong(line: IntentLine) -> str:
    if not line.error.cases:
        return "none judged" if line.automatic.hits else "–"
    return f"{line.error.value:.0%} ({line.error.low:.0%}–{line.error.high:.0%}, {line.error.hits}/{line.error.cases})"


def safely(safe: Safe) -> str:
    if safe.threshold is not None:
        share = safe.share
        return f"{share.value:.0%} ({share.low:.0%}–{share.high:.0%}) from confidence {safe.threshold:.2f}"
    if safe.more is None:
        return f"no: {safe.error.value:.0%} of {safe.error.cases} judged drafts differ"
    return f"not known: {safe.more} more judged drafts needed"


def brief(share: Share) -> str:
    return "–" if share.value is None else f"{share.value:.0%}"


def second_opinion(found: Report) -> Iterator[str]:
    of = found.second
    if of is None:
        yield "No language model took part. One that you name with --model gives a second opinion on each pair."
        return
    counts = [
        f"{count} {WORDS[words]} by the words and {WORDS[model]} by the model"
        for (words, model), count in sorted(of.counts.items())
    ]
    beyond = of.kappa
    told = f"; kappa {beyond.value:.2f} ({beyond.low:.2f} to {beyond.high:.2f})" if beyond else "; kappa is not defined"
    yield (
        f"Second opinion of {of.model}, which changes no figure of this report: where both say right or wrong, they "
        f"agree on {of.agreed}{told}."
    )
    yield f"{'; '.join(counts) or 'It judged nothing'}."
    if of.differing:
        yield f"They differ on {_some(of.differing)}."
    if of.unread:
        yield f"{of.unread} pairs it could not be asked about, or its answer could not be read."


def unknowns(found: Report) -> Iterator[str]:
    of = found.unknown
    yield (
        f"Articles: {of.articles} are known, {of.articles_later} of them only in a version younger than the last turn "
        "and therefore not used. A help centre keeps no older versions."
    )
    if of.turns_before:
        yield f"{of.turns_before} turns came before the known version of some article, which may have answered then."
    if of.undated:
        yield f"{of.undated} automatic answers rest on an article without a date, which may not have stood there then."
    yield (
        "Orders, accounts and profiles: unknown, for what they say now they may not have said then. "
        f"{of.begun} turns in which the assistant would have begun by asking or looking up are not judged."
    )
    if found.owners is None:
        yield "Teams: the policy names none of the teams that these tickets ended in, so owners are not compared."
    if of.unread:
        yield f"{len(of.unread)} tickets could not be read: {'; '.join(of.unread[:3])}"


def _escalations(found: Report) -> Iterator[str]:
    of = found.escalations
    yield "Passed up by people, and by the assistant (tickets)"
    yield f"  found     {of.recall!s:<36} {_some(of.found)}"
    yield f"  missed    {len(of.missed):<36} {_some(of.missed)}"
    if of.missed_automatic:
        itself = of.missed_automatic
        yield f"            {len(itself)} of them it would have answered itself: {_some(itself)}"
    yield f"  only ours {len(of.only_ours):<36} {_some(of.only_ours)}"
    if found.owners is not None:
        yield f"  the team that it ended in was the team called: {found.owners}"


def _matrix(found: Report) -> Iterator[str]:
    columns = list(dict.fromkeys(theirs for _, theirs in found.actions))
    yield "What the assistant would have done, by what the agent did (turns)"
    yield f"  {'':<22}" + "".join(f"{name:>20}" for name in columns)
    for ours in dict.fromkeys(ours for ours, _ in found.actions):
        yield f"  {ours:<22}" + "".join(f"{len(found.actions.get((ours, theirs), ())):>20}" for theirs in columns)


def _faults(found: Report) -> Iterator[str]:
    faults = found.whole.wrong
    if not faults:
        return
    yield f"Automatic answers that were wrong ({len(faults)}), the surest first"
    for each in faults[:SHOWN]:
        yield f"  {each.url or f'ticket {each.ticket}'}  ({each.confidence:.2f}; {each.why})"
        yield f"    asked   {_cut(each.asked, 110)}"
        yield f"    draft   {_cut(each.draft, 110)}"
        yield f"    agent   {_cut(each.reply, 110)}"
    if len(faults) > SHOWN:
        yield f"  … and {len(faults) - SHOWN} more; --json and --html have them all."
    yield ""


def _some(tickets: Sequence[str]) -> str:
    shown = ", ".join(tickets[:5])
    return f"{shown} …" if len(tickets) > 5 else shown


def _cut(text: str, longest: int) -> str:
    text = " ".join(text.split())
    return text if len(text) <= longest else f"{text[: longest - 1]}…"


# ------------------------------------------------------------------ for programs, and to start from


def as_object(found: Report) -> dict[str, Any]:
    """Shares as rows with their intervals; every line with its tickets."""
    whole: dict[str, Any] = _plain(found)
    whole["actions"] = [
        {"assistant": ours, "agent": theirs, "turns": len(names), "tickets": list(dict.fromkeys(names))}
        for (ours, theirs), names in found.actions.items()
    ]
    whole["second"] = _second(found.second)
    whole["thresholds"] = dict(found.thresholds)
    whole["judged"] = {"how": HOW_JUDGED, "how_sure": HOW_SURE, "fewest": found.needed}
    return whole


def _second(of: SecondOpinion | None) -> dict[str, Any] | None:
    if of is None:
        return None
    counts = [{"words": words, "model": model, "pairs": count} for (words, model), count in sorted(of.counts.items())]
    return {**_plain(dataclasses.replace(of, counts={})), "counts": counts}


def _plain(value: Any) -> Any:
    if isinstance(value, Share):
        return dict(value.row())
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {
            each.name: _plain(getattr(value, each.name)) for each in dataclasses.fields(value) if each.name != "actions"
        }
    if isinstance(value, Mapping):
        return {str(key): _plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_plain(each) for each in value]
    return value.isoformat() if isinstance(value, datetime) else value


def proposals(found: Report) -> dict[str, str]:
    """Parts of a policy and a style card, to be read and copied: nothing of it is in force."""
    rows = {
        line.intent: {
            "owner": line.owner.way.value,
            "group": line.owner.group,
            "tier": line.owner.tier,
            "why": line.owner.why,
        }
        for line in found.intents
        if line.intent and line.owner.known
    }
    policy = {"owners": {"intents": rows}, "confidence": {"intents": dict(found.thresholds)}}
    span = f"{found.first_at:%Y-%m-%d} to {found.last_at:%Y-%m-%d}"
    about = f"# From {found.tickets} tickets, {span}, by handrail replay."
    copied = "# Copy what you agree with into policy.yaml, then: handrail policy check"
    card_of = "# What your agents do; the rest of the card keeps the lines that come along."
    return {
        "policy.part.yaml": f"{about}\n{copied}\n{_yaml(policy)}",
        "style.yaml": f"{about}\n{card_of}\n{_yaml(card(found.sounds) or {'version': 1})}",
    }


def _yaml(value: object) -> str:
    return str(yaml.safe_dump(value, allow_unicode=True, sort_keys=False, width=110))
