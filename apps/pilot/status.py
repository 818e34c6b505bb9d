"""`handrail pilot status`: the numbers of the pilot, and whether to expand, go on or stop."""

import json
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

import click

from apps.pilot.here import Here, Standing
from apps.pilot.scope import running_pilot
from core.measure.pilot.figures import Figures
from core.measure.pilot.verdict import Line, Phase, State, Word
from core.measure.statistics import Share

MARKS = {State.GOOD: "ok", State.OPEN: "…", State.BAD: "BAD", State.UNSEEN: "–"}
CODES = {Word.EXPAND: 0, Word.GO_ON: 0, Word.STOP: 1}
NEXT = {
    (Word.EXPAND, Phase.SHADOW): "handrail pilot expand --by YOU@…  lets the assistant answer these by itself",
    (Word.EXPAND, Phase.LIVE): "handrail pilot expand --add INTENT --by YOU@…  takes more into the pilot",
    (Word.STOP, Phase.SHADOW): "handrail pilot stop --by YOU@… --reason …",
    (Word.STOP, Phase.LIVE): "handrail pilot stop --by YOU@… --reason …",
}


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object instead.")
def status(as_json: bool) -> None:
    """The numbers: expand, go on or stop?

    Each figure is held against a threshold with its 95 % interval (docs/pilot.md).

    Exit code 0: expand or go on. 1: stop. 2: no pilot runs."""
    here = Here()
    with here.container.store.read() as unit:
        pilot = running_pilot(unit)
    standing = here.standing(pilot)
    click.echo(json.dumps(as_object(standing)) if as_json else "\n".join(lines(standing)))
    click.get_current_context().exit(CODES[standing.verdict.word])


def lines(standing: Standing) -> Iterator[str]:
    """The verdict first, then what it stands on."""
    pilot, found, said = standing.pilot, standing.figures, standing.verdict
    yield f"{said.word.value.upper()}: {said.reasons[0]}"
    yield from (f"  and {reason}" for reason in said.reasons[1:])
    if (said.word, pilot.phase) in NEXT:
        yield f"  next: {NEXT[said.word, pilot.phase]}"
    yield ""
    phase = "shadow (drafts only, agents answer)" if pilot.phase is Phase.SHADOW else "live (answered by itself)"
    yield f"Pilot of {pilot.about}"
    yield f"  {phase} since {pilot.began_at:%Y-%m-%d %H:%M} UTC, begun by {pilot.by}"
    yield f"  {found.turns} turns in {found.conversations} conversations"
    if standing.in_force != pilot.version:
        yield f"  warning: the policy in force ({standing.in_force}) is not the pilot's ({pilot.version})"
    yield ""
    yield from _table(standing)
    yield ""
    yield from _more(found)
    yield "  scores      " + ", ".join(
        f"{name} {'–' if score is None else score}" for name, score in said.scores.items()
    )


def _table(standing: Standing) -> Iterator[str]:
    yield f"  {'figure':<46} {'value and 95 % interval':<36} {'wanted':<14}"
    yield from (_row(line) for line in standing.verdict.lines)


def _row(line: Line) -> str:
    return f"  {line.threshold.says:<46} {line.share!s:<36} {line.threshold.limit:<14} {MARKS[line.state]}"


def _more(found: Figures) -> Iterator[str]:
    words = "" if found.words is None else f"; half of the edits change up to {found.words:g} words"
    yield f"  drafts      written for {found.drafted}"
    states = ", ".join(f"{name} {_brief(getattr(found, name))}" for name in ("used", "edited", "ignored"))
    yield f"              {states}{words}"
    yield f"              with a remark of the checks {_brief(found.warned)}"
    yield f"  by itself   {found.answered} answered; could have been {found.alone}"
    yield from (f"  record      {count} not complete: {why}" for why, count in found.unrecorded.items())


def _brief(share: Share) -> str:
    return "–" if share.value is None else f"{share.value:.0%} ({share.hits})"


def as_object(standing: Standing) -> dict[str, Any]:
    pilot, found, said = standing.pilot, standing.figures, standing.verdict
    shares = {name: value.row() for name in Figures.__slots__ if isinstance(value := getattr(found, name), Share)}
    plain = {name: getattr(found, name) for name in ("turns", "conversations", "words", "answered", "unrecorded")}
    return {
        "verdict": said.word.value,
        "reasons": list(said.reasons),
        "scores": said.scores,
        "pilot": asdict(pilot) | {"began_at": pilot.began_at.isoformat()},
        "in_force": standing.in_force,
        "thresholds": [
            {
                "figure": line.threshold.figure,
                "says": line.threshold.says,
                "wanted": line.threshold.limit,
                "least_cases": line.threshold.least,
                "state": line.state.value,
            }
            for line in said.lines
        ],
        "figures": shares | plain,
    }
