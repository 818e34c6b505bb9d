"""The vendors answer late, twice, not at all, or after we gave up; customers get one message all the same."""

import os
import signal
import time
from pathlib import Path

import pytest

from apps.demo.launch import Demo
from apps.demo.outside import Json, Outside, wait_for

QUESTION = "How long does a refund take after you have received my return?"


# Whose conversation a person has gets no answer: no other test on the shared stack may write as these.
ASKING = ("Hannah Vogel", "Trevor Nash", "Leilani Kealoha", "Kimo Nakamura", "Liam Sutherland")
MAILING = "Yuki Tanabe"
MISSED = ("Thandiwe Khumalo", "Giorgio Bellini")
WAITING = ("Haruto Mori", "Charlotte Nguyen", "Jack Pemberton", "Arjun Pillai", "Sophie Tremblay", "Gareth Pugh")


BESIDE = Path(__file__).parents[1] / "browser"


def test_no_other_test_on_the_stack_writes_as_these_customers() -> None:
    """Neither by name nor by an address made of it."""
    written = "".join(path.read_text(encoding="utf-8") for path in sorted(BESIDE.rglob("*.py"))).casefold()
    assert all(family in written for family in ("stone", "foster"))  # this does find them
    assert [name for name in (*ASKING, MAILING, *MISSED, *WAITING) if name.split()[-1].casefold() in written] == []


def person(outside: Outside, name: str) -> Json:
    rows: list[Json] = outside.people("GET", "people")["people"]
    return next(row for row in rows if row["name"] == name)


def ask(outside: Outside, phone: str) -> None:
    outside.text(phone, QUESTION)


def settled(outside: Outside, phone: str, count: int) -> list[Json]:
    """The messages on a phone once there are `count`, and a moment later to see that no more come."""
    wait_for(f"{count} message(s) to {phone}", lambda: len(on_phone(outside, phone)) >= count or None, 40)
    time.sleep(4)
    return on_phone(outside, phone)


def on_phone(outside: Outside, phone: str) -> list[Json]:
    """Read off the phone's screen: a look at the vendor's API would use up the fault that is being tested."""
    messages: list[Json] = outside.people("GET", f"phone/{phone}/messages?channel=sms")["messages"]
    return [message for message in messages if message["direction"] == "outbound"]


@pytest.mark.timeout(240)
@pytest.mark.parametrize(
    ("name", "vendor", "switches"),
    [
        (ASKING[0], "twilio", {"timeout_after_work": 1, "hold_seconds": 0.5}),
        (ASKING[1], "twilio", {"rate_limited": 2, "retry_after": 1}),
        (ASKING[2], "twilio", {"error_5xx": 0, "webhook_duplicate": 4}),
        (ASKING[3], "twilio", {"webhook_reorder": 1}),
        (ASKING[4], "twilio", {"latency_ms": 700}),
    ],
    ids=["answer lost after the work", "429 twice", "webhooks doubled", "webhooks reordered", "slow"],
)
def test_a_customer_gets_one_reply_whatever_twilio_does(
    outside: Outside, name: str, vendor: str, switches: dict[str, float]
) -> None:
    phone = person(outside, name)["phone"]
    before = len(on_phone(outside, phone))
    outside.people("PUT", "faults", **{vendor: switches})
    ask(outside, phone)
    assert len(settled(outside, phone, before + 1)) == before + 1


@pytest.mark.timeout(240)
def test_an_email_gets_its_draft_though_zendesk_fails_first(outside: Outside) -> None:
    mailing = person(outside, MAILING)
    outside.people("PUT", "faults", zendesk={"error_5xx": 2, "webhook_duplicate": 2})
    ticket = outside.email(mailing["email"], "Refund", QUESTION)
    outside.people("PUT", "faults", zendesk={"error_5xx": 0})
    view = wait_for("a decision", outside.sidebar(ticket, "800001").ready, 60)
    assert view["decision"] is not None
    assert len(outside.comments(ticket, public=True)) == 1


@pytest.mark.timeout(300)
def test_killing_a_worker_in_the_middle_loses_and_doubles_nothing(stack: Demo, outside: Outside) -> None:
    phones = [person(outside, name)["phone"] for name in WAITING]
    before = {phone: told(outside, phone) for phone in phones}
    for place, phone in enumerate(phones):
        ask(outside, phone)
        if place % 2:
            kill_a_worker_child(stack)
    for phone in phones:
        wait_for(
            f"a reply to {phone}, or an alert", lambda phone=phone: told(outside, phone) > before[phone] or None, 150
        )
    time.sleep(5)
    # A worker killed between asking Twilio and noting the answer leaves an effect that only a person may judge: it is
    # parked with an alert, and never sent again.
    assert {phone: told(outside, phone) - count for phone, count in before.items()} == dict.fromkeys(before, 1)


def told(outside: Outside, phone: str) -> int:
    """Messages that reached the phone, and alerts that one may not have."""
    alerts = [m for m in outside.slack("care-alerts") if f"to {phone} needs a person" in m["text"]]
    return len(outside.sent_to(phone)) + len(alerts)


def kill_a_worker_child(stack: Demo) -> None:
    """Signal 9 to one of the forked children that are ours: found by their parent, never by name."""
    child_pid = next(child.process.pid for child in stack.processes.running if child.name == "worker")
    main = children(child_pid)[0]
    forked = [pid for pid in children(main) if b"celery" in command(pid) or b"apps.cli" in command(pid)]
    if forked:
        os.kill(forked[-1], signal.SIGKILL)


def children(pid: int) -> list[int]:
    with open(f"/proc/{pid}/task/{pid}/children", encoding="ascii") as listed:
        return [int(child) for child in listed.read().split()]


def command(pid: int) -> bytes:
    with open(f"/proc/{pid}/cmdline", "rb") as words:
        return words.read()


@pytest.mark.timeout(400)
def test_a_worker_fetches_by_itself_what_no_webhook_brought(
    request: pytest.FixtureRequest, stack: Demo, outside: Outside
) -> None:
    """The whole way: the schedule, the queue, the vendor's list, the answer; it takes a minute and a half."""
    if not request.config.getoption("--long", default=False):
        pytest.skip("waits for the schedule: --long")
    phones = [person(outside, name)["phone"] for name in MISSED]
    before = {phone: len(on_phone(outside, phone)) for phone in phones}
    outside.people("PUT", "faults", twilio={"webhook_lost": len(phones)})
    for phone in phones:
        ask(outside, phone)
    for phone in phones:
        wait_for(
            f"an answer to {phone}", lambda phone=phone: len(on_phone(outside, phone)) > before[phone] or None, 200
        )
    time.sleep(70)  # the list is read once more
    assert {phone: len(on_phone(outside, phone)) - count for phone, count in before.items()} == dict.fromkeys(before, 1)
