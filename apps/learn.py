"""`handrail learn show|reset|calibration`: what use has changed by itself, and how it is taken back."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path

import click

from apps.experiments import policy_here
from apps.installed import container_here
from apps.proof import prove_approver, proved
from core.answer.confidence import calibrated
from core.errors import ConfigurationError
from core.knowledge.feedback import Fading, lifts
from core.model.learning import Calibration, Curve, Lift, Reset
from core.policy.learning import Feedback

JSON = click.option("--json", "as_json", is_flag=True, help="Print one JSON object instead.")
ARTICLE = click.option("--article", default="", metavar="ID", help="Only this article.")
INTENT = click.option("--intent", default="", metavar="NAME", help="Only what customers with this intent ask.")
SHOWN = (0.3, 0.5, 0.6, 0.7, 0.8, 0.9)  # estimates whose calibrated value is told
ALL = "all other intents"


def moved_here(article: str, intent: str) -> tuple[Mapping[str, Sequence[Lift]], bool]:
    """What is moved now, by intent; and whether the policy lets it."""
    from apps.bootstrap import now

    container = container_here()
    rules, at = policy_here(container).learning, now()
    fading = Fading(most=rules.most, half_life=rules.half_life)
    with container.store.read() as unit:
        votes, resets = unit.learning.votes(at - fading.reach, intent or None), unit.learning.resets()
    found = {
        name: [
            lift
            for lift in lifts([vote for vote in votes if vote.intent == name], resets, fading, at)
            if article in ("", lift.article_id)
        ]
        for name in sorted({vote.intent for vote in votes})
    }
    return {name: some for name, some in found.items() if some}, rules.feedback is Feedback.RANK


@click.command()
@ARTICLE
@INTENT
@JSON
def show(article: str, intent: str, *, as_json: bool) -> None:
    """Which articles feedback raises or lowers in the search, for which intent, how far, and by how many votes."""
    found, on = moved_here(article, intent)
    if as_json:
        rows = {name: [asdict(lift) for lift in some] for name, some in found.items()}
        click.echo(json.dumps({"on": on, "intents": rows}))
        return
    if not on:
        click.echo("Switched off (learning.feedback: off): what follows is counted and moves nothing.")
    for name, some in found.items():
        click.echo(name)
        for lift in some:
            click.echo(f"  {lift_words(lift)}  {lift.article_id}")
    if not found:
        click.echo("Feedback moves nothing.")


def lift_words(lift: Lift) -> str:
    votes = f"{lift.votes} vote{'s' if lift.votes != 1 else ''} of {lift.voters}"
    return f"{100 * lift.share:+5.1f} %  {votes} (for {lift.up:.1f}, against {lift.down:.1f} are left)"


@click.command()
@ARTICLE
@INTENT
@click.option("--all", "everything", is_flag=True, help="All votes, on every article.")
@click.option("--calibration", is_flag=True, help="The curves of how sure answers are, not the votes.")
@proved
def reset(article: str, intent: str, by: str, key: Path | None, *, everything: bool, calibration: bool) -> None:
    """Take back what was learned: votes until now count no more, of --article, of --intent, or --all.

    With --calibration answers are as sure again as they are estimated, and only drafts from now on count. Nothing is
    deleted; that it was taken back is kept with your name."""
    from apps.bootstrap import now

    if not (article or intent or everything or calibration):
        raise click.UsageError("Say what is taken back: --article, --intent, --all or --calibration.")
    container = container_here()
    what = " ".join(filter(None, (article, intent, "all" if everything else "", "calibration" if calibration else "")))
    prove_approver(container, by, key, f"learn reset {what}")
    at = now()
    with container.store.begin() as unit:
        if calibration:
            unit.learning.add_calibration(Calibration(at=at, curves={}, by=by))
        if article or intent or everything:
            unit.learning.reset(Reset(at=at, by=by, article_id=article, intent=intent))
        facts = {"article": article, "intent": intent, "calibration": calibration, "by": by}
        unit.ledger.append("learning_reset", facts, at)
    click.echo(f"Taken back: {what}.")


@click.command()
@INTENT
@JSON
def calibration(intent: str, *, as_json: bool) -> None:
    """How sure answers are before and after what came of them, by intent: the curve, and its error on drafts that it
    was not fitted to."""
    container = container_here()
    on = policy_here(container).learning.calibrate
    with container.store.read() as unit:
        newest = next(iter(unit.learning.calibrations()), None)
    curves = {name: curve for name, curve in (newest.curves if newest else {}).items() if intent in ("", name)}
    if as_json:
        at = newest.at.isoformat() if newest else None
        rows = {name: {**asdict(curve), "points": points(curve)} for name, curve in curves.items()}
        click.echo(json.dumps({"on": on, "at": at, "by": newest.by if newest else None, "intents": rows}))
        return
    if intent and newest is not None and not curves and intent not in newest.curves:
        raise ConfigurationError(f"{intent} has no curve of its own: too few drafts, or none that tells better")
    click.echo("\n".join(calibration_lines(newest, curves, on=on)))


def points(curve: Curve) -> list[tuple[float, float]]:
    """Estimates, and what they are after the curve."""
    return [(estimate, round(calibrated(estimate, curve), 3)) for estimate in SHOWN]


def calibration_lines(newest: Calibration | None, curves: Mapping[str, Curve], *, on: bool) -> Iterator[str]:
    if not on:
        yield "Switched off (learning.calibrate: false): answers are as sure as they are estimated."
    if newest is None or not curves:
        yield "No curve is in force: answers are as sure as they are estimated."
        return
    yield f"Made {newest.at:%Y-%m-%d %H:%M} UTC, {newest.by}."
    for name, curve in curves.items():
        yield f"{name or ALL}  {curve.samples} drafts, {curve.good} right"
        yield "  estimated " + "".join(f"{before:>7.2f}" for before, _ in points(curve))
        yield "  right     " + "".join(f"{after:>7.2f}" for _, after in points(curve))
        yield f"  mean squared error {curve.error_before:.3f} before, {curve.error_after:.3f} after, on unseen drafts"
