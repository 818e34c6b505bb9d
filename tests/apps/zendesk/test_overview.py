from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from apps.settings import read_settings
from apps.slack.door import SOURCE as SLACK
from apps.zendesk.assemble import list_connected
from apps.zendesk.session import Visitor
from core.answer.answer import NO_ARTICLE, NO_QUESTION
from core.model.agent import Asked
from core.model.decision import Action
from core.model.draft import DraftState
from core.model.ids import ArticleId, ConversationId, DraftId, MessageId, PassageId
from core.model.knowledge import Gap, Near
from core.model.signals import Scored
from tests.apps.zendesk.desk import Desk
from tests.connectors.sql.samples import decision, event
from webhooks.sunshine.view import SOURCE as SUNSHINE
from webhooks.twilio.view import SOURCE as TWILIO
from webhooks.zendesk.view import SOURCE as ZENDESK

PRIYA = Visitor(agent_id="505", name="Priya Nair", role="admin")
AISHA = Visitor(agent_id="503", name="Aisha Rahman", role="lead")
ROUTES = ("work", "queues", "workers", "sources", "gaps", "parked", "pulse", "policy", "policy/p-1")


def looked(desk: Desk, what: str, who: Visitor = AISHA) -> dict[str, Any]:
    answer = desk.get(f"overview/{what}", bearer=desk.signed_in(who))
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.get_json()
    return found


def decided(desk: Desk, number: int, action: str = "suggest", **changes: Any) -> None:
    made = decision(number)
    intent = Scored(value="refund", confidence=0.9)
    rule = changes.pop("rule", "default")
    desk.decide(
        number,
        signals=replace(made.signals, intents=(intent,)),
        disposition=replace(made.disposition, action=Action(action), rule=rule),
        **changes,
    )


def became(desk: Desk, number: int, state: DraftState, words: int = 0) -> None:
    name = DraftId(f"dr_{number}")
    with desk.store.begin() as unit:
        unit.decisions.set_draft_state(name, state)
        unit.decisions.add_feedback(name, state, "501", desk.clock(), {"distance": words})


@pytest.mark.parametrize("what", ROUTES)
def test_the_overview_is_for_those_who_lead(desk: Desk, what: str) -> None:
    answer = desk.get(f"overview/{what}")
    assert answer.status_code == 403
    assert answer.get_json()["error"]["code"] == "forbidden"


def test_leads_and_admins_see_the_same(desk: Desk) -> None:
    decided(desk, 1)
    assert looked(desk, "work", AISHA) == looked(desk, "work", PRIYA)


def test_each_day_of_the_period_is_there_also_where_nothing_was(desk: Desk) -> None:
    decided(desk, 1, "auto_reply", at=desk.clock() - timedelta(days=2))
    decided(desk, 2, "handoff", rule="trigger:fraud", at=desk.clock())
    found = looked(desk, "work?days=7")
    assert (found["days"][0], found["days"][-1], len(found["days"])) == ("2026-11-15", "2026-11-21", 7)
    assert found["actions"]["auto_reply"] == [0, 0, 0, 0, 1, 0, 0]
    assert found["actions"]["handoff"] == [0, 0, 0, 0, 0, 0, 1]
    assert found["decisions"] == 2
    (handed,) = found["handed_over"]
    assert (handed["rule"], handed["count"]) == ("trigger:fraud", 1)
    assert handed["label"] == desk.policy.triggers["fraud"].why


def test_a_handover_by_the_owner_table_is_told_in_its_words(desk: Desk) -> None:
    decided(desk, 1, "handoff", rule="owner:default")
    (handed,) = looked(desk, "work")["handed_over"]
    assert handed["label"] == desk.policy.default_owner.why != ""


def test_what_is_older_than_the_period_counts_in_the_longer_one_alone(desk: Desk) -> None:
    decided(desk, 1, at=desk.clock() - timedelta(days=20))
    assert looked(desk, "work?days=7")["decisions"] == 0
    assert looked(desk, "work?days=30")["decisions"] == 1


@pytest.mark.parametrize("days", ["0", "8", "-1", "many", "7.0", ""])
def test_another_period_is_refused(desk: Desk, days: str) -> None:
    assert desk.get(f"overview/work?days={days}", bearer=desk.signed_in(AISHA)).status_code == 400


def test_adoption_counts_only_drafts_beside_which_somebody_answered(desk: Desk) -> None:
    for number in range(1, 6):
        decided(desk, number)
    became(desk, 1, DraftState.USED)
    became(desk, 2, DraftState.EDITED, 4)
    became(desk, 3, DraftState.EDITED, 10)
    became(desk, 4, DraftState.IGNORED)
    adoption = looked(desk, "work")["adoption"]
    assert {name: adoption[name] for name in ("used", "edited", "ignored", "open")} == {
        "used": 1,
        "edited": 2,
        "ignored": 1,
        "open": 1,
    }
    assert (adoption["taken"]["hits"], adoption["taken"]["cases"], adoption["taken"]["enough"]) == (3, 4, False)
    assert (adoption["words"], adoption["edits"]) == (7, 2)
    assert [(row["intent"], row["label"]) for row in adoption["intents"]] == [("refund", "Refund status")]


def test_ratings_are_counted_once_and_each_of_their_reasons(desk: Desk) -> None:
    decided(desk, 1)
    with desk.store.begin() as unit:
        for reasons, words in ((["wrong", "tone"], ""), (["wrong"], "Our hub has no screen")):
            detail = {"thumb": "down", "reasons": reasons, "reason": words}
            unit.decisions.add_feedback(DraftId("dr_1"), "thumb_down", "501", desk.clock(), detail)
    up, down = looked(desk, "work")["ratings"]
    assert (up["count"], up["reasons"]) == (0, [])
    assert (down["count"], down["said"]) == (2, 1)
    assert down["reasons"] == [{"reason": "wrong", "count": 2}, {"reason": "tone", "count": 1}]


def test_a_share_says_when_there_are_enough_cases_for_it(desk: Desk) -> None:
    for number in range(1, 21):
        decided(desk, number)
        became(desk, number, DraftState.USED)
    taken = looked(desk, "work")["adoption"]["taken"]
    assert (taken["value"], taken["enough"]) == (1.0, True)
    assert 0.8 < taken["low"] < 1


def test_a_message_that_asks_nothing_is_no_question_without_an_answer(desk: Desk) -> None:
    decided(desk, 1)
    decided(desk, 2, draft=None, abstained=NO_ARTICLE)
    decided(desk, 3, "silent", draft=None, abstained=NO_QUESTION)
    abstained = looked(desk, "work")["abstained"]
    assert (abstained["hits"], abstained["cases"]) == (1, 2)


def test_without_any_decision_there_is_no_share_and_no_wait(desk: Desk) -> None:
    found = looked(desk, "work")
    assert found["adoption"]["taken"]["value"] is None
    assert found["waits"] == {"all": None, "days": [None] * 7}
    assert found["costs"] == []


def test_several_who_look_at_once_share_one_look(desk: Desk) -> None:
    assert looked(desk, "work")["decisions"] == 0
    decided(desk, 1)
    assert looked(desk, "work", PRIYA)["decisions"] == 0
    desk.clock.forward(timedelta(seconds=21))
    assert looked(desk, "work")["decisions"] == 1


def test_the_queues_are_told_with_those_who_wait(desk: Desk) -> None:
    with desk.store.begin() as unit:
        unit.events.add(event("late", received_at=desk.clock() - timedelta(hours=1)))
    found = looked(desk, "queues")
    assert (found["events"]["states"]["pending"], found["events"]["late"]) == (1, 1)
    assert found["waiting"] == []


def test_a_queue_that_is_away_has_no_workers(desk: Desk) -> None:
    assert looked(desk, "workers") == {"queue": True, "workers": 2}
    desk.clock.forward(timedelta(seconds=11))
    desk.processes.queue = False
    assert looked(desk, "workers") == {"queue": False, "workers": 0}


def test_workers_are_pinged_once_for_all_who_look(desk: Desk) -> None:
    for _ in range(3):
        looked(desk, "workers")
    assert desk.processes.pings == 1


def test_a_source_that_was_never_heard_is_named_too(desk: Desk) -> None:
    with desk.store.begin() as unit:
        unit.events.add(event("a", received_at=desk.clock()))
    rows = {row["name"]: row for row in looked(desk, "sources")["sources"]}
    assert rows["zendesk"]["heard_at"] == desk.clock().isoformat()
    assert (rows["twilio"]["connected"], rows["twilio"]["heard_at"]) == (True, None)
    assert rows["slack"]["connected"] is False


def test_every_webhook_that_a_vendor_calls_is_a_source() -> None:
    assert set(list_connected(read_settings({}, needed=()))) == {ZENDESK, TWILIO, SUNSHINE, SLACK}
    messaging = read_settings({"HANDRAIL_SUNSHINE_APP_ID": "a1"}, needed=())
    assert [name for name, there in list_connected(messaging).items() if there] == ["sunshine"]


def test_a_source_that_was_heard_before_it_was_taken_away_is_not_connected(desk: Desk) -> None:
    with desk.store.begin() as unit:
        unit.events.add(event("a", source="slack", received_at=desk.clock()))
    rows = {row["name"]: row for row in looked(desk, "sources")["sources"]}
    assert (rows["slack"]["connected"], rows["slack"]["heard_at"]) == (False, desk.clock().isoformat())


def asked(desk: Desk, number: int, question: str, **changes: Any) -> None:
    gap = Gap(
        message_id=MessageId(f"me_{number}"),
        conversation_id=ConversationId("co_one"),
        question=question,
        language="en",
        intent="delivery",
        at=desk.clock() - timedelta(hours=number),
        nearest=(Near(passage_id=PassageId("pa_1"), article_id=ArticleId("ar_1"), title="Delivery times", score=0.41),),
    )
    with desk.store.begin() as unit:
        unit.gaps.add(replace(gap, **changes))


def test_alike_questions_without_an_answer_are_one_gap_with_its_ticket(desk: Desk) -> None:
    asked(desk, 1, "do you ship to norway")
    asked(desk, 2, "do you ship to norway now")
    asked(desk, 3, "is the hub waterproof")
    asked(desk, 4, "can my parrot use it", at=desk.clock() - timedelta(days=9))
    found = looked(desk, "gaps?days=7")
    assert (found["questions"], found["groups"]) == (3, 2)
    first = found["shown"][0]
    assert (first["question"], first["count"], first["wordings"]) == (
        "do you ship to norway",
        2,
        ["do you ship to norway now"],
    )
    assert (first["intent"], first["ticket"], first["nearest"]["title"]) == ("Late delivery", "t-one", "Delivery times")
    assert looked(desk, "gaps?days=30")["questions"] == 4


def test_the_pulse_of_few_answers_tells_nothing_of_them(desk: Desk) -> None:
    with desk.store.begin() as unit:
        for number in range(6):
            unit.pulse.save(Asked(week="2026-W46", person=f"p{number}", shown=1, helps=4 if number else 2))
        unit.pulse.save(Asked(week="2026-W47", person="p1", shown=1, helps=5))
    now, before = looked(desk, "pulse")["weeks"]
    assert (now["week"], now["asked"], now["answered"], now["counts"], now["helps"]) == ("2026-W47", 1, 1, None, None)
    assert (before["counts"], before["helps"]["hits"]) == ([0, 1, 0, 5, 0], 5)
