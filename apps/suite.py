"""`handrail suite add|list|write|remove`, `handrail eval suite`: matters that must never go wrong (again).

A case is one YAML file in the folder `suite` of the data folder, or a row of the database where it was kept beside its
ticket: a conversation without personal data, and what is expected of the decision about its last message. It is decided
by the very parts that decide about customers: the installation's articles, style card, readers, model and policy.
Nothing is stored or sent."""

import getpass
import json
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import yaml
from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from apps.installed import container_here
from apps.run.conversations import ConversationSchema, case_of
from apps.validation import tell
from core.decide.evaluation import TurnEvaluator
from core.decide.policy_tests import show
from core.errors import ConfigurationError
from core.model.conversation import CaseContext, Conversation, Message, Role
from core.model.customer import Customer
from core.model.decision import Action, Decision
from core.model.ids import ConversationId, EventId, TicketId, derive_id
from core.model.suite import KeptCase
from core.policy import Policy
from core.ports import Unit
from core.privacy.find import of_customer
from core.privacy.mask import redact

if TYPE_CHECKING:
    from apps.bootstrap import Knowledge

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
FOLDER = "suite"
TIMES = 3  # where a model is in play: what it words differs from time to time
EVERYTHING = 1_000_000
ACTIONS = [action.value for action in Action]
_NOT_IN_NAMES = re.compile(r"[^\w-]")
_NAME = re.compile(r"[\w-]{1,80}")


class ExpectSchema(Schema):
    """`cites` are articles that must be cited, `never_cites` such as must not; `says` words that the draft has."""

    action = fields.String(validate=validate.OneOf(ACTIONS))
    rule = fields.String()
    group = fields.String()
    intent = fields.String()
    cites = fields.List(fields.String())
    never_cites = fields.List(fields.String())
    says = fields.List(fields.String())

    @validates_schema
    def something(self, given: dict[str, Any], **_: Any) -> None:
        if not given:
            raise ValidationError("nothing is expected")


class CaseSchema(Schema):
    why = fields.String(load_default="")
    conversation = fields.Nested(ConversationSchema, required=True)
    expect = fields.Nested(ExpectSchema, required=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """`expect` in the words of `ExpectSchema`."""

    name: str
    why: str
    case: CaseContext
    expect: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ran:
    """`wrong` tells what came instead of what was expected, of the first time that it did; `held` of `times`."""

    case: Case
    times: int
    held: int
    wrong: tuple[str, ...]

    @property
    def passed(self) -> bool:
        return self.held == self.times


# ------------------------------------------------------------------
# Reading the cases and running them.


def read_suite(folder: Path) -> list[Case]:
    """By name; none where there is no folder. ConfigurationError for a file that is no case."""
    return [read_case(path) for path in sorted(folder.glob("*.yaml"))]


def read_case(path: Path) -> Case:
    try:
        written = yaml.safe_load(path.read_text("utf-8")) or {}
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise ConfigurationError(f"{path} cannot be read: {error}") from error
    return read_row(path.stem, written, str(path))


def read_row(name: str, written: Mapping[str, Any], where: str) -> Case:
    """ConfigurationError, with `where` it stands, for what is no case."""
    try:
        row = CaseSchema().load(written)
    except ValidationError as error:
        raise ConfigurationError(f"{where}: {tell(error.messages)}") from error
    conversation = row["conversation"]
    if not any(message["role"] == Role.CUSTOMER for message in conversation["messages"]):
        raise ConfigurationError(f"{where}: messages: none is the customer's")
    return Case(name=name, why=row["why"], case=case_of(conversation), expect=row["expect"])


def suite_here(container: "Knowledge") -> list[Case]:
    """The files of the data folder, and what was kept beside tickets; of one name the file, which somebody may have
    edited."""
    cases = {case.name: case for case in read_suite(folder_of(container))}
    with container.store.read() as unit:
        kept = unit.suite.all()
    for each in kept:
        if each.name not in cases:
            cases[each.name] = read_row(each.name, each.case, f"the case {each.name} of the database")
    return [cases[name] for name in sorted(cases)]


def run_suite(cases: Sequence[Case], evaluator: TurnEvaluator, times: int = 1) -> Iterator[Ran]:
    for case in cases:
        found = [_wrong(case, _decide(case, evaluator, number)) for number in range(times)]
        held = sum(not wrong for wrong in found)
        yield Ran(case=case, times=times, held=held, wrong=next((wrong for wrong in found if wrong), ()))


def _decide(case: Case, evaluator: TurnEvaluator, number: int) -> Decision:
    return evaluator.decide(EventId(derive_id("ev", "suite", case.name, str(number))), case.case)


def _wrong(case: Case, decision: Decision) -> tuple[str, ...]:
    return tuple(_differences(case.expect, decision))


def _differences(expect: Mapping[str, Any], decision: Decision) -> Iterator[str]:
    got = {**show(decision.disposition), "intent": decision.signals.intent.value if decision.signals.intents else ""}
    for key in ("action", "rule", "group", "intent"):
        if key in expect and got[key] != expect[key]:
            yield f"{key}: expected {expect[key]}, got {got[key]} ({decision.disposition.reason})"
    cited = _cited(decision)
    for article in expect.get("cites", ()):
        if article not in cited:
            yield f"cites: expected {article}, got {', '.join(cited) or 'no article'}"
    for article in expect.get("never_cites", ()):
        if article in cited:
            yield f"never_cites: found {article}"
    body = decision.draft.body if decision.draft else ""
    for words in expect.get("says", ()):
        if words.casefold() not in body.casefold():
            yield f"says: expected “{words}”, and the draft does not have it"


def _cited(decision: Decision) -> list[str]:
    cited = decision.draft.cited if decision.draft else ()
    return list(dict.fromkeys(str(citation.passage.article_id) for citation in cited))


def evaluator_of(container: "Knowledge", policy: Policy) -> TurnEvaluator:
    """The installation's own parts, without the company's systems: a suite looks nothing up and does nothing there."""
    return TurnEvaluator(sense=container.sense, answer=container.answer, policy=policy, reader=container.model_reader)


def folder_of(container: "Knowledge") -> Path:
    return container.settings.data_dir / FOLDER


def times_of(container: "Knowledge", times: int | None) -> int:
    return times or (TIMES if container.model is not None else 1)


def effect_lines(container: "Knowledge", running: Policy | None, candidate: Policy) -> Iterator[str]:
    """What another policy does to the suite, for who is about to apply it; nothing where there are no cases."""
    cases = suite_here(container)
    if not cases:
        return
    times = times_of(container, None)
    after = list(run_suite(cases, evaluator_of(container, candidate), times))
    before = list(run_suite(cases, evaluator_of(container, running), times)) if running is not None else after
    broken = [new for old, new in zip(before, after, strict=True) if old.passed and not new.passed]
    mended = [new for old, new in zip(before, after, strict=True) if not old.passed and new.passed]
    held = sum(each.passed for each in after)
    yield f"  The suite: {held} of {len(after)} hold, {len(broken)} break by it, {len(mended)} hold anew."
    for each in broken:
        yield from (f"    {line}" for line in ran_lines(each))


def ran_lines(ran: Ran) -> Iterator[str]:
    often = f" ({ran.held} of {ran.times} times)" if ran.times > 1 else ""
    why = f" – {ran.case.why}" if ran.case.why else ""
    yield f"{'holds' if ran.passed else 'FAILS'}{often}: {ran.case.name}{why}"
    yield from (f"    {each}" for each in ran.wrong)


@click.command()
@click.argument("folder", required=False, type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--policy", type=FILE, metavar="FILE", help="Decide by this policy file instead of the one in force.")
@click.option(
    "--times",
    type=click.IntRange(1, 50),
    metavar="N",
    help="How often each case is decided. Default: 3 where a language model is in play, else once.",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object instead.")
def command(folder: Path | None, policy: Path | None, times: int | None, *, as_json: bool) -> None:
    """Decide every case of the suite (default: the installation's own, files and cases kept beside tickets; else those
    of FOLDER) and see whether all come out as expected.

    By the installation's articles, style card, readers and model. Exit code 0 when all hold each time, 1 when one does
    not, 2 when a case or the policy is wrong."""
    from apps.policy_file import read_policy

    container = container_here()
    cases = read_suite(folder) if folder else suite_here(container)
    wanted = read_policy(policy) if policy else container.policy
    found = list(run_suite(cases, evaluator_of(container, wanted), times_of(container, times))) if cases else []
    failed = [each for each in found if not each.passed]
    if as_json:
        rows = [
            {"name": each.case.name, "passed": each.passed, "held": each.held, "times": each.times, "wrong": each.wrong}
            for each in found
        ]
        click.echo(json.dumps({"policy": wanted.version, "cases": rows, "failed": len(failed)}, ensure_ascii=False))
    else:
        for each in found:
            click.echo("\n".join(ran_lines(each)))
        none = "The suite has no cases: `handrail suite add TICKET` makes one of a ticket."
        click.echo(f"{len(found) - len(failed)} of {len(found)} hold." if found else none)
    sys.exit(1 if failed else 0)


# ------------------------------------------------------------------
# Making a case of what happened.


@click.command()
@click.argument("ticket", metavar="CONVERSATION|TICKET")
@click.option("--name", default="", metavar="NAME", help="What the case is called. Default: the ticket's number.")
@click.option("--why", default="", metavar="WHY", help="Why it must not go wrong, for who reads that it did.")
@click.option("--action", type=click.Choice(ACTIONS), help="What is to be done. Default: what was done.")
@click.option("--group", default="", metavar="GROUP", help="Who is to have it. Default: who got it.")
@click.option("--cites", multiple=True, metavar="ARTICLE", help="An article that must be cited; may be repeated.")
@click.option("--never-cites", multiple=True, metavar="ARTICLE", help="One that must not be; may be repeated.")
@click.option("--replace", "again", is_flag=True, help="Write over a case of this name.")
def add(
    ticket: str,
    name: str,
    why: str,
    action: str | None,
    group: str,
    cites: tuple[str, ...],
    never_cites: tuple[str, ...],
    *,
    again: bool,
) -> None:
    """Make a case of the last decided turn of TICKET: its words without personal data, and what is expected.

    Without options what was done then is expected from now on; with them what should have been done. Read the file
    before you share it: of names only those that are known, or written like one, are taken out."""
    from apps.bootstrap import now
    from apps.privacy.accesses import note_command

    container = container_here()
    with container.store.read() as unit:
        decided = decided_of(unit, ticket)
    if decided is None:
        raise ConfigurationError(f"Handrail has decided nothing in {ticket}")
    person, about = decided.conversation.customer_id, decided.conversation.id
    note_command(container.store, now, "a case for the suite", customer_id=person, ref=about)
    name = name or decided.name
    if not _NAME.fullmatch(name):
        raise ConfigurationError(f"{name!r} is no name of a case: letters, digits, - and _")
    path = folder_of(container) / f"{name}.yaml"
    if path.exists() and not again:
        raise ConfigurationError(f"{path} is there already: say --name, or --replace")
    wanted = expected(decided.decision, action, group, cites, never_cites)
    _write(path, decided.case(name, why, wanted))
    click.echo(f"{path}")


def _write(path: Path, row: Mapping[str, Any]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(yaml.safe_dump(dict(row), allow_unicode=True, sort_keys=False, width=110), "utf-8")


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """A conversation with its last decision and all that was said in it."""

    conversation: Conversation
    decision: Decision
    customer: Customer | None
    messages: Sequence[Message]

    @property
    def name(self) -> str:
        """What a case of it is called, where nobody says otherwise."""
        return f"ticket-{_NOT_IN_NAMES.sub('-', self.conversation.ticket_id or self.conversation.id)}"

    def case(self, name: str, why: str, expect: Mapping[str, Any]) -> dict[str, Any]:
        messages = until(self.messages, self.decision)
        return case_row(name, why, self.conversation, self.customer, messages, expect)


def decided_of(unit: Unit, ticket: str) -> Decided | None:
    """By the ticket's number or the conversation's id; None where nothing was decided there."""
    conversation = unit.conversations.by_ticket(TicketId(ticket)) or unit.conversations.get(ConversationId(ticket))
    decision = unit.decisions.latest(conversation.id) if conversation else None
    if conversation is None or decision is None:
        return None
    return Decided(
        conversation=conversation,
        decision=decision,
        customer=unit.customers.get(conversation.customer_id),
        messages=unit.conversations.messages(conversation.id, EVERYTHING),
    )


def put(unit: Unit, kept: KeptCase) -> None:
    """Keep it for what it still serves: the suite, the training; it goes with the last."""
    if kept.case or kept.training:
        unit.suite.save(kept)
    else:
        unit.suite.remove(kept.name)


def until(messages: Sequence[Message], decision: Decision) -> list[Message]:
    """What was said up to the message that was decided about, and nothing after it."""
    places = [place for place, message in enumerate(messages) if message.id == decision.about]
    shown = messages[: places[0] + 1] if places else messages
    return [m for m in shown if m.public and m.text.strip() and m.role in (Role.CUSTOMER, Role.AGENT, Role.ASSISTANT)]


def expected(
    decision: Decision, action: str | None, group: str, cites: Sequence[str], never_cites: Sequence[str]
) -> dict[str, Any]:
    """What was done, where nobody says that something else should have been."""
    done = show(decision.disposition)
    found: dict[str, Any] = {"action": action or done["action"]}
    if group or (action in (None, done["action"]) and decision.disposition.action is Action.HANDOFF):
        found["group"] = group or done["group"]
    kept = [] if action not in (None, done["action"]) else [a for a in _cited(decision) if a not in never_cites]
    named = list(dict.fromkeys([*cites, *([] if cites else kept)]))
    if named:
        found["cites"] = named
    if never_cites:
        found["never_cites"] = list(never_cites)
    return found


def case_row(
    name: str,
    why: str,
    conversation: Conversation,
    customer: Customer | None,
    messages: Sequence[Message],
    expect: Mapping[str, Any],
) -> dict[str, Any]:
    """As it is written: without personal data, the customer by tier and language alone."""
    known = of_customer(customer) if customer else ()
    said = [
        {"role": m.role.value, "text": redact(m.text, known=known).strip(), "at": m.at.isoformat()} for m in messages
    ]
    subject = redact(conversation.subject, known=known).strip()
    return {
        "why": redact(why, known=known),
        "conversation": {
            "id": name,
            "brand": conversation.brand,
            "channel": (messages[-1].channel if messages else conversation.channel).value,
            **({"subject": subject} if subject else {}),
            "customer": {"tier": customer.tier, "locale": customer.locale} if customer else {},
            "messages": said,
        },
        "expect": dict(expect),
    }


@click.command("list")
def list_cases() -> None:
    """The cases of the suite, and why each is there."""
    container = container_here()
    cases, written = suite_here(container), {case.name for case in read_suite(folder_of(container))}
    with container.store.read() as unit:
        kept = {each.name: each for each in unit.suite.all() if each.name not in written}
    for case in cases:
        wanted = ", ".join(f"{key} {value}" for key, value in case.expect.items())
        mine = kept.get(case.name)
        by = f"  [in the database, kept by {mine.by} on {mine.at:%Y-%m-%d}]" if mine else ""
        click.echo(f"{case.name}  {wanted}" + (f"  ({case.why})" if case.why else "") + by)
    click.echo(f"{len(cases)} case{'s' if len(cases) != 1 else ''}.")


@click.command("write")
@click.argument("names", metavar="NAME", nargs=-1)
def write_cases(names: tuple[str, ...]) -> None:
    """Make files of the cases that are kept in the database (all, or each NAME), to be read, edited and checked in.

    A file that is there already is not written over. A case that has its file is no longer kept in the database."""
    container = container_here()
    with container.store.read() as unit:
        kept = {each.name: each for each in unit.suite.all()}
    missing = [name for name in names if name not in kept]
    if missing:
        raise ConfigurationError(f"the database keeps no case {', '.join(missing)}")
    for name in names or sorted(kept):
        path = folder_of(container) / f"{name}.yaml"
        if path.exists():
            raise ConfigurationError(f"{path} is there already: move it away, or remove the case of this name")
        _write(path, kept[name].case)
        with container.store.begin() as unit:
            put(unit, replace(kept[name], case={}))
        click.echo(f"{path}")


@click.command("remove")
@click.argument("name", metavar="NAME")
def remove_case(name: str) -> None:
    """Forget the case NAME that is kept in the database. One in a file goes with its file."""
    from apps.bootstrap import now

    with container_here().store.begin() as unit:
        kept = unit.suite.get(name)
        gone = kept is not None and bool(kept.case)
        if kept is not None and gone:
            put(unit, replace(kept, case={}))
            unit.ledger.append("suite_case_removed", {"case": name, "by": getpass.getuser()}, now())
    if not gone:
        raise ConfigurationError(f"the database keeps no case {name}")
