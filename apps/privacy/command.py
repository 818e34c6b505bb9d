"""`handrail privacy export|erase|log|page`."""

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from apps.installed import open_installation
from apps.policy.here import refusals
from apps.privacy.accesses import note_command
from apps.privacy.export import write_export
from apps.proof import prove, proved
from apps.secret_files import OWNER_ONLY, write_new
from apps.settings import settings_here
from core.errors import HandrailError, RejectedError
from core.model.customer import Customer
from core.model.privacy import Access, Erasure
from core.privacy.erase import Certificate, Plan

if TYPE_CHECKING:
    from apps.bootstrap import Container, Knowledge

PERSON = click.argument("person", metavar="PERSON")


def privacy_here() -> "Container":
    from apps.bootstrap import Container

    container = Container(settings_here(needed=()))
    open_installation(container)
    return container


def find_person(container: "Knowledge", text: str) -> Customer:
    """Raises RejectedError where it is nobody, or could be several: who these are has been seen then."""
    from apps.bootstrap import now

    with container.store.read() as unit:
        found = unit.privacy.find(text)
    if not found:
        raise RejectedError(f"Nobody here goes by {text!r}: name an id, an e-mail address, a number or a whole name.")
    if len(found) > 1:
        for each in found:
            note_command(container.store, now, "listed among several", customer_id=each.id)
        lines = "\n".join(f"  {_named(each)}" for each in found)
        raise RejectedError(f"{text!r} may be any of {len(found)} people; name one by their id:\n{lines}")
    return found[0]


def _named(customer: Customer) -> str:
    known = ", ".join(each for each in (customer.name, customer.email, customer.phone) if each)
    return f"{customer.id}  {known}"


@click.command()
@PERSON
@click.option(
    "--to", type=click.Path(path_type=Path), help="The folder that is made for it. Default: export-ID in this folder."
)
@proved
def export(person: str, to: Path | None, by: str, key: Path | None) -> None:
    """Everything that is held about PERSON (an id, an e-mail address, a number or a whole name), as a folder that only
    you can read: a JSON file for each kind, a page over them, and their files."""
    from apps.bootstrap import now

    container = privacy_here()
    with refusals():
        customer = find_person(container, person)
        prove(container, by, key, f"privacy export {customer.id}")
        # Noted before anything is written: a copy that nobody knows of is what the log is there to prevent.
        with container.store.begin() as unit:
            what = "everything, exported"
            unit.privacy.note([Access(at=now(), who=by, way="command", what=what, customer_id=customer.id)])
        with container.store.read() as unit:
            subject = unit.privacy.subject(customer.id)
            folder = to or Path(f"export-{customer.id}")
            made = write_export(unit, subject, folder, container.fetch_file, now())
        click.echo(f"{made.rows} entries and {made.files} files are in {made.folder}; begin with index.html.")
        for each in made.missing:
            click.echo(f"  not there any more: {each}", err=True)


@click.command()
@click.argument("person", metavar="PERSON", required=False)
@click.option("--dry-run", is_flag=True, help="Only say what would go, and what stands against it.")
@click.option(
    "--anyway",
    is_flag=True,
    help="Also with conversations open or campaigns under way: all of it ends.",
)
@click.option("--skip", multiple=True, metavar="VENDOR", help="Erase nothing at this vendor; the certificate says so.")
@click.option(
    "--resume", is_flag=True, help="Go on with what was broken off, without PERSON: their address may be gone by now."
)
@click.option("--to", type=click.Path(path_type=Path), help="Where the certificate goes. Default: this folder.")
@proved
def erase(
    person: str | None,
    by: str,
    key: Path | None,
    to: Path | None,
    skip: tuple[str, ...],
    *,
    dry_run: bool,
    anyway: bool,
    resume: bool,
) -> None:
    """Erase PERSON (an id, an e-mail address, a number or a whole name) everywhere: at Zendesk, Twilio and in Slack,
    then in every table, and their keys. It cannot be undone. Broken off, it goes on with --resume.

    They are not written to again and not taken over again from the helpdesk; when they write themselves, they begin
    anew as a stranger. Exit code: 0 erased, 1 refused, 2 broken off."""
    from apps.bootstrap import now

    container = privacy_here()
    erasing = container.erasing
    with refusals():
        if resume:
            prove(container, by, key, "privacy erase --resume")
            with container.store.read() as unit:
                begun = unit.privacy.open()
            if not begun:
                raise RejectedError("Nothing was broken off: every erasure that was begun is finished.")
            for each in begun:
                certify(erasing.finish(each, skip), to)
            return
        if person is None:
            raise click.UsageError("name a PERSON, or go on with --resume")
        customer = find_person(container, person)
        plan = erasing.plan(customer.id)
        note_command(container.store, now, "what an erasure would remove", customer_id=customer.id)
        with container.store.read() as unit:
            kinds = unit.privacy.kinds()
        click.echo("\n".join(_planned(customer, plan, kinds)))
        if dry_run:
            return
        prove(container, by, key, f"privacy erase {customer.id}")
        erasure = erasing.begin(customer, by, anyway=anyway)
        try:
            made = erasing.finish(erasure, skip)
        except HandrailError as error:
            raise _broken_off(error) from error
        certify(made, to)


def _broken_off(error: HandrailError) -> HandrailError:
    return type(error)(f"{error}\nIt is not finished: go on with `handrail privacy erase --resume --by YOU@…`.")


def _planned(customer: Customer, plan: Plan, kinds: Mapping[str, str]) -> Iterator[str]:
    yield _named(customer)
    if len(plan.subject.customers) > 1:
        yield f"  with {len(plan.subject.customers) - 1} merged profiles"
    for name, kind in kinds.items():
        if name in plan.counts:
            yield f"  {plan.counts[name]:>6}  {kind}"
    yield f"  {len(plan.subject.posts):>6}  cards in Slack, {len(plan.subject.tickets)} tickets"
    yield f"  and at: {', '.join(plan.vendors) or 'no vendor'}"
    for each in plan.obstacles:
        yield f"  {'forbids it' if each.final else 'stands against it'}: {each.text}"


def certify(made: Certificate, to: Path | None) -> None:
    path = (to or Path()) / f"{made.erasure.id}.json"
    path.parent.mkdir(mode=OWNER_ONLY, parents=True, exist_ok=True)
    path.unlink(missing_ok=True)  # a file that is there already would keep its mode
    write_new(path, f"{json.dumps(certificate_of(made), indent=1)}\n".encode())
    total = sum(sum(each.values()) for each in made.erasure.steps.values())
    click.echo(
        f"Erased: {total} things. The certificate is {path}; record {made.record.serial} of the ledger proves it."
    )
    for each in made.left:
        click.echo(f"  not ours to erase: {each}")


def certificate_of(made: Certificate) -> dict[str, object]:
    """Without a word about who it was."""
    erasure: Erasure = made.erasure
    return {
        "erasure": erasure.id,
        "ordered_by": erasure.by,
        "begun": erasure.at.isoformat(),
        "finished": erasure.finished_at.isoformat() if erasure.finished_at else None,
        "removed": {name: dict(counts) for name, counts in erasure.steps.items()},
        "ledger": {"record": made.record.serial, "hash": made.record.hash},
        "not_erased": [*made.left, *ALWAYS_LEFT],
    }


ALWAYS_LEFT: Sequence[str] = (
    "Backups of the database that you made yourself: what they hold of the person is encrypted under keys that are "
    "destroyed; a backup of the keys' own table from before brings both back, so let it expire.",
    "The ledger's records of what was decided and sent, in which addresses are keyed hashes.",
    "Keyed hashes of the addresses, so that nobody writes to them unasked again.",
)


@click.command()
@click.argument("person", metavar="PERSON", required=False)
@click.option(
    "--days", type=click.IntRange(1, 3650), default=30, show_default=True, metavar="DAYS", help="How many days back."
)
@click.option("--limit", type=click.IntRange(1, 10_000), default=100, show_default=True, metavar="N", help="How many.")
@click.option("--json", "as_json", is_flag=True, help="Print a JSON object a line instead.")
def log(person: str | None, days: int, limit: int, *, as_json: bool) -> None:
    """Who looked at whose data, newest first; of PERSON alone where one is named."""
    from apps.bootstrap import now

    container = privacy_here()
    with refusals():
        customer_id = find_person(container, person).id if person else ""
        with container.store.read() as unit:
            found = unit.privacy.accesses(customer_id, now() - timedelta(days=days), limit)
        for each in found:
            click.echo(json.dumps(_row(each)) if as_json else _line(each))
        if not found:
            click.echo("Nobody looked.", err=True)


def _row(access: Access) -> dict[str, str]:
    row = {"at": access.at.isoformat(), "who": access.who, "way": access.way, "what": access.what}
    return {**row, "customer": access.customer_id, "ref": access.ref}


def _line(access: Access) -> str:
    of = access.customer_id or access.ref
    return f"{access.at:%Y-%m-%d %H:%M:%S}  {access.who}  {access.way}: {access.what}  {of}"
