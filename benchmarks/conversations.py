"""Many customers who text at the same time, each several texts in a row: how soon the answer to the last one leaves.

Against the real processes as `handrail demo` starts them: sandbox, web, workers, SQLite. Each customer writes a burst,
waits for the answer, thinks, writes the next. Counted from the moment when the burst's last text was accepted to the
moment when the answer had been created at the vendor, as the outbox has it. Afterwards the vendor is asked what it has.

All the conversations go on at the same time, each at a person's pace: somebody reads the answer before they write
again. How many texts a second that offers stands beside the figures. Who is handed to a person writes no more, and
is counted apart, as is what still waits at the end.
"""

import argparse
import asyncio
import os
import sqlite3
import tempfile
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import closing
from pathlib import Path

import requests
from rich.console import Console

from apps.demo.environment import DemoEnvironment
from apps.demo.launch import start_demo
from apps.demo.processes import free_port
from benchmarks import machine
from benchmarks.figures import Figure, percentile, table
from benchmarks.texters import PATIENCE, Size, Talk, Watch, talked

GROUP = "conversations by SMS"


def conversations(folder: Path, size: Size) -> list[Figure]:
    load = os.getloadavg()[0]
    # Ports of their own: the usual ones are for who looks at the demo meanwhile.
    web, sandbox = free_port(None, 0), free_port(None, 0)
    with start_demo(folder / "demo", web_port=web, sandbox_port=sandbox) as running:
        environment = running.environment
        watch = Watch(database=environment.folder / "handrail.db")
        here = time.process_time()
        # Processor time tells what a turn costs however busy the machine is with other things.
        before = {each.name: _processor(each.process.pid) for each in running.processes.running}
        talks = asyncio.run(talked(environment, watch, size))
        used = {each.name: _processor(each.process.pid) - before[each.name] for each in running.processes.running}
        for talk in talks:
            talk.answered = [
                at - asked for (_, asked), at in zip(talk.asked, watch.sent.get(talk.phone, ()), strict=False)
            ]
        said = _said_by_vendor(environment, {talk.phone for talk in talks})
        results = _results(watch.database)
        left = watch.waiting()
    asked = sum(len(talk.asked) for talk in talks)
    costs = [_cost(name, seconds / asked) for name, seconds in used.items()]
    used_here = _cost("benchmark's customers", (time.process_time() - here) / asked)
    handed = len(watch.handed & {talk.phone for talk in talks})
    apart = [
        Figure(group=GROUP, name="customers handed to a person", value=handed),
        Figure(group=GROUP, name="texts still waiting at the end", value=left),
    ]
    return [*_figures(talks, said, results, watch.lasted, load, size), *apart, *costs, used_here]


def _processor(pid: int) -> float:
    return machine.processor_seconds(machine.family(pid)) if machine.available() else 0.0


def _cost(name: str, seconds: float) -> Figure:
    return Figure(group=GROUP, name=f"processor time of the {name} for each turn", value=seconds * 1000, unit="ms")


def _said_by_vendor(environment: DemoEnvironment, phones: set[str]) -> dict[str, list[str]]:
    """What the vendor has sent to each of the customers, oldest first."""
    account = f"{environment.sandbox_url}/twilio/2010-04-01/Accounts/AC{'0' * 32}"
    address: str | None = f"{account}/Messages.json?PageSize=1000"
    found: list[tuple[str, str]] = []
    while address:
        page = requests.get(
            address,
            auth=("AC" + "0" * 32, environment.twilio_token),
            headers={"X-Original-Host": "api.twilio.com"},
            timeout=30,
        ).json()
        found += [(m["to"], m["body"]) for m in page["messages"] if m["direction"] != "inbound" and m["to"] in phones]
        following = page.get("next_page_uri")
        address = f"{environment.sandbox_url}/twilio{following}" if following else None
    said: dict[str, list[str]] = {}
    for phone, body in reversed(found):
        said.setdefault(phone, []).append(body)
    return said


def _results(database: Path) -> Counter[str]:
    """How the events of texts ended."""
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as store:
        rows = store.execute(
            "select coalesce(result, state), count(*) from events where kind = 'message_received' group by 1"
        )
        return Counter({str(result): int(count) for result, count in rows})


def _figures(
    talks: Sequence[Talk],
    said: dict[str, list[str]],
    results: Counter[str],
    lasted: float,
    load: float,
    size: Size,
) -> list[Figure]:
    asked = sum(len(talk.asked) for talk in talks)
    texts = sum(talk.texts for talk in talks)
    took = [moment for talk in talks for moment in waits(talk)]
    usual = _usual(talks, said)
    counts = [amiss(talk, said.get(talk.phone, ()), usual) for talk in talks]
    lost, doubled = sum(each for each, _ in counts), sum(each for _, each in counts)
    decided = sum(count for name, count in results.items() if name != "part_of_turn")

    def figure(name: str, value: float, unit: str = "", **promise: float) -> Figure:
        return Figure(group=GROUP, name=name, value=value, unit=unit, **promise)

    return [
        figure("conversations at once", size.conversations),
        figure("texts accepted", texts - sum(talk.refused for talk in talks), least=texts),
        figure("turns", asked),
        figure("texts offered a second", texts / lasted),
        figure("turns a second", asked / lasted),
        figure("last text to answer, p50", percentile(took, 50), "s"),
        figure("last text to answer, p95", percentile(took, 95), "s", most=2),
        figure("last text to answer, p99", percentile(took, 99), "s"),
        figure("answers lost", lost, most=0.5),
        figure("answers doubled", doubled, most=0.5),
        figure("conversations answered out of order", _out_of_order(talks, said, usual), most=0.5),
        figure("texts that were decided by themselves", decided),
        figure("load of the machine before", load),
    ]


def waits(talk: Talk) -> list[float]:
    """Seconds that the customer waited after each burst; for an answer that never came at least their whole
    patience."""
    return [*talk.answered, *[PATIENCE] * (len(talk.asked) - len(talk.answered))]


def amiss(talk: Talk, said: Sequence[str], usual: Mapping[str, str]) -> tuple[int, int]:
    """How many of the customer's questions have no answer, and how many answers have no question. One that is lost and
    one that is doubled in the same talk are both counted: what an answer answers is told by its source. An answer that
    has another one than usual stands for any question that has none."""
    wanted = Counter(usual.get(question, "") for question, _ in talk.asked)
    sources = Counter(_source(body) for body in said)
    known = Counter({source: count for source, count in sources.items() if source in set(usual.values())})
    missing, extra = sum((wanted - known).values()), sum((known - wanted).values())
    others = sum(sources.values()) - sum(known.values())
    return max(0, missing - others), extra + max(0, others - missing)


def _usual(talks: Sequence[Talk], said: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """The source that the answers to one question have in common over all customers."""
    found: dict[str, Counter[str]] = {}
    for talk in talks:
        for (question, _), body in zip(talk.asked, said.get(talk.phone, ()), strict=False):
            found.setdefault(question, Counter())[_source(body)] += 1
    return {question: sources.most_common(1)[0][0] for question, sources in found.items()}


def _out_of_order(talks: Sequence[Talk], said: Mapping[str, Sequence[str]], expected: Mapping[str, str]) -> int:
    """Conversations in which an answer stands where the answer to another question should."""
    return sum(
        any(
            _source(body) != expected[question] and _source(body) in expected.values()
            for (question, _), body in zip(talk.asked, said.get(talk.phone, ()), strict=False)
        )
        for talk in talks
    )


def _source(body: str) -> str:
    """The address of the article that an answer names."""
    return next((word for word in reversed(body.split()) if word.startswith("http")), body[:40])


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.conversations", description=__doc__)
    parser.add_argument("--conversations", type=int, default=Size().conversations)
    parser.add_argument("--turns", type=int, default=Size().turns)
    parser.add_argument("--think", type=float, default=Size().think)
    parser.add_argument("--ramp", type=float, default=Size().ramp)
    wish = parser.parse_args()
    size = Size(conversations=wish.conversations, turns=wish.turns, think=wish.think, ramp=wish.ramp)
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        Console().print(table(conversations(Path(folder), size)))


if __name__ == "__main__":
    main()
