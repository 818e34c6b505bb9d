"""Posts the vendors' webhooks: on time or not, once or twice, with the vendor's retries."""

import threading
import time
from collections import OrderedDict, deque
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

import requests

from apps.sandbox.clock import Clock, Timetable
from apps.sandbox.faults import Faults

# What the courier carries: deliveries, the attempts at them, and the vendors' rules for trying again.

Headers = Callable[[int], Mapping[str, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class RetryRule:
    """When and how often a vendor posts again.

    `delays` are the waits in seconds before the second, third … attempt, so their number bounds
    the attempts. A status in `needs_retry_after` is tried again only when the answer names a
    `Retry-After` of at most `longest_retry_after` seconds, and then waits that long.
    """

    connect_seconds: float = 5.0
    read_seconds: float = 10.0
    delays: tuple[float, ...] = ()
    statuses: frozenset[int] = frozenset()
    needs_retry_after: frozenset[int] = frozenset()
    longest_retry_after: float = 60.0
    on_timeout: bool = False
    on_no_connection: bool = False
    stop_header: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One webhook as the vendor means to post it. `headers(attempt)` signs each attempt anew."""

    vendor: str
    url: str
    body: bytes
    headers: Headers
    retry: RetryRule
    delivery_id: str
    on_answer: Callable[["Attempt"], None] | None = None
    on_failure: Callable[["Attempt"], None] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One post of a delivery, for the log. `status` is None when no answer came."""

    delivery_id: str
    vendor: str
    url: str
    attempt: int
    at: datetime
    status: int | None = None
    error: str = ""
    milliseconds: float = 0.0
    note: str = ""
    body: str = ""
    answer: str = ""
    answer_headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def accepted(self) -> bool:
        """Whether the receiver answered 2xx."""
        return self.status is not None and 200 <= self.status < 300

    def row(self) -> dict[str, Any]:
        """The attempt as plain values, for the page."""
        return {
            "delivery_id": self.delivery_id,
            "vendor": self.vendor,
            "url": self.url,
            "attempt": self.attempt,
            "at": self.at.isoformat(),
            "status": self.status,
            "error": self.error,
            "milliseconds": self.milliseconds,
            "note": self.note,
            "accepted": self.accepted,
            "body": self.body,
            "answer": self.answer,
        }


def next_wait(rule: RetryRule, made: Attempt) -> float | None:
    """Seconds until the vendor posts again after this attempt; None when it will not."""
    if made.attempt > len(rule.delays) or made.accepted:
        return None
    wait = rule.delays[made.attempt - 1]
    if made.status is None:
        wanted = rule.on_timeout if made.error == "timeout" else rule.on_no_connection
        return wait if wanted else None
    headers = {name.lower(): value for name, value in made.answer_headers.items()}
    if rule.stop_header and headers.get(rule.stop_header.lower()) == "1":
        return None
    if made.status in rule.needs_retry_after:
        named = headers.get("retry-after", "")
        return float(named) if named.isdigit() and float(named) <= rule.longest_retry_after else None
    return wait if made.status in rule.statuses else None


# The courier.

LONGEST_ANSWER = 8_000
HELD_AT_MOST_SECONDS = 10.0

__all__ = ["Attempt", "Courier", "Headers", "RetryRule"]


class Courier:
    """Takes deliveries from the vendors and posts them from threads of its own."""

    def __init__(
        self,
        faults: Faults,
        clock: Clock,
        reroute: Mapping[str, str] | None = None,
        threads: int = 8,
        log_size: int = 500,
    ) -> None:
        """`reroute` maps the start of a public address to where it is really posted."""
        self._faults = faults
        self._clock = clock
        self._reroute = dict(reroute or {})
        self._timetable = Timetable("courier", threads)
        self._late = Timetable("courier-held")
        self._lock = threading.Lock()
        self._log: deque[Attempt] = deque(maxlen=log_size)
        self._known: OrderedDict[str, Delivery] = OrderedDict()
        self._known_size = log_size
        self._held: dict[str, list[Delivery]] = {}
        self._sessions = threading.local()

    def deliver(
        self,
        vendor: str,
        url: str,
        body: bytes,
        headers: Headers,
        retry: RetryRule,
        delivery_id: str,
        on_answer: Callable[[Attempt], None] | None = None,
        on_failure: Callable[[Attempt], None] | None = None,
    ) -> None:
        """Post in the background, through the vendor's webhook switches, with its retries.

        `on_answer` is called once, after the first attempt that brought a 2xx; `on_failure` after the last where none
        did.
        """
        delivery = Delivery(
            vendor=vendor,
            url=url,
            body=body,
            headers=headers,
            retry=retry,
            delivery_id=delivery_id,
            on_answer=on_answer,
            on_failure=on_failure,
        )
        self._remember(delivery)
        self._send_through_faults(delivery)

    def post_now(
        self, vendor: str, url: str, body: bytes, headers: Headers, retry: RetryRule, delivery_id: str
    ) -> Attempt:
        """Post once, wait for the answer and return it; switches and retries do not apply."""
        delivery = Delivery(vendor=vendor, url=url, body=body, headers=headers, retry=retry, delivery_id=delivery_id)
        self._remember(delivery)
        return self._post(delivery, 1)

    def redeliver(self, delivery_id: str) -> Attempt:
        """Post a past delivery once more, signed anew. Raises KeyError when it is not kept."""
        return self._post(self._recall(delivery_id), 1, note="redelivered")

    def forge(self, delivery_id: str, body: bytes | None = None) -> Attempt:
        """Post a past delivery, or another body in its place, under a signature that does not fit.

        Raises KeyError when the delivery is not kept.
        """
        delivery = self._recall(delivery_id)
        forged = replace(
            delivery,
            delivery_id=f"{delivery_id}-forged",
            body=delivery.body if body is None else body,
            headers=lambda attempt: _broken(delivery.headers(attempt)),
        )
        return self._post(forged, 1, note="forged")

    def attempts(self, vendor: str | None = None) -> list[Attempt]:
        """The log, oldest first, of one vendor or all."""
        with self._lock:
            return [each for each in self._log if vendor in (None, each.vendor)]

    def note(self, attempt: Attempt) -> None:
        """Keep in the log what came to the receiver by another way."""
        with self._lock:
            self._log.append(attempt)

    def drain(self, timeout: float) -> bool:
        """Wait up to `timeout` seconds until nothing is on its way; say whether so."""
        return self._timetable.drain(timeout)

    def close(self) -> None:
        """Stop posting; what is booked is dropped."""
        self._timetable.close()
        self._late.close()

    def _remember(self, delivery: Delivery) -> None:
        with self._lock:
            self._known[delivery.delivery_id] = delivery
            while len(self._known) > self._known_size:
                self._known.popitem(last=False)

    def _recall(self, delivery_id: str) -> Delivery:
        with self._lock:
            return self._known[delivery_id]

    def _send_through_faults(self, delivery: Delivery) -> None:
        vendor = delivery.vendor
        if self._faults.take(vendor, "webhook_lost"):
            self._write(delivery, 0, note="lost on the way", error="never posted")
        elif self._faults.take(vendor, "webhook_reorder"):
            self._hold(delivery)
        else:
            self._book(delivery)
            if self._faults.take(vendor, "webhook_duplicate"):
                self._book(delivery, note="duplicate")

    def _book(self, delivery: Delivery, note: str = "") -> None:
        delay = self._faults.of(delivery.vendor).webhook_delay_ms / 1000
        self._timetable.after(delay, lambda: self._attempt(delivery, 1, note))

    def _hold(self, delivery: Delivery) -> None:
        with self._lock:
            self._held.setdefault(delivery.vendor, []).append(delivery)
        # Should no other delivery ever come, late is still better than never.
        self._late.after(HELD_AT_MOST_SECONDS, lambda: self._release([delivery]))

    def _release(self, deliveries: Iterable[Delivery]) -> None:
        with self._lock:
            ours = [each for each in deliveries if each in self._held.get(each.vendor, [])]
            for each in ours:
                self._held[each.vendor].remove(each)
        for each in ours:
            self._book(each, note="reordered")

    def _attempt(self, delivery: Delivery, number: int, note: str = "") -> None:
        made = self._post(delivery, number, note)
        with self._lock:
            waiting = list(self._held.get(delivery.vendor, []))
        self._release(waiting)
        if made.accepted and delivery.on_answer and not note:
            delivery.on_answer(made)
        wait = next_wait(delivery.retry, made)
        if wait is not None:
            self._timetable.after(wait, lambda: self._attempt(delivery, number + 1, note))
        elif not made.accepted and delivery.on_failure and not note:
            delivery.on_failure(made)

    def _post(self, delivery: Delivery, number: int, note: str = "") -> Attempt:
        started = time.perf_counter()
        try:
            answer = self._session().post(
                self._address(delivery.url),
                data=delivery.body,
                headers=dict(delivery.headers(number)),
                timeout=(delivery.retry.connect_seconds, delivery.retry.read_seconds),
                allow_redirects=False,
            )
        except requests.Timeout:
            return self._write(delivery, number, note, started, error="timeout")
        except requests.RequestException as error:
            return self._write(delivery, number, note, started, error=f"no connection: {type(error).__name__}")
        return self._write(delivery, number, note, started, answer=answer)

    def _write(
        self,
        delivery: Delivery,
        number: int,
        note: str,
        started: float | None = None,
        error: str = "",
        answer: requests.Response | None = None,
    ) -> Attempt:
        made = Attempt(
            delivery_id=delivery.delivery_id,
            vendor=delivery.vendor,
            url=delivery.url,
            attempt=number,
            at=self._clock.now(),
            status=None if answer is None else answer.status_code,
            error=error,
            milliseconds=round((time.perf_counter() - started) * 1000, 2) if started else 0.0,
            note=note,
            body=delivery.body.decode(errors="replace")[:LONGEST_ANSWER],
            answer="" if answer is None else answer.text[:LONGEST_ANSWER],
            answer_headers={} if answer is None else dict(answer.headers),
        )
        with self._lock:
            self._log.append(made)
        return made

    def _session(self) -> requests.Session:
        if not hasattr(self._sessions, "session"):
            self._sessions.session = requests.Session()
            # A proxy of the machine must not carry the traffic of a local stand-in.
            self._sessions.session.trust_env = False
        session: requests.Session = self._sessions.session
        return session

    def _address(self, url: str) -> str:
        for public, local in self._reroute.items():
            if url.startswith(public):
                return local + url[len(public) :]
        return url


def _broken(headers: Mapping[str, str]) -> dict[str, str]:
    """The headers with every signature replaced by one of the same shape that cannot fit."""
    return {
        name: value[:-8] + ("A" * 8 if not value.endswith("A" * 8) else "B" * 8)
        if name.lower().endswith("signature")
        else value
        for name, value in headers.items()
    }
