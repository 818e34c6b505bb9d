"""When a customer is told that an assistant writes."""

from datetime import timedelta

import pytest

from core.answer.style import StyleCard
from core.execute.plan_words import discloses
from core.model.conversation import ASSISTANT, Message, Role
from core.model.customer import Channel
from tests.core.people import MINUTE, NOW
from tests.core.samples import case, conversation, message

CARD = StyleCard(company="Larkfield")
SAID = f"Ten seconds.\n\n{CARD.ending('en', compact=True)}"
DAY = timedelta(hours=24)


def told(*timeline: Message, **changes: object) -> bool:
    return discloses(case(*timeline, **changes), CARD, DAY)


def ours(number: int, text: str = SAID, **changes: object) -> Message:
    return message(number, role=Role.ASSISTANT, text=text, **changes)


def test_at_first_contact_it_is_told() -> None:
    assert told(message(1))


def test_not_each_time() -> None:
    assert not told(message(1), ours(2), message(3))
    assert not told(message(1), ours(2), message(3), ours(4, "A second answer."), message(5))


def test_a_text_that_did_not_tell_it_counts_for_nothing() -> None:
    assert told(message(1), ours(2, "Your order is late."), message(3))


def test_on_another_channel_it_is_told_again() -> None:
    assert told(message(1), ours(2), message(3, channel=Channel.WHATSAPP))


def test_after_a_person_has_spoken_it_is_told_again() -> None:
    assert told(message(1), ours(2), message(3), message(4, role=Role.AGENT, text="Maria here"), message(5))


def test_after_a_person_had_it_and_gave_it_back_it_is_told_again() -> None:
    back = conversation(owner=ASSISTANT, owner_since=NOW + 3 * MINUTE)
    assert told(message(1), ours(2), message(4), conversation=back)
    assert not told(message(1), ours(2), ours(4), message(5), conversation=back)


@pytest.mark.parametrize(("hours", "again"), [(23, False), (24, True)])
def test_after_a_day_it_is_told_again(hours: int, again: bool) -> None:
    later = NOW + 2 * MINUTE + timedelta(hours=hours)
    assert told(message(1), ours(2), message(3), now=later) is again


@pytest.mark.parametrize("language", sorted(CARD.languages))
@pytest.mark.parametrize("compact", [True, False])
def test_the_line_is_known_again_in_every_language(language: str, compact: bool) -> None:
    assert not told(message(1), ours(2, f"…\n\n{CARD.ending(language, compact=compact)}"), message(3))


def test_another_companys_line_is_none() -> None:
    other = StyleCard(company="Another").ending("en", compact=True)
    assert told(message(1), ours(2, other), message(3))
