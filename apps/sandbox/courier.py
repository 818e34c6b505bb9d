"""Posts the vendors' webhooks: on time or not, once or twice, with the vendor's retries."""

import threading
import time
from collections import OrderedDict, deque
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

import requests

from apps.sandbox.clock import Clock
from apps.sandbox.deliveries import Attempt, Delivery, Headers, RetryRule, next_wait
from apps.sandbox.faults import Faults
from apps.sandbox.timetable import Timetable

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
    ) -> None:
        """Post in the background, through the vendor's webhook switches, with its retries.

        `on_answer` is called once, after the first attempt that brought a 2xx.
        """
        delivery = Delivery(
            vendor=vendor,
            url=url,
            body=body,
            headers=headers,
            retry=retry,
            delivery_id=delivery_id,
            on_answer=on_answer,
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
