import threading
import time
from collections.abc import Callable
from datetime import datetime

import pytest

from connectors.sql.store import SqlStore
from core.errors import TransientError
from core.model.effect_payloads import SlackPayload, TicketReplyPayload
from core.model.ids import ApprovalId, ConversationId
from core.model.outbound import Authority, Effect, EffectKind, EffectState, OutboxRow
from tests.connectors.sql.samples import MINUTE, NOW, SECOND, effect


def claimed(store: SqlStore, one: Effect, at: datetime) -> OutboxRow | None:
    with store.begin() as unit:
        return unit.outbox.claim(one.id, at)


def added(store: SqlStore, one: Effect) -> Effect:
    with store.begin() as unit:
        assert unit.outbox.add(one)
    return one


def test_an_effect_comes_back_as_it_was(store: SqlStore) -> None:
    one = effect(
        authority=Authority(rule="outreach", policy_version="p-2", approval_id=ApprovalId("ap_1")),
        not_before=NOW + MINUTE,
        payload=TicketReplyPayload(body="½ price \U0001f600 \x00", choices=("Yes", "")),
    )
    added(store, one)
    with store.read() as unit:
        row = unit.outbox.get(one.id)
    assert row == OutboxRow(effect=one, state=EffectState.HELD)
    assert row is not None
    assert row.effect.digest == one.digest


def test_a_key_is_used_once(store: SqlStore) -> None:
    added(store, effect())
    with store.begin() as unit:
        assert not unit.outbox.add(effect(payload=TicketReplyPayload(body="other")))
        assert len(unit.outbox.of_conversation(ConversationId("co_one"))) == 1


def test_a_claim_counts_the_attempt_before_anything_leaves(store: SqlStore) -> None:
    one = added(store, effect())
    row = claimed(store, one, NOW + SECOND)
    assert row is not None
    assert (row.state, row.attempts, row.first_sent_at) == (EffectState.SENDING, 1, NOW + SECOND)
    with store.read() as unit:
        assert unit.outbox.get(one.id) == row
    assert claimed(store, one, NOW + 2 * SECOND) is None


def test_a_lapsed_claim_comes_back_as_unknown_to_one_worker_at_a_time(store: SqlStore) -> None:
    one = added(store, effect())
    claimed(store, one, NOW)
    assert claimed(store, one, NOW + 59 * SECOND) is None
    row = claimed(store, one, NOW + MINUTE)
    assert row is not None
    assert (row.state, row.attempts) == (EffectState.UNKNOWN, 1)
    assert claimed(store, one, NOW + 119 * SECOND) is None
    again = claimed(store, one, NOW + 2 * MINUTE)
    assert again is not None
    assert again.state is EffectState.UNKNOWN


def test_an_unknown_effect_that_never_left_is_sent_again(store: SqlStore) -> None:
    one = added(store, effect())
    claimed(store, one, NOW)
    with store.begin() as unit:
        unit.outbox.mark(one.id, EffectState.UNKNOWN, NOW, error="timeout", retry_at=NOW + 10 * SECOND)
    assert claimed(store, one, NOW + 9 * SECOND) is None
    row = claimed(store, one, NOW + 10 * SECOND)
    assert row is not None
    assert row.state is EffectState.UNKNOWN
    with store.begin() as unit:
        unit.outbox.mark(one.id, EffectState.PENDING, NOW + 11 * SECOND)
    row = claimed(store, one, NOW + 11 * SECOND)
    assert row is not None
    assert (row.state, row.attempts, row.first_sent_at) == (EffectState.SENDING, 2, NOW)


def test_what_was_sent_stays_sent(store: SqlStore) -> None:
    one = added(store, effect())
    claimed(store, one, NOW)
    with store.begin() as unit:
        assert unit.outbox.mark(one.id, EffectState.SENT, NOW, vendor_ref="SM1", facts={"audit": 7})
        assert not unit.outbox.mark(one.id, EffectState.PENDING, NOW, error="a late loser of the lease")
        assert not unit.outbox.mark(one.id, EffectState.SENT, NOW, vendor_ref="SM2")
        unit.outbox.set_delivery(one.id, "delivered", None)
        row = unit.outbox.by_ref("SM1")
    assert row is not None
    assert (row.state, row.vendor_ref, row.facts) == (EffectState.SENT, "SM1", {"audit": 7})
    assert (row.delivery, row.error) == ("delivered", None)
    assert claimed(store, one, NOW + 60 * MINUTE) is None


def test_a_mark_without_reference_keeps_the_one_that_is_known(store: SqlStore) -> None:
    one = added(store, effect())
    with store.begin() as unit:
        unit.outbox.mark(one.id, EffectState.SENT, NOW, vendor_ref="SM1", facts={"a": 1})
        unit.outbox.mark(one.id, EffectState.SENT, NOW)
        row = unit.outbox.get(one.id)
    assert row is not None
    assert (row.vendor_ref, row.facts) == ("SM1", {"a": 1})


def test_a_held_effect_leaves_when_its_time_has_come(store: SqlStore) -> None:
    one = added(store, effect(not_before=NOW + 5 * MINUTE))
    assert claimed(store, one, NOW + 4 * MINUTE) is None
    with store.begin() as unit:
        assert unit.outbox.due(NOW + 4 * MINUTE, 10) == []
        assert unit.outbox.due(NOW + 5 * MINUTE, 10) == [one.id]
    row = claimed(store, one, NOW + 5 * MINUTE)
    assert row is not None
    assert row.state is EffectState.SENDING


def test_an_effect_whose_time_has_passed_is_not_held(store: SqlStore) -> None:
    one = added(store, effect(not_before=NOW))
    with store.read() as unit:
        row = unit.outbox.get(one.id)
    assert row is not None
    assert row.state is EffectState.PENDING


def test_an_effect_held_again_waits_for_the_later_time(store: SqlStore) -> None:
    one = added(store, effect())
    claimed(store, one, NOW)
    with store.begin() as unit:
        unit.outbox.mark(one.id, EffectState.HELD, NOW, retry_at=NOW + 9 * MINUTE)
        assert unit.outbox.due(NOW + 8 * MINUTE, 10) == []
        assert unit.outbox.due(NOW + 9 * MINUTE, 10) == [one.id]


@pytest.mark.parametrize("state", [EffectState.PARKED, EffectState.REFUSED, EffectState.SENT])
def test_what_is_over_is_never_due(store: SqlStore, state: EffectState) -> None:
    one = added(store, effect())
    with store.begin() as unit:
        unit.outbox.mark(one.id, state, NOW, error="why")
        assert unit.outbox.due(NOW + 600 * MINUTE, 10) == []
    assert claimed(store, one, NOW + 600 * MINUTE) is None


def test_due_names_everything_whose_hint_must_be_lost_and_nothing_twice(store: SqlStore) -> None:
    pending, sending, unknown = (added(store, effect(name)) for name in ("pending", "sending", "unknown"))
    claimed(store, sending, NOW)
    with store.begin() as unit:
        unit.outbox.mark(unknown.id, EffectState.UNKNOWN, NOW, retry_at=NOW + 20 * SECOND)
        assert unit.outbox.due(NOW + 14 * SECOND, 10) == []
        assert unit.outbox.due(NOW + 15 * SECOND, 10) == [pending.id]
        assert unit.outbox.due(NOW + 20 * SECOND, 10) == [unknown.id]
        assert unit.outbox.due(NOW + 21 * SECOND, 10) == []
        assert unit.outbox.due(NOW + 60 * SECOND, 10) == [pending.id, sending.id, unknown.id]


def test_a_rescheduled_effect_is_due_at_its_new_time(store: SqlStore) -> None:
    one = added(store, effect())
    claimed(store, one, NOW)
    with store.begin() as unit:
        unit.outbox.mark(one.id, EffectState.PENDING, NOW, error="429", retry_at=NOW + 40 * SECOND)
        assert unit.outbox.due(NOW + 39 * SECOND, 10) == []
        assert unit.outbox.due(NOW + 40 * SECOND, 10) == [one.id]


def test_cancelling_refuses_only_what_waits_under_this_very_rule_and_is_of_these_kinds(store: SqlStore) -> None:
    def under(rule: str, key: str, **changes: object) -> Effect:
        return added(store, effect(key, authority=Authority(rule=rule, policy_version="p-1"), **changes))

    waiting = under("auto.reply", "a")
    held = under("auto.reply", "b", not_before=NOW + MINUTE)
    sending = under("auto.reply", "c")
    other_rule = under("handoff.note", "d")
    other_case = under("AUTO.reply", "e")
    elsewhere = under("auto.reply", "f", conversation_id=ConversationId("co_two"))
    longer = under("auto.reply.late", "g")
    other_kind = under("auto.reply", "h", kind=EffectKind.SLACK_POST, payload=SlackPayload(text="Late.", blocks=[]))
    claimed(store, sending, NOW)
    kinds = frozenset(EffectKind) - {EffectKind.SLACK_POST}
    with store.begin() as unit:
        assert unit.outbox.cancel(ConversationId("co_one"), "auto.reply", "an agent answered", NOW, kinds) == 2
        every = (waiting, held, sending, other_rule, other_case, elsewhere, longer, other_kind)
        rows = {one.key: unit.outbox.get(one.id) for one in every}
    assert {key: row.state.value for key, row in rows.items() if row} == {
        "a": "refused",
        "b": "refused",
        "c": "sending",
        "d": "pending",
        "e": "pending",
        "f": "pending",
        "g": "pending",
        "h": "pending",
    }
    refused = rows["a"]
    assert refused is not None
    assert refused.error == "an agent answered"


def test_counts_name_every_state(store: SqlStore) -> None:
    added(store, effect("a"))
    added(store, effect("b", not_before=NOW + MINUTE))
    with store.read() as unit:
        counts = unit.outbox.counts()
    assert set(counts) == {state.value for state in EffectState}
    assert (counts["pending"], counts["held"], counts["sent"]) == (1, 1, 0)


def test_the_rows_of_a_conversation_come_oldest_first(store: SqlStore) -> None:
    for key in ("z", "a", "m"):
        added(store, effect(key))
    with store.read() as unit:
        rows = unit.outbox.of_conversation(ConversationId("co_one"))
    assert [row.effect.key for row in rows] == ["z", "a", "m"]


def test_an_unknown_reference_has_no_row(store: SqlStore) -> None:
    with store.read() as unit:
        assert unit.outbox.by_ref("SM9") is None
        assert unit.outbox.get(effect().id) is None


def test_the_code_of_a_failure_that_was_told_before_the_vendors_answer_is_kept(store: SqlStore) -> None:
    one = added(store, effect())
    claimed(store, one, NOW)
    with store.begin() as unit:
        unit.outbox.set_delivery(one.id, "undelivered", "30007")
    with store.begin() as unit:
        unit.outbox.mark(one.id, EffectState.SENT, NOW, vendor_ref="SM1")
        row = unit.outbox.get(one.id)
    assert row is not None
    assert (row.state, row.delivery, row.error) == (EffectState.SENT, "undelivered", "30007")


def test_two_that_change_a_row_and_write_into_the_ledger_do_not_wait_for_each_other(store: SqlStore) -> None:
    """As status callbacks and the senders of a campaign do, many rows in a transaction each."""
    one = added(store, effect())
    has_written = threading.Event()
    wrong: list[Exception] = []

    def callbacks() -> None:
        with store.begin() as unit:
            unit.ledger.append("delivered", {"effect": "another"}, NOW)
            has_written.set()
            time.sleep(0.3)
            unit.outbox.set_delivery(one.id, "sent", None)

    def sender() -> None:
        has_written.wait(5)
        with store.begin() as unit:
            unit.outbox.mark(one.id, EffectState.SENT, NOW, vendor_ref="SM1")
            unit.ledger.append("sent", {"effect": one.id}, NOW)

    def run(work: Callable[[], None]) -> None:
        try:
            work()
        except TransientError as error:
            wrong.append(error)

    threads = [threading.Thread(target=run, args=(work,)) for work in (callbacks, sender)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert wrong == []
    with store.read() as unit:
        row = unit.outbox.get(one.id)
    assert row is not None
    assert (row.state, row.delivery) == (EffectState.SENT, "sent")
