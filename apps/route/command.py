"""`handrail route simulate|learn|tiers`. Results go to stdout, everything else to stderr."""

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import click

from apps.bootstrap.vendors import Vendors
from apps.route.figures import SHOWN, Figures, Interval, block_of, differences, measure
from apps.route.files import Arrival, Member, as_members, read_history, read_roster
from apps.route.replay import Misreading, Ours, RoundRobin, Routes, StaticSkill, choose_misread, replay
from apps.settings import read_settings
from core.errors import ConfigurationError
from core.policy import Routing
from core.routing import learn_handle_times

ZENDESK_SETTINGS = ("zendesk.subdomain", "zendesk.email", "zendesk.token")


def vendors_here() -> Vendors:
    """Raises ConfigurationError when one of the helpdesk's settings is missing or wrong."""
    toml = Path(os.environ.get("HANDRAIL_CONFIG", "handrail.toml"))
    return Vendors(read_settings(os.environ, toml, needed=ZENDESK_SETTINGS))


FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
ZENDESK = "zendesk"
MISREAD = 0.1


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """The figures of each routing, ours first, and ours minus each other one."""

    arrivals: int
    agents: int
    block: str
    misread: float
    figures: Mapping[str, Figures]
    differences: Mapping[str, Mapping[str, Interval]]


@click.command()
@click.argument("history", type=FILE)
@click.option(
    "--agents",
    "roster",
    metavar="FILE|zendesk",
    required=True,
    help=f"Your agents: a YAML or CSV file (docs/routing.md), or the word `{ZENDESK}` to ask your account.",
)
@click.option("--policy", type=FILE, help="Whose `routing` section to use. Default: the built-in weights.")
@click.option(
    "--language-rows",
    is_flag=True,
    help="The static skill routing that ours is held against tells languages apart too.",
)
@click.option(
    "--transfer-minutes",
    default=5.0,
    metavar="MINUTES",
    show_default=True,
    help="How long an agent is busy with a conversation that they then pass on.",
)
@click.option(
    "--misread",
    "unread",
    default=MISREAD,
    show_default=True,
    type=click.FloatRange(0, 1),
    metavar="SHARE",
    help="The share of arrivals whose intent is not read or taken for another, by Handrail and static skill alike.",
)
@click.option(
    "--seed",
    default=7,
    metavar="N",
    show_default=True,
    help="Of all that is drawn by lot: the same seed, the same figures.",
)
@click.option("--json", "in_json", is_flag=True, help="Print JSON instead.")
def simulate(
    history: Path,
    roster: str,
    policy: Path | None,
    language_rows: bool,
    transfer_minutes: float,
    unread: float,
    seed: int,
    in_json: bool,
) -> None:
    """Replay HISTORY against agents: Handrail's routing, round robin and static skill routing, side by side.

    HISTORY is CSV or JSONL with at, intent, handle_minutes and, where known, language, customer, priority, agent,
    group, channel and complexity."""
    arrivals = read_history(history)
    members = _members(roster)
    _read_and_check(arrivals, members, transfer_minutes)
    transfer = timedelta(minutes=transfer_minutes)
    routing = _routing(policy)
    found = compare(arrivals, members, routing, transfer, seed, share=unread, language_rows=language_rows)
    click.echo(json.dumps(_as_json(found), indent=1, allow_nan=False) if in_json else _table(found))


@click.command()
@click.argument("history", type=FILE)
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    required=True,
    help="The file that is written; name it in HANDRAIL_HANDLE_TIMES.",
)
def learn(history: Path, out: Path) -> None:
    """Learn from HISTORY how long conversations take, by intent and agent; HANDRAIL_HANDLE_TIMES names the file."""
    from apps.route.learned_file import write_handle_times

    rows = [arrival.handled for arrival in read_history(history) if arrival.agent]
    if not rows:
        raise ConfigurationError(f"{history.name} names no agents: fill its column `agent`")
    times = learn_handle_times(rows)
    write_handle_times(out, times)
    click.echo(f"{len(rows)} conversations, {len(times.intents)} intents: {out}", err=True)


def compare(
    arrivals: Sequence[Arrival],
    members: Sequence[Member],
    routing: Routing,
    transfer: timedelta,
    seed: int,
    *,
    share: float = MISREAD,
    language_rows: bool = False,
) -> Comparison:
    """The same arrivals under each routing; of this share of them the intent is misread."""
    read = choose_misread(arrivals, share, seed)
    world = learn_handle_times(arrival.handled for arrival in arrivals if arrival.agent)
    routes: tuple[Routes, ...] = (
        Misreading(Ours(routing, arrivals), read),
        RoundRobin(routing),
        Misreading(StaticSkill(routing, languages=language_rows), read),
    )
    replays = [replay(arrivals, members, each, routing, world, transfer) for each in routes]
    block = block_of(replays[0])
    ours, *others = columns = [measure(replay, block) for replay in replays]
    names = [replay.routing for replay in replays]
    return Comparison(
        arrivals=len(arrivals),
        agents=len(members),
        block="day" if block >= timedelta(days=1) else "hour",
        misread=share,
        figures={name: each.whole() for name, each in zip(names, columns, strict=True)},
        differences={name: differences(ours, other, seed) for name, other in zip(names[1:], others, strict=True)},
    )


def _members(roster: str) -> list[Member]:
    if roster != ZENDESK:
        return read_roster(Path(roster))

    members = as_members(vendors_here().agents.agents())
    if not members:
        raise ConfigurationError("the helpdesk reports no agents")
    return members


def _routing(policy: Path | None) -> Routing:
    if policy is None:
        return Routing()
    from apps.policy_file import read_policy

    return read_policy(policy).routing


def _read_and_check(arrivals: Sequence[Arrival], members: Sequence[Member], transfer: float) -> None:
    """Raises ConfigurationError where the replay would come to no end."""
    if transfer < 0:
        raise ConfigurationError("--transfer-minutes is less than nothing")
    teams = {group for member in members for group in member.agent.groups}
    unknown = sorted({arrival.group for arrival in arrivals if arrival.group} - teams)
    if unknown:
        raise ConfigurationError(f"the history names the group {unknown[0]!r}, and no agent at work is in it")


def _as_json(found: Comparison) -> dict[str, Any]:
    return asdict(found)


def _table(found: Comparison) -> str:
    names = list(found.figures)
    head = ["", *names, *(f"{names[0]} − {name}" for name in found.differences)]
    rows = [head, *(_row(found, figure) for figure in SHOWN)]
    widths = [max(len(row[place]) for row in rows) for place in range(len(head))]
    lines = [
        "  ".join(_cell(cell, width, place) for place, (cell, width) in enumerate(zip(row, widths, strict=True)))
        for row in rows
    ]
    note = (
        f"{found.arrivals} arrivals, {found.agents} agents, {100 * found.misread:g} % of the intents misread. "
        f"Differences with 95 % intervals, resampled by {found.block}; below nothing is shorter, fewer, more even."
    )
    return "\n".join([*(line.rstrip() for line in lines), "", note])


def _row(found: Comparison, figure: str) -> list[str]:
    words, written = SHOWN[figure]
    values = [written(figures[figure]) for figures in found.figures.values()]
    return [words, *values, *(_difference(each[figure], figure) for each in found.differences.values())]


def _difference(found: Interval, figure: str) -> str:
    written = SHOWN[figure][1]
    if found.low is None or found.high is None:
        return f"{'+' if found.value > 0 else ''}{written(found.value)}"
    number, _, unit = written(found.value).partition(" ")
    low, high = (written(value).partition(" ")[0] for value in (found.low, found.high))
    return f"{'+' if found.value > 0 else ''}{number} [{low}, {high}]{f' {unit}' if unit else ''}"


def _cell(text: str, width: int, place: int) -> str:
    return text.ljust(width) if place == 0 else text.rjust(width)
