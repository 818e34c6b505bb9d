from dataclasses import replace
from datetime import timedelta

import pytest

from core.context.reader import Reading, language_there
from core.errors import RejectedError, TransientError
from core.model.conversation import (
    ASSISTANT,
    NOBODY,
    Attachment,
    CaseContext,
    Conversation,
    MessageKind,
    Owner,
    OwnerKind,
    Role,
)
from core.model.customer import Channel, Identity, IdentityKind
from core.model.event import EventKind
from core.model.helpdesk import Person
from core.model.ids import TicketId
from core.model.profile import Proof
from core.procedure.verify_identity import proofs
from core.profile.identity import recognise
from tests.core import samples
from tests.core.container import Container
from tests.core.people import EMMA_PHONE, agent, person
from tests.core.rules import policy
from tests.core.samples import TEAM, incoming, message

EMMA, MARIA = person(), agent()


@pytest.fixture(autouse=True)
def _people(container: Container) -> None:
    container.helpdesk.adds(EMMA)
    container.helpdesk.adds(MARIA)


def of_ticket(container: Container, ticket_id: str) -> Reading:
    record = container.context.record(TicketId(ticket_id))
    with container.store.begin() as unit:
        return container.context.of_ticket(unit, record, container.clock())


def of_text(
    container: Container, words: str, sid: str, *, phone: str = EMMA_PHONE, channel: Channel = Channel.SMS
) -> CaseContext:
    payload = incoming(words, phone, channel)
    return container.context.of_message(container.event(EventKind.MESSAGE_RECEIVED, sid, payload=payload))


def given(container: Container, ticket_id: str, owner: Owner) -> Conversation:
    """Somebody has the ticket's conversation."""
    with container.store.begin() as unit:
        conversation = unit.conversations.by_ticket(TicketId(ticket_id))
        assert conversation is not None
        return unit.conversations.save(replace(conversation, owner=owner))


def test_who_mails_and_then_texts_is_one_person_with_one_conversation(container: Container) -> None:
    ticket = container.helpdesk.writes_in(EMMA, "Thermostat", "It is offline.")
    mailed = of_ticket(container, ticket).case
    container.wait(hours=2)
    texted = of_text(container, "Still offline", "SM1")
    assert texted.customer.id == mailed.customer.id
    assert texted.conversation.id == mailed.conversation.id
    assert (texted.conversation.channel, texted.conversation.ticket_id) == (Channel.SMS, ticket)
    assert [(m.channel, m.text) for m in texted.timeline] == [
        (Channel.EMAIL, "It is offline."),
        (Channel.SMS, "Still offline"),
    ]


def test_whatsapp_from_the_same_number_goes_on_there_too(container: Container) -> None:
    first = of_text(container, "Hello", "SM1")
    container.wait(minutes=1)
    second = of_text(container, "Hello again", "SM2", phone=f"whatsapp:{EMMA_PHONE}", channel=Channel.WHATSAPP)
    assert second.conversation.id == first.conversation.id
    assert second.conversation.channel is Channel.WHATSAPP


def test_after_the_hours_of_the_policy_a_text_is_a_new_matter(container: Container) -> None:
    ticket = container.helpdesk.writes_in(EMMA, "Thermostat", "It is offline.")
    mailed = of_ticket(container, ticket).case
    container.clock.forward(policy().same_matter)
    same = of_text(container, "Just in time", "SM1")
    container.clock.forward(policy().same_matter + timedelta(seconds=1))
    late = of_text(container, "Something else", "SM2")
    assert same.conversation.id == mailed.conversation.id
    assert late.conversation.id != mailed.conversation.id
    assert (late.customer.id, late.earlier, late.conversation.ticket_id) == (mailed.customer.id, 1, None)


def test_a_second_ticket_is_a_conversation_of_its_own(container: Container) -> None:
    one = of_ticket(container, container.helpdesk.writes_in(EMMA, "One", "First.")).case
    two = of_ticket(container, container.helpdesk.writes_in(EMMA, "Two", "Second.")).case
    assert one.conversation.id != two.conversation.id
    assert (two.customer.id, two.earlier) == (one.customer.id, 1)


def test_an_unknown_number_becomes_a_customer_without_a_helpdesk_id(container: Container) -> None:
    case = of_text(container, "Hi", "SM1", phone="+447700900999")
    assert (case.customer.name, case.customer.phone) == ("+447700900999", "+447700900999")
    assert case.customer.current(IdentityKind.HELPDESK) is None
    assert of_text(container, "Hi again", "SM2", phone="+447700900999").customer.id == case.customer.id


def test_an_unknown_number_with_a_profile_name_is_called_by_it(container: Container) -> None:
    payload = incoming("Hi", "+447700900999", Channel.WHATSAPP, name="Lia")
    case = container.context.of_message(container.event(EventKind.MESSAGE_RECEIVED, "SM1", payload=payload))
    assert case.customer.name == "Lia"


def test_a_sender_that_is_no_number_is_refused(container: Container) -> None:
    with pytest.raises(RejectedError):
        of_text(container, "Your parcel", "SM1", phone="PARCELS")


def test_the_answer_goes_to_the_number_that_wrote_even_if_the_profile_has_a_newer_one(container: Container) -> None:
    of_ticket(container, container.helpdesk.writes_in(EMMA, "Hello", "Hi"))
    container.helpdesk.adds(person(phone="+447700900777"))
    of_ticket(container, "100")
    case = of_text(container, "From my old phone", "SM1")
    assert (case.customer.phone, case.reply_to) == ("+447700900777", EMMA_PHONE)


def test_the_same_text_twice_is_on_the_timeline_once(container: Container) -> None:
    of_text(container, "Hello", "SM1")
    assert [m.text for m in of_text(container, "Hello", "SM1").timeline] == ["Hello"]


def test_a_ticket_read_twice_is_the_same(container: Container) -> None:
    ticket = container.helpdesk.writes_in(EMMA, "Thermostat", "It is offline.")
    assert of_ticket(container, ticket) == of_ticket(container, ticket)


def test_our_own_comments_are_not_on_the_timeline_a_second_time(container: Container) -> None:
    ticket = container.helpdesk.writes_in(EMMA, "Thermostat", "It is offline.")
    container.helpdesk.says(ticket, person("Handrail", id="bot", role="admin"), "Hold the button.", ours=True)
    assert [m.text for m in of_ticket(container, ticket).case.timeline] == ["It is offline."]


def test_comments_are_told_apart_by_who_wrote_them(container: Container) -> None:
    ticket = container.helpdesk.writes_in(EMMA, "Thermostat", "It is offline.")
    container.wait(minutes=1)
    container.helpdesk.says(ticket, MARIA, "Looks like the hub.", public=False)
    container.wait(minutes=1)
    liam = container.helpdesk.adds(person("Liam Clarke"))
    container.helpdesk.says(ticket, liam, "I am in copy.")
    reading = of_ticket(container, ticket)
    assert [(m.role, m.author, m.public) for m in reading.case.timeline] == [
        (Role.CUSTOMER, "Emma Clarke", True),
        (Role.AGENT, "Maria Lopez", False),
        (Role.CUSTOMER, "Liam Clarke", True),
    ]
    assert reading.by_agents == ()
    assert reading.case.conversation.owner == NOBODY


def test_an_agent_who_answers_takes_the_conversation_once(container: Container) -> None:
    ticket = container.helpdesk.writes_in(EMMA, "Thermostat", "It is offline.")
    container.wait(minutes=1)
    container.helpdesk.says(ticket, MARIA, "Have you tried the button?")
    reading = of_ticket(container, ticket)
    assert [m.text for m in reading.by_agents] == ["Have you tried the button?"]
    assert (reading.case.conversation.owner.kind, reading.case.conversation.owner.name) == (
        OwnerKind.AGENT,
        "Maria Lopez",
    )
    assert of_ticket(container, ticket).by_agents == ()


def test_solving_gives_the_conversation_back_where_the_policy_says_so(container: Container) -> None:
    ticket = container.helpdesk.writes_in(EMMA, "Thermostat", "It is offline.")
    container.helpdesk.says(ticket, MARIA, "Done.", status="solved")
    conversation = of_ticket(container, ticket).case.conversation
    assert (conversation.owner, conversation.open) == (ASSISTANT, False)


def test_solving_changes_no_owner_where_the_policy_does_not_say_so(container: Container) -> None:
    keeping = Container(container.store, policy(ownership__hand_back_on_solve=False))
    keeping.helpdesk = container.helpdesk
    ticket = container.helpdesk.writes_in(EMMA, "Thermostat", "It is offline.")
    container.helpdesk.says(ticket, MARIA, "Done.", status="solved")
    record = container.context.record(ticket)
    with container.store.begin() as unit:
        conversation = keeping.context.of_ticket(unit, record, container.clock()).case.conversation
    assert (conversation.owner.name, conversation.open) == ("Maria Lopez", False)


def test_solving_without_a_word_gives_it_back_too(container: Container) -> None:
    ticket = container.helpdesk.writes_in(EMMA, "Thermostat", "It is offline.")
    of_ticket(container, ticket)
    given(container, ticket, TEAM)
    container.helpdesk.becomes(ticket, "solved")
    assert of_ticket(container, ticket).case.conversation.owner == ASSISTANT


def test_a_ticket_that_is_still_solved_takes_nothing_from_the_team_that_got_it_since(container: Container) -> None:
    ticket = container.helpdesk.writes_in(EMMA, "Thermostat", "It is offline.")
    container.helpdesk.becomes(ticket, "solved")
    of_ticket(container, ticket)
    of_text(container, "I want a person", "SM1")
    given(container, ticket, TEAM)
    assert of_ticket(container, ticket).case.conversation.owner == TEAM


def test_a_reopened_ticket_is_open_again(container: Container) -> None:
    ticket = container.helpdesk.writes_in(EMMA, "Thermostat", "It is offline.")
    container.helpdesk.becomes(ticket, "solved")
    assert not of_ticket(container, ticket).case.conversation.open
    container.helpdesk.becomes(ticket, "open")
    assert of_ticket(container, ticket).case.conversation.open


def test_a_ticket_that_we_opened_waits_for_its_link(container: Container) -> None:
    receipt = container.helpdesk.open_ticket(
        subject="Hello", text="Hi", requester_id=EMMA.id, name="Emma", phone=EMMA_PHONE, key="k"
    )
    with pytest.raises(TransientError):
        of_ticket(container, receipt.ref)
    container.wait(minutes=5)
    assert of_ticket(container, receipt.ref).case.conversation.ticket_id == receipt.ref


def test_what_breaks_while_reading_leaves_nothing_behind(container: Container) -> None:
    ticket = container.helpdesk.writes_in(EMMA, "Thermostat", "It is offline.")
    container.helpdesk.fail_reading(TransientError("away"))
    with pytest.raises(TransientError):
        of_ticket(container, ticket)
    with container.store.read() as unit:
        assert unit.conversations.by_ticket(ticket) is None
    assert of_ticket(container, ticket).case.latest is not None


def test_a_late_text_does_not_make_the_conversation_older(container: Container) -> None:
    first = of_text(container, "Second in time", "SM2")
    payload = incoming("First in time")
    earlier = container.clock() - timedelta(hours=1)
    event = container.event(EventKind.MESSAGE_RECEIVED, "SM1", payload=payload, occurred_at=earlier)
    case = container.context.of_message(event)
    assert case.conversation.updated_at == first.conversation.updated_at
    assert [m.text for m in case.timeline] == ["First in time", "Second in time"]
    assert case.reply_to is None


def test_a_requester_who_never_wrote_is_asked_for(container: Container) -> None:
    ticket = container.helpdesk.writes_in(person("Liam Clarke"), "For Emma", "Please call her.")
    container.helpdesk.adds(person("Liam Clarke"))
    container.helpdesk.tickets[ticket] = replace(container.helpdesk.tickets[ticket], requester_id=EMMA.id)
    case = of_ticket(container, ticket).case
    assert case.customer.name == "Emma Clarke"
    with container.store.read() as unit:
        assert unit.customers.find(Identity(kind=IdentityKind.HELPDESK, value="user-liam")) is None


def test_an_agents_name_on_a_customers_ticket_is_an_agent_even_as_requester(container: Container) -> None:
    colleague: Person = agent("Priya Nair")
    container.helpdesk.adds(colleague)
    ticket = container.helpdesk.writes_in(colleague, "For a test", "Does this work?")
    assert [m.role for m in of_ticket(container, ticket).case.timeline] == [Role.CUSTOMER]


def test_the_case_knows_the_brand_that_the_customer_wrote_to(container: Container) -> None:
    ticket = container.helpdesk.writes_in(EMMA, "Seeds", "When do they feed?")
    container.helpdesk.tickets[ticket] = replace(container.helpdesk.tickets[ticket], brand="Larkfield Nest")
    assert of_ticket(container, ticket).case.brand == "Larkfield Nest"
    with container.store.read() as unit:
        stored = unit.conversations.by_ticket(ticket)
    assert stored is not None
    assert stored.brand == "Larkfield Nest"


def test_earlier_conversations_come_with_their_first_words_and_how_they_went(container: Container) -> None:
    old = container.helpdesk.writes_in(EMMA, "Hub offline", "My hub is offline.")
    first = of_ticket(container, old).case
    given(container, old, TEAM)
    container.wait(days=5)
    new = container.helpdesk.writes_in(EMMA, "Invoice", "The amount of my last invoice is wrong.")
    (past,) = of_ticket(container, new).case.past
    assert (past.id, past.subject, past.words) == (first.conversation.id, "Hub offline", "My hub is offline.")
    assert past.ticket_id == first.conversation.ticket_id is not None
    assert past.escalated
    assert not past.solved


def test_conversations_of_two_months_ago_are_not_looked_at(container: Container) -> None:
    of_ticket(container, container.helpdesk.writes_in(EMMA, "Hub", "My hub is offline."))
    container.wait(days=60)
    assert of_ticket(container, container.helpdesk.writes_in(EMMA, "Again", "Offline again.")).case.past == ()


def test_the_files_of_a_text_are_on_the_timeline_unseen(container: Container) -> None:
    photo = Attachment(name="file 1", type="image/jpeg", ref="https://api.twilio.com/one")
    payload = incoming("See", attachments=(photo,))
    case = container.context.of_message(container.event(EventKind.MESSAGE_RECEIVED, "SM9", payload=payload))
    (found,) = case.timeline[-1].attachments
    assert (found.type, found.ref, found.is_seen) == ("image/jpeg", "https://api.twilio.com/one", False)


def called(container: Container, number: str, sid: str) -> CaseContext:
    payload = incoming("Hello", sid, Channel.VOICE, phone=number)
    return container.context.of_message(container.event(EventKind.MESSAGE_RECEIVED, sid, payload=payload))


def is_verified(case: CaseContext, number: str) -> bool:
    return any(each.value == number and each.verified for each in case.customer.identities)


def test_a_number_that_was_known_by_a_call_is_verified_by_a_text_from_it(container: Container) -> None:
    number = "+447700900999"
    assert not is_verified(called(container, number, "CA1"), number)
    texted = of_text(container, "And by text", "SM1", phone=number)
    assert is_verified(texted, number)
    assert [found.by for found in proofs(texted)] == [Proof.NUMBER]
    assert is_verified(called(container, number, "CA2"), number)  # a later call takes nothing back


def test_a_number_of_a_profile_is_not_verified_by_a_text(container: Container) -> None:
    ticket = container.helpdesk.writes_in(
        container.helpdesk.adds(replace(EMMA, verified=False)), "Thermostat", "It is off."
    )
    of_ticket(container, ticket)
    assert not is_verified(of_text(container, "Still offline", "SM1"), EMMA_PHONE)


def test_a_sign_under_our_question_is_said_in_the_language_that_we_speak_there(container: Container) -> None:
    container.text("Kann ich das Thermostat umtauschen")
    with container.store.begin() as unit:
        conversation = unit.conversations.at_address(EMMA_PHONE)
        assert conversation is not None
        asked = message(
            conversation_id=conversation.id,
            role=Role.ASSISTANT,
            text="Leuchtet es?",
            at=container.clock(),
            vendor_ref="twilio:SMasked",
            channel=Channel.SMS,
        )
        unit.conversations.add_message(asked)
    container.wait(minutes=1)
    sign = {"quotes": "twilio:SMasked", "kind": MessageKind.REACTION}
    payload = incoming("👍", channel=Channel.WHATSAPP, **sign)
    case = container.context.of_message(container.event(EventKind.MESSAGE_RECEIVED, "SMsign", payload=payload))
    assert case.timeline[-1].text == "Ja 👍"


def test_where_nothing_was_decided_the_customers_own_language_is_taken(container: Container) -> None:
    with container.store.begin() as unit:
        customer = recognise(unit, replace(EMMA, locale="fr-FR"), container.clock())
        unit.conversations.add(conversation := replace(samples.conversation(), customer_id=customer.id))
        assert language_there(unit, conversation, customer) == "fr"
