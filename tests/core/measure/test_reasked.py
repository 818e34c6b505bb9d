"""Questions that were asked again."""

from datetime import timedelta

import pytest

from core.measure.reasked import After, Reasked, after_a_change, list_reasked
from core.model.conversation import Attachment, Message, Role
from core.model.customer import Channel
from core.model.ids import MessageId
from core.text.verification import words_in
from tests.core import people, samples
from tests.core.people import NOW

C, B, A = Role.CUSTOMER, Role.ASSISTANT, Role.AGENT
SMS, CHAT, MAIL = Channel.SMS, Channel.WHATSAPP, Channel.EMAIL


def talk(*said: tuple[Role, str] | tuple[Role, str, Channel]) -> list[Message]:
    return [
        samples.message(
            id=MessageId(f"ms_{place}"),
            role=line[0],
            text=line[1],
            channel=line[2] if len(line) > 2 else SMS,
            at=NOW + timedelta(minutes=place),
        )
        for place, line in enumerate(said)
    ]


def found(*said: tuple[Role, str] | tuple[Role, str, Channel]) -> list[tuple[str, After]]:
    return [(each.thing, each.after) for each in list_reasked(talk(*said))]


def test_an_agent_who_asks_for_the_order_number_that_the_assistant_was_told_asks_again() -> None:
    said = (
        (C, "My doorbell of order LK-20114 is broken"),
        (B, "Maria from Customer care will go on with this."),
        (A, "Hello, this is Maria. What is your order number?"),
    )
    (again,) = list_reasked(talk(*said))
    assert again == Reasked(
        asked_in=MessageId("ms_2"),
        question="What is your order number?",
        thing="order number",
        told="20114",
        told_in=MessageId("ms_0"),
        after=After.HANDOFF,
    )
    assert after_a_change([again]) == [again]


def test_the_first_question_for_something_is_none() -> None:
    assert found((C, "My doorbell is broken"), (B, "What is your order number?")) == []


def test_on_another_channel_nobody_asks_for_what_was_said_on_the_first() -> None:
    said = ((C, "The hub shows error E42"), (C, "Me again, here now", CHAT), (B, "Which error code do you see?", CHAT))
    assert found(*said) == [("error code", After.CHANNEL)]


def test_who_names_what_they_know_only_makes_sure() -> None:
    assert found((C, "Order LK-20114 is late"), (A, "Is your order number LK-20114?")) == []


def test_the_same_question_in_other_words_of_the_same_kind_counts_and_another_kind_does_not() -> None:
    asked = (B, "Does the light on the front blink blue or red?")
    assert found((C, "It is dead"), asked, (C, "red"), (A, "Does the front light blink blue or red now?")) == [
        ("the same question", After.HANDOFF)
    ]
    assert found((C, "It is dead"), asked, (C, "red"), (A, "Would Tuesday morning suit you for a visit?")) == []


def test_a_question_that_nobody_answered_may_be_asked_again() -> None:
    asked = "Does the light on the front blink blue or red?"
    assert found((C, "It is dead"), (B, asked), (B, asked)) == []


def test_a_picture_that_came_is_not_asked_for() -> None:
    came = samples.message(attachments=(Attachment(name="a.jpg", type="image/jpeg"),), text="See", at=NOW)
    asked = samples.message(2, role=A, text="Could you send a photo of the damage?")
    assert [each.thing for each in list_reasked([came, asked])] == ["picture"]
    assert list_reasked([asked]) == []


def test_what_the_profile_knows_is_not_asked() -> None:
    asked = talk((C, "It is offline"), (B, "Which device is it?"))
    assert [each.thing for each in list_reasked(asked, facts={"device": "Larkfield Warm"})] == ["device"]
    assert list_reasked(asked, facts={"device": "Larkfield Warm, Larkfield Door"}) == []
    assert [
        each.thing for each in list_reasked(talk((B, "What is your e-mail address?")), samples.case().customer)
    ] == ["e-mail address"]


@pytest.mark.parametrize(
    ("told", "asked"),
    [
        ("Meine Bestellung LK-20114 fehlt", "Wie lautet Ihre Bestellnummer?"),
        ("Mi pedido LK-20114 no llega", "¿Cuál es su número de pedido?"),
        ("Ma commande LK-20114 manque", "Quel est votre numéro de commande ?"),
        ("O meu pedido LK-20114 não chegou", "Qual é o número do pedido?"),
        ("注文 LK-20114 が届きません", "注文番号を教えてください。"),
    ],
)
def test_in_every_language_served(told: str, asked: str) -> None:
    assert found((C, told), (A, asked)) == [("order number", After.NOTHING)]


def test_notes_among_colleagues_ask_nobody() -> None:
    note = samples.message(2, role=A, text="What is the order number?", public=False)
    assert list_reasked([samples.message(text="LK-20114"), note]) == []


def test_by_what_we_know_somebody_is_asked_before_we_know_it_and_only_once() -> None:
    """A visitor who proves to be Emma has her profile from then on."""
    asked = (B, words_in("en").who)
    told = (C, "It is emma@example.com")
    assert list_reasked(talk((C, "Has my order been shipped?"), asked, told), people.customer()) == []
    again = list_reasked(talk((C, "Has it been shipped?"), asked, told, asked), people.customer())
    assert [each.thing for each in again] == ["e-mail address"]
