"""Addresses of receipts: signed, short, and for a time."""

from datetime import timedelta

import pytest

from apps.receipt.links import Links
from core.model.ids import ConversationId, derive_id
from tests.core.people import NOW

LINKS = Links(public_url="https://desk.example/", secret="an-obviously-fake-secret")
ONE = ConversationId(derive_id("co", "one"))
UNTIL = NOW + timedelta(days=30)


def token(conversation: ConversationId = ONE, links: Links = LINKS) -> str:
    return links.link(conversation, UNTIL).rpartition("/")[2]


@pytest.mark.parametrize("conversation", [ONE, ConversationId("co_one"), ConversationId("co_" + "G" * 32)])
def test_an_address_leads_back_to_its_conversation(conversation: ConversationId) -> None:
    assert LINKS.read(token(conversation), NOW) == (conversation, UNTIL)


def test_it_is_short_enough_for_a_text_message() -> None:
    assert len(LINKS.link(ONE, UNTIL)) <= 75


def test_after_its_time_it_is_no_address_any_more() -> None:
    assert LINKS.read(token(), UNTIL - timedelta(seconds=1)) is not None
    assert LINKS.read(token(), UNTIL) is None


def test_another_secret_another_conversation_or_a_changed_letter_is_none() -> None:
    assert Links(public_url="", secret="another-fake-secret").read(token(), NOW) is None
    for place in range(len(token())):
        changed = token()[:place] + ("A" if token()[place] != "A" else "B") + token()[place + 1 :]
        # The last letter may carry bits that mean nothing.
        assert LINKS.read(changed, NOW) is None or place == len(token()) - 1


@pytest.mark.parametrize("token", ["", "x", "ä", "=" * 8, "A" * 400, "../../etc"])
def test_whatever_is_no_token_is_refused_quietly(token: str) -> None:
    assert LINKS.read(token, NOW) is None
