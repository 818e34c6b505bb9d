import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from werkzeug.test import TestResponse

from core.model.event import EventKind
from core.model.event_payloads import SignalStated
from tests.clock import NOW
from tests.webhooks.receiving import Receivers


def outage(**changes: Any) -> dict[str, Any]:
    return {
        "id": "outage-2026-11-21/eu",
        "kind": "outage",
        "at": "2026-11-21T09:00:00Z",
        "facts": {"region": "eu-west", "minutes": 40, "confirmed": True},
        **changes,
    }


def stated(**facts: object) -> SignalStated:
    return SignalStated(kind="outage", facts=facts)


def test_a_signal_with_the_key_is_kept_with_its_facts(receivers: Receivers) -> None:
    answer = receivers.signal(outage())
    (event,) = receivers.kept
    assert answer.status_code == 202
    assert (event.source, event.kind, event.subject) == ("signals", EventKind.BUSINESS_SIGNAL, "outage")
    assert event.occurred_at == datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
    assert event.payload == stated(region="eu-west", minutes=40, confirmed=True)
    assert receivers.count("signals", "accepted") == 1


def test_a_signal_without_a_time_happened_now(receivers: Receivers) -> None:
    body = outage()
    del body["at"]
    receivers.signal(body)
    assert receivers.kept[0].occurred_at == NOW


def test_the_same_signal_again_changes_nothing(receivers: Receivers) -> None:
    assert [receivers.signal(outage()).status_code for _ in range(2)] == [202, 202]
    assert len(receivers.told.events) == 1
    assert receivers.count("signals", "duplicate") == 1


@pytest.mark.parametrize("key", ["", "another", "fake-api-key ", "FAKE-API-KEY", "fäke"])
def test_a_signal_without_the_key_is_refused_and_counted(receivers: Receivers, key: str) -> None:
    answer = receivers.signal(outage(), key=key)
    assert answer.status_code == 401
    assert "fake-api-key" not in answer.text
    assert receivers.told.events == []
    assert receivers.count("signals", "bad_signature") == 1


def test_a_fact_cannot_rename_the_signal(receivers: Receivers) -> None:
    receivers.signal(outage(facts={"kind": "order_late", "region": "eu"}))
    assert receivers.kept[0].payload == stated(region="eu")


def test_a_kind_that_is_no_name_is_told_how_names_are_written(receivers: Receivers) -> None:
    told = receivers.signal(outage(kind="Out age"))
    wanted = "Use a to z, 0 to 9 and _ only, beginning with a letter, at most 40."
    assert (told.status_code, problems(told)) == (400, {"kind": wanted})


def test_a_list_becomes_one_line_and_what_is_deeper_is_left_out(receivers: Receivers) -> None:
    receivers.signal(outage(facts={"region": ["eu", 2], "nested": {"a": 1}, "deep": [[1]]}))
    assert receivers.kept[0].payload == stated(region="eu, 2")


@pytest.mark.parametrize(
    "body",
    [
        b"not json",
        b"\xff",
        b"[]",
        b"{}",
        b'{"a":' * 50_000,
        b'{"id": "a", "kind": "outage", "facts": {"minutes": NaN}}',
        b'{"id": "a", "kind": "outage", "facts": {"minutes": 1e999}}',
        b'{"id": "a", "kind": "outage", "facts": {"minutes": -Infinity}}',
        json.dumps(outage(id="")).encode(),
        json.dumps(outage(id="\ud83d")).encode(),
        json.dumps(outage(kind="Outage!")).encode(),
        json.dumps(outage(kind="outage\n")).encode(),
        json.dumps(outage(at="2026-11-21T09:00:00")).encode(),
        json.dumps(outage(facts={})).encode(),
        json.dumps(outage(facts={"Region Name": "eu"})).encode(),
        json.dumps(outage(facts={"region": None})).encode(),
        json.dumps(outage(facts={f"f_{'x' * n}": n for n in range(60)})).encode(),
    ],
)
def test_a_signal_that_cannot_be_read_is_a_plain_400(receivers: Receivers, body: bytes) -> None:
    assert receivers.signal(body).status_code == 400
    assert receivers.count("signals", "malformed") == 1
    assert receivers.told.events == []


def late(*people: dict[str, Any], **changes: Any) -> dict[str, Any]:
    facts = {"carrier": "Parcelwren", "people": list(people)}
    return {"id": "late-1", "kind": "order_late", "facts": facts, **changes}


def problems(answer: TestResponse) -> dict[str, str]:
    return {each["where"]: each["what"] for each in answer.get_json()["problems"]}


def test_each_person_keeps_their_own_facts(receivers: Receivers) -> None:
    answer = receivers.signal(
        late({"customer": 7001, "order": "LK-1"}, {"customer": "bo@example.com", "order": "LK-2"})
    )
    assert (answer.status_code, answer.get_json()) == (202, {"accepted": 1, "repeated": 0})
    assert receivers.kept[0].payload_as(SignalStated).facts["people"] == [
        {"customer": "7001", "order": "LK-1"},
        {"customer": "bo@example.com", "order": "LK-2"},
    ]


def test_five_thousand_people_fit_and_one_more_does_not(receivers: Receivers) -> None:
    people = [{"customer": f"c{number}@example.com", "order": f"LK-{number}"} for number in range(5_000)]
    assert receivers.signal(late(*people)).status_code == 202
    told = receivers.signal(late(*people, {"customer": "x", "order": "y"}, id="late-2"))
    assert (told.status_code, problems(told)) == (400, {"facts.people": "Has to be a list of 1 to 5000 people."})


@pytest.mark.parametrize(
    ("person", "where"),
    [
        ({"order": "LK-1"}, "facts.people.1.customer"),
        ({"customer": "", "order": "LK-1"}, "facts.people.1.customer"),
        ({"customer": True, "order": "LK-1"}, "facts.people.1.customer"),
        ({"customer": "7001", "Order No": "LK-1"}, "facts.people.1.Order No"),
        ({"customer": "7001", "order": ["LK-1"]}, "facts.people.1.order"),
        ({"customer": "7001", "order": "x" * 2_001}, "facts.people.1.order"),
        ({"customer": "70\x0002", "order": "LK-1"}, "facts.people.1.customer"),
        ({"customer": " ", "order": "LK-1"}, "facts.people.1.customer"),
    ],
)
def test_what_is_wrong_with_a_person_is_told_with_its_place(
    receivers: Receivers, person: dict[str, Any], where: str
) -> None:
    told = receivers.signal(late({"customer": "7001", "order": "LK-0"}, person))
    assert (told.status_code, list(problems(told))) == (400, [where])
    assert receivers.told.events == []


def test_who_is_named_twice_is_told_of_for_each_would_hear_once(receivers: Receivers) -> None:
    told = receivers.signal(late({"customer": 7001, "order": "LK-0"}, {"customer": " 7001", "order": "LK-1"}))
    assert told.status_code == 400
    assert problems(told) == {"facts.people.1.customer": "Is named at 0 too; each hears once, so send a second signal."}


def test_the_same_id_with_another_body_is_refused_and_the_first_stays(receivers: Receivers) -> None:
    receivers.signal(outage())
    told = receivers.signal(outage(facts={"region": "north"}))
    assert told.status_code == 409
    assert "was accepted before" in problems(told)["id outage-2026-11-21/eu"]
    assert receivers.kept[0].payload_as(SignalStated).facts["region"] == "eu-west"


def test_a_repeat_without_a_time_is_the_same_signal_whenever_it_comes(receivers: Receivers) -> None:
    body = outage(at=None)
    receivers.signal(body)
    receivers.clock.forward(timedelta(minutes=3))
    assert receivers.signal(body).get_json() == {"accepted": 0, "repeated": 1}
    assert receivers.signal(outage(at="2026-11-21T09:00:01Z")).status_code == 409


def test_a_list_of_signals_is_taken_whole_or_not_at_all(receivers: Receivers) -> None:
    assert receivers.signal([outage(id="a"), outage(id="b")]).get_json() == {"accepted": 2, "repeated": 0}
    told = receivers.signal([outage(id="c"), outage(id="d", facts={})])
    assert (told.status_code, list(problems(told))) == (400, ["1.facts"])
    assert receivers.signal([outage(id="c"), outage(id="c")]).status_code == 400
    assert receivers.signal([]).status_code == 400
    assert len(receivers.told.events) == 2


def test_in_a_list_the_repeated_are_counted_and_the_different_are_named(receivers: Receivers) -> None:
    receivers.signal(outage(id="a"))
    assert receivers.signal([outage(id="a"), outage(id="b")]).get_json() == {"accepted": 1, "repeated": 1}
    told = receivers.signal([outage(id="a", facts={"region": "x"}), outage(id="e")])
    assert (told.status_code, list(problems(told))) == (409, ["id a"])
    assert receivers.signal([outage(id="e")]).get_json() == {"accepted": 0, "repeated": 1}


def test_a_kind_without_a_play_is_refused_with_the_kinds_that_there_are(receivers: Receivers) -> None:
    told = receivers.signal(outage(kind="order_shipped"))
    assert told.status_code == 422
    assert problems(told)["id outage-2026-11-21/eu: kind"].endswith(
        "it has: order_late, outage, outage_over, usage_friction"
    )
    assert receivers.count("signals", "not_usable") == 1


OVER_NEEDS = "play 'outage_over' needs incident"


@pytest.mark.parametrize(
    ("body", "missing"),
    [
        (outage(facts={"minutes": 40}), "play 'outage' needs region"),
        (outage(kind="order_late", facts={"carrier": "x"}), "play 'order_late' needs order, people"),
        (late({"customer": "1", "order": "a"}, {"customer": "2"}), "play 'order_late' needs order"),
        (late({"customer": "1", "order": "a"}, {"customer": "2", "order": ""}), "play 'order_late' needs order"),
        (outage(kind="outage_over", facts={"region": "eu"}), OVER_NEEDS),
        (outage(kind="outage_over", facts={"people": [{"customer": "1", "incident": "i"}]}), OVER_NEEDS),
        (outage(kind="usage_friction", facts={"customers": "7001"}), "play 'how_to' needs feature"),
    ],
)
def test_a_fact_that_the_play_needs_is_asked_for_at_once(
    receivers: Receivers, body: dict[str, Any], missing: str
) -> None:
    told = receivers.signal(body)
    assert (told.status_code, list(problems(told).values())) == (422, [missing])
    assert receivers.told.events == []


@pytest.mark.parametrize("name", [True, 7.5, {"id": "INC-1"}, "  ", [["INC-1"]]])
def test_a_matter_is_named_by_a_text_or_a_whole_number(receivers: Receivers, name: object) -> None:
    """By anything else an update would find nobody."""
    told = receivers.signal(outage(kind="outage_over", facts={"incident": name, "x": 1}))
    assert told.status_code == 422
    wrong = "names the matter of play 'outage_over' and is neither a text nor a whole number"
    assert problems(told)["id outage-2026-11-21/eu: facts.incident"] == wrong


@pytest.mark.parametrize("name", ["INC-1", 7, ["INC-1"]])
def test_a_matter_that_is_named_is_taken(receivers: Receivers, name: object) -> None:
    assert receivers.signal(outage(kind="outage_over", facts={"incident": name})).status_code == 202


def test_what_the_articles_say_need_not_be_stated(receivers: Receivers) -> None:
    stated = {"customers": ["7001"], "feature": "pairing"}
    assert receivers.signal(outage(kind="usage_friction", facts=stated)).status_code == 202


def test_a_signal_of_the_day_after_tomorrow_is_refused(receivers: Receivers) -> None:
    ahead = (receivers.clock() + timedelta(days=2)).isoformat()
    told = receivers.signal(outage(at=ahead))
    assert (told.status_code, list(problems(told).values())) == (422, ["lies in the future"])
