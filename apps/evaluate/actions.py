"""Whether the gate that actions stand behind lets through what is right and refuses the rest by the rule that is meant.

FOLDER holds tau2-bench's tasks: `retail_tasks*.jsonl.gz`, `retail_db.json.gz` and, to be counted,
`airline_tasks*.jsonl.gz`. Its retail policy is written as actions of ours in apps/evaluate/tau2/retail.yaml. The
actions of each task are asked for, confirmed, done and read back in their order in a shop in memory; mutations of
each have to be refused.
"""

import gzip
import json
import statistics
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.table import Table

from apps.bootstrap import OfflineContainer
from apps.evaluate.labelled import read_labelled
from apps.evaluate.report import Score
from apps.evaluate.tau2.cases import (
    Wish,
    airline_actions,
    copy_of,
    done_twice,
    find_user,
    gold_wishes,
    is_spelt_out,
    is_whole,
    mutate,
)
from apps.evaluate.tau2.shop import JSON, Shop
from apps.policy_file import read_policy
from core.actions.examine import Examined, Whose
from core.errors import ConfigurationError, HandrailError
from core.model.action import ActionRun
from core.model.conversation import CaseContext, Conversation
from core.model.customer import Customer, Identity, IdentityKind
from core.model.ids import ApprovalId, ConversationId, CustomerId
from core.model.profile import Proving
from core.policy import Policy
from core.procedure.acting import Acting
from core.procedure.booking import Said

RETAIL = Path(__file__).parent / "tau2" / "retail.yaml"
NOW = datetime(2024, 5, 15, 15, 0, tzinfo=UTC)  # of the data
NOT_CONFIRMED = {"nobody answered": "", "the customer says no": "no", "the customer asks back": "What does it cost?"}
CONFIRM, MISSING = "confirm", "missing"
MOST_SHOWN = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """One action that was asked for. `rule` is what it was refused by, empty where it was let through; `why` in words;
    `seconds` what the gate took, None where it was asked otherwise."""

    task: str
    wish: Wish
    rule: str = ""
    why: str = ""
    seconds: float | None = None

    @property
    def right(self) -> bool:
        return self.rule == self.wish.rule

    @property
    def line(self) -> str:
        meant = f"meant {self.wish.rule}" if self.wish.rule else "is right"
        found = f"refused by {self.rule} ({self.why})" if self.rule else "let through"
        told = ", ".join(f"{name} {value}" for name, value in self.wish.given.items())
        return f"task {self.task}: {self.wish.action} ({told}); {self.wish.what or 'gold'}, {meant}: {found}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """`nobodys` are tasks with actions of which nothing tells whose they are; `few` the gold actions of which fewer
    than five mutations apply."""

    tasks: int
    acting: int
    gold: Sequence[Judged]
    mutations: Sequence[Judged]
    nobodys: Sequence[str]
    few: int
    airline: Mapping[str, int]

    @property
    def figures(self) -> dict[str, Any]:
        spent = sorted(each.seconds for each in (*self.gold, *self.mutations) if each.seconds is not None)
        return {
            "tasks": self.tasks,
            "tasks with actions": self.acting,
            "tasks of nobody known": len(self.nobodys),
            "gold actions": len(self.gold),
            "allowed, done and read back": sum(each.right for each in self.gold),
            "mutations": len(self.mutations),
            "refused by the rule that is meant": sum(each.right for each in self.mutations),
            "refused by another rule": sum(bool(each.rule) and not each.right for each in self.mutations),
            "let through": sum(not each.rule for each in self.mutations),
            "gold actions with fewer than five mutations": self.few,
            "milliseconds of the gate, median": round(statistics.median(spent) * 1000, 3) if spent else None,
            "milliseconds of the gate, p95": round(spent[int(len(spent) * 0.95)] * 1000, 3) if spent else None,
            **{f"airline: {name}": count for name, count in self.airline.items()},
        }

    @property
    def by_rule(self) -> dict[str, tuple[int, int]]:
        """Rule → mutations that it is meant for, and those of them that it refused."""
        meant = Counter(each.wish.rule for each in self.mutations)
        right = Counter(each.wish.rule for each in self.mutations if each.right)
        return {rule: (meant[rule], right[rule]) for rule in sorted(meant)}

    @property
    def misses(self) -> list[str]:
        return [each.line for each in (*self.gold, *self.mutations) if not each.right]


def examine_all(folder: Path, policy: Policy | None = None) -> Report:
    """Every task of the folder.

    Raises ConfigurationError where its files are not there or cannot be read."""
    policy = policy or read_policy(RETAIL)
    columns = {"id": str, "user_scenario": dict, "evaluation_criteria": dict}
    tasks = [row for path in _files(folder, "retail_tasks*.jsonl*") for row in read_labelled(path, columns)]
    if not tasks:
        raise ConfigurationError(f"{folder} has no retail_tasks*.jsonl.gz")
    database = _database(folder)
    whole = Shop(database)
    gold, mutations, nobodys, few, acting = list[Judged](), list[Judged](), list[str](), 0, 0
    with _empty_house(policy) as house:
        for task in tasks:
            user = find_user(task, whole.users)
            wishes = gold_wishes(task, user, frozenset(policy.actions))
            acting += bool(wishes)
            if not user and wishes:
                nobodys.append(task["id"])
                continue
            bench = Bench(task=task["id"], policy=policy, house=house, shop=_fresh(database, user, wishes))
            for wish in wishes:
                against = list(bench.refuse(wish, whole))
                gold.append(bench.do(wish))
                if twice := done_twice(wish, list(policy.actions[wish.action].rules)):
                    against.append(bench.ask(twice, bench.shop))
                mutations += against
                few += len(against) < 5
    airline = [row for path in _files(folder, "airline_tasks*.jsonl*") for row in read_labelled(path, columns)]
    return Report(
        tasks=len(tasks),
        acting=acting,
        gold=gold,
        mutations=mutations,
        nobodys=nobodys,
        few=few,
        airline={
            "tasks": len(airline),
            "tasks with actions": sum(bool(airline_actions(task)) for task in airline),
            "of them with all arguments in their words": sum(is_spelt_out(task) for task in airline),
            "of them with the reservation's record, so every fact": sum(is_whole(task) for task in airline),
        },
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Bench:
    """One task, in a shop of its own that its actions change."""

    task: str
    policy: Policy
    house: OfflineContainer
    shop: Shop

    def refuse(self, gold: Wish, whole: Shop) -> Iterator[Judged]:
        """All mutations of an action, before it is done. What they name of other customers is taken from the whole
        shop."""
        there = Shop({"orders": {}, "users": {}, "products": {}})
        there.orders, there.users = {**whole.orders, **self.shop.orders}, {**whole.users, **self.shop.users}
        there.variants = whole.variants
        for wish in mutate(gold, there):
            yield self.ask(wish, there)
        for what, words in NOT_CONFIRMED.items():
            yield self._unconfirmed(replace(gold, what=what, rule=CONFIRM), words)

    def ask(self, wish: Wish, shop: Shop) -> Judged:
        """What the gate says."""
        copied = copy_of(shop, wish)
        wish.arrange(copied)
        actions, whose = self._acting(copied, wish).actions, Whose(customer=_customer(wish.user), proved=wish.proved)
        started = time.perf_counter()
        found = actions.examine(self.policy.actions[wish.action], wish.given, whose)
        return _judged(self.task, wish, found, time.perf_counter() - started)

    def do(self, wish: Wish) -> Judged:
        """As a procedure does it: asked about, said yes to, examined again, done, and read back."""
        asked = self.ask(wish, self.shop)
        if not asked.right:
            return asked
        acting, spec = self._acting(self.shop, wish), self.policy.actions[wish.action]
        actions = acting.actions
        try:
            said = self._said(acting, wish, "yes")
            if said.call is None:
                return replace(asked, rule=CONFIRM, why=said.reason or "a yes was not taken for one")
            run = ActionRun(
                id=ApprovalId("ac_gate"),
                call=said.call,
                customer_id=CustomerId(wish.user),
                conversation_id=ConversationId("co_gate"),
                policy_version=self.policy.version,
                created_at=NOW,
                expires_at=NOW + timedelta(hours=1),
            )
            customer = _customer(wish.user)
            if refused := actions.standing(spec, run, customer).refused:
                return replace(asked, rule=refused[0].rule, why=refused[0].why)
            answer = actions.perform(spec, run, customer)
            if not actions.done(spec, run, customer, answer):
                return replace(asked, rule="read_back", why="the shop's record does not show it")
        except HandrailError as error:
            return replace(asked, rule="failed", why=str(error))
        return asked

    def _unconfirmed(self, wish: Wish, words: str) -> Judged:
        said = self._said(self._acting(copy_of(self.shop, wish), wish), wish, words)
        if said.call is not None:
            return Judged(task=self.task, wish=wish)
        return Judged(task=self.task, wish=wish, rule="refused" if said.reason else CONFIRM, why=said.reason)

    def _said(self, acting: Acting, wish: Wish, words: str) -> Said:
        """What the step says in the end; `words` answer its question, empty: nobody does."""
        step = self.policy.procedures[wish.action].steps[0]
        known = {name: ",".join(value) if isinstance(value, list) else str(value) for name, value in wish.given.items()}
        asked = acting.begin(step, known, {}, "en")
        if asked.call is not None or not asked.choices or not words:
            return asked
        return acting.go_on(step, {**known, **asked.known}, words, "en")

    def _acting(self, shop: Shop, wish: Wish) -> Acting:
        return self.house.acting({"shop": shop}, lambda: NOW)(_case(wish.user))


def _judged(task: str, wish: Wish, found: Examined, seconds: float) -> Judged:
    if found.missing:
        return Judged(task=task, wish=wish, rule=MISSING, why=", ".join(found.missing), seconds=seconds)
    first = found.refused[0] if found.refused else None
    return Judged(
        task=task, wish=wish, rule=first.rule if first else "", why=first.why if first else "", seconds=seconds
    )


def _customer(user: str) -> Customer:
    known = Identity(kind=IdentityKind.HELPDESK, value=user, verified=True)
    return Customer(id=CustomerId(user), name=user, identities=(known,))


def _case(user: str) -> CaseContext:
    conversation = Conversation(
        id=ConversationId("co_gate"), customer_id=CustomerId(user), subject="Order", updated_at=NOW
    )
    return CaseContext(
        customer=_customer(user), conversation=conversation, timeline=(), now=NOW, proving=Proving(login=True)
    )


def _files(folder: Path, pattern: str) -> list[Path]:
    return sorted(folder.glob(pattern))


def _database(folder: Path) -> JSON:
    found = _files(folder, "retail_db.json*")
    if not found:
        raise ConfigurationError(f"{folder} has no retail_db.json.gz")
    try:
        packed = found[0].read_bytes()
        database: JSON = json.loads(gzip.decompress(packed) if found[0].suffix == ".gz" else packed)
    except (OSError, ValueError, EOFError) as error:
        raise ConfigurationError(f"{found[0].name} cannot be read as JSON: {error}") from error
    if lacking := {"orders", "users", "products"} - set(database):
        raise ConfigurationError(f"{found[0].name} has no {', '.join(sorted(lacking))}")
    return database


def _fresh(database: JSON, user: str, wishes: Sequence[Wish]) -> Shop:
    """A shop in which the records that a task's actions change are its own."""
    orders = {name for wish in wishes if (name := wish.given.get("order"))} & set(database["orders"])
    shop = Shop(database)
    shop.orders = {**shop.orders, **json.loads(json.dumps({name: database["orders"][name] for name in orders}))}
    if user:
        shop.users = {**shop.users, user: json.loads(json.dumps(database["users"][user]))}
    return shop


@contextmanager
def _empty_house(policy: Policy) -> Iterator[OfflineContainer]:
    with tempfile.TemporaryDirectory(prefix="actions-") as folder:
        house = OfflineContainer(folder=Path(folder), cache=Path(folder), policy=policy)
        try:
            yield house
        finally:
            house.store.close()


def scores_of(report: Report) -> list[Score]:
    """For the report over all public sets."""
    shares = (("gold actions allowed", report.gold), ("mutations refused by the rule that is meant", report.mutations))
    return [
        Score(
            set="actions",
            figure=figure,
            system="handrail",
            value=sum(each.right for each in cases) / max(1, len(cases)),
            cases=len(cases),
            aim=1.0,
        )
        for figure, cases in shares
    ]


@click.command(help=__doc__)
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--json", "machine", is_flag=True, help="Print JSON instead.")
def command(folder: Path, machine: bool) -> None:
    report = examine_all(folder)
    if machine:
        found = {"figures": report.figures, "rules": report.by_rule, "misses": report.misses}
        click.echo(json.dumps(found, indent=2, ensure_ascii=False))
        return
    console = Console()
    drawn = Table("what", "figure", title="Actions of tau2-bench's tasks")
    for name, value in report.figures.items():
        drawn.add_row(name, f"{value:,}" if value is not None else "")
    rules = Table("rule", "mutations meant for it", "refused by it")
    for table in (drawn, rules):
        for column in table.columns[1:]:
            column.justify = "right"
    for rule, (meant, right) in report.by_rule.items():
        rules.add_row(rule, str(meant), str(right))
    console.print(drawn, rules)
    for task in report.nobodys:
        console.print(f"task {task}: nothing tells whose it is", markup=False, highlight=False)
    for line in report.misses[:MOST_SHOWN]:
        console.print(line, markup=False, highlight=False)
    if len(report.misses) > MOST_SHOWN:
        console.print(f"and {len(report.misses) - MOST_SHOWN} more; --json has them all")
