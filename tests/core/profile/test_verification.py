"""Nothing of an account is said before it is proved who asks, from end to end."""

import json
import re

import pytest
from sqlalchemy import select

from connectors.sql.store import SqlStore
from connectors.sql.tables import metadata
from core.model.customer import Channel
from core.model.event import EventKind
from core.model.ids import CustomerId, VerificationId
from core.model.profile import CodeState, Verification
from core.profile.codes import Codes, find_codes, without
from core.text.verification import WORDS, asks_for_proof
from tests.core.container import Container
from tests.core.people import EMMA_PHONE, person
from tests.core.rules import policy
from tests.core.samples import incoming

VISITOR = "conv-1"
QUESTION = "How do I reset my thermostat?"
STANDING = ["automatic_reply", "handoff_notice", "agent_reply", "verification_code"]


def container_with(store: SqlStore, **rules: object) -> Container:
    made = Container(
        store,
        policy(
            channels__automatic=["sms", "whatsapp", "chat"],
            verification={"intents": ["reset"], "accept": ["code"], **rules},
            standing=STANDING,
        ),
    )
    made.helpdesk.adds(person())
    made.happens(made.event(EventKind.CUSTOMER_CHANGED, "user-emma"))
    return made


@pytest.fixture
def strict(store: SqlStore) -> Container:
    return container_with(store)


def texts(container: Container, words: str) -> str:
    container.wait(minutes=1)
    said = container.text(words)
    container.drain()
    return said


def chats(container: Container, words: str, visitor: str = VISITOR) -> str:
    container.wait(minutes=1)
    sid = f"m-{container.clock().timestamp():.0f}"
    payload = incoming(words, visitor, Channel.CHAT, person=f"person-{visitor}")
    said = container.happens(container.event(EventKind.MESSAGE_RECEIVED, sid, payload=payload, source="sunshine"))
    container.drain()
    return said


def newest_code(container: Container, phone: str = EMMA_PHONE) -> str:
    codes = [
        found[0] for body in container.messenger.sent_to(phone) if (found := re.match(r"\d{6}(?= is your code)", body))
    ]
    assert codes, container.messenger.sent_to(phone)
    return codes[-1]


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 1_000_000:06}"


def verification(container: Container) -> Verification:
    with container.store.read() as unit:
        found = unit.verifications.get(VerificationId(_newest(container)))
    assert found is not None
    return found


def _newest(container: Container) -> str:
    with container.store.read() as unit:
        row = unit.connection.exec_driver_sql("SELECT id FROM verifications ORDER BY serial DESC LIMIT 1")
        return str(row.scalar_one())


def everything(container: Container) -> str:
    """All that is stored that words of a customer could stand in."""
    with container.store.read() as unit:
        tables = ("events", "conversations", "messages", "outbox", "ledger", "decisions", "drafts", "draft_sentences")
        tables += ("verifications", "claims")
        rows = [list(map(str, unit.connection.execute(select(metadata.tables[name])))) for name in tables]
    told = [container.helpdesk.comments(ticket, public=False) for ticket in container.helpdesk.tickets]
    return json.dumps([rows, told, [str(post) for post in container.desk.posts]])


def test_a_right_code_answers_the_question_that_was_asked_before_it(strict: Container) -> None:
    assert texts(strict, QUESTION) == "verification"
    ask = strict.messenger.sent_to(EMMA_PHONE)[-1]
    assert "ending in 23" in ask
    assert "Hold the button" not in " ".join(strict.messenger.sent_to(EMMA_PHONE))
    assert texts(strict, f"it is {newest_code(strict)}") == "automatic_reply"
    assert "Hold the button" in strict.messenger.sent_to(EMMA_PHONE)[-1]
    assert verification(strict).state is CodeState.RIGHT


def test_what_is_proved_holds_for_its_hours_and_no_longer(store: SqlStore) -> None:
    container = container_with(store, valid_hours=2)
    texts(container, QUESTION)
    texts(container, newest_code(container))
    container.wait(minutes=90)
    assert texts(container, "And how do I reset the hub?") == "automatic_reply"
    container.wait(minutes=60)
    assert texts(container, "How do I reset it again?") == "verification"


def test_a_code_stands_nowhere_but_in_the_text_message(strict: Container) -> None:
    texts(strict, QUESTION)
    code = newest_code(strict)
    assert code not in everything(strict)
    texts(strict, code)
    assert code not in everything(strict)
    assert not any(code in heard for heard in strict.sense.heard)


def test_wrong_codes_are_counted_and_spend_the_code(strict: Container) -> None:
    texts(strict, QUESTION)
    code = newest_code(strict)
    for left in (4, 3, 2, 1):
        assert texts(strict, wrong(code)) == "verification"
        assert f"you have {left} more tries" in strict.messenger.sent_to(EMMA_PHONE)[-1]
    texts(strict, wrong(code))
    assert newest_code(strict) != code
    assert texts(strict, code) == "verification"


def test_a_code_is_too_old_after_its_minutes(strict: Container) -> None:
    texts(strict, QUESTION)
    code = newest_code(strict)
    strict.wait(minutes=11)
    texts(strict, code)
    assert verification(strict).state is CodeState.SENT
    assert "Hold the button" not in " ".join(strict.messenger.sent_to(EMMA_PHONE))


def test_nobody_gets_more_codes_than_the_policy_says(strict: Container) -> None:
    texts(strict, QUESTION)
    assert texts(strict, "please send a new code") == "verification"
    assert texts(strict, "new code please") == "verification"
    assert texts(strict, "new code again") == "unverified"
    codes = [body for body in strict.messenger.sent_to(EMMA_PHONE) if "is your code" in body]
    assert len(codes) == 3


def test_the_number_itself_is_proof_where_the_policy_says_so(store: SqlStore) -> None:
    container = container_with(store, accept=["number", "code"])
    assert texts(container, QUESTION) == "automatic_reply"


def test_what_concerns_no_account_is_answered_to_anybody(store: SqlStore) -> None:
    container = container_with(store, intents=["invoice"])
    assert texts(container, QUESTION) == "automatic_reply"


def test_a_visitor_proves_to_be_whom_they_say_and_becomes_that_person(strict: Container) -> None:
    assert chats(strict, QUESTION) == "verification"
    assert "Which e-mail address" in strict.messenger.sent_to(VISITOR)[-1]
    assert chats(strict, "emma@example.com") == "verification"
    told = strict.messenger.sent_to(VISITOR)[-1]
    assert "If we know this address" in told
    assert "23" not in told
    assert chats(strict, newest_code(strict)) == "automatic_reply"
    with strict.store.read() as unit:
        row = unit.connection.exec_driver_sql("SELECT customer_id FROM conversations").scalar_one()
        customer = unit.customers.get(CustomerId(row))
    assert customer is not None
    assert customer.name == "Emma Clarke"


def test_a_visitor_learns_nothing_of_whom_we_know(strict: Container) -> None:
    chats(strict, QUESTION)
    chats(strict, "emma@example.com")
    known = strict.messenger.sent_to(VISITOR)[-1]
    before = len(strict.messenger.sent)
    chats(strict, QUESTION, "conv-2")
    chats(strict, "nobody@example.com", "conv-2")
    assert strict.messenger.sent_to("conv-2")[-1] == known
    assert [sent.to for sent in strict.messenger.sent[before:]] == ["conv-2", "conv-2"]


def test_without_a_standing_approval_no_code_is_sent_and_a_person_takes_over(store: SqlStore) -> None:
    container = Container(store, policy(verification={"intents": ["reset"], "accept": ["code"]}))
    container.helpdesk.adds(person())
    container.happens(container.event(EventKind.CUSTOMER_CHANGED, "user-emma"))
    texts(container, QUESTION)
    assert not any("is your code" in sent.body for sent in container.messenger.sent)
    assert "Hold the button" not in " ".join(container.messenger.sent_to(EMMA_PHONE))


def test_codes_differ_by_verification_and_by_installation() -> None:
    ours, theirs = Codes(secret=b"not-a-secret-1"), Codes(secret=b"not-a-secret-2")
    names = [VerificationId(f"vf_{number}") for number in range(200)]
    assert len({ours.code(name) for name in names}) > 195
    assert sum(ours.code(name) == theirs.code(name) for name in names) == 0
    assert all(re.fullmatch(r"\d{6}", ours.code(name)) for name in names)


def said(text: str, *, spoken: bool = False) -> list[str]:
    return [found.code for found in find_codes(text, spoken=spoken)]


@pytest.mark.parametrize("text", ["123456", "123 456", "It's 123-456.", "code: 1 2 3 4 5 6", "１２３４５６"])
def test_a_code_is_heard_however_it_is_written(text: str) -> None:
    assert said(text) == ["123456"]
    assert "123" not in without(text, find_codes(text))


@pytest.mark.parametrize("text", ["+447700900123", "1234567", "12345", "", "order LK-10305"])
def test_what_is_no_code_is_left_alone(text: str) -> None:
    assert said(text) == []


@pytest.mark.parametrize(
    "text", ["20.11.2024", "It broke on 20-11-24.", "2024-11-20", "1.12.2024", "am 20 11 2024 gekauft", "20.11.24"]
)
def test_a_date_is_no_code(text: str) -> None:
    assert said(text) == []


def test_a_code_is_heard_beside_other_numbers() -> None:
    assert said("order 10 2345 and the code is 123456") == ["102345", "123456"]
    assert "123456" in said("10 23 123 456")
    assert said("bought on 20.11.2024: 123456") == ["123456"]


def test_a_spoken_code_is_heard_in_words() -> None:
    assert said("one two three four five six", spoken=True) == ["123456"]
    assert said("eins zwei drei vier fünf sechs", spoken=True) == ["123456"]
    assert without("eins", find_codes("eins zwei drei vier fünf sechs", spoken=True)) == "••••••"
    assert said("one two three four five six") == []


def test_the_right_code_beside_another_number_proves_and_stands_nowhere(strict: Container) -> None:
    texts(strict, QUESTION)
    code = newest_code(strict)
    assert texts(strict, f"order 10 2345 and the code is {code}") == "automatic_reply"
    assert code not in everything(strict)
    assert "order 10 2345" in everything(strict)


def test_of_several_wrong_numbers_none_is_hidden_and_together_they_are_one_try(strict: Container) -> None:
    texts(strict, QUESTION)
    code = newest_code(strict)
    texts(strict, f"10 2345 or {wrong(code)}")
    assert verification(strict).tries == 1
    assert "10 2345 or" in everything(strict)


def test_a_list_of_guesses_proves_nothing(strict: Container) -> None:
    texts(strict, QUESTION)
    code = newest_code(strict)
    texts(strict, f"{wrong(code)}, 111111, 222222, {code}")
    assert (verification(strict).state, verification(strict).tries) == (CodeState.SENT, 1)
    assert code not in everything(strict)


def test_a_date_costs_no_try_and_is_kept(strict: Container) -> None:
    texts(strict, QUESTION)
    texts(strict, "it broke on 20.11.2024")
    assert verification(strict).tries == 0
    assert "20.11.2024" in everything(strict)


@pytest.mark.parametrize("language", WORDS)
def test_every_language_has_its_own_words_and_they_are_recognised(language: str) -> None:
    words = WORDS[language]
    for text in (words.who, words.sent, words.claimed, words.wrong, words.remind):
        assert asks_for_proof(text.format(end="23", minutes=10, left=4))
        assert language == "en" or text != WORDS["en"].who
    assert not asks_for_proof(words.code)


def test_a_code_that_is_repeated_elsewhere_proves_nothing_and_is_hidden(strict: Container) -> None:
    chats(strict, QUESTION)
    chats(strict, "emma@example.com")
    code = newest_code(strict)
    texts(strict, code)
    assert code not in everything(strict)
    assert verification(strict).state is CodeState.SENT
    assert chats(strict, "are you there?") != "automatic_reply"
