"""`handrail ledger verify|head|show`."""

import json
import re
from collections.abc import Iterator
from itertools import chain
from typing import Any

import click

from apps.installed import container_here
from apps.policy_file import parse_policy
from apps.proof import is_signed
from core.errors import ConfigurationError
from core.govern.audit import Audit, Fault, Found
from core.model.enacted import version_of
from core.model.seal import Record
from core.policy.alerts import ALWAYS
from core.ports import Unit


def read_granted(unit: Unit, version: str) -> frozenset[str] | None:
    """None where the version's text is not kept, or is not that version's: it is named after what it says. A version
    that this Handrail would not accept any more granted what it granted."""
    kept = unit.policies.text(version)
    if kept is None:
        return None
    try:
        fields = parse_policy(kept.text, version).fields
    except ConfigurationError:
        return None
    if version_of(fields) != version:
        return None
    rules = fields.get("standing", ALWAYS)
    return frozenset(str(rule) for rule in rules) if isinstance(rules, list | frozenset) else None


def false_proofs(unit: Unit) -> Iterator[Fault]:
    """Records of who gave a command that the key which was theirs at the time did not sign."""
    known: dict[str, str] = {}
    for record in all_records(unit):
        facts = _facts(record) if record.kind in PROOFS else None
        if not isinstance(facts, dict):
            continue
        if record.kind == "person_added":
            known[str(facts.get("person"))] = str(facts.get("key"))
        elif record.kind == "person_removed":
            known.pop(str(facts.get("person")), None)
        elif facts.get("way") == "key" and not is_signed(facts, known.get(str(facts.get("by")).lower(), "")):
            by, what = facts.get("by"), facts.get("what")
            yield Fault(text=f"record {record.serial}: no key of {by} signed “{what}”", serial=record.serial)


def all_records(unit: Unit) -> Iterator[Record]:
    after = 0
    while page := unit.ledger.records(after, PAGE):
        yield from page
        after = page[-1].serial


PROOFS = frozenset({"person_added", "person_removed", "identity_proved"})
MOST_SHOWN = 20  # faults of one audit; the rest is counted
PAGE = 1000
HASH = re.compile("[0-9a-f]{64}")
NEWEST = "{store} has {records} since {since} UTC; the newest is {serial}, of {at} UTC, with the hash {hash}."


@click.command()
@click.option(
    "--head", default="", metavar="HASH", help="Of `ledger head`, noted earlier: it must still be in the ledger."
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object instead.")
def verify(head: str, as_json: bool) -> None:
    """Prove it from end to end: the chain of records, every sealed campaign with each of its recipients, that every
    message to a customer left under an approval or a standing rule, and that commands bear the key of who gave them.
    Only the store is read: no vendor's secret is needed.

    Exit code 0 when all of it fits, 1 when something does not or there is no record, 2 when there is no store."""
    if head and (len(head) < 8 or not set(head.lower()) <= set("0123456789abcdef")):
        raise click.BadParameter("a hash is 64 of the letters 0-9 and a-f, or its first 8 or more", param_hint="--head")
    container = container_here()
    with container.store.read() as unit:
        audit = Audit(unit=unit, standing_of=lambda version: read_granted(unit, version), head=head.lower())
        shown: list[Fault] = []
        faults = 0
        for fault in chain(audit.faults(), false_proofs(unit)):
            faults += 1
            shown += [fault] if len(shown) < MOST_SHOWN else []
    if as_json:
        click.echo(json.dumps(_as_object(audit.found, shown, faults, container.store_name)))
    else:
        click.echo("\n".join(_lines(audit.found, shown, faults, container.store_name)))
    # Nothing to look at is no proof that all is well: it may be the wrong store.
    if faults or not audit.found.records:
        click.get_current_context().exit(1)


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object instead.")
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
@click.option(
    "--last",
    "most",
    default=20,
    show_default=True,
    type=click.IntRange(1, 10_000),
    metavar="N",
    help="How many records, the newest ones.",
)
@click.option(
    "--about", default="", metavar="WORDS", help="Only those in which this stands: a campaign, a ticket, an address …"
)
@click.option("--kind", default="", metavar="KIND", help="Only those of this kind, such as sent or sealed.")
@click.option("--json", "as_json", is_flag=True, help="Print a JSON object a line instead.")
def show(most: int, about: str, kind: str, as_json: bool) -> None:
    """The newest records, the oldest of them first."""
    with container_here().store.read() as unit:
        last = unit.ledger.last()
        # An address stands in it as its hash.
        about = str(unit.ledger.as_written("", {"about": about})["about"])
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


def _lines(found: Found, faults: list[Fault], count: int, store: str) -> Iterator[str]:
    if not found.records and not count:
        yield f"Nothing was proved: {store} has no record. Nothing was decided yet, or you mean another store."
        return
    first, last = found.first, found.last
    if first is not None and last is not None:
        records, since = _many(found.records, "record"), _minute(first.at)
        at = _minute(last.at)
        yield NEWEST.format(store=store, records=records, since=since, serial=last.serial, at=at, hash=last.hash)
    left = f"{_many(found.by_seal, 'message')} under them, {_many(found.by_rule, 'message')} under standing rules"
    yield f"{_many(found.seals, 'sealed campaign')} with {_many(found.lines, 'recipient')}; {left}."
    if not count:
        yield "All of it fits: no record, recipient or message was changed, and nothing left without leave."
        return
    yield f"{_many(count, 'thing does', 'things do')} not fit:"
    yield from (f"  {fault.text}" for fault in faults)
    if count > len(faults):
        yield f"  … and {count - len(faults)} more"


def _as_object(found: Found, faults: list[Fault], count: int, store: str) -> dict[str, Any]:
    first, last = found.first, found.last
    return {
        "fits": bool(found.records) and not count,
        "store": store,
        "records": found.records,
        "since": first.at if first else None,
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
