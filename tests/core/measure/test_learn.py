from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from connectors.sql.store import SqlStore
from core.measure.learn import learn
from core.model.conversation import CaseContext, Message, Role
from core.model.customer import Channel, Preferences
from core.model.decision import Action
from core.model.draft import DraftState
from core.model.ids import ConversationId, DecisionId, DraftId, MessageId, TicketId
from core.model.insertion import InsertedFrom, Insertion
from core.model.outbound import Effect, EffectKind, EffectState, outgoing
from core.model.signals import Scored
from tests.core import samples
from tests.core.people import EMMA_PHONE, MINUTE, NOW
from tests.core.rules import policy
from tests.core.samples import MARIA, effect, payload_of

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


def took(store: SqlStore, text: str, **changes: Any) -> None:
    """The agent puts a text into the reply."""
    insertion = Insertion(
        **{
            "conversation_id": ConversationId("co_one"),
            "text": text,
            "source": InsertedFrom.DRAFT,
            "agent_id": "501",
            "agent": "Maria Lopez",
            "at": NOW + 8 * MINUTE,
            "draft_id": DRAFT.id,
            **changes,
        }
    )
    with store.begin() as unit:
        unit.insertions.add(insertion)


def outcome(store: SqlStore) -> Mapping[str, Any]:
    with store.read() as unit:
        ((_, detail),) = unit.decisions.feedback(DRAFT.id)
    return detail


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
    took(store, DRAFT.body)
    learned(store, case, comment(text))
    assert state(store) is expected
    with store.read() as unit:
        ((kind, detail),) = unit.decisions.feedback(DRAFT.id)
        assert unit.ledger.verify() is None
    assert kind == expected
    assert (detail["draft"], detail["sent"], detail["comment"]) == (DRAFT.body, text, "zendesk:comment:8")
    assert detail["inserted"] is True
    assert detail["to_inserted"] == detail["distance"]
    assert (detail["distance"] == 0) == (text == DRAFT.body)


def test_a_reply_without_inserting_anything_ignores_the_draft(store: SqlStore, case: CaseContext) -> None:
    learned(store, case, comment("Hello Emma, press the button at the back for a while, that helps."))
    assert state(store) is DraftState.IGNORED
    assert (outcome(store)["inserted"], outcome(store)["to_inserted"]) == (False, None)


def test_a_draft_that_was_copied_by_hand_was_used(store: SqlStore, case: CaseContext) -> None:
    learned(store, case, comment())
    assert (state(store), outcome(store)["inserted"]) == (DraftState.USED, False)


def test_a_personal_note_is_no_change_of_the_draft(store: SqlStore, case: CaseContext) -> None:
    with_note = DRAFT.body.replace("Hello Emma,", "Hello Emma,\n\nI know how cold that must be.")
    took(store, with_note, note="I know how cold that must be.")
    learned(store, case, comment(with_note))
    found = outcome(store)
    assert (state(store), found["distance"], found["to_inserted"], found["note"]) == (DraftState.USED, 0, 0, True)


def test_several_things_inserted_are_compared_as_one_reply(store: SqlStore, case: CaseContext) -> None:
    took(store, DRAFT.body)
    took(store, "Kind regards from the care team", source=InsertedFrom.MACRO, draft_id=None)
    learned(store, case, comment(f"{DRAFT.body}\n\nKind regards from the care team"))
    found = outcome(store)
    assert (found["to_inserted"], found["distance"]) == (0, 6)
    assert [each["kept"] for each in found["insertions"]] == [1.0, 1.0]


def test_what_was_inserted_twice_counts_by_its_best_fit(store: SqlStore, case: CaseContext) -> None:
    took(store, "Something else that was thrown away again.")
    took(store, DRAFT.body)
    learned(store, case, comment(f"{DRAFT.body} Bye."))
    assert outcome(store)["to_inserted"] == 1


def test_what_another_agent_is_still_writing_waits_for_their_own_comment(store: SqlStore, case: CaseContext) -> None:
    took(store, "I am looking into the invoice for you now.", agent="Jonas Weber", draft_id=None)
    learned(store, case, comment("Please wait a moment."))
    with store.read() as unit:
        assert [each.agent for each in unit.insertions.open(case.conversation.id)] == ["Jonas Weber"]
    learned(store, case, replace(comment("I am looking into the invoice.", 9), author="Jonas Weber"))
    with store.read() as unit:
        ((done),) = unit.insertions.list_compared(case.conversation.id)
    assert (done.fate.comment, done.fate.distance) == ("zendesk:comment:9", 4)


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
    assert (payload_of(relay).channel, payload_of(relay).body) == (channel, "On my way.")
    assert relay.authority.rule == "agent_reply"


@pytest.mark.parametrize(
    ("read", "asked", "language"),
    [
        (samples.scored("de"), None, "de"),
        (samples.scored("unknown", 0.0), None, "fr"),
        (samples.scored("de"), "ja", "ja"),
    ],
)
def test_what_is_carried_says_its_language_so_that_it_goes_in_the_right_template(
    store: SqlStore, case: CaseContext, read: Scored, asked: str | None, language: str
) -> None:
    with store.begin() as unit:
        said = {"message_id": MessageId("ms_5"), "signals": samples.signals(language=read), "draft": None}
        unit.decisions.add(samples.decision(id=DecisionId("de_2"), **said))
    emma = replace(case.customer, locale="fr-CA", preferences=Preferences(language=asked))
    texting = replace(case, customer=emma, timeline=(samples.message(5, channel=Channel.WHATSAPP),))
    (relay,) = learned(store, texting, comment("Schon unterwegs."))
    assert outgoing(relay, payload_of(relay)).language == language


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
