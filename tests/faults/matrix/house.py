"""All of Handrail's processes with the sandbox, on lines that can be broken, each process with a clock of its own."""

import os
import shutil
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import text

from apps.bootstrap.clock import VARIABLE
from apps.demo.environment import DemoEnvironment
from apps.demo.launch import Demo, start_demo
from apps.demo.outside import NotSeenError, Outside
from apps.processes import free_port
from benchmarks import machine
from benchmarks.stack import LARGER_PLAN, WithPolicy, _write_policy
from connectors.sql.store import SqlUnit
from core.errors import HandrailError
from core.model.customer import Identity
from tests.faults.matrix.wire import Wire
from tests.stack import warmed

COMMANDS = ("web", "worker", "outreach")
PATHS = {  # part → the setting that names its address, and its path at the sandbox
    "zendesk": ("HANDRAIL_ZENDESK_URL", "/zendesk"),
    "twilio": ("HANDRAIL_TWILIO_URL", "/twilio"),
    "slack": ("HANDRAIL_SLACK_URL", "/slack/api/"),
    "sunshine": ("HANDRAIL_SUNSHINE_URL", "/sunshine"),
    "calendar": ("HANDRAIL_CALENDAR_URL", "/calendar"),
    "orders": ("HANDRAIL_ORDERS_URL", "/orders"),
    "model": ("HANDRAIL_OPENAI_BASE_URL", "/openai/v1"),
}
T = TypeVar("T")
DISK = "512m"
IN_A_ROW = 4  # failures; at eight the supervisor gives up


@dataclass(slots=True, kw_only=True)
class Lines:
    """The wires; those to the vendors all lead to the sandbox."""

    wires: dict[str, Wire] = field(default_factory=dict)

    def add(self, name: str, place: Path | tuple[str, int], vendor: str = "") -> int:
        if name not in self.wires:
            self.wires[name] = Wire(place=place, vendor=vendor)
        return self.wires[name].port

    def close(self) -> None:
        for wire in self.wires.values():
            wire.close()


@dataclass(frozen=True, slots=True, kw_only=True)
class Wired(WithPolicy):
    """The demo's settings, with a line in each address."""

    lines: Lines
    clock: Path

    def sandbox(self) -> dict[str, str]:
        web = self.lines.add("web", ("127.0.0.1", self.web_port))
        return WithPolicy.sandbox(self) | {
            "SANDBOX_HANDRAIL_URL": f"http://127.0.0.1:{web}",
            "SANDBOX_HANDRAIL_PUBLIC_URL": self.web_url,
            "SANDBOX_CLOCK_FILE": str(self.clock),
        }

    def _values(self) -> dict[str, str]:
        at = ("127.0.0.1", self.sandbox_port)
        urls = {
            name: f"http://127.0.0.1:{self.lines.add(part, at, 'openai' if part == 'model' else part)}{path}"
            for part, (name, path) in PATHS.items()
        }
        model = {"HANDRAIL_OPENAI_API_KEY": "fake-openai-key", "HANDRAIL_OPENAI_MODEL": "sandbox-extract"}
        return WithPolicy._values(self) | urls | model


@dataclass(slots=True, kw_only=True)
class House:
    up: Demo
    lines: Lines
    folder: Path
    outside: Outside
    clocks: dict[str, Path]
    log: Callable[[str], None] = print
    accepted: set[str] = field(default_factory=set)  # bodies of deliveries that were answered with 2xx
    buyers: list[tuple[str, str]] = field(default_factory=list)  # telephone and order of who has asked nothing yet
    _over: threading.Event = field(default_factory=threading.Event)
    turn: threading.Lock = field(default_factory=threading.Lock)

    # ------------------------------------------------ looking

    def watch_deliveries(self) -> None:
        """The vendors' own list of what we took."""

        def run() -> None:
            while not self._over.wait(1.0):
                with suppress(Exception):
                    for row in self.people("GET", "deliveries?limit=500")["deliveries"]:
                        if row["accepted"]:
                            self.accepted.add(row["body"])

        threading.Thread(target=run, daemon=True, name="deliveries").start()

    def find_buyers(self) -> None:
        for person in self.people("GET", "people")["people"]:
            orders = self.people("GET", f"orders?customer={person['id']}")["orders"]
            if person["phone"] and orders and person["tier"] != "business":
                self.buyers.append((person["phone"], orders[0]["id"]))

    def took(self, words: str) -> bool:
        return any(words in body for body in list(self.accepted))

    def people(self, method: str, path: str, **body: Any) -> Any:
        """At the sandbox's page; from many threads."""
        return Outside(environment=self.up.environment).people(method, path, **body)

    @contextmanager
    def writing(self) -> Iterator[SqlUnit]:
        """As soon as the store can be written; what is begun meanwhile may fail."""
        end = time.monotonic() + 120
        while True:
            try:
                with self.up.container.store.begin() as unit:
                    unit.cursors.get("matrix")
                break
            except HandrailError:
                if time.monotonic() > end:
                    raise
                time.sleep(0.5)
        with self.up.container.store.begin() as unit:
            yield unit

    def find_customer(self, identity: Identity) -> str | None:
        found = self.read(lambda unit: unit.customers.find(identity))
        return found.id if found else None

    def ask_store(self, statement: str, **values: Any) -> list[Any]:
        """Rows, as soon as the store can be read."""
        return self.read(lambda unit: list(unit.connection.execute(text(statement), values)))

    def read(self, look: Callable[[SqlUnit], T]) -> T:
        end = time.monotonic() + 120
        while True:
            try:
                with self.up.container.store.read() as unit:
                    return look(unit)
            except HandrailError:
                if time.monotonic() > end:
                    raise
                time.sleep(0.5)

    def under_way(self) -> dict[str, int]:
        rows = self.ask_store(
            "SELECT 'event ' || kind || ' ' || state AS what, count(*) FROM events "
            "WHERE state IN ('pending','claimed') GROUP BY 1 UNION ALL "
            "SELECT 'effect ' || kind || ' ' || state, count(*) FROM outbox "
            "WHERE state IN ('pending','sending','unknown') GROUP BY 1"
        )
        return {str(what): int(count) for what, count in rows}

    def settle(self, patience: float = 300.0) -> dict[str, int]:
        """Wait until nothing is under way; what still is."""
        end, still = time.monotonic() + patience, 0
        while time.monotonic() < end:
            still = still + 1 if not self.under_way() else 0
            if still >= 3:
                return {}
            time.sleep(0.5)
        return self.under_way()

    # ------------------------------------------------ breaking

    def family(self, name: str) -> list[int]:
        """A process of ours and all that descend from it; empty while it is started again."""
        found = next((child for child in self.up.processes.running if child.name == name), None)
        return machine.family(found.process.pid) if found is not None else []

    def signal(self, name: str, number: signal.Signals) -> None:
        for pid in reversed(self.family(name)):
            with suppress(ProcessLookupError):
                os.kill(pid, number)

    def kill(self, name: str) -> bool:
        """Signal 9 to the process and all its children, at once; the supervisor starts it again."""
        there = bool(self.family(name))
        self.signal(name, signal.SIGKILL)
        return there

    def kill_child(self, name: str, choose: Callable[[list[int]], int]) -> bool:
        """Signal 9 to one of those who do the work: whoever started them starts another."""
        family = self.family(name)
        heads = _children(family[0]) if family else []  # who start the others; each is killed as a whole
        leaves = [pid for pid in family if not _children(pid) and str(pid) not in heads and _is_ours(pid)]
        if not leaves:
            return False
        with suppress(ProcessLookupError):
            os.kill(choose(leaves), signal.SIGKILL)
        return True

    def may_kill(self, name: str) -> bool:
        """Not who was ended again and again before it had answered for half a minute: the supervisor takes that for one
        that cannot run, gives it up and stops, as it should; then nothing of the batch would come to its end."""
        watched = [each for each in self.up.supervisor._watched if each.child.name == name]
        return all(each.failures < IN_A_ROW for each in watched)

    def own_clocks(self) -> None:
        """From the next start on each process reads a clock of its own; all of them are started anew."""
        for watched in self.up.supervisor._watched:
            if watched.child.name in COMMANDS:
                env = {**watched.child.env, VARIABLE: str(self.clocks[watched.child.name])}
                watched.child = replace(watched.child, env=env)
                self.kill(watched.child.name)

    def move_clock(self, name: str, seconds: float) -> None:
        _write(self.clocks[name], seconds)

    def ready(self, patience: float = 150.0) -> None:
        """Raises NotSeenError when it is not in time."""
        end = time.monotonic() + patience
        import requests

        while time.monotonic() < end:
            with suppress(requests.RequestException):
                if requests.get(f"{self.up.environment.web_url}/readyz", timeout=5).ok:
                    return
            time.sleep(0.3)
        raise NotSeenError(f"not ready after {patience:.0f} s")

    @property
    def filler(self) -> Path:
        return self.folder / "filler"

    def fill_disk(self) -> None:
        with self.filler.open("wb", buffering=0) as file, suppress(OSError):
            while file.write(b"x" * 1024 * 1024):
                continue
        with self.filler.open("ab", buffering=0) as file, suppress(OSError):
            while file.write(b"x" * 1024):
                continue

    def free_disk(self) -> None:
        self.filler.unlink(missing_ok=True)


def _children(pid: int) -> list[str]:
    with suppress(OSError):
        return Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()
    return []


def _is_ours(pid: int) -> bool:
    with suppress(OSError):
        return b"apps.cli" in Path(f"/proc/{pid}/cmdline").read_bytes()
    return False


def _write(file: Path, seconds: float) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    fresh = file.with_suffix(".new")
    fresh.write_text(str(seconds), encoding="ascii")
    fresh.replace(file)


@contextmanager
def small_disk(folder: Path) -> Iterator[bool]:
    """The folder as a file system of its own, where this user may mount one; whether it is."""
    folder.mkdir(parents=True, exist_ok=True)
    done = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={DISK}", "handrail-faults", str(folder)], check=False, capture_output=True
    )
    try:
        yield done.returncode == 0
    finally:
        if done.returncode == 0:
            subprocess.run(["umount", "-l", str(folder)], check=False)


@contextmanager
def open_house(folder: Path, *, store_url: str = "", queue_wire: bool = True) -> Iterator[House]:
    """Everything up. The data lie on a small disk where there can be one."""
    lines = Lines()
    with small_disk(folder):
        for old in folder.iterdir():
            shutil.rmtree(old) if old.is_dir() else old.unlink()
        warmed(folder / "demo")
        clocks = {name: folder / "clocks" / name for name in (*COMMANDS, "sandbox")}
        for file in clocks.values():
            _write(file, 0)
        policy = _write_policy(folder, 75.0)

        def kind(queue_url: str, **known: Any) -> DemoEnvironment:
            if queue_wire and queue_url.startswith("redis+socket://"):
                port = lines.add("queue", Path(queue_url.removeprefix("redis+socket://")))
                queue_url = f"redis://127.0.0.1:{port}/0"
            return Wired(policy=policy, lines=lines, clock=clocks["sandbox"], queue_url=queue_url, **known)

        with start_demo(
            folder / "demo",
            web_port=free_port(None, 0),
            sandbox_port=free_port(None, 0),
            store_url=store_url,
            sandbox_more=LARGER_PLAN | {"SANDBOX_LAG_SECONDS": "1"},
            kind=kind,
        ) as up:
            up.reading.join()
            house = House(up=up, lines=lines, folder=folder, outside=Outside(environment=up.environment), clocks=clocks)
            house.own_clocks()
            time.sleep(2)
            house.ready()
            house.watch_deliveries()
            house.find_buyers()
            try:
                yield house
            finally:
                house._over.set()
                lines.close()
