"""`handrail quality`: how good conversations were, part by part, and how far people agree with that."""

import json
import random
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

import click

from apps.installed import container_here
from core.errors import ConfigurationError
from core.measure.quality import agreement, quality_of
from core.measure.statistics import Share
from core.model.ids import ConversationId
from core.model.quality import Part, Quality, Review, Score
from core.ports import Unit

MOST = 1_000  # conversations, the newest ones
BEGINNING = datetime(2000, 1, 1, tzinfo=UTC)


def print_quality(since: datetime | None, until: datetime | None, sample: int | None, *, as_json: bool) -> None:
    """The figures of the newest conversations, and a sample of them with their causes."""
    with container_here().store.read() as unit:
        found = list(_between(unit, since, until))
        reviews = unit.reviews.since(BEGINNING)
    shown = random.SystemRandom().sample(found, min(sample, len(found))) if sample else []
    if as_json:
        click.echo(json.dumps(_plain(found, shown, reviews)))
    else:
        click.echo("\n".join(_lines(found, shown, reviews)))


def note_review(name: str, part: str, says: str, by: str, note: str) -> None:
    """Keep what somebody says of one part of a conversation."""
    with container_here().store.begin() as unit:
        add_review(unit, ConversationId(name), Part(part), Score(says), by, note)


def add_review(unit: Unit, name: ConversationId, part: Part, said: Score, by: str, note: str) -> None:
    """Raises ConfigurationError for a conversation that is not there, or of which nobody can tell this part."""
    from apps.bootstrap import now

    conversation = unit.conversations.get(name)
    if conversation is None:
        raise ConfigurationError(f"there is no conversation {name}")
    scored = quality_of(unit, conversation).of(part).score
    if scored is Score.UNKNOWN:
        raise ConfigurationError(f"of {name} the part {part} cannot be told, so there is no score to review")
    unit.reviews.add(
        Review(conversation_id=name, part=part, reviewer=by.lower(), score=scored, said=said, at=now(), note=note)
    )


def _between(unit: Unit, since: datetime | None, until: datetime | None) -> Iterator[Quality]:
    for name in unit.decisions.last_decided(MOST):
        conversation = unit.conversations.get(name)
        if conversation is None:
            continue
        early = since is not None and conversation.updated_at < since.replace(tzinfo=UTC)
        late = until is not None and conversation.updated_at >= until.replace(tzinfo=UTC)
        if not early and not late:
            yield quality_of(unit, conversation)


def _share(found: Sequence[Quality], part: Part) -> tuple[Share, int]:
    """The share that is good of those that can be told, and how many cannot."""
    scores = [each.of(part).score for each in found]
    good, unknown = scores.count(Score.GOOD), scores.count(Score.UNKNOWN)
    return Share(hits=good, cases=len(scores) - unknown), unknown


def _lines(found: Sequence[Quality], shown: Sequence[Quality], reviews: Sequence[Review]) -> Iterator[str]:
    yield f"{len(found)} conversations. Good, of those that can be told, with 95 % intervals:"
    for part in Part:
        share, unknown = _share(found, part)
        agreed, chance = agreement(reviews, part)
        yield f"  {part:<10}{share}; {unknown} unknown"
        if agreed.cases:
            told = f"; kappa {chance.value:.2f} ({chance.low:.2f} to {chance.high:.2f})" if chance else ""
            yield f"  {'':<10}reviewers agree: {agreed}{told}"
    for each in shown:
        yield f"\n{each.conversation_id}"
        for scored in each.parts:
            yield f"  {scored.part:<10}{scored.score}"
            for ground in scored.grounds:
                where = f" [{ground.message_id}]" if ground.message_id else ""
                yield f"    {ground.what}{where}"


def _plain(found: Sequence[Quality], shown: Sequence[Quality], reviews: Sequence[Review]) -> dict[str, Any]:
    parts = {}
    for part in Part:
        share, unknown = _share(found, part)
        agreed, chance = agreement(reviews, part)
        kappa = {"value": chance.value, "low": chance.low, "high": chance.high} if chance else None
        parts[part.value] = {"good": share.row(), "unknown": unknown, "agreed": agreed.row(), "kappa": kappa}
    sample = [
        {
            "conversation": each.conversation_id,
            "parts": {
                scored.part.value: {
                    "score": scored.score.value,
                    "grounds": [{"what": g.what, "message": g.message_id} for g in scored.grounds],
                }
                for scored in each.parts
            },
        }
        for each in shown
    ]
    return {"conversations": len(found), "parts": parts, "sample": sample}
