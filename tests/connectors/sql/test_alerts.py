from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from connectors.sql.store import SqlStore
from core.model.alert import Alert, AlertKind, AlertState, Raised
from core.model.ids import AlertId, ConversationId
from tests.core.people import NOW

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
CASE = ConversationId("co_1")


def one(source: str = "one", **changes: Any) -> Raised:
    fields = {"kind": AlertKind.LEGAL, "key": "legal:co_1", "source": source, "text": f"Emma wrote ({source})"}
    return Raised(**{**fields, **changes})


def told(store: SqlStore, *raised: Raised) -> list[Alert | None]:
    with store.begin() as unit:
        return [unit.alerts.count(each, NOW) for each in raised]


def known(store: SqlStore, alert: Alert | None) -> Alert:
    assert alert is not None
    with store.read() as unit:
        found = unit.alerts.get(alert.id)
    assert found is not None
    return found


def settled(store: SqlStore, alert: Alert | None, state: AlertState, note: str = "", **changes: Any) -> Alert | None:
    assert alert is not None
    with store.begin() as unit:
        return unit.alerts.settle(alert.id, state, note, NOW, **changes)


def test_an_alert_comes_back_as_it_was_raised(store: SqlStore) -> None:
    said = one(why="“lawyer”", who="Emma", tier="plus", conversation_id=CASE, ticket="35", facts={"Rule": "x"})
    (alert,) = told(store, said)
    assert known(store, alert) == alert
    assert alert is not None
    assert (alert.said, alert.count, alert.state) == (said, 1, AlertState.OPEN)


def test_what_happens_again_while_it_is_open_is_counted_there(store: SqlStore) -> None:
    first, second = told(store, one("one"), one("two", text="Emma wrote again"))
    assert first is not None
    assert second is not None
    assert (second.id, second.count, second.said.text) == (first.id, 2, "Emma wrote again")
    with store.read() as unit:
        assert [hit.text for hit in unit.alerts.hits(first.id, 5)] == ["Emma wrote again", "Emma wrote (one)"]


def test_the_same_occurrence_told_twice_counts_once(store: SqlStore) -> None:
    first, again = told(store, one(), one())
    assert again is None
    assert known(store, first).count == 1
    with store.read() as unit:
        assert unit.alerts.known_sources(["one", "other"]) == {"one"}


def test_after_it_is_settled_the_next_one_is_a_new_alert(store: SqlStore) -> None:
    (first,) = told(store, one("one"))
    assert settled(store, first, AlertState.RESOLVED, "Priya marked it as done.") is not None
    (second,) = told(store, one("two"))
    assert second is not None
    assert first is not None
    assert (second.id != first.id, second.count) == (True, 1)


def test_an_alert_is_settled_once(store: SqlStore) -> None:
    (alert,) = told(store, one())
    assert settled(store, alert, AlertState.RESOLVED, "Priya") is not None
    assert settled(store, alert, AlertState.RESOLVED, "Tom") is None
    assert known(store, alert).notes == ("Priya",)


def test_what_is_snoozed_is_counted_and_has_nothing_new_to_show(store: SqlStore) -> None:
    (alert,) = told(store, one("one"))
    assert alert is not None
    with store.begin() as unit:
        unit.alerts.note_post(alert.id, "C1", "1.0")
    snoozed = settled(store, alert, AlertState.SNOOZED, "Priya snoozed it", until=NOW + HOUR)
    assert snoozed is not None
    with store.begin() as unit:
        unit.alerts.note_shown(alert.id, snoozed.revision, NOW)
        unit.alerts.count(one("two"), NOW + MINUTE)
        assert unit.alerts.to_show(NOW + HOUR, 10) == []
        assert unit.alerts.woken(NOW + 59 * MINUTE) == []
        (woken,) = unit.alerts.woken(NOW + HOUR)
    assert (woken.count, woken.state, woken.until) == (2, AlertState.OPEN, None)


def test_a_card_is_written_anew_only_where_it_stands_and_after_a_while(store: SqlStore) -> None:
    alert, _ = told(store, one("one"), one("two"))
    assert alert is not None
    with store.begin() as unit:
        assert unit.alerts.to_show(NOW, 10) == []  # it is not posted yet
        unit.alerts.note_post(alert.id, "C1", "1.0")
        assert unit.alerts.to_show(NOW - MINUTE, 10) == []
        (late,) = unit.alerts.to_show(NOW, 10)
        unit.alerts.note_shown(alert.id, late.revision, NOW)
        assert unit.alerts.to_show(NOW + HOUR, 10) == []


def test_alerts_are_found_by_conversation_and_kind_while_they_are_open(store: SqlStore) -> None:
    mine, other = told(store, one(conversation_id=CASE), one("two", key="sla:team", kind=AlertKind.SLA))
    assert mine is not None
    assert other is not None
    with store.begin() as unit:
        assert [each.id for each in unit.alerts.of_conversation(CASE)] == [mine.id]
        assert [each.id for each in unit.alerts.open(AlertKind.SLA)] == [other.id]
        assert {each.id for each in unit.alerts.open()} == {mine.id, other.id}
        unit.alerts.settle(mine.id, AlertState.RESOLVED, "", NOW)
        assert [each.id for each in unit.alerts.open()] == [other.id]


def test_waits_do_not_close_by_themselves(store: SqlStore) -> None:
    told(store, one(), one("two", key="sla:team", kind=AlertKind.SLA))
    with store.read() as unit:
        assert [each.kind for each in unit.alerts.quiet(NOW + HOUR, 10)] == [AlertKind.LEGAL]
        assert unit.alerts.quiet(NOW, 10) == []


def test_old_ones_are_forgotten_with_what_they_counted(store: SqlStore) -> None:
    gone, _ = told(store, one("one"), one("two", key="other"))
    settled(store, gone, AlertState.RESOLVED)
    with store.begin() as unit:
        assert unit.alerts.forget(NOW + MINUTE) == 1
        assert unit.alerts.known_sources(["one", "two"]) == {"two"}


def test_one_that_nobody_knows_is_none(store: SqlStore) -> None:
    with store.begin() as unit:
        assert unit.alerts.get(AlertId("al_no")) is None
        assert unit.alerts.settle(AlertId("al_no"), AlertState.RESOLVED, "", NOW) is None


def test_many_at_once_are_one_open_alert_and_none_is_lost(store: SqlStore) -> None:
    """Sixteen occurrences of two keys by eight workers, each told twice."""
    occurrences = [one(f"{key}-{number}", key=key) for key in ("a", "b") for number in range(8)] * 2

    def tell(raised: Raised) -> None:
        with store.begin() as unit:
            unit.alerts.count(raised, NOW)

    with ThreadPoolExecutor(8) as workers:
        list(workers.map(tell, occurrences))
    with store.read() as unit:
        live = unit.alerts.open()
        assert sorted((alert.said.key, alert.count) for alert in live) == [("a", 8), ("b", 8)]
        assert all(len(unit.alerts.hits(alert.id, 99)) == 8 for alert in live)


Step = tuple[str, str]
STEPS = st.lists(
    st.tuples(st.sampled_from(["raise", "again", "snooze", "wake", "resolve"]), st.sampled_from(["a", "b", "c"])),
    max_size=30,
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_whatever_happens_there_is_one_open_alert_of_a_key_at_most_and_every_count_is_right(
    store: SqlStore, steps: list[Step]
) -> None:
    with store.begin() as unit:
        for alert in unit.alerts.open():
            unit.alerts.settle(alert.id, AlertState.RESOLVED, "", NOW)
        unit.alerts.forget(NOW + MINUTE)
        counts: dict[str, int] = {}
        for number, (step, key) in enumerate(steps):
            live = {alert.said.key: alert for alert in unit.alerts.open()}
            if step in ("raise", "again"):
                source = f"{key}:{number}"
                assert unit.alerts.count(one(source, key=key), NOW) is not None
                if step == "again":
                    assert unit.alerts.count(one(source, key=key), NOW) is None
                counts[key] = counts.get(key, 0) + 1
            elif step == "wake":
                unit.alerts.woken(NOW + HOUR)
            elif key in live:
                state = AlertState.SNOOZED if step == "snooze" else AlertState.RESOLVED
                assert unit.alerts.settle(live[key].id, state, step, NOW, NOW) is not None
                counts = {name: count for name, count in counts.items() if name != key or step == "snooze"}
            live_now = [alert.said.key for alert in unit.alerts.open()]
            assert sorted(live_now) == sorted(set(live_now)) == sorted(counts)
            assert {alert.said.key: alert.count for alert in unit.alerts.open()} == counts


def test_an_alert_that_leads_elsewhere_counts_under_its_new_key_alone(store: SqlStore) -> None:
    (alert,) = told(store, one(conversation_id=CASE))
    assert alert is not None
    there = replace(alert.said, key="legal:co_1:co_2", conversation_id=ConversationId("co_2"), ticket="36")
    with store.begin() as unit:
        assert unit.alerts.lead(alert.id, there)
        (found,) = unit.alerts.of_conversation(ConversationId("co_2"))
        assert (found.said, found.revision, unit.alerts.of_conversation(CASE)) == (there, alert.revision + 1, [])
    (another,) = told(store, one("two", conversation_id=CASE))
    assert another is not None
    assert another.id != alert.id
    with store.begin() as unit:
        assert not unit.alerts.lead(alert.id, alert.said), "its key is another's by now"
        assert unit.alerts.lead(another.id, another.said)
    settled(store, alert, AlertState.RESOLVED)
    with store.begin() as unit:
        assert not unit.alerts.lead(alert.id, there)
    assert known(store, alert).said == there
