"""A stranger who knows somebody's name or address: they get nothing said, use up nothing, and flood nobody."""

from pathlib import Path

import pytest
import yaml

from apps.starter import __file__ as starter
from connectors.sql.store import SqlStore
from core.model.profile import Proof
from core.policy.self_service import VerificationRules
from tests.core.container import Container
from tests.core.people import EMMA_PHONE
from tests.core.profile.test_verification import (
    QUESTION,
    chats,
    container_with,
    newest_code,
    texts,
    verification,
    wrong,
)


@pytest.fixture
def strict(store: SqlStore) -> Container:
    return container_with(store)


def sent_codes(container: Container) -> int:
    return sum("is your code" in body for body in container.messenger.sent_to(EMMA_PHONE))


def ask_as_strangers(container: Container, how_many: int) -> list[str]:
    """Each in a window of their own, saying that they are Emma."""
    said = []
    for number in range(how_many):
        chats(container, QUESTION, f"stranger-{number}")
        said.append(chats(container, "emma@example.com", f"stranger-{number}"))
    return said


def test_strangers_who_say_her_name_leave_her_own_codes_to_her(strict: Container) -> None:
    ask_as_strangers(strict, 5)
    before = sent_codes(strict)
    assert texts(strict, QUESTION) == "verification"
    assert sent_codes(strict) == before + 1
    assert texts(strict, newest_code(strict)) == "automatic_reply"


def test_strangers_send_her_no_more_than_a_few_a_day(strict: Container) -> None:
    ask_as_strangers(strict, 6)
    strict.wait(minutes=90)
    ask_as_strangers(strict, 6)
    assert sent_codes(strict) == 3


def test_a_strangers_wrong_codes_are_tries_of_their_own_code(strict: Container) -> None:
    texts(strict, QUESTION)
    hers = verification(strict)
    code = newest_code(strict)
    for number in range(6):
        chats(strict, wrong(code), f"stranger-{number}")
    with strict.store.read() as unit:
        now = unit.verifications.get(hers.id)
    assert now is not None
    assert now.tries == 0
    assert texts(strict, code) == "automatic_reply"


def test_a_stranger_is_told_the_same_whether_she_is_known_or_has_codes_left(strict: Container) -> None:
    ask_as_strangers(strict, 2)
    told = []
    for number, address in enumerate(("emma@example.com", "nobody@example.com")):
        chats(strict, QUESTION, f"one-{number}")
        told.append(chats(strict, address, f"one-{number}"))
    assert told == ["verification", "verification"]


def test_a_number_proves_what_the_policys_own_line_says_and_nothing_by_default(store: SqlStore) -> None:
    assert Proof.NUMBER not in VerificationRules().accept
    written = yaml.safe_load((Path(starter).parent / "policy.yaml").read_text("utf-8"))["verification"]["accept"]
    assert set(written) == {"login", "code"}
    by_default = container_with(store)
    assert texts(by_default, QUESTION) == "verification"


def test_whoever_types_her_number_into_a_window_is_not_at_her_number(strict: Container) -> None:
    chats(strict, QUESTION)
    assert chats(strict, f"my number is {EMMA_PHONE}") == "verification"
    assert chats(strict, QUESTION) == "verification"


@pytest.mark.parametrize("strangers", [0, 5])
@pytest.mark.parametrize(
    "then", [("It has not come", "123456", "Hello?"), ("123456", "654321"), ("new code please",), (QUESTION,)]
)
def test_nobody_learns_from_what_they_are_told_next_whether_an_address_is_known(
    strict: Container, strangers: int, then: tuple[str, ...]
) -> None:
    ask_as_strangers(strict, strangers)
    heard = {}
    for address in ("emma@example.com", "nobody@example.com"):
        window = f"window-{address}"
        said = [chats(strict, words, window) for words in (QUESTION, address, *then)]
        heard[address] = (said, strict.messenger.sent_to(window))
    known, unknown = heard.values()
    assert known == unknown
