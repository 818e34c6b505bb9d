"""`handrail improve find|list|show|accept|edit|refuse`: what is proposed, and what people say to it."""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from apps.installed import container_here
from apps.policy.here import refusals
from apps.proof import prove_approver, proved
from core.improve.accepting import open_one
from core.model.lesson import AS_WRITTEN, Proposal, ProposalState

if TYPE_CHECKING:
    from apps.bootstrap import Knowledge

SHORT = 11  # letters of an id by which it is told apart from others
STATES = click.Choice([*ProposalState, "all"])


@click.command()
def find() -> None:
    """Look for lessons now; it is done every night by itself."""
    from apps.bootstrap import now

    fresh = container_here().lessons.find(now())
    if not fresh:
        click.echo("Nothing new is proposed.")
    for each in fresh:
        click.echo(f"{short(each)}  {each.title}")


@click.command("list")
@click.option("--state", type=STATES, default=ProposalState.OPEN, show_default=True, help="Which proposals.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON instead.")
def list_proposals(state: str, as_json: bool) -> None:
    """The proposals, those with the most matters first."""
    wanted = None if state == "all" else ProposalState(state)
    with container_here().store.read() as unit:
        found = unit.proposals.listed(wanted)
    if as_json:
        click.echo(json.dumps([row(each) for each in found], indent=2, ensure_ascii=False))
    elif found:
        Console().print(_table(found))
    else:
        click.echo("Nothing is proposed." if wanted is ProposalState.OPEN else "There is no such proposal.")


@click.command()
@click.argument("proposal")
@click.option("--json", "as_json", is_flag=True, help="Print JSON instead.")
def show(proposal: str, as_json: bool) -> None:
    """One PROPOSAL with its evidence: what agents changed, in which tickets."""
    with container_here().store.read() as unit:
        found = unit.proposals.get(proposal)
    if found is None:
        click.echo(f"There is no proposal {proposal}, or several begin so.", err=True)
        click.get_current_context().exit(1)
    click.echo(json.dumps(row(found), indent=2, ensure_ascii=False) if as_json else "\n".join(lines(found)))


@click.command()
@click.argument("proposal")
@proved
@click.option("--back", is_flag=True, help="Take back a style rule that was accepted.")
def accept(proposal: str, by: str, key: Path | None, back: bool) -> None:
    """Bring a PROPOSAL into force: a style rule on the card, a line or a trigger's wording in the policy, an article as
    a draft in Help Center, changed intents as a draft in the data folder."""
    container = container_here()
    with refusals():
        found = about(container, proposal, ProposalState.ACCEPTED if back else ProposalState.OPEN)
        prove_approver(container, by, key, f"improve accept {'--back ' if back else ''}{named(found)}")
        rulings = container.rulings
        done = rulings.take_back(found.id, by) if back else rulings.accept(found.id, by)
        click.echo(f"{done.title}: {done.outcome}.")


@click.command()
@click.argument("proposal")
@click.argument("says")
@proved
def edit(proposal: str, says: str, by: str, key: Path | None) -> None:
    """Let a PROPOSAL say SAYS instead; it stays open."""
    container = container_here()
    with refusals():
        found = about(container, proposal)
        prove_approver(container, by, key, f"improve edit {named(found)}: {says}")
        click.echo(f"It says now: {container.rulings.edit(found.id, says, by).says}")


@click.command()
@click.argument("proposal")
@proved
@click.option("--why", default="", metavar="REASON", help="Why, for whoever looks later.")
def refuse(proposal: str, by: str, key: Path | None, why: str) -> None:
    """Say no to a PROPOSAL. It does not come back unless its evidence doubles."""
    container = container_here()
    with refusals():
        found = about(container, proposal)
        prove_approver(container, by, key, f"improve refuse {named(found)}")
        container.rulings.refuse(found.id, by, why)
        click.echo("Refused.")


def about(container: "Knowledge", proposal: str, state: ProposalState = ProposalState.OPEN) -> Proposal:
    """The one that a command names, before anybody is asked to confirm it. Raises as `open_one`."""
    with container.store.read() as unit:
        return open_one(unit, proposal, state)


def named(proposal: Proposal) -> str:
    """As whoever confirms it reads it."""
    return f"{short(proposal)} ({proposal.title})"


# ------------------------------------------------------------------ as it is shown


def short(proposal: Proposal) -> str:
    return proposal.id[:SHORT]


def row(proposal: Proposal) -> dict[str, Any]:
    evidence = [
        {"ticket": e.ticket_id, "agent": e.agent, "at": e.at.isoformat(), "before": e.before, "after": e.after}
        for e in proposal.evidence
    ]
    return {
        "id": proposal.id,
        "kind": proposal.kind,
        "cause": proposal.cause,
        "state": proposal.state,
        "title": proposal.title,
        "says": proposal.says,
        "matters": proposal.matters,
        "could": proposal.could,
        "agents": proposal.agents,
        "customers": proposal.customers,
        "effect": proposal.replayed,
        "decided_by": proposal.decided_by,
        "outcome": proposal.outcome,
        **({"evidence": evidence} if evidence else {}),
    }


def lines(proposal: Proposal) -> Iterator[str]:
    yield proposal.title
    yield f"  {proposal.kind.replace('_', ' ')}, because of {proposal.cause.replace('_', ' ')}; {proposal.state}"
    yield f"  {counted(proposal)}"
    if proposal.replayed:
        yield f"  It {proposal.replayed}."
    if proposal.says:
        yield f"  Says: {proposal.says}"
    if proposal.decided_by:
        yield f"  {proposal.state.capitalize()} by {proposal.decided_by}: {proposal.outcome or 'no reason given'}"
    for source in proposal.change.get("article", {}).get("sources", ()):
        yield f"  “{source['sentence']}” comes from the tickets {', '.join(source['tickets'])}"
    for each in proposal.evidence:
        yield f"  ticket {each.ticket_id}, {each.agent}, {each.at:%Y-%m-%d}"
        if proposal.kind in AS_WRITTEN:
            yield f"    {each.before or each.after}"
            continue
        yield f"    - {each.before}" if each.before else "    - (nothing)"
        yield f"    + {each.after}" if each.after else "    + (taken out)"


def counted(proposal: Proposal) -> str:
    return (
        f"in {proposal.matters} of {proposal.could} matters where it could be done, by {proposal.agents} agents for "
        f"{proposal.customers} customers"
    )


def _table(found: Sequence[Proposal]) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in ("id", "kind", "matters", "agents"):
        table.add_column(name, no_wrap=True)
    table.add_column("proposal")
    for each in found:
        title = Text(each.title)
        if each.replayed:
            title.append(f"\n{each.replayed}", style="dim")
        table.add_row(short(each), each.kind.replace("_", " "), f"{each.matters}/{each.could}", str(each.agents), title)
    return table
