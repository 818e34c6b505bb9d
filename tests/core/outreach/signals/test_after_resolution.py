"""How it was: asked a while after a matter was solved, answered with a number, kept with that matter."""

from typing import Any

import pytest

from connectors.sql.store import SqlStore
from core.model.conversation import Conversation
from core.model.event import EventKind
from core.outreach.signals.schedule import Schedule, next_steps
from tests.core import samples
from tests.core.container import Container
from tests.core.day import RESET, answers, conversations, known, latest, mails, texts
from tests.core.outreach.carrying import campaigner
from tests.core.rules import POLICY, policy

CSAT: dict[str, Any] = {
    "match": "people",
    "purpose": "service",
    "channel": "sms",
    "approval": "standing",
    "every": "*/15 * * * *",
    "given": {"people": "solved_conversations", "after_minutes": "30", "unless": "rated"},
    "texts": {"default": "How did we do with {matter}? Reply with a number from 1 to 5. Reply STOP to opt out."},
}


@pytest.fixture
def container(store: SqlStore) -> Container:
    made = Container(store, policy(outreach__plays={"csat": CSAT}, standing=[*POLICY["standing"], "play:csat"]))
    known(made)
    return made


def on_the_clock(container: Container, minutes: int = 60) -> None:
    """Time passes; what the clock starts goes out."""
    schedule = Schedule(store=container.store, publisher=container.publisher, policy=container.policy)
    for _ in range(0, minutes, 5):
        for event_id in schedule.run(container.clock()):
            container.loop.handle(event_id)
        container.drain()
        campaigner(container).advance(5)
        container.drain()
        container.wait(minutes=5)


def asked(container: Container) -> list[str]:
    return [message.body for message in container.messenger.sent if "How did we do" in message.body]


def solved_by_mail(container: Container) -> str:
    """Emma's mail is answered and solved by Maria, and she was asked by text how it was."""
    ticket = mails(container)
    container.happens(container.event(EventKind.CUSTOMER_CHANGED, "user-emma", "profile"))
    on_the_clock(container, 5)
    answers(container, ticket, "Hold the button for ten seconds.", status="solved")
    on_the_clock(container)
    return ticket


def of_ticket(container: Container, ticket: str) -> Conversation:
    return next(each for each in conversations(container) if each.ticket_id == ticket)


@pytest.mark.parametrize(("words", "kept"), [("5", "good"), ("4/5", "good"), ("3", "")])
def test_a_number_is_kept_with_the_matter_that_was_solved_and_needs_no_answer(
    container: Container, words: str, kept: str
) -> None:
    ticket = solved_by_mail(container)
    assert asked(container) == [
        "How did we do with your request? Reply with a number from 1 to 5. Reply STOP to opt out."
    ]
    before = len(container.messenger.sent)
    assert texts(container, words) == "rated"
    assert of_ticket(container, ticket).satisfaction == kept
    assert len(container.messenger.sent) == before


def test_a_number_to_a_text_that_only_has_numbers_in_it_is_for_somebody_to_read(store: SqlStore) -> None:
    """The same story, told by a play that asks nobody to rate anything."""
    given = {"people": "solved_conversations", "after_minutes": "30"}
    text = {"default": "About {matter}: we are there from 1 pm to 5 pm. Reply STOP to opt out."}
    recap = CSAT | {"given": given, "texts": text}
    made = Container(store, policy(outreach__plays={"csat": recap}, standing=[*POLICY["standing"], "play:csat"]))
    known(made)
    ticket = solved_by_mail(made)
    assert [message.body for message in made.messenger.sent if "from 1 pm to 5 pm" in message.body]
    assert texts(made, "5") not in ("rated", "badly_rated")
    assert of_ticket(made, ticket).satisfaction == ""


def test_whoever_is_unhappy_gets_a_person(container: Container) -> None:
    ticket = solved_by_mail(container)
    assert texts(container, "1") == "badly_rated"
    assert of_ticket(container, ticket).satisfaction == "bad"
    decision = latest(container)
    assert decision.disposition.reason == "The customer rated us 1 of 5."
    assert decision.disposition.owner.name == "Customer care"


def test_it_is_asked_once_and_not_again_once_it_is_said(container: Container) -> None:
    solved_by_mail(container)
    texts(container, "5")
    on_the_clock(container, 180)
    assert len(asked(container)) == 1


def test_words_in_answer_to_it_are_read_as_words(container: Container) -> None:
    solved_by_mail(container)
    assert texts(container, RESET) == "automatic_reply"


def test_a_rating_stays_when_the_ticket_is_read_again(container: Container) -> None:
    ticket = solved_by_mail(container)
    texts(container, "5")
    container.ticket(ticket)
    container.drain()
    assert of_ticket(container, ticket).satisfaction == "good"


NPS: dict[str, Any] = CSAT | {
    "given": {"people": "solved_conversations", "after_minutes": "30", "unless": "recommended", "every_days": "30"},
    "texts": {"default": "How did we do? Would you recommend us, from 0 (no) to 10 (surely)? Reply STOP to opt out."},
}


@pytest.fixture
def recommending(store: SqlStore) -> Container:
    made = Container(store, policy(outreach__plays={"nps": NPS}, standing=[*POLICY["standing"], "play:nps"]))
    known(made)
    return made


@pytest.mark.parametrize(("words", "number"), [("9", 9), ("10/10", 10), ("0", 0), ("８", 8)])
def test_whether_they_would_recommend_us_is_kept_as_a_number_and_hands_nothing_over(
    recommending: Container, words: str, number: int
) -> None:
    ticket = solved_by_mail(recommending)
    assert len(asked(recommending)) == 1
    before = len(recommending.messenger.sent)
    assert texts(recommending, words) == "rated"
    kept = of_ticket(recommending, ticket)
    assert (kept.recommends, kept.rating, kept.satisfaction) == (number, None, "")
    assert len(recommending.messenger.sent) == before
    assert latest(recommending).disposition.reason == (
        f"The customer would recommend us: {number} of 10; this is recorded."
    )


def test_the_same_person_is_asked_that_at_most_every_so_many_days(recommending: Container) -> None:
    solved_by_mail(recommending)
    recommending.wait(minutes=20 * 24 * 60)
    ticket = mails(recommending)
    answers(recommending, ticket, "Hold it for twenty seconds.", status="solved")
    on_the_clock(recommending)
    assert len(asked(recommending)) == 1
    recommending.wait(minutes=11 * 24 * 60)
    ticket = mails(recommending)
    answers(recommending, ticket, "Hold it for thirty seconds.", status="solved")
    on_the_clock(recommending)
    assert len(asked(recommending)) == 2


def test_eleven_of_ten_is_no_number(recommending: Container) -> None:
    ticket = solved_by_mail(recommending)
    assert texts(recommending, "11") != "rated"
    assert of_ticket(recommending, ticket).recommends is None


def test_next_steps_are_said_word_for_word_and_never_with_personal_data() -> None:
    def steps(text: str, language: str = "en") -> str:
        return next_steps([samples.message(1, text=text)], language)

    assert steps("Hello Emma. We will send a new hub on Friday. Kind regards") == "We will send a new hub on Friday."
    assert steps("We will write to emma@example.com. Please restart it.") == "Please restart it."
    assert steps("Will you please tell us which one?") == ""
    assert steps("Thank you.") == ""
    assert (
        steps("Wir werden Ihnen ein neues Gerät schicken. Danke.", "de") == "Wir werden Ihnen ein neues Gerät schicken."
    )
    assert steps("新しいハブをお送りします。ありがとうございます。", "ja") == "新しいハブをお送りします。"
    assert steps("We will send it.", "nl") == ""
    assert len(steps("Please " + "very " * 60 + "well.")) == 0


def test_all_of_it_is_told_within_a_text_s_length() -> None:
    told = next_steps([samples.message(1, text="We will call. " * 30)], "en")
    assert told == "We will call. We will call."
