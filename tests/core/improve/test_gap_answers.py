"""Questions without an article, answered by people."""

from connectors.sql.store import SqlStore
from core.answer.style import StyleCard
from core.improve.find import Lessons
from core.improve.gap_answers import GapArticles, answer_to
from core.model.conversation import Role
from core.model.customer import Channel, Customer
from core.model.ids import ConversationId, CustomerId, MessageId, TicketId
from core.model.knowledge import Gap
from core.model.lesson import ProposalKind
from tests.core import samples
from tests.core.encoder import WordEncoder
from tests.core.people import MINUTE, NOW

QUESTION = "Can I hand the parcel in at a petrol station?"


def asked(store: SqlStore, number: int, answer: str, agent: str = "") -> Gap:
    name, at = str(number), NOW + number * MINUTE
    conversation_id, customer_id = ConversationId(f"co_{name}"), CustomerId(f"cu_{name}")
    mail = samples.message(
        1, id=MessageId(f"ms_{name}"), conversation_id=conversation_id, text=QUESTION, at=at, vendor_ref=f"m{name}"
    )
    reply = samples.message(
        2, id=MessageId(f"rp_{name}"), conversation_id=conversation_id, role=Role.AGENT,
        author=agent or f"a{number % 2}", text=answer, at=at + MINUTE, vendor_ref=f"c{name}", channel=Channel.EMAIL,
    )  # fmt: skip
    gap = Gap(
        message_id=mail.id, conversation_id=conversation_id, question=QUESTION, language="en", intent="return", at=at
    )
    with store.begin() as unit:
        unit.customers.save(Customer(id=customer_id, name="Emma Fields"))
        unit.conversations.add(
            samples.conversation(id=conversation_id, customer_id=customer_id, ticket_id=TicketId(name))
        )
        unit.conversations.add_message(mail)
        if answer:
            unit.conversations.add_message(reply)
        unit.gaps.add(gap)
    return gap


def lessons(store: SqlStore) -> Lessons:
    further = GapArticles(encoder=WordEncoder, card=StyleCard)
    return Lessons(store=store, encoder=WordEncoder, card=StyleCard, further=(further,))


def test_an_article_is_written_from_what_several_agents_say(store: SqlStore) -> None:
    for number in range(1, 7):
        once = f"I have looked into order LK-1000{number}."
        asked(store, number, f"Hello Emma,\n\n{once} Petrol stations take parcels until ten.\n\nBest regards")
    (found,) = lessons(store).find(NOW + 60 * MINUTE)
    assert (found.kind, found.says) == (ProposalKind.ARTICLE_NEW, "Petrol stations take parcels until ten.")
    assert found.change["article"]["sources"] == [
        {"sentence": "Petrol stations take parcels until ten.", "tickets": ["1", "2", "3", "4", "5", "6"]}
    ]


def test_nothing_is_proposed_where_one_agent_answers_or_nobody(store: SqlStore) -> None:
    for number in range(1, 7):
        asked(store, number, "Petrol stations take parcels until ten." if number < 5 else "", agent="Maria")
    assert lessons(store).find(NOW + 60 * MINUTE) == []


def test_the_answer_of_a_person_without_what_is_personal(store: SqlStore) -> None:
    gap = asked(store, 1, "Yes, Emma Fields, at any of them.")
    with store.read() as unit:
        found = answer_to(unit, gap)
    assert found is not None
    assert (found.ticket_id, found.text) == ("1", "Yes, [name], at any of them.")
