"""`handrail parked list|send|dismiss`: what did not reach a customer, and what a person decides about it."""

import json
import secrets
import sys
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from textwrap import indent

import click

from apps.installed import container_here
from apps.privacy.accesses import note_command
from apps.proof import prove_approver, proved
from core.execute.parked import list_parked, settle_parked
from core.model.ids import EffectId
from core.model.parked import Parked, ParkedWish

NONE = "Nothing waits for a decision: everything that was to leave has left or was stopped."


@click.command(name="list")
@click.option(
    "--limit", default=50, show_default=True, type=click.IntRange(1, 1000), metavar="N", help="How many, newest first."
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object instead.")
def list_messages(limit: int, *, as_json: bool) -> None:
    """What did not reach a customer: to whom, when, the text, and why."""
    from apps.bootstrap import now

    container = container_here()
    with container.store.read() as unit:
        found = list_parked(unit, limit)
    for each in found:
        note_command(container.store, now, "a message that did not arrive", ref=each.ticket or each.id)
    if as_json:
        click.echo(json.dumps({"parked": [asdict(each) for each in found]}, default=str))
    else:
        click.echo("\n".join(line for each in found for line in _lines(each)) or NONE)


def _lines(parked: Parked) -> Iterator[str]:
    ticket = f", ticket {parked.ticket}" if parked.ticket else ""
    who = f"{parked.who} ({parked.to})" if parked.who else parked.to
    yield f"{parked.id}  {parked.since:%Y-%m-%d %H:%M} UTC  {who} by {parked.channel}{ticket}"
    yield indent(parked.text, "  > ")
    unclear = " It may have arrived all the same: look there before you send it again." if parked.unclear else ""
    yield f"  {parked.why or 'No reason is known.'}{unclear}"


@click.command()
@click.argument("message")
@proved
def send(message: str, by: str, key: Path | None) -> None:
    """Send a MESSAGE of the list again; the gate is asked anew before it leaves."""
    _settle(message, ParkedWish.SEND, by, key)


@click.command()
@click.argument("message")
@proved
def dismiss(message: str, by: str, key: Path | None) -> None:
    """Dismiss a MESSAGE of the list: it is never sent."""
    _settle(message, ParkedWish.DISMISS, by, key)


def _settle(message: str, wish: ParkedWish, by: str, key: Path | None) -> None:
    from apps.bootstrap import now

    container = container_here()
    prove_approver(container, by, key, f"parked {wish} {message}")
    with container.store.begin() as unit:
        # The next sweep of a worker takes what is to be sent: a command has no queue.
        done, said = settle_parked(unit, EffectId(message), wish, by, secrets.token_hex(8), now())
    click.echo(said, err=not done)
    if not done:
        sys.exit(1)
