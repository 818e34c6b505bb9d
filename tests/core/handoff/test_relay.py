"""An agent's words on a phone: all of them, in their order, in pieces that the channel takes."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.handoff.relay import LONGEST, note_files_left, parts, with_files
from core.model.conversation import Attachment, Role
from core.model.customer import WRITTEN, Channel, Identity, IdentityKind
from tests.core.people import EMMA_PHONE, customer
from tests.core.samples import message

PHONE_ONLY = customer(identities=(Identity(kind=IdentityKind.PHONE, value=EMMA_PHONE),))
LABEL = message(1, role=Role.AGENT, text="Your label:", attachments=(Attachment(name="label.pdf", type="a/b"),))


TAKES = {Channel.SMS: 1_600, Channel.WHATSAPP: 900, Channel.CHAT: 4_096, Channel.MESSENGER: 2_000}


def test_every_channel_that_we_write_on_has_its_length() -> None:
    assert set(LONGEST) == WRITTEN


@given(st.text(alphabet="ab. !?\n,ü漢😀", max_size=6_000), st.sampled_from(sorted(WRITTEN)))
def test_no_word_is_lost_and_no_part_is_too_long(text: str, channel: Channel) -> None:
    cut = parts(text, channel)
    said = "".join(re.sub(r"^\(\d+/\d+\) ", "", part) for part in cut) if len(cut) > 1 else cut[0]
    assert "".join(said.split()) == "".join(text.split())
    if channel is Channel.INSTAGRAM:
        assert max(len(part.encode()) for part in cut) <= 1_000
    else:
        assert max(map(len, cut)) <= TAKES[channel]


def test_what_fits_is_left_as_it_is() -> None:
    assert parts("Here you are.", Channel.SMS) == ("Here you are.",)


def test_it_is_cut_between_sentences() -> None:
    first, second = parts("A" * 800 + ". " + "B" * 800 + ".", Channel.WHATSAPP)
    assert first == "(1/2) " + "A" * 800 + "."
    assert second == "(2/2) " + "B" * 800 + "."


@pytest.mark.parametrize(
    ("channel", "number"),
    [(Channel.CHAT, 1), (Channel.MESSENGER, 2), (Channel.SMS, 2), (Channel.WHATSAPP, 3), (Channel.INSTAGRAM, 3)],
)
def test_each_channel_takes_as_much_as_it_takes(channel: Channel, number: int) -> None:
    assert len(parts("word " * 500, channel)) == number


def test_files_are_named_with_where_they_are_and_the_whole_address_is_not_given_away() -> None:
    said = with_files(LABEL, customer(), "de")
    assert said == "Your label:\n\nMit einer Datei: label.pdf. Sie finden sie in der E-Mail an e…@e….com."
    assert note_files_left(LABEL, customer(), "SMS") == ""


def test_where_no_mail_can_carry_them_the_agent_is_told_and_the_customer_is_promised_nothing() -> None:
    assert with_files(LABEL, PHONE_ONLY, "en") == "Your label:"
    assert "label.pdf" in note_files_left(LABEL, PHONE_ONLY, "SMS")
