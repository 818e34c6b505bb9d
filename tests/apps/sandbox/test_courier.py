"""Deliveries: retries, switches, the log, and what can be done to a past one."""

import time
from collections.abc import Iterator

import pytest

from apps.sandbox.clock import Clock
from apps.sandbox.courier import Attempt, Courier, RetryRule, next_wait
from apps.sandbox.faults import Faults
from tests.apps.sandbox.running import Receiver, receiving

QUICK = RetryRule(
    connect_seconds=0.5,
    read_seconds=0.5,
    delays=(0.01, 0.01, 0.01),
    statuses=frozenset({409}),
    needs_retry_after=frozenset({429}),
    on_timeout=True,
    on_no_connection=True,
    stop_header="X-Stop",
)


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as open_receiver:
        yield open_receiver


@pytest.fixture
def faults() -> Faults:
    return Faults()


@pytest.fixture
def courier(faults: Faults, receiver: Receiver) -> Iterator[Courier]:
    made = Courier(faults, Clock(), reroute={"https://public.example": receiver.url})
    yield made
    made.close()


def deliver(courier: Courier, name: str, retry: RetryRule = QUICK, url: str = "https://public.example/in") -> None:
    headers = lambda attempt: {"X-Signature": f"fits-{name}-{attempt}", "X-Attempt": str(attempt)}  # noqa: E731
    courier.deliver("zendesk", url, name.encode(), headers, retry, f"id-{name}")


def bodies(receiver: Receiver) -> list[str]:
    return [post.body.decode() for post in receiver.posts]


def test_a_delivery_reaches_the_public_address_and_is_logged(courier: Courier, receiver: Receiver) -> None:
    deliver(courier, "a")
    assert courier.drain(5)
    assert [(post.path, post.body) for post in receiver.posts] == [("/in", b"a")]
    (logged,) = courier.attempts("zendesk")
    assert (logged.delivery_id, logged.status, logged.url) == ("id-a", 204, "https://public.example/in")
    assert courier.attempts("twilio") == []


def test_a_listed_status_is_tried_again_and_signed_anew(courier: Courier, receiver: Receiver) -> None:
    receiver.reply = lambda post: (409 if post.headers["X-Attempt"] != "3" else 200, {}, b"")
    deliver(courier, "a")
    assert courier.drain(5)
    assert [post.headers["X-Signature"] for post in receiver.posts] == ["fits-a-1", "fits-a-2", "fits-a-3"]


def test_attempts_end_with_the_rule(courier: Courier, receiver: Receiver) -> None:
    receiver.reply = lambda post: (409, {}, b"")
    deliver(courier, "a")
    assert courier.drain(5)
    assert len(receiver.posts) == 4


def test_a_refused_connection_and_a_slow_answer_are_tried_again(courier: Courier, receiver: Receiver) -> None:
    deliver(courier, "a", url="http://127.0.0.1:9/nobody")
    assert courier.drain(5)
    assert [attempt.status for attempt in courier.attempts()] == [None] * 4


@pytest.mark.parametrize(
    ("status", "headers", "error", "expected"),
    [
        (200, {}, "", None),
        (409, {}, "", 0.01),
        (400, {}, "", None),
        (429, {}, "", None),
        (429, {"Retry-After": "7"}, "", 7.0),
        (429, {"Retry-After": "61"}, "", None),
        (409, {"x-stop": "1"}, "", None),
        (None, {}, "timeout", 0.01),
        (None, {}, "no connection", 0.01),
    ],
)
def test_when_a_vendor_tries_again(
    status: int | None, headers: dict[str, str], error: str, expected: float | None
) -> None:
    made = Attempt(
        delivery_id="d",
        vendor="zendesk",
        url="u",
        attempt=1,
        at=Clock().now(),
        status=status,
        error=error,
        answer_headers=headers,
    )
    assert next_wait(QUICK, made) == expected


def test_a_timeout_is_final_where_the_rule_says_nothing() -> None:
    made = Attempt(delivery_id="d", vendor="slack", url="u", attempt=1, at=Clock().now(), error="timeout")
    assert next_wait(RetryRule(delays=(1.0,)), made) is None


def test_a_duplicate_comes_twice_under_one_id(courier: Courier, receiver: Receiver, faults: Faults) -> None:
    faults.set("zendesk", webhook_duplicate=1)
    deliver(courier, "a")
    deliver(courier, "b")
    assert courier.drain(5)
    assert sorted(bodies(receiver)) == ["a", "a", "b"]


def test_a_reordered_one_comes_after_the_next(courier: Courier, receiver: Receiver, faults: Faults) -> None:
    faults.set("zendesk", webhook_reorder=1)
    deliver(courier, "first")
    deliver(courier, "second")
    receiver.wait_for(2)
    assert bodies(receiver) == ["second", "first"]


def test_a_lost_one_never_comes_but_is_logged(courier: Courier, receiver: Receiver, faults: Faults) -> None:
    faults.set("zendesk", webhook_lost=1)
    deliver(courier, "a")
    deliver(courier, "b")
    assert courier.drain(5)
    assert bodies(receiver) == ["b"]
    assert "lost on the way" in {attempt.note for attempt in courier.attempts()}


def test_a_delay_holds_each_back(courier: Courier, receiver: Receiver, faults: Faults) -> None:
    faults.set("zendesk", webhook_delay_ms=150)
    started = time.monotonic()
    deliver(courier, "a")
    receiver.wait_for(1)
    assert time.monotonic() - started >= 0.15


def test_a_past_delivery_is_posted_again_with_a_good_signature(courier: Courier, receiver: Receiver) -> None:
    deliver(courier, "a")
    assert courier.drain(5)
    again = courier.redeliver("id-a")
    assert (again.status, again.note) == (204, "redelivered")
    assert {post.headers["X-Signature"] for post in receiver.posts} == {"fits-a-1"}
    with pytest.raises(KeyError):
        courier.redeliver("id-unknown")


def test_a_forged_delivery_has_another_signature_and_maybe_another_body(courier: Courier, receiver: Receiver) -> None:
    deliver(courier, "aaaaaaaa")
    assert courier.drain(5)
    courier.forge("id-aaaaaaaa")
    courier.forge("id-aaaaaaaa", b"evil")
    real, same, other = receiver.posts
    assert (same.body, other.body) == (real.body, b"evil")
    assert real.headers["X-Signature"] not in {same.headers["X-Signature"], other.headers["X-Signature"]}
    assert len(same.headers["X-Signature"]) == len(real.headers["X-Signature"])


def test_the_log_is_bounded(receiver: Receiver, faults: Faults) -> None:
    small = Courier(faults, Clock(), log_size=2)
    try:
        for name in "abc":
            deliver(small, name, url=receiver.url)
            assert small.drain(5)
        assert [attempt.delivery_id for attempt in small.attempts()] == ["id-b", "id-c"]
        with pytest.raises(KeyError):
            small.redeliver("id-a")
    finally:
        small.close()
