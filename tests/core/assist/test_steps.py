from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from core.assist.steps import MOST, Doing, next_steps, time_span
from core.context.ownership import team
from core.model.conversation import Attachment, Role
from core.model.customer import Channel
from core.model.decision import Action, Expected, Outcome, Progress, Taken
from core.model.draft import Finding, Severity
from core.model.ids import TicketId
from core.model.signals import Scored
from tests.connectors.sql.samples import NOW, conversation, decision, draft, message
from tests.core.assist.cases import answer, beside, handed, risk, with_signals


def kinds(case: object) -> list[str]:
    return [step.kind for step in next_steps(case)]  # type: ignore[arg-type]


def test_a_trigger_of_another_team_is_passed_on_with_the_words_that_fired_it() -> None:
    step = next_steps(with_signals(risks=(risk("legal_threat"),)))[0]
    assert (step.kind, step.about, step.evidence) == ("escalate", "Specialists", ("my lawyer",))
    assert step.act is not None
    assert (step.act.doing, step.act.to) == (Doing.ESCALATE, "Specialists")


def test_what_the_right_team_has_is_not_passed_on() -> None:
    case = with_signals(risks=(risk("legal_threat"),))
    here = replace(case, conversation=conversation(owner=team("Specialists")))
    assert "escalate" not in kinds(here)


def test_what_was_just_handed_over_is_not_passed_round_for_a_lesser_trigger() -> None:
    case = with_signals(risks=(risk("legal_threat"),))
    given = replace(case.decision, disposition=handed("Customer care").disposition)
    assert "escalate" not in kinds(replace(case, decision=given))


def test_a_trigger_that_only_the_assistant_cannot_serve_sends_no_agent_away() -> None:
    assert "escalate" not in kinds(with_signals(risks=(risk("human_request"),)))


def overtaken(**text: Any) -> Any:
    """The assistant answered a text while something else of the customer waited."""
    asked = message(1, text="I forgot my password.")
    made = decision(2)
    sent = replace(made, disposition=replace(made.disposition, action=Action.AUTO_REPLY))
    own = message(3, role=Role.ASSISTANT, **text)
    return beside(decision=sent, timeline=(asked, message(2, **text), own))


def test_an_e_mail_that_an_automatic_answer_to_a_text_went_past_is_still_to_be_answered() -> None:
    step = next_steps(overtaken(channel=Channel.SMS))[0]
    assert (step.kind, step.about) == ("answer", "“I forgot my password.”")


def test_of_two_texts_in_a_row_the_answer_to_the_second_counts_for_both() -> None:
    assert "“I forgot my password.”" not in [step.about for step in next_steps(overtaken())]


def test_a_faint_sign_is_no_reason_to_pass_it_on() -> None:
    assert "escalate" not in kinds(with_signals(risks=(risk("fraud", confidence=0.3),)))


def test_the_owner_table_says_whose_work_it_is() -> None:
    case = with_signals(intents=(Scored(value="billing_dispute", confidence=0.9),))
    (step,) = [step for step in next_steps(case) if step.kind == "escalate"]
    assert step.about == "Billing"
    assert step.why.startswith("owners.intents.billing_dispute: Billing")


def test_two_reasons_for_the_same_team_are_one_step() -> None:
    both = with_signals(
        risks=(risk("legal_threat"), risk("formal_complaint")), intents=(Scored(value="legal_threat", confidence=0.9),)
    )
    assert kinds(both).count("escalate") == 1


TOLD = Expected(minutes=120, grounds="promised: 2 hours")


def test_a_promised_time_runs_from_the_handoff() -> None:
    step = next_steps(beside(decision=handed("Billing", reply=TOLD)))[0]
    assert (step.kind, step.about, step.by) == ("reply_by", "2 hours", NOW + timedelta(hours=2))


def test_a_promise_runs_by_the_teams_own_hours_as_the_customer_was_told() -> None:
    monday = NOW + timedelta(days=3)
    step = next_steps(beside(decision=handed("Billing", reply=replace(TOLD, by=monday, opens_at=monday))))[0]
    assert step.by == monday


def test_whoever_was_told_no_time_is_promised_none() -> None:
    assert "reply_by" not in kinds(beside(decision=handed("Billing")))


def test_once_a_person_has_answered_no_promise_is_open() -> None:
    case = beside(decision=handed("Billing", reply=TOLD), timeline=(message(1), answer(2)))
    assert not {"reply_by", "verify", "answer"} & set(kinds(case))


def test_whoever_is_not_proven_is_to_be_verified_and_the_known_addresses_are_named() -> None:
    (step,) = [step for step in next_steps(beside(decision=handed())) if step.kind == "verify"]
    assert step.evidence == ("email: dana@shop.example",)
    assert "verify" not in kinds(beside(decision=handed(identity="verified")))


def test_what_the_draft_does_not_know_is_searched_for_in_the_customers_words() -> None:
    asked = decision(1, draft=draft(unknown=("“Is the warranty still good?”",)))
    (step,) = [step for step in next_steps(beside(decision=asked)) if step.kind == "answer"]
    assert step.act is not None
    assert (step.act.doing, step.act.to) == (Doing.SEARCH, "Is the warranty still good?")
    assert step.about == "“Is the warranty still good?”"


def test_what_is_open_at_a_handoff_is_told_by_its_card_alone() -> None:
    assert "answer" not in kinds(beside(decision=handed()))


def test_a_procedure_says_what_a_person_has_to_do() -> None:
    led = Progress(
        procedure="thermostat_offline",
        version="1",
        outcome=Outcome.PERSON,
        wants=("Send a new hub",),
        reason="Restarting did not help",
        taken=(Taken(step="ring", kind="ask", what="Which colour?", result="dark"),),
    )
    (step,) = [step for step in next_steps(beside(decision=decision(1, procedure=led))) if step.kind == "do"]
    assert (step.about, step.why, step.evidence) == (
        "Send a new hub",
        "Restarting did not help",
        ("Which colour? → dark",),
    )


@pytest.mark.parametrize(("action", "waits"), [(Action.AUTO_REPLY, True), (Action.SUGGEST, False)])
def test_an_answer_is_waited_for_only_where_the_question_was_sent(action: Action, waits: bool) -> None:
    asked = (Taken(step="ring", kind="ask", what="Which colour?"),)
    led = Progress(procedure="thermostat_offline", version="1", outcome=Outcome.WAITING, taken=asked)
    made = decision(1, procedure=led)
    sent = replace(made, disposition=replace(made.disposition, action=action))
    assert ("wait" in kinds(beside(decision=sent))) is waits


def test_a_file_that_nobody_could_read_is_to_be_looked_at() -> None:
    photo = Attachment(name="leak.jpg", type="image/jpeg")
    log = Attachment(name="hub.log", type="text/plain", text="E42")
    steps = next_steps(beside(timeline=(message(1, attachments=(photo, log)),)))
    assert [step.about for step in steps if step.kind == "look"] == ["leak.jpg"]


def test_neither_a_draft_nor_what_is_wrong_with_it_is_told_again_beside_it() -> None:
    fault = Finding(rule="promise", severity=Severity.BLOCK, text="Promises a refund", remedy="Leave it out")
    for made in (draft(unknown=()), draft(unknown=(), findings=(fault,))):
        assert kinds(beside(decision=decision(1, draft=made))) == []


def test_an_open_ticket_of_the_same_customer_is_one_click_away() -> None:
    other = conversation("two", subject="Second leak", ticket_id=TicketId("77"))
    closed = conversation("three", ticket_id=TicketId("78"), open=False)
    (step,) = [s for s in next_steps(beside(others=(other, closed))) if s.kind == "other_open"]
    assert step.about == "“Second leak”"
    assert step.act is not None
    assert (step.act.doing, step.act.to) == (Doing.OPEN, "77")


@pytest.mark.parametrize("record", ["ticket 35 of 3 May 2026", "ticket:35", "conversation:co_two"])
def test_an_earlier_ticket_about_the_same_is_named_by_its_subject(record: str) -> None:
    again = Scored(value="repeat_contact", confidence=0.8, records=(record,))
    earlier = conversation("two", subject="Leak", ticket_id=TicketId("35"), open=False)
    (step,) = [s for s in next_steps(replace(with_signals(facts=(again,)), others=(earlier,))) if s.kind == "earlier"]
    assert step.about == "“Leak”"
    assert step.act is not None
    assert (step.act.doing, step.act.to) == (Doing.OPEN, "35")


def test_a_ticket_whose_number_only_begins_alike_is_not_the_earlier_one() -> None:
    again = Scored(value="repeat_contact", confidence=0.8, records=("ticket 351 of 3 May 2026",))
    earlier = conversation("two", subject="Leak", ticket_id=TicketId("35"), open=False)
    assert "earlier" not in [s.kind for s in next_steps(replace(with_signals(facts=(again,)), others=(earlier,)))]


def test_no_more_is_shown_than_an_agent_reads() -> None:
    many = tuple(conversation(str(n), ticket_id=TicketId(str(n))) for n in range(20))
    assert len(next_steps(beside(others=many))) == MOST


@pytest.mark.parametrize(
    ("said", "span"),
    [
        ("30 minutes", timedelta(minutes=30)),
        ("1 hour", timedelta(hours=1)),
        ("2 Stunden", timedelta(hours=2)),
        ("1 Tag", timedelta(days=1)),
        ("2 Tagen", timedelta(days=2)),
        ("1 day", timedelta(days=1)),
        ("soon", None),
        ("2 weeks", None),
    ],
)
def test_a_promised_time_is_read_where_it_is_one(said: str, span: timedelta | None) -> None:
    assert time_span(said) == span
