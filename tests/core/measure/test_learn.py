from dataclasses import replace
from typing import Any

import pytest

from connectors.sql.store import SqlStore
from core.measure.learn import learn
from core.model.conversation import CaseContext, Message, Role
from core.model.customer import Channel
from core.model.decision import Action
from core.model.draft import DraftState
from core.model.ids import DecisionId, DraftId, MessageId, TicketId
from core.model.outbound import Effect, EffectKind, EffectState
from tests.core import samples
from tests.core.people import EMMA_PHONE, MINUTE, NOW
from tests.core.rules import policy
from tests.core.samples import MARIA, effect

DRAFT = samples.draft()


def comment(text: str = DRAFT.body, number: int = 8, **changes: Any) -> Message:
    return samples.message(
        number,
        channel=Channel.EMAIL,
        role=Role.AGENT,
        author="Maria Lopez",
        text=text,
        vendor_ref=f"zendesk:comment:{number}",
        **changes,
    )


@pytest.fixture
def case(store: SqlStore) -> CaseContext:
    """A mail with an offered draft."""
    mail = samples.message(1, channel=Channel.EMAIL)
    case = samples.case(mail, conversation=samples.conversation(ticket_id=TicketId("100"), owner=MARIA))
    with store.begin() as unit:
        unit.customers.save(case.customer)
        unit.conversations.add(case.conversation)
        unit.decisions.add(samples.decision(Action.SUGGEST))
    return case


def learned(store: SqlStore, case: CaseContext, said: Message) -> list[Effect]:
    with store.begin() as unit:
        return learn(unit, replace(case, timeline=(*case.timeline, said)), said, policy(), NOW + 9 * MINUTE)


def state(store: SqlStore, draft_id: str = "dr_one") -> DraftState | None:
    with store.read() as unit:
        return unit.decisions.draft_state(DraftId(draft_id))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (DRAFT.body, DraftState.USED),
        (f"{DRAFT.body} And check the hub please, Emma.", DraftState.EDITED),
        ("We have sent a new one.", DraftState.IGNORED),
    ],
)
def test_the_difference_between_draft_and_reply_is_recorded(
    store: SqlStore, case: CaseContext, text: str, expected: DraftState
) -> None:
    learned(store, case, comment(text))
    assert state(store) is expected
    with store.read() as unit:
        ((kind, detail),) = unit.decisions.feedback(DRAFT.id)
        assert unit.ledger.verify() is None
    assert kind == expected
    assert (detail["draft"], detail["sent"], detail["comment"]) == (DRAFT.body, text, "zendesk:comment:8")
    assert detail["inserted"] is False
    assert (detail["distance"] == 0) == (text == DRAFT.body)


def test_whether_the_agent_inserted_the_draft_is_kept(store: SqlStore, case: CaseContext) -> None:
    with store.begin() as unit:
        unit.decisions.set_draft_state(DRAFT.id, DraftState.INSERTED)
    learned(store, case, comment())
    with store.read() as unit:
        assert unit.decisions.feedback(DRAFT.id)[0][1]["inserted"] is True


def test_a_second_comment_is_not_measured_against_the_same_draft(store: SqlStore, case: CaseContext) -> None:
    learned(store, case, comment())
    learned(store, case, comment("One more thing.", 9))
    assert state(store) is DraftState.USED
    with store.read() as unit:
        assert len(unit.decisions.feedback(DRAFT.id)) == 1


def test_drafts_of_earlier_turns_are_overtaken_by_the_answer(store: SqlStore, case: CaseContext) -> None:
    with store.begin() as unit:
        newer = samples.decision(id=DecisionId("de_two"), message_id=MessageId("ms_2"), draft=samples.draft("two"))
        unit.decisions.add(newer)
    learned(store, case, comment())
    assert (state(store, "dr_two"), state(store, "dr_one")) == (DraftState.USED, DraftState.WITHDRAWN)
    learned(store, case, comment("Another thing.", 9))
    with store.read() as unit:
        assert unit.decisions.feedback(DRAFT.id) == []


def test_without_a_draft_there_is_nothing_to_measure(store: SqlStore, case: CaseContext) -> None:
    learned(store, case, comment())
    assert learned(store, case, comment("Again.", 9)) == []


def test_the_assistant_does_not_say_what_it_still_had_to_say(store: SqlStore, case: CaseContext) -> None:
    waiting = effect(EffectKind.MESSAGE, conversation_id=case.conversation.id)
    with store.begin() as unit:
        unit.outbox.add(waiting)
    learned(store, case, comment())
    with store.read() as unit:
        row = unit.outbox.get(waiting.id)
    assert row is not None
    assert row.state is EffectState.REFUSED
    assert "Maria Lopez" in (row.error or "")


# ---------------------------------------------------------------- to the phone


@pytest.mark.parametrize("channel", [Channel.SMS, Channel.WHATSAPP])
def test_an_answer_is_carried_to_the_phone_of_a_customer_who_texts(
    store: SqlStore, case: CaseContext, channel: Channel
) -> None:
    texting = replace(case, timeline=(*case.timeline, samples.message(5, channel=channel)))
    (relay,) = learned(store, texting, comment("On my way."))
    assert (relay.kind, relay.target) == (EffectKind.MESSAGE, EMMA_PHONE)
    assert (relay.payload["channel"], relay.payload["body"]) == (channel, "On my way.")
    assert relay.authority.rule == "agent_reply"


def test_the_same_comment_is_carried_once(store: SqlStore, case: CaseContext) -> None:
    texting = replace(case, timeline=(samples.message(5),))
    assert len(learned(store, texting, comment())) == 1
    assert learned(store, texting, comment()) == []


@pytest.mark.parametrize(
    "timeline",
    [
        (samples.message(1, channel=Channel.EMAIL),),
        (samples.message(1), samples.message(2, channel=Channel.EMAIL)),
        (samples.message(1, channel=Channel.WEB),),
        (samples.message(9),),  # written after the comment
        (),
    ],
)
def test_a_customer_who_mails_gets_the_answer_by_mail_alone(
    store: SqlStore, case: CaseContext, timeline: tuple[Message, ...]
) -> None:
    assert learned(store, replace(case, timeline=timeline), comment()) == []


def test_without_a_number_there_is_no_phone_to_carry_it_to(store: SqlStore, case: CaseContext) -> None:
    nobody = replace(case, customer=replace(case.customer, identities=()), timeline=(samples.message(5),))
    assert learned(store, nobody, comment()) == []
