"""`handrail actions dry-run|run`: what an action would do for a customer, and having it done."""

import json
import secrets
import time
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from apps.actions.listing import YES, describe_limits, describe_yes, policy_here
from apps.policy.here import refusals
from apps.privacy.accesses import note_command
from apps.privacy.command import find_person, privacy_here
from apps.proof import prove, proved
from core.actions.examine import Examined, Whose, is_money, used_today
from core.actions.expressions import fill, holds, money, plain
from core.errors import RejectedError
from core.execute.actions import asked_run, commit_run, describe_run
from core.model.action import ActionRun, RunState
from core.model.conversation import Conversation
from core.model.customer import Customer
from core.model.ids import ApprovalId, ConversationId, TicketId
from core.policy import Policy
from core.policy.actions import ActionRequest, ActionSpec
from core.policy.problem import suggest
from core.ports import Unit

if TYPE_CHECKING:
    from apps.bootstrap import Container

LOOK = 0.25  # seconds between two looks what came of it
REQUEST = "request"
UNDER_WAY = "It is on its way; after {seconds:g} s nobody knows what came of it: handrail actions list --runs"
ASKED = "A supervisor is asked in Slack ({channel}); nothing is done before they say yes."
NOBODY = "Nobody can be asked here: read what `handrail actions dry-run` prints, then say --yes."
ENDED = frozenset({RunState.DONE, RunState.REFUSED, RunState.UNCLEAR, RunState.REJECTED, RunState.EXPIRED})

CUSTOMER = click.option(
    "--customer",
    "who",
    metavar="WHO",
    required=True,
    help="Whom it is for: an id, an e-mail address, a number or a whole name.",
)


def _values(_: click.Context, __: click.Parameter, pairs: tuple[str, ...]) -> dict[str, str]:
    found: dict[str, str] = {}
    for pair in pairs:
        name, equals, value = pair.partition("=")
        if not equals or not name:
            raise click.BadParameter(f"write NAME=VALUE, such as order=LK-10478, and not {pair!r}")
        found[name] = value
    return found


SET = click.option(
    "--set",
    "given",
    multiple=True,
    metavar="NAME=VALUE",
    callback=_values,
    help="An input; may be given more than once.",
)


@click.command(name="dry-run")
@click.argument("name", metavar="NAME")
@CUSTOMER
@SET
def dry_run(name: str, who: str, given: Mapping[str, str]) -> None:
    """What the action NAME would do for a customer: records, rules, limits, who says yes, and the exact request.

    The records are read, nothing is changed. Whether it is proved who asks is taken for granted here. Exit code: 0 it
    may be done, 1 it may not, 2 it could not be looked at."""
    container = privacy_here()
    with refusals():
        policy, spec, customer = _about(container, name, who)
        made = _examined(container, policy, spec, customer, given, "")
        click.echo("\n".join(_report(container, policy, customer, made)))
        if not made.allowed:
            click.get_current_context().exit(1)


@click.command()
@click.argument("name", metavar="NAME")
@CUSTOMER
@SET
@click.option("--ticket", metavar="N", help="The ticket on which it is noted.")
@click.option("--conversation", metavar="ID", help="The conversation, instead of its ticket.")
@click.option(
    "--wait",
    type=click.FloatRange(0, 600),
    default=30.0,
    show_default=True,
    metavar="SECONDS",
    help="How long to wait for what comes of it.",
)
@click.option("-y", "--yes", is_flag=True, help="Do not ask. Without a terminal it is refused without this.")
@proved
def run(
    name: str,
    who: str,
    given: Mapping[str, str],
    ticket: str | None,
    conversation: str | None,
    wait: float,
    by: str,
    key: Path | None,
    *,
    yes: bool,
) -> None:
    """Have the action NAME done for a customer: shown, asked about, then done once and read back as any other.

    You answer for it that the customer is who they are taken for; the ledger says so. Where a supervisor has to agree,
    their card is posted and nothing is done before. Exit code: 0 done, or a supervisor is asked; 1 it was not done;
    2 it could not be tried; 3 nobody knows yet what came of it."""
    from apps.bootstrap import now

    if (ticket is None) is (conversation is None):
        raise click.UsageError("name a --ticket or a --conversation: what came of it is noted there")
    container = privacy_here()
    with refusals():
        policy, spec, customer = _about(container, name, who)
        if spec.call is None:
            raise RejectedError(f"“{spec.label}” is done by a person: the policy declares no call for it.")
        about = _conversation(container, customer, ticket, conversation)
        made = _examined(container, policy, spec, customer, given, by)
        click.echo("\n".join(_report(container, policy, customer, made)))
        if not made.allowed:
            click.get_current_context().exit(1)
        _agree(sure=yes)
        prove(container, by, key, f"actions run {name} {made.call.digest} {customer.id}")
        asked = asked_run(made, customer, about.id, by=by, named=secrets.token_hex(8), policy=policy, at=now())
        with container.store.begin() as unit:
            effects = [each for each in commit_run(unit, asked, customer.tier, policy, now()) if unit.outbox.add(each)]
        for effect in effects:
            container.publisher.effect(effect.id)
        container.publisher.flush()
        _tell(container, asked.id, policy, wait)


def _about(container: "Container", name: str, who: str) -> tuple[Policy, ActionSpec, Customer]:
    from apps.bootstrap import now

    policy = policy_here(container)
    spec = policy.actions.get(name)
    if spec is None:
        raise RejectedError(f"The policy in force has no action {name!r}{suggest(name, policy.actions)}.")
    customer = find_person(container, who)
    note_command(container.store, now, f"what the action {name} would do", customer_id=customer.id)
    return policy, spec, customer


def _examined(
    container: "Container", policy: Policy, spec: ActionSpec, customer: Customer, given: Mapping[str, str], by: str
) -> Examined:
    told = dict.fromkeys(given, f"given by {by}" if by else "given")
    return container.actions_under(policy).examine(spec, given, Whose(customer=customer, proved=True), told)


def _conversation(
    container: "Container", customer: Customer, ticket: str | None, conversation: str | None
) -> Conversation:
    with container.store.read() as unit:
        if ticket is not None:
            found = unit.conversations.by_ticket(TicketId(ticket.lstrip("#")))
        else:
            found = unit.conversations.get(ConversationId(conversation or ""))
    named = f"ticket {ticket}" if ticket is not None else f"conversation {conversation}"
    if found is None:
        raise RejectedError(f"Nothing is known of {named}.")
    if found.customer_id != customer.id:
        raise RejectedError(f"The {named} is another customer's.")
    return found


def _agree(*, sure: bool) -> None:
    """Ends the command with 1 where whoever is asked says no, or nobody can be asked."""
    from apps.install.talk import at_terminal

    asks = not sure and at_terminal()
    if sure or (asks and click.confirm("Have this done?", default=False, err=True)):
        return
    click.echo("Nothing was done." if asks else NOBODY, err=True)
    click.get_current_context().exit(1)


def _tell(container: "Container", run_id: ApprovalId, policy: Policy, wait: float) -> None:
    """What comes of it within the time; ends the command."""
    found = _settled(container, run_id, wait)
    context = click.get_current_context()
    if found is None or found.state is RunState.READY:
        click.echo(UNDER_WAY.format(seconds=wait), err=True)
        context.exit(3)
    if found.state is RunState.AWAITING:
        click.echo(ASKED.format(channel=policy.outreach.channel))
        return
    done = found.state is RunState.DONE
    click.echo(describe_run(found), err=not done)
    if not done:
        context.exit(3 if found.state is RunState.UNCLEAR else 1)


def _settled(container: "Container", run_id: ApprovalId, wait: float) -> ActionRun | None:
    ends = time.monotonic() + wait
    while True:
        with container.store.read() as unit:
            found = unit.actions.get(run_id)
        if found is None or found.state in ENDED or found.state is RunState.AWAITING or time.monotonic() > ends:
            return found
        time.sleep(LOOK)


# ---------------------------------------------------------------- what is shown


def _report(container: "Container", policy: Policy, customer: Customer, made: Examined) -> Iterator[str]:
    from apps.bootstrap import now

    spec, call = made.spec, made.call
    yield f"{spec.label} ({spec.name}), for {customer.name or customer.id} ({customer.id}), tier {customer.tier}"
    for name, value in call.arguments.items():
        where = call.evidence.get(name) or "as the policy fills it in"
        yield f"  input     {name} = {plain(value)} ({where})"
    for name in made.missing:
        yield f"  missing   {name}: --set {name}=…"
    for name in spec.reads:
        if name in made.facts:
            yield f"  read      {name}: {json.dumps(made.facts[name], ensure_ascii=False)}"
    against = {each.rule: each.why for each in made.refused}
    looked_at = all(name in made.facts for name in spec.reads) and not made.missing
    for name, rule in spec.rules.items() if looked_at else ():
        so = holds(rule.holds, made.facts)
        yield f"  {'holds' if so else 'NOT':<9} {name}: {rule.holds}{'' if so else f' – {rule.otherwise}'}"
    yield from (f"  {'NOT':<9} {rule}: {why}" for rule, why in against.items() if rule not in spec.rules)
    with container.store.read() as unit:
        yield from _limits(unit, spec, customer, now())
    for label, before, after in call.told_changes():
        yield f"  change    {label}: {before} → {after}"
    if made.missing or not looked_at:
        return
    yield f"  yes from  {_whose_yes(made, policy)}"
    if spec.call is None:
        yield "  done      by a person: it has no call"
        return
    facts = {**made.facts, "result": {}, "run": "RUN"}
    yield from _request(container, spec.call, facts, REQUEST)
    if spec.read_back:
        yield from _request(container, spec.read_back.request, facts, "read back")
        yield f"  {'':<9} proves it: {spec.read_back.holds}"


def _limits(unit: Unit, spec: ActionSpec, customer: Customer, now: datetime) -> Iterator[str]:
    """Those of the customer's tier, and what is left of them today."""
    limits = spec.limits_of(customer.tier)
    if not (told := describe_limits(spec, limits)):
        return
    runs, amounts = used_today(unit, spec, customer.id, now)
    left = []
    if limits.per_day is not None:
        amount = amounts / 100 if is_money(spec) else amounts
        shown = money if is_money(spec) else str
        left.append(f"{shown(amount)} used today, {shown(round(max(0, limits.per_day - amount), 2))} left")
    if limits.times is not None:
        left.append(f"{runs} times today, {max(0, limits.times - runs)} left")
    yield f"  limits    {told}{' – ' + '; '.join(left) if left else ''}"


def _whose_yes(made: Examined, policy: Policy) -> str:
    asked = f"{YES[made.approver]}, in {policy.outreach.channel}" if made.call.approvers else YES[made.approver]
    usual = describe_yes(made.spec)
    return asked if usual == YES[made.approver] else f"{asked} (as declared: {usual})"


def _request(container: "Container", request: ActionRequest, facts: Mapping[str, Any], word: str) -> Iterator[str]:
    """As it would be sent, but for the secrets in it."""
    set_of = next((each for each in container.action_settings if each.name == request.system), None)
    try:
        path = container.action_systems.path(request, facts)
    except RejectedError:
        path = request.path  # known by the answer alone
    where = request.tool or f"{set_of.url if set_of else ''}{path}"
    yield f"  {word:<9} {request.method.upper()} {where} ({request.system})"
    if set_of is not None:
        secret = {**({"Authorization": "Bearer"} if set_of.token.value else {}), **dict.fromkeys(set_of.headers, "")}
        for header, kind in secret.items():
            yield f"  {'':<9} {header}: {f'{kind} …'.strip()}"
    if word == REQUEST:
        yield f"  {'':<9} Idempotency-Key: the run's own id"
    if request.body or request.method not in ("get", "call"):
        try:
            yield f"  {'':<9} {json.dumps(fill(dict(request.body), facts), ensure_ascii=False)}"
        except RejectedError:
            yield f"  {'':<9} {json.dumps(dict(request.body), ensure_ascii=False)}"
