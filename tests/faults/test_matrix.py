"""The fault matrix: its table is complete, its lines break as they say, and a sample of it holds on the running stack.

`make faults` plays all of it (`tests/faults/matrix`)."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
import requests

from apps.demo.launch import Demo
from apps.demo.outside import Outside
from core.calendar.appointment_words import ENGLISH
from tests.faults.matrix.cells import FAULTS, FLOWS, NOT_APPLICABLE, OURS, PARTS, Cell, cells, kills
from tests.faults.matrix.flows import Cast, _answer_to, mixed
from tests.faults.matrix.house import COMMANDS, PATHS, House, Lines
from tests.faults.matrix.report import tables
from tests.faults.matrix.runner import Results
from tests.faults.matrix.strike import HOOKS, MODES
from tests.faults.matrix.wire import CUT_AFTER, Wire

PAGE = (Path(__file__).parents[2] / "docs" / "reliability.md").read_text(encoding="utf-8")


def test_every_pair_of_part_and_fault_is_played_or_has_a_reason() -> None:
    pairs = {(part, fault) for part in PARTS for fault in FAULTS}
    played = {(cell.part, cell.fault) for cell in cells()}
    assert played | set(NOT_APPLICABLE) == pairs
    assert not played & set(NOT_APPLICABLE)
    assert all(len(reason) > 20 for reason in NOT_APPLICABLE.values())


def test_every_part_of_ours_is_killed_in_every_flow() -> None:
    assert {part for part, _ in kills()} == set(OURS)
    assert len(kills()) == len(OURS) * len(FLOWS)


def test_every_pair_has_a_way_to_be_played() -> None:
    wired = {*PATHS, "web", "queue", "store"}
    own = {"kill -9", "disk full", "clock jump", "replayed after a day"}
    for cell in cells():
        by_process = cell.part in COMMANDS and cell.fault in ("stop 60 s", "slow")
        assert cell.fault in own or cell.fault in HOOKS or by_process or (cell.fault in MODES and cell.part in wired), (
            cell
        )


def test_the_page_shows_every_part_every_fault_and_every_reason() -> None:
    measured = PAGE.split("<!-- measured: begin -->")[1].split("<!-- measured: end -->")[0]
    for part in PARTS:
        assert f"| {part} |" in measured
    assert f"| | {' | '.join(FAULTS)} |" in measured
    assert all(f"{reason}." in measured for reason in NOT_APPLICABLE.values())


def test_the_page_says_what_fell_and_what_is_open(tmp_path: Path) -> None:
    results, cell = Results(file=tmp_path / "cells.jsonl"), Cell(part="twilio", fault="slow")
    row = {"name": cell.name, "at": "2026-11-25T00:00:00+00:00", "flows": {"handoff": 1}, "missed": 0, "person": 0}
    results.keep(
        row | {"lost": ["handoff: nothing came"], "twice": [], "owners": [], "left": {}, "audit": [], "seconds": 7.2}
    )
    told = "\n".join(tables(Results(file=results.file).rows))
    assert "- twilio × slow: lost: ['handoff: nothing came']" in told
    assert "| accepted and lost | 1 |" in told
    assert "Not played yet: web × kill -9," in told
    assert Results(file=results.file).has(cell.name)  # a run that goes on leaves it out


def test_a_batch_that_is_played_again_counts_as_it_was_played_last(tmp_path: Path) -> None:
    file = tmp_path / "kills.jsonl"
    for lost in (["chat: nothing came"], []):
        Results(file=file).keep({"name": "kills 0", "lost": lost})
        Results(file=file).keep({"name": "kills 1", "lost": []})
    assert {row["name"]: row["lost"] for row in Results(file=file).rows} == {"kills 0": [], "kills 1": []}


@pytest.mark.parametrize(
    ("told", "said"),
    [
        ("What is it about: Warm, Door or Hub?\n\nReply AGENT for a person.", "Door"),
        (ENGLISH.offer + "\n1. Thursday, 08:00\n2. None of these", "1"),
        (ENGLISH.taken + "\n1. Friday, 08:00", "1"),
        (ENGLISH.confirm.format(time="Thursday, 08:00"), "yes please"),
        (ENGLISH.gone, "yes please"),
        (ENGLISH.booked.format(time="Thursday, 08:00"), ""),
    ],
)
def test_who_wants_a_visit_answers_whatever_they_are_asked(told: str, said: str) -> None:
    assert _answer_to(told) == said


class Handler(BaseHTTPRequestHandler):
    done = 0

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        type(self).done += 1
        self.send_response(200)
        self.send_header("Content-Length", "200")
        self.end_headers()
        with suppress(OSError):
            self.wfile.write(b"x" * 200)

    def log_message(self, format: str, *args: object) -> None:
        return


@pytest.fixture
def wire() -> Iterator[Wire]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    made, Handler.done = Wire(place=("127.0.0.1", server.server_port), vendor="twilio"), 0
    yield made
    made.close()
    server.shutdown()
    server.server_close()


def post(wire: Wire, timeout: float = 5.0) -> requests.Response:
    return requests.post(f"http://127.0.0.1:{wire.port}/", data=b"words", timeout=timeout)


@pytest.mark.parametrize("mode", ["cut", "lost"])
def test_a_line_that_breaks_does_so_after_the_work(wire: Wire, mode: str) -> None:
    wire.mode = mode
    try:
        whole = len(post(wire).content) == 200
    except requests.RequestException:
        whole = False
    assert (whole, Handler.done, wire.struck > 0) == (False, 1, True)
    wire.mode = "pass"
    assert len(post(wire).content) == 200 > CUT_AFTER


@pytest.mark.parametrize(("mode", "status"), [("429", 429), ("5xx", 503)])
def test_a_storm_refuses_before_the_work_as_the_vendor_does(wire: Wire, mode: str, status: int) -> None:
    wire.mode = mode
    answer = post(wire)
    assert (answer.status_code, answer.headers["Retry-After"], Handler.done) == (status, "1", 0)
    assert answer.json()["more_info"].startswith("https://www.twilio.com/docs/errors/")


def test_a_line_that_is_silent_says_nothing_until_it_is_not(wire: Wire) -> None:
    wire.mode = "stop"
    with pytest.raises(requests.Timeout):
        post(wire, timeout=0.3)
    wire.mode = "slow"
    began = time.monotonic()
    assert post(wire).ok
    assert time.monotonic() - began > 0.3


def test_a_line_whose_other_end_is_away_hangs_up() -> None:
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        wire = Wire(place=nobody.getsockname())
    with pytest.raises(requests.ConnectionError):
        post(wire)
    wire.close()


def test_a_stream_of_flows_has_each_of_them() -> None:
    import random

    told = {"approval" if flow == "campaign" else flow for flow in FLOWS}  # one play has both
    assert set(mixed(random.Random(1))) - {"chat"} == told


@pytest.mark.timeout(240)
def test_a_sample_holds_while_web_and_queue_hints_are_struck(stack: Demo, outside: Outside) -> None:
    """Whoever writes while a web process is killed and every hint comes twice has one answer and one owner."""
    house = House(up=stack, lines=Lines(), folder=stack.environment.folder, outside=outside, clocks={})
    house.watch_deliveries()
    cast = Cast(house=house)
    for flow in ("automatic reply", "handoff", "approval"):
        cast.begin(flow)
    time.sleep(1.0)
    assert house.kill_child("web", max)
    cast.wait()
    house.settle(60)
    cast.count_again()
    house._over.set()
    assert {each.flow for each in cast.played} == {"automatic reply", "handoff", "approval", "campaign"}
    assert {each.lost for each in cast.played} == {""}
    assert {each.twice for each in cast.played} == {""}
    assert {each.owners for each in cast.played} == {""}
