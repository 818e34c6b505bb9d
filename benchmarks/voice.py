"""Calls: how long Twilio waits for TwiML while fifty people are on the telephone at once.

The web process is the real one behind gunicorn; no worker runs beside it, so what is measured is the answering alone.
"""

import sys
import time
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode

import requests

from apps.bootstrap import embedded_queue
from apps.demo.environment import DemoEnvironment
from apps.demo.processes import Processes, answers, free_port
from apps.sandbox.twilio.signature import sign
from benchmarks.figures import Figure, percentile

GROUP = "calls"
PATH = "/webhooks/twilio/voice"
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

    def goes_through(self, size: Size) -> None:
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


def voice(folder: Path, size: Size) -> list[Figure]:
    """`folder` is used for the server's files."""
    with server(folder) as (base, token):
        Caller(base=base, token=token, number="+447700900000").goes_through(QUICK)  # the first request loads the rest
        callers = [
            Caller(base=base, token=token, number=f"+4477009{number:05d}") for number in range(1, size.calls + 1)
        ]
        with ThreadPoolExecutor(max_workers=size.calls) as at_once:
            list(at_once.map(lambda caller: caller.goes_through(size), callers))
    took = [each for caller in callers for each in caller.took]
    name = f"with {size.calls} calls at once"
    return [
        Figure(group=GROUP, name=f"TwiML p50 {name}", value=percentile(took, 50), unit="ms"),
        Figure(group=GROUP, name=f"TwiML p99 {name}", value=percentile(took, 99), unit="ms", most=1000),
        Figure(group=GROUP, name=f"TwiML slowest {name}", value=max(took), unit="ms"),
        Figure(group=GROUP, name=f"errors in {len(took)} requests", value=sum(c.failed for c in callers), most=1),
    ]


@contextmanager
def server(folder: Path) -> Iterator[tuple[str, str]]:
    """Handrail's web process as `handrail web` starts it: its address and the token that its calls are signed with."""
    queue = embedded_queue(folder / "queue")
    processes = Processes(folder / "log")
    port = free_port(None, 0)
    environment = DemoEnvironment(
        folder=folder / "state", web_port=port, sandbox_port=free_port(None, 0), queue_url=queue.url
    )
    try:
        command = [sys.executable, "-m", "apps.cli", "web"]
        web = processes.start("web", command, environment.handrail())
        processes.wait_for(web, lambda: answers(f"{environment.web_url}/healthz"))
        yield environment.web_url, environment.twilio_token
    finally:
        processes.stop()
        queue.stop()
