"""`handrail pilot plan`: which channel and intents to begin with, from what has been decided so far."""

import json
from collections.abc import Collection, Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from apps.pilot.here import Here
from apps.pilot.policy_text import NO_INTENTS
from core.measure.pilot.candidates import FEWEST, Candidate, Suggestion, suggestion
from core.measure.statistics import Share
from core.model.customer import Channel

SHOWN = 15
HANDFUL = 5


@click.command()
@click.option(
    "--channel",
    type=click.Choice([each.value for each in Channel]),
    help="Look at this channel alone. Default: at all.",
)
@click.option(
    "--last",
    "conversations",
    type=click.IntRange(min=1),
    default=2000,
    show_default=True,
    metavar="N",
    help="How many conversations, the newest ones.",
)
@click.option(
    "--from",
    "file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Conversations from before Handrail, as `handrail run` reads them, instead of what it decided itself.",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object instead, with every candidate.")
def plan(channel: str | None, conversations: int, file: Path | None, as_json: bool) -> None:
    """Which channel and intents to begin with.

    Enough volume, drafts that hold, little risk: the last N conversations are decided again as if the assistant were
    allowed to answer everywhere. Nothing is changed. Exit code 0 with a suggestion, 1 without one."""
    here = Here()
    policy = here.policy
    turns = here.turns_of(file) if file else here.last_turns(conversations, policy.confidence_intent)
    found = suggestion(turns, policy, here.policy_of, Channel(channel) if channel else None)
    said = json.dumps(_object(found, len(turns))) if as_json else "\n".join(_lines(found, len(turns), here.intents))
    click.echo(said)
    click.get_current_context().exit(0 if found.channel else 1)


def _lines(found: Suggestion, turns: int, known: Collection[str]) -> Iterator[str]:
    if not turns:
        yield "Nothing has been decided yet. Let Handrail run for a week, or give it past conversations with --from."
        return
    if not known:
        yield NO_INTENTS
        return
    if found.channel is None:
        last = "turn" if turns == 1 else f"{turns} turns"
        yield f"Nothing in the last {last} is good enough to begin with."
    else:
        yield f"Begin with {found.channel.value}: {', '.join(found.intents)}"
        named = " ".join(f"--intent {intent}" for intent in found.intents)
        yield f"  handrail pilot start --channel {found.channel.value} {named} --by YOU@…"
    yield ""
    yield f"  {'channel':<9} {'intent':<24} {'turns':>5}  could answer  risky  blocked  adopted"
    rows, few = _rows(found)
    for each in rows:
        yield from _candidate(each)
    if few:
        together = sum(each.turns for each in few)
        yield f"  … and {len(few)} with under {FEWEST} turns each, {together} together; --json has them all."
    yield ""
    yield "  could answer: what the assistant would have answered by itself; risky: a person's whatever the draft;"
    yield f"  adopted: drafts that agents used or edited. Under {FEWEST} turns nothing is suggested."


def _rows(found: Suggestion) -> tuple[Sequence[Candidate], Sequence[Candidate]]:
    """Those worth a line, and the others: of too few turns, but for a handful where there is nothing else."""
    enough = [each for each in found.candidates if each.turns >= FEWEST]
    few = [each for each in found.candidates if each.turns < FEWEST]
    return (enough[:SHOWN], few) if enough else (few[:HANDFUL], few[HANDFUL:])


def _candidate(each: Candidate) -> Iterator[str]:
    figures = (
        f"{_brief(each.answerable):>12}  {_brief(each.risky):>5}  {_brief(each.blocked):>7}  {_brief(each.adopted):>7}"
    )
    yield f"  {each.channel.value:<9} {each.intent:<24} {each.turns:>5}  {figures}"
    if each.against:
        yield f"            not to begin with: {each.against}"


def _brief(share: Share) -> str:
    return "–" if share.value is None else f"{share.value:.0%}"


def _object(found: Suggestion, turns: int) -> dict[str, Any]:
    return {
        "turns": turns,
        "channel": found.channel.value if found.channel else None,
        "intents": list(found.intents),
        "candidates": [asdict(each) for each in found.candidates],
    }
