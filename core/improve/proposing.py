"""What a group of equal changes proposes: a style rule, a line of the policy, a changed or a new article. Pure."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from core.answer.style import StyleCard
from core.answer.style_changes import LINES, Step, StyleChange
from core.govern.draft_edits import distance
from core.improve.differences import plain
from core.improve.grouping import Group, distinct
from core.model.ids import derive_id
from core.model.lesson import Cause, Change, Evidence, Proposal, ProposalKind
from core.model.outbound import digest

SHOWN = 12  # pieces of evidence that are kept with a proposal
OF_ONE_ARTICLE = 0.6  # share of the drafts that must rest on the article which is to say it
NAME = "[name]"


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """A proposal's kind, its words and what it changes."""

    kind: ProposalKind
    title: str
    says: str
    change: Mapping[str, Any]


def propose(group: Group, card: StyleCard, titles: Mapping[str, str], now: datetime) -> Proposal:
    """`titles` are those of the articles by id."""
    drawn = _draw(group, card, titles)
    key = key_of(drawn.kind, group)
    cases = distinct(group.changes)
    return Proposal(
        id=str(derive_id("pr", key)),
        key=key,
        kind=drawn.kind,
        cause=group.cause,
        title=drawn.title,
        says=drawn.says,
        change={**drawn.change, "about": [plain(group.before), group.after]},
        matters=group.matters,
        agents=group.agents,
        customers=group.customers,
        could=max(group.could, group.matters),
        words=sum(distance(change.before, change.after) for change in group.changes),
        found_at=now,
        evidence=tuple(map(_evidence, cases[:SHOWN])),
    )


def key_of(kind: ProposalKind, group: Group) -> str:
    """The same from night to night: by what was changed, or, of what was added, by its words that carry the sense."""
    about = plain(group.before) if group.before else " ".join(sorted(set(plain(group.after).split())))
    swap = asdict(group.swap) if group.swap else None
    return digest({"kind": kind, "about": about, "swap": swap, "gone": not group.after})[:24]


def _draw(group: Group, card: StyleCard, titles: Mapping[str, str]) -> Drawn:
    if group.swap is not None:
        return _words(group)
    # In a language that the card has no lines of, drafts have those of its own.
    language = card.language(Counter(change.reply.language for change in group.changes).most_common(1)[0][0])
    if group.before:
        line = line_of(card, language, group.before)
        if line:
            return _line(line, language, as_line(group.after), group)
        cited = Counter(change.article_id for change in group.changes if change.cited).most_common(1)
        return _article(group, cited[0][0], titles) if cited else _voice(group)
    if group.cause is Cause.TONE:
        return _beside(group, card, language)
    if group.cause is Cause.POLICY:
        return _policy_line(group)
    rests = Counter(change.article_id for change in group.changes if change.article_id).most_common(1)
    if rests and rests[0][1] >= OF_ONE_ARTICLE * len(group.changes):
        return _article(group, rests[0][0], titles)
    return _new_article(group)


# ------------------------------------------------------------------ style


def line_of(card: StyleCard, language: str, sentence: str) -> str:
    """Which line of the card a sentence of a draft is; empty where it is none."""
    lines = card.courtesies(language)
    told = plain(sentence)
    return next((name for name in LINES if plain(getattr(lines, name).replace("{name}", NAME)) == told), "")


def as_line(sentence: str) -> str:
    return sentence.replace("{", "").replace("}", "").replace(NAME, "{name}")


def _line(name: str, language: str, text: str, group: Group) -> Drawn:
    change = StyleChange(step=Step.LINE, name=name, language=language, text=text)
    title = f"Say “{text}” instead of “{as_line(group.before)}”" if text else f"Leave out “{as_line(group.before)}”"
    return Drawn(kind=ProposalKind.STYLE_RULE, title=title, says=text, change=_plain(change))


def _words(group: Group) -> Drawn:
    swap = group.swap
    assert swap is not None  # noqa: S101 - the caller has looked
    if not swap.before:
        return _voice(group, f"Add “{swap.says}”")
    change = StyleChange(step=Step.WORDS, name=swap.before, text=swap.says)
    title = f"Write “{swap.says}” instead of “{swap.before}”" if swap.says else f"Do without “{swap.before}”"
    return Drawn(kind=ProposalKind.STYLE_RULE, title=title, says=swap.says, change=_plain(change))


def _beside(group: Group, card: StyleCard, language: str) -> Drawn:
    """A courtesy that agents add everywhere goes with the card's opening or closing; else it is part of the voice."""
    if group.scope:
        return _voice(group)
    name = "opening" if _early(group.changes) else "closing"
    text = as_line(group.after)
    ours = getattr(card.courtesies(language), name)
    joined = f"{ours} {text}".strip() if name == "closing" else f"{text} {ours}".strip()
    change = StyleChange(step=Step.LINE, name=name, language=language, text=joined)
    return Drawn(kind=ProposalKind.STYLE_RULE, title=f"Add “{text}”", says=joined, change=_plain(change))


def _early(changes: Sequence[Change]) -> bool:
    """Whether it was mostly put before what the article says."""
    places = [change.reply.sent.find(change.after[:20]) / max(len(change.reply.sent), 1) for change in changes]
    return sum(place < 0.5 for place in places) > len(places) / 2


def _voice(group: Group, title: str = "") -> Drawn:
    if not title:
        title = f"Write “{group.after}”" if group.after else f"Leave out “{group.before}”"
        title += f" instead of “{group.before}”" if group.after and group.before else ""
    about = f" about {', '.join(each.replace('_', ' ') for each in group.scope)}" if group.scope else ""
    text = f"{title}{about}."
    change = StyleChange(step=Step.VOICE, text=text)
    return Drawn(kind=ProposalKind.STYLE_RULE, title=f"{title}{about}", says=text, change=_plain(change))


def _plain(change: StyleChange) -> Mapping[str, Any]:
    return {"style": {**asdict(change), "step": change.step.value}}


# ------------------------------------------------------------------ policy, articles


def _policy_line(group: Group) -> Drawn:
    intents = list(group.scope) or sorted({change.reply.intent for change in group.changes})
    about = ", ".join(each.replace("_", " ") for each in intents)
    return Drawn(
        kind=ProposalKind.POLICY_LINE,
        title=f"Answers about {about} must say “{group.after}”",
        says=group.after,
        change={"policy": {"disclaimers": intents}},
    )


def _article(group: Group, article_id: str, titles: Mapping[str, str]) -> Drawn:
    title = titles.get(article_id, article_id)
    change = {"article": {"id": article_id, "title": title, "before": group.before, "after": group.after}}
    if not group.before:
        told = f"“{title}” should also say “{group.after}”"
    elif group.after:
        told = f"“{title}” should say “{group.after}” instead of “{group.before}”"
    else:
        told = f"“{title}” should no longer say “{group.before}”"
    return Drawn(kind=ProposalKind.ARTICLE_CHANGE, title=told, says=group.after, change=change)


def _new_article(group: Group) -> Drawn:
    intents = group.scope or tuple(sorted({change.reply.intent for change in group.changes}))
    name = ", ".join(each.replace("_", " ") for each in intents[:2]).capitalize() or "Answer"
    return Drawn(
        kind=ProposalKind.ARTICLE_NEW,
        title=f"No article says “{group.after}”",
        says=group.after,
        change={"article": {"id": "", "title": name, "before": "", "after": group.after}},
    )


def _evidence(change: Change) -> Evidence:
    reply = change.reply
    return Evidence(
        conversation_id=reply.conversation_id,
        customer_id=reply.customer_id,
        ticket_id=reply.ticket_id,
        agent=reply.agent,
        at=reply.at,
        before=change.before,
        after=change.after,
    )
