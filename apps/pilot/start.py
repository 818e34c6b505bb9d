"""`handrail pilot start|expand|stop`: the pilot's policy through the usual life of a policy, first into the shadow,
and back to the policy from before it."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from apps.pilot.here import Here
from apps.pilot.policy_text import NO_INTENTS, OURS, check_intents, pilot_text
from apps.pilot.scope import Pilot, keep, running, running_pilot
from apps.policy.changed import list_changes
from apps.policy.here import enacter_of, refusals
from apps.policy_file import check_policy, parse_policy
from apps.proof import prove, proved
from core.errors import ConfigurationError, RejectedError
from core.govern.changes import Duty, changes
from core.measure.pilot.verdict import Phase, Word
from core.measure.replay import compare, last_decisions
from core.model.customer import Channel

if TYPE_CHECKING:
    from datetime import datetime


LAST = 200  # conversations that are decided again


def describe_changes(here: Here, pilot: Pilot, text: str, file: Path) -> Iterator[str]:
    """What differs from the policy in force, and what it would have done with the last conversations."""
    before = parse_policy(here.text(here.in_force), "the policy in force")
    after = parse_policy(text, str(file))
    reading = enacter_of(here.container, file).reading
    found = changes(reading.outline(here.in_force, here.text(here.in_force)), reading.candidate(text).outline)
    for line in list_changes([each for each in found if each.section != "tests"], before.fields, after.fields):
        yield f"  {line}"
    examples = parse_policy(here.text(pilot.base), "the policy before the pilot").fields.get("tests") or []
    left = len(examples) - sum(not str(each["name"]).startswith(OURS) for each in after.fields["tests"])
    if left:
        does = "example does not hold and is" if left == 1 else "examples do not hold and are"
        yield f"  tests: {left} {does} left out while it runs; stop brings them back"
    with here.container.store.read() as unit:
        last = list(last_decisions(unit, LAST))
    if last:
        comparison = compare(last, here.policy, check_policy(after), here.policy_of)
        compared = f"{len(comparison.replayed)} of your last {len(last)} decisions could be taken again"
        yield f"{compared}; the pilot takes {len(comparison.flips)} of them otherwise."
        for what, count in comparison.kinds.items():
            yield f"  {count:>5}  {what}"


def describe_signing(missing: Sequence[Duty], file: Path) -> Iterator[str]:
    """The commands that give the sign-offs, each with who else may."""
    for duty in missing:
        first, *others = duty.people or ("nobody is named for this role",)
        yield (
            f"  handrail policy sign {file} --section {duty.change.section} --role {duty.role} --by {first}"
            + (f"    # or {' or '.join(others)}" if others else "")
        )


FILE = click.option(
    "--file",
    type=click.Path(dir_okay=False, path_type=Path),
    default=Path("policy.pilot.yaml"),
    show_default=True,
    help="Where the pilot's policy is written, to be read and signed.",
)
DRY = click.option("--dry-run", is_flag=True, help="Write the file and show what would change; put nothing in force.")


@click.command()
@click.option(
    "--channel",
    required=True,
    type=click.Choice([each.value for each in Channel]),
    help="The one channel it begins with.",
)
@click.option(
    "--intent",
    "intents",
    metavar="INTENT",
    multiple=True,
    required=True,
    help="An intent of your intents file that it is about, such as refund_status; may be given more than once.",
)
@FILE
@DRY
@proved
def start(channel: str, intents: tuple[str, ...], file: Path, dry_run: bool, by: str, key: Path | None) -> None:
    """Begin in the shadow: drafts, and nothing sent.

    Agents see drafts on every channel; nothing is sent by itself, on the pilot's channel neither.

    Exit code 0 when it is in force (or --dry-run), 1 when a sign-off or something else is missing."""
    here = Here()
    with here.container.store.read() as unit:
        found = running(unit)
    if found is not None:
        raise ConfigurationError(f"a pilot of {found.about} runs already; handrail pilot status, expand or stop")
    wanted = Pilot(
        phase=Phase.SHADOW,
        channel=Channel(channel),
        intents=tuple(dict.fromkeys(intents)),
        base=here.in_force,
        began_at=_now(),
        by=by,
    )
    _begin(here, wanted, file, dry_run, key, f"Pilot in the shadow, {wanted.about}", "pilot_started")


@click.command()
@click.option(
    "--add", "added", multiple=True, metavar="INTENT", help="Take this intent in too; may be given more than once."
)
@click.option("--anyway", default="", metavar="REASON", help="Expand though the numbers do not say so, and say why.")
@FILE
@DRY
@proved
def expand(added: tuple[str, ...], anyway: str, file: Path, dry_run: bool, by: str, key: Path | None) -> None:
    """Answer by itself; later, take more in.

    Refuses while `handrail pilot status` does not say expand, unless you say why --anyway."""
    here = Here()
    with here.container.store.read() as unit:
        pilot = running_pilot(unit)
    if here.in_force != pilot.version:
        raise ConfigurationError(
            f"policy {here.in_force} came into force since, over the pilot's {pilot.version}: expanding would undo it. "
            "handrail pilot stop --keep, then start again"
        )
    more = [intent for intent in dict.fromkeys(added) if intent not in pilot.intents]
    if pilot.phase is Phase.LIVE and not more:
        raise ConfigurationError("it is live already; --add INTENT takes more into it")
    with refusals():
        _ripe(here, pilot, anyway)
        wanted = Pilot(
            phase=Phase.LIVE,
            channel=pilot.channel,
            intents=(*pilot.intents, *more),
            base=pilot.base,
            began_at=_now(),
            by=by,
        )
        note = f"Pilot live, {wanted.about}" + (f"; anyway: {anyway}" if anyway else "")
        _begin(here, wanted, file, dry_run, key, note, "pilot_expanded")


def _ripe(here: Here, pilot: Pilot, anyway: str) -> None:
    """Raises RejectedError where the numbers do not say so and nobody says why all the same."""
    said = here.standing(pilot).verdict
    if said.word is not Word.EXPAND and not anyway.strip():
        reasons = "\n".join(f"  - {reason}" for reason in said.reasons)
        raise RejectedError(f"the numbers say {said.word.value}:\n{reasons}\n--anyway REASON expands all the same")


def _begin(here: Here, wanted: Pilot, file: Path, dry_run: bool, key: Path | None, note: str, kind: str) -> None:
    known = here.intents
    if not known:
        raise ConfigurationError(NO_INTENTS)
    check_intents(wanted.intents, check_policy(parse_policy(here.text(wanted.base), "the policy in force")), known)
    text = pilot_text(here.text(wanted.base), wanted.phase, wanted.channel, wanted.intents, known)
    _write(here, file, text)
    click.echo(f"{file} is the policy of the pilot ({check_policy(parse_policy(text, str(file))).version}).")
    click.echo("\n".join(describe_changes(here, wanted, text, file)))
    enacter = enacter_of(here.container, file)
    missing = enacter.missing(text)
    if missing:
        click.echo("These must sign first:")
        click.echo("\n".join(describe_signing(missing, file)))
    if dry_run:
        click.echo("Nothing was put in force (--dry-run).")
        return
    with refusals():
        prove(here.container, wanted.by, key, note)
        applied = enacter.apply(text, by=wanted.by, note=note)
        _record_start(here, wanted, applied.enactment.version, kind)
        shadow = wanted.phase is Phase.SHADOW
        click.echo(f"Policy {applied.enactment.version} is in force. {_SHADOW if shadow else _LIVE}")


def _write(here: Here, file: Path, text: str) -> None:
    """Raises ConfigurationError where it cannot be written, or is the admin's own policy."""
    if file.resolve() == Path(here.container.settings.policy).resolve():
        raise ConfigurationError(f"{file} is your own policy, which the pilot leaves alone; name another --file")
    try:
        file.write_text(text, encoding="utf-8")
    except OSError as error:
        raise ConfigurationError(f"{file} cannot be written: {error.strerror}") from error


_SHADOW = "Agents see drafts, nothing is sent by itself. handrail pilot status says how it goes."
_LIVE = "The assistant answers these by itself now. handrail pilot status says how it goes."


def _record_start(here: Here, wanted: Pilot, version: str, kind: str) -> None:
    with here.container.store.begin() as unit:
        pilot = replace(wanted, version=version, serial=unit.decisions.newest())
        facts = {"channel": pilot.channel.value, "intents": list(pilot.intents), "version": version, "by": pilot.by}
        keep(unit, pilot)
        unit.ledger.append(kind, facts | {"phase": pilot.phase.value}, pilot.began_at)


def _now() -> "datetime":
    from apps.bootstrap import now

    return now()


@click.command()
@click.option("--reason", required=True, metavar="REASON", help="Why, for the list of versions and the ledger.")
@click.option("--keep", "kept", is_flag=True, help="Leave the pilot's policy in force; only the counting ends.")
@proved
def stop(reason: str, kept: bool, by: str, key: Path | None) -> None:
    """Back to the policy from before.

    It is in force again with all that it allowed, and with its examples."""
    from apps.bootstrap import now

    here = Here()
    with here.container.store.read() as unit:
        pilot = running_pilot(unit)
    with refusals():
        prove(here.container, by, key, f"pilot stop, {pilot.about}")
        if not kept:
            enacter_of(here.container, Path(f"policy {pilot.base}")).restore(pilot.base, by=by, reason=reason)
        facts = {"channel": pilot.channel.value, "intents": list(pilot.intents), "by": by, "reason": reason}
        with here.container.store.begin() as unit:
            keep(unit, None)
            unit.ledger.append("pilot_stopped", facts | {"kept": kept}, now())
        rest = "its policy stays in force" if kept else f"policy {pilot.base} is in force again"
        click.echo(f"The pilot of {pilot.about} has ended; {rest}.")
