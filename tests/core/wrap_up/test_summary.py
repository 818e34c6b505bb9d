"""A matter in a few lines, each of which rests on a message or a record."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from core.model.action import ActionCall, ActionRun, RunState
from core.model.conversation import Message, MessageKind, Role
from core.model.customer import Channel
from core.model.decision import Action, Outcome, Progress, Taken
from core.model.ids import ApprovalId, ConversationId, CustomerId
from core.wrap_up.summary import MOST, Part, SummaryLine, summarise
from tests.core.people import MINUTE, NOW
from tests.core.samples import decision, message


def said(*turns: str) -> list[Message]:
    """The customer and Maria in turn; a turn that begins with ">" is Maria's."""
    return [
        message(
            place,
            text=text.removeprefix("> "),
            role=Role.AGENT if text.startswith(">") else Role.CUSTOMER,
            author="Maria" if text.startswith(">") else "Emma",
            channel=Channel.EMAIL,
        )
        for place, text in enumerate(turns)
    ]


def of(part: Part, lines: tuple[SummaryLine, ...]) -> list[str]:
    return [line.quote or line.text for line in lines if line.part is part]


def run(state: RunState, **changes: Any) -> ActionRun:
    call = ActionCall(
        action="cancel_order",
        label="Cancel an order",
        arguments={"order": "LK-10478"},
        spec="s",
        changes={"Status": ("placed", "cancelled")},
    )
    return ActionRun(
        **{
            "id": ApprovalId("ac_12345678"),
            "call": call,
            "customer_id": CustomerId("cu_emma"),
            "conversation_id": ConversationId("co_one"),
            "policy_version": "1",
            "created_at": NOW,
            "expires_at": NOW + timedelta(hours=1),
            "state": state,
            **changes,
        }
    )


SOLVED = said(
    "Hi, my parcel LK-10401 was crushed. I would like a new camera.",
    "> Dear Emma, I've ordered a new one for £89.00 and you'll get it on Thursday.",
    "Thank you!",
)


def test_what_was_wanted_done_and_is_to_come_stands_in_its_own_part() -> None:
    lines = summarise(SOLVED)
    assert of(Part.WANTED, lines) == ["my parcel LK-10401 was crushed.", "I would like a new camera."]
    assert of(Part.DONE, lines) == ["I've ordered a new one for £89.00"]
    assert of(Part.REMAINS, lines) == ["you'll get it on Thursday."]


def test_every_line_quotes_its_message_word_for_word_and_names_it() -> None:
    texts = {m.id: m.text for m in SOLVED}
    for line in summarise(SOLVED):
        assert line.message is not None
        assert line.quote
        assert line.quote in texts[line.message]
        assert line.source.startswith("message of ")


def test_what_has_come_does_not_remain() -> None:
    arrived = [*SOLVED[:2], replace(SOLVED[2], text="It has arrived, thank you.")]
    assert of(Part.REMAINS, summarise(arrived)) == []


@pytest.mark.parametrize("turn", ["> Shall I cancel it for you?", "And my schedules?"])
def test_a_question_that_nobody_answered_remains(turn: str) -> None:
    lines = summarise(said("Can you deliver to Malaysia?", "> The country cannot be changed.", turn))
    assert of(Part.REMAINS, lines) == [turn.removeprefix("> ")]


def test_a_condition_is_nothing_that_was_done() -> None:
    lines = summarise(said("How long?", "> If the parcel was returned, we pay the postage."))
    assert of(Part.DONE, lines) == []
    assert of(Part.FOUND, lines) == ["If the parcel was returned, we pay the postage."]


def test_german_is_read_as_well() -> None:
    lines = summarise(said("Mein Paket ist kaputt.", "> Wir haben Ihnen heute ein neues geschickt. Morgen ist es da."))
    assert of(Part.DONE, lines) == ["Wir haben Ihnen heute ein neues geschickt."]
    assert of(Part.REMAINS, lines) == ["Morgen ist es da."]


def test_a_private_note_outreach_and_an_automatic_reply_are_left_out() -> None:
    hidden = [
        message(7, text="Internal: do not tell £500.", role=Role.AGENT, public=False),
        message(8, text="Our sale begins on Monday.", role=Role.ASSISTANT, kind=MessageKind.OUTREACH),
        message(9, text="I am out of office until 9 May.", automatic=True),
    ]
    assert summarise([*SOLVED, *hidden]) == summarise(SOLVED)


def test_an_action_is_told_from_its_record_with_what_changed() -> None:
    (done,) = [line for line in summarise(SOLVED, runs=[run(RunState.DONE)]) if not line.quote]
    assert (done.part, done.message, done.source) == (Part.DONE, None, "action 12345678")
    assert done.text == "“Cancel an order” was done, and the system was read back (Status: placed → cancelled)"


@pytest.mark.parametrize("state", sorted(set(RunState) - {RunState.DONE}))
def test_an_action_that_was_not_read_back_is_never_told_as_done(state: RunState) -> None:
    (line,) = [each for each in summarise(SOLVED, runs=[run(state)]) if not each.quote]
    assert line.part is Part.REMAINS
    assert "was done" not in line.text


def test_what_was_tried_in_vain_and_done_later_does_not_remain() -> None:
    later = run(RunState.DONE, id=ApprovalId("ac_later"), created_at=NOW + MINUTE)
    lines = [line for line in summarise(SOLVED, runs=[later, run(RunState.REFUSED)]) if not line.quote]
    assert [line.part for line in lines] == [Part.DONE]


def test_what_a_procedure_looked_up_is_told_from_its_record() -> None:
    step = Taken(step="look", kind="check", what="order_status", result="delivered on 3 May")
    progress = Progress(procedure="where_is_it", version="1", outcome=Outcome.DONE, taken=(step,))
    lines = summarise(SOLVED, [decision(Action.AUTO_REPLY, procedure=progress)])
    (found,) = [line for line in lines if not line.quote]
    assert (found.part, found.text) == (Part.FOUND, "order status → delivered on 3 May")
    assert found.source == "procedure where_is_it"


def test_a_long_conversation_stays_short_and_keeps_the_figures() -> None:
    chat = [
        f"> It is a nice day, number {place} of many." if place % 2 else "I see what you mean." for place in range(60)
    ]
    lines = summarise(said("Where is LK-10401?", *chat, "> The sum is £129.95 for LK-10401."))
    assert len(lines) <= sum(MOST.values()) + 1
    assert any("£129.95" in line.quote for line in lines)


def test_of_nothing_there_is_nothing_to_tell() -> None:
    assert summarise([]) == ()
