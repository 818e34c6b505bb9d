"""`handrail conversations`: found over all channels by who, what, how it went, and by words."""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import click

from apps.installed import container_here
from apps.privacy.accesses import note_commands
from apps.report.command import row, span_of
from core.errors import ConfigurationError
from core.measure.report.measures import BY_NAME
from core.measure.search import EVERY, Match, Sought, find


def print_conversations(
    *,
    since: datetime | None,
    until: datetime | None,
    only: Sequence[str],
    who: str,
    outcome: str,
    words: str,
    limit: int,
    as_json: bool,
) -> None:
    """`outcome` is a measure, as `contained`, or what is not one, as `not satisfied`."""
    from apps.bootstrap import now

    container = container_here()
    negated, _, name = outcome.rpartition("not ")
    measure = (name or EVERY).strip()
    if measure not in BY_NAME or negated.strip():
        raise ConfigurationError(
            f"there is no outcome {outcome}; there are {', '.join(BY_NAME)}, each with `not ` before"
        )
    hit = None if not outcome else not outcome.startswith("not ")
    sought = Sought(span=span_of(since, until, only, now()), who=who, measure=measure, hit=hit, words=words)
    with container.store.read() as unit:
        matches = find(unit, sought, limit)
    # Whose conversations were looked for by name or words is kept, as every look at a person's data is.
    if who or words:
        refs = [match.matter.conversation_id for match in matches.found]
        note_commands(container.store, now, "search of conversations", refs)
    if as_json:
        click.echo(
            json.dumps({"conversations": [_plain(each) for each in matches.found], "more": matches.more}, indent=2)
        )
        return
    for each in matches.found:
        click.echo(row(each.matter) + (f"\n    “{each.quote}”" if each.quote else ""))
    read = f" The words of {matches.read:,} were read." if words else ""
    more = " There may be more: narrow it down, or raise --limit." if matches.more else ""
    click.echo(f"{len(matches.found)} found.{read}{more}")


def _plain(match: Match) -> dict[str, Any]:
    matter = match.matter
    return {
        "conversation": matter.conversation_id,
        "ticket": matter.ticket_id,
        "began_at": matter.began_at.isoformat(),
        "channel": matter.channel,
        "intent": matter.intent,
        "group": matter.group,
        "rule": matter.rule,
        "quote": match.quote,
    }
