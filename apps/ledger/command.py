"""`handrail ledger verify|head|show`."""

import json
import re
from collections.abc import Iterator
from typing import Any

import click

from apps.ledger.granted import granted_by
from apps.policy.here import container_here
from core.govern.audit import Audit, Fault, Found
from core.model.chain import Record

MOST_SHOWN = 20  # faults of one audit; the rest is counted
PAGE = 1000
HASH = re.compile("[0-9a-f]{64}")
NEWEST = "The ledger has {records}; the newest is {serial}, of {at} UTC, with the hash {hash}."


@click.command()
@click.option("--head", default="", help="A hash that you noted earlier: it has to be in the ledger still.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
def verify(head: str, as_json: bool) -> None:
    """Prove it from end to end: the chain of records, every sealed campaign with each of its recipients, and that every
    message to a customer left under an approval or a standing rule. Exit 1 where something does not fit."""
    if head and (len(head) < 8 or not set(head.lower()) <= set("0123456789abcdef")):
        raise click.BadParameter("a hash is 64 of the letters 0-9 and a-f, or its first 8 or more", param_hint="--head")
    with container_here().store.read() as unit:
        audit = Audit(unit=unit, standing_of=lambda version: granted_by(unit, version), head=head.lower())
        shown: list[Fault] = []
        faults = 0
        for fault in audit.faults():
            faults += 1
            shown += [fault] if len(shown) < MOST_SHOWN else []
    if as_json:
        click.echo(json.dumps(_told(audit.found, shown, faults)))
    else:
        click.echo("\n".join(_lines(audit.found, shown, faults)))
    if faults:
        click.get_current_context().exit(1)


@click.command()
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
def head(as_json: bool) -> None:
    """The newest record's hash, to be noted down outside: with it `verify --head` finds a ledger whose end was cut
    off."""
    with container_here().store.read() as unit:
        last = unit.ledger.last()
    if as_json:
        row = {"serial": last.serial, "at": last.at, "hash": last.hash} if last else None
        click.echo(json.dumps({"head": row}))
    elif last is None:
        click.echo("The ledger is empty: nothing was decided or sent yet.")
    else:
        click.echo(last.hash)
        click.echo(
            f"Record {last.serial} of {_minute(last.at)} UTC. Keep this line where the store's admins cannot write."
        )


@click.command()
@click.option("--last", "most", default=20, show_default=True, type=click.IntRange(1, 10_000), help="How many records.")
@click.option("--about", default="", help="Only those in which this stands: a campaign, a ticket, an address …")
@click.option("--kind", default="", help="Only those of this kind, such as sent or sealed.")
@click.option("--json", "as_json", is_flag=True, help="A JSON object a line.")
def show(most: int, about: str, kind: str, as_json: bool) -> None:
    """The newest records, the oldest of them first."""
    with container_here().store.read() as unit:
        last = unit.ledger.last()
        found: list[Record] = []
        until = last.serial if last else 0
        while until > 0 and len(found) < most:
            page = [r for r in unit.ledger.records(max(0, until - PAGE), PAGE) if r.serial <= until]
            found += [r for r in reversed(page) if kind in ("", r.kind) and about in r.facts][: most - len(found)]
            until -= PAGE
    if not found:
        click.echo("There is no such record.", err=True)
    for record in reversed(found):
        click.echo(json.dumps(_row(record)) if as_json else _line(record))


def _lines(found: Found, faults: list[Fault], count: int) -> Iterator[str]:
    if not found.records and not count:
        yield "The ledger is empty: nothing was decided or sent yet."
        return
    last = found.last
    if last is not None:
        records = _many(found.records, "record")
        yield NEWEST.format(records=records, serial=last.serial, at=_minute(last.at), hash=last.hash)
    left = f"{_many(found.by_seal, 'message')} under them, {_many(found.by_rule, 'message')} under standing rules"
    yield f"{_many(found.seals, 'sealed campaign')} with {_many(found.lines, 'recipient')}; {left}."
    if not count:
        yield "All of it fits: no record, recipient or message was changed, and nothing left without leave."
        return
    yield f"{_many(count, 'thing does', 'things do')} not fit:"
    yield from (f"  {fault.text}" for fault in faults)
    if count > len(faults):
        yield f"  … and {count - len(faults)} more"


def _told(found: Found, faults: list[Fault], count: int) -> dict[str, Any]:
    last = found.last
    return {
        "fits": not count,
        "records": found.records,
        "head": last.hash if last else None,
        "sealed_campaigns": found.seals,
        "recipients": found.lines,
        "messages": {"under_a_seal": found.by_seal, "under_a_standing_rule": found.by_rule},
        "faults": count,
        "shown": [
            {
                "text": fault.text,
                "record": fault.serial or None,
                "campaign": fault.campaign or None,
                "recipient": fault.ordinal,
                "effect": fault.effect or None,
            }
            for fault in faults
        ],
    }


def _row(record: Record) -> dict[str, Any]:
    return {"serial": record.serial, "at": record.at, "kind": record.kind, "facts": _facts(record), "hash": record.hash}


def _line(record: Record) -> str:
    facts = _facts(record)
    said = (
        facts
        if isinstance(facts, str)
        else "  ".join(f"{name}={_value(value)}" for name, value in facts.items() if value not in (None, ""))
    )
    return f"{record.serial:>7}  {_minute(record.at)}  {record.kind:<18} {said}"


def _facts(record: Record) -> Any:
    """As values, or as the text that stands there where it cannot be read any more."""
    try:
        return dict(record.said)
    except ValueError:
        return record.facts


def _value(value: Any) -> str:
    """A hash by its beginning: it is looked up by that, and by --json it is whole."""
    if isinstance(value, str):
        return f"{value[:12]}…" if HASH.fullmatch(value) else value
    return json.dumps(value)


def _minute(at: str) -> str:
    return at[:16].replace("T", " ")


def _many(count: int, one: str, more: str = "") -> str:
    return f"{count:,} {one if count == 1 else more or one + 's'}"
