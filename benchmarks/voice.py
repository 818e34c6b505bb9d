"""Calls: how long Twilio waits for TwiML while fifty people are on the telephone at once.

Against the real processes as `handrail demo` starts them: the workers decide about what the callers say on the same
processors, and how much of it was decided by the time the last caller hung up stands beside the figures. The calls are
the benchmark's own requests; the sandbox knows none of them, so an answer that is carried to one is refused there.
"""

import os
import sqlite3
import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode

import requests

from apps.demo.environment import DemoEnvironment
from apps.demo.launch import Demo
from apps.sandbox.twilio.webhooks import sign
from benchmarks.conversations import LONGEST_WARMING, LOOK_EVERY, WARMING, Watch
from benchmarks.figures import Figure, percentile
from benchmarks.stack import start_stack

GROUP = "calls"
PATH = "/webhooks/twilio/voice"
SAID = """
select coalesce(sum(state not in ('pending', 'claimed')), 0), coalesce(sum(state in ('pending', 'claimed')), 0)
from events where kind = 'message_received'
"""
PAUSE = 1.0  # seconds between two requests of one call: it waits, or somebody speaks


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """So many calls at once, each with so many things said, after each of which it looks `waits` times."""

    calls: int = 50
    turns: int = 4
    waits: int = 3
    pause: float = PAUSE


QUICK = Size(calls=10, turns=1, waits=1, pause=0.1)


@dataclass(slots=True, kw_only=True)
class Caller:
    """One call as Twilio makes its requests; `took` are milliseconds."""

    base: str
    token: str
    number: str
    sid: str = field(default_factory=lambda: "CA" + uuid.uuid4().hex)
    took: list[float] = field(default_factory=list)
    failed: int = 0
    session: requests.Session = field(default_factory=requests.Session)

    def call(self, size: Size) -> None:
        """From the first ring to the report of its end."""
        self._post("", CallStatus="ringing", FromCountry="GB")
        for turn in range(size.turns):
            time.sleep(size.pause)
            self._post(f"said?lang=en&turn=t{turn}", SpeechResult="Where is my order?", Confidence="0.9")
            for _ in range(size.waits):
                time.sleep(size.pause)
                self._post(f"wait?lang=en&turn=t{turn}&since={time.time():.3f}")
        self._post("through?lang=en&turn=x")
        self._post(f"whisper?call={self.sid}")
        self._post("status", CallStatus="completed")

    def _post(self, path: str, **form: str) -> None:
        url = f"{self.base}{PATH}/{path}" if path else f"{self.base}{PATH}"
        sent = {"CallSid": self.sid, "From": self.number, "To": "+15005550006", "CallStatus": "in-progress", **form}
        headers = {
            "Content-Type": "application/x-www-form-urlencoded",
            "X-Twilio-Signature": sign(self.token, url, sent),
        }
        started = time.perf_counter()
        answer = self.session.post(url, data=urlencode(sent), headers=headers, timeout=15)
        self.took.append((time.perf_counter() - started) * 1000)
        self.failed += not answer.ok


def measure(folder: Path, size: Size) -> list[Figure]:
    with start_stack(folder) as running:
        return measure_on(running, size)


def measure_on(running: Demo, size: Size) -> list[Figure]:
    load, environment = os.getloadavg()[0], running.environment
    watch = Watch(store=running.container.store, database=environment.folder / "handrail.db")
    _warm(environment, watch)
    before, _ = _count_said(watch.database)
    callers = [_caller(environment, number) for number in range(1, size.calls + 1)]
    with ThreadPoolExecutor(max_workers=size.calls) as at_once:
        list(at_once.map(lambda caller: caller.call(size), callers))
    decided, left = _count_said(watch.database)
    took = [each for caller in callers for each in caller.took]
    name = f"with {size.calls} calls at once"
    return [
        Figure(group=GROUP, name=f"TwiML p50 {name}", value=percentile(took, 50), unit="ms"),
        Figure(group=GROUP, name=f"TwiML p99 {name}", value=percentile(took, 99), unit="ms", most=1000),
        Figure(group=GROUP, name=f"TwiML slowest {name}", value=max(took), unit="ms"),
        Figure(group=GROUP, name=f"errors in {len(took)} requests", value=sum(c.failed for c in callers), most=1),
        Figure(group=GROUP, name="said on calls and decided meanwhile", value=decided - before),
        Figure(group=GROUP, name="said on calls and not decided yet", value=left),
        Figure(group=GROUP, name="load of the machine before the calls", value=load),
    ]


def _caller(environment: DemoEnvironment, number: int) -> Caller:
    return Caller(base=environment.web_url, token=environment.twilio_token, number=f"+4477007{number:05d}")


def _warm(environment: DemoEnvironment, watch: Watch) -> None:
    """Every worker has decided about something before anybody is timed: models are loaded once."""
    for number in range(WARMING):
        _caller(environment, 10_000 + number).call(QUICK)
    end = time.monotonic() + LONGEST_WARMING
    while watch.waiting() and time.monotonic() < end:
        time.sleep(LOOK_EVERY)


def _count_said(database: Path) -> tuple[int, int]:
    """How much of what was said is decided and how much is not yet, at one moment."""
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True, timeout=5)) as store:
        decided, left = store.execute(SAID).fetchone()
        return int(decided), int(left)
