import threading
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from connectors.sql.store import SqlStore
from core.model.ids import CustomerId
from core.model.outbound import Effect, EffectKind
from core.model.outreach import ApprovalState, Proposal, Recipient
from core.outreach.settle import Settled, settle_click
from tests.core.people import NOW
from tests.core.rules import policy
from tests.core.samples import click, proposal

PRIYA = "priya@larkfield.example"
PEOPLE = tuple(
    Recipient(
        customer_id=CustomerId(f"cu_{i}"), name=f"C {i}", address=f"+4477009001{i:02d}", time_zone="Europe/London"
    )
    for i in range(3)
)
ASKED = proposal(recipients=PEOPLE)


@pytest.fixture(autouse=True)
def _asked(store: SqlStore) -> None:
    with store.begin() as unit:
        unit.approvals.add(ASKED)


def clicked(
    store: SqlStore,
    verdict: ApprovalState = ApprovalState.APPROVED,
    *,
    email: str | None = PRIYA,
    now: datetime = NOW,
    of: Proposal = ASKED,
    **changes: Any,
) -> Settled:
    with store.begin() as unit:
        settled = settle_click(unit, click(of, verdict, **changes), email, policy(), now)
        for effect in settled.effects:
            unit.outbox.add(effect)
        return settled


def messages(settled: Settled) -> list[Effect]:
    return [e for e in settled.effects if e.kind is EffectKind.MESSAGE]


def state(store: SqlStore) -> ApprovalState:
    with store.read() as unit:
        approval = unit.approvals.get(ASKED.id)
    assert approval is not None
    return approval.state


def outbox(store: SqlStore) -> int:
    with store.read() as unit:
        return sum(unit.outbox.counts().values())


def test_a_yes_sends_exactly_what_was_shown_to_each_and_takes_the_buttons_away(store: SqlStore) -> None:
    settled = clicked(store)
    assert (settled.result, state(store)) == ("approved", ApprovalState.APPROVED)
    sent = messages(settled)
    assert [m.target for m in sent] == [p.address for p in PEOPLE]
    assert {(m.payload["body"], m.payload["digest"], m.authority.approval_id) for m in sent} == {
        (ASKED.body, ASKED.digest, ASKED.id)
    }
    (card,) = [e for e in settled.effects if e.kind is EffectKind.SLACK_UPDATE]
    assert card.target == "#approvals:1.0"
    assert not [block for block in card.payload["blocks"] if block["type"] == "actions"]


def test_a_no_sends_nothing(store: SqlStore) -> None:
    settled = clicked(store, ApprovalState.REJECTED)
    assert (settled.result, state(store)) == ("rejected", ApprovalState.REJECTED)
    assert [e.kind for e in settled.effects] == [EffectKind.SLACK_UPDATE]


@pytest.mark.parametrize("second", [ApprovalState.APPROVED, ApprovalState.REJECTED])
@pytest.mark.parametrize("first", [ApprovalState.APPROVED, ApprovalState.REJECTED])
def test_a_second_click_changes_nothing(store: SqlStore, first: ApprovalState, second: ApprovalState) -> None:
    clicked(store, first)
    before = outbox(store)
    assert clicked(store, second) == Settled(result="settled_before")
    assert (state(store), outbox(store)) == (first, before)


def test_of_twenty_clicks_at_once_exactly_one_counts(store: SqlStore) -> None:
    results: list[str] = []
    barrier = threading.Barrier(20)

    def press(number: int) -> None:
        barrier.wait()
        verdict = ApprovalState.APPROVED if number % 2 else ApprovalState.REJECTED
        results.append(clicked(store, verdict, user_id=f"U{number}").result)

    threads = [threading.Thread(target=press, args=(number,)) for number in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(results)[1:] == ["settled_before"] * 19
    assert results.count(state(store)) == 1
    expected = len(PEOPLE) + 1 if state(store) is ApprovalState.APPROVED else 1
    assert outbox(store) == expected


@pytest.mark.parametrize("email", [None, "maria@larkfield.example", "", "priya@larkfield.example.evil.example"])
def test_who_may_not_approve_changes_nothing_and_is_told(store: SqlStore, email: str | None) -> None:
    settled = clicked(store, email=email)
    assert (settled.result, state(store)) == ("not_allowed", ApprovalState.PENDING)
    (told,) = settled.effects
    assert (told.kind, told.target) == (EffectKind.SLACK_POST, "#approvals")
    assert clicked(store).result == "approved"


def test_an_approver_is_recognised_however_the_address_is_written(store: SqlStore) -> None:
    assert clicked(store, email="PRIYA@Larkfield.example").result == "approved"


def test_a_card_past_its_time_expires_and_sends_nothing(store: SqlStore) -> None:
    settled = clicked(store, now=NOW + timedelta(hours=2))
    assert (settled.result, state(store)) == ("expired", ApprovalState.EXPIRED)
    assert messages(settled) == []
    assert [e.kind for e in settled.effects] == [EffectKind.SLACK_UPDATE]
    assert clicked(store, now=NOW + timedelta(hours=3)).result == "settled_before"


def test_a_card_in_its_last_moment_still_counts(store: SqlStore) -> None:
    assert clicked(store, now=NOW + timedelta(hours=2) - timedelta(microseconds=1)).result == "approved"


@pytest.mark.parametrize("shown", [{"body": "Another text"}, {"recipients": PEOPLE[:1]}, {"policy_version": "earlier"}])
def test_what_was_shown_must_be_what_is_stored(store: SqlStore, shown: dict[str, Any]) -> None:
    other = replace(ASKED, **shown)
    assert clicked(store, of=other) == Settled(result="digest_differs")
    assert state(store) is ApprovalState.PENDING


def test_a_card_that_does_not_exist_is_nothing_to_approve(store: SqlStore) -> None:
    assert clicked(store, approval_id="ap_none") == Settled(result="unknown_approval")


def test_whose_night_it_is_gets_the_message_in_the_morning(store: SqlStore) -> None:
    asleep = Recipient(customer_id=CustomerId("cu_9"), name="C 9", address="+61491570156", time_zone="Australia/Sydney")
    with store.begin() as unit:
        unit.approvals.add(mixed := proposal(id="ap_two", recipients=(PEOPLE[0], asleep)))
    settled = clicked(store, of=mixed)
    assert [m.not_before for m in messages(settled)] == [NOW, datetime(2026, 3, 10, 21, 0, tzinfo=NOW.tzinfo)]
    with store.read() as unit:
        counts = unit.outbox.counts()
    assert (counts["pending"], counts["held"]) == (2, 1)
