import json
from dataclasses import replace
from typing import Any

import pytest

from apps.slack.cards.actions import PARKED_DISMISS, PARKED_SEND
from apps.slack.cards.commands import show_parked
from apps.slack.cards.details import parked_details
from apps.slack.cards.texts import ROOM
from core.model.ids import EffectId
from core.model.parked import Parked
from tests.apps.slack.cards.test_details import PARKED
from tests.core.outreach.slack_limits import buttons, complaints, shown

TEXT = "Larkfield Home: your parcel is late. " * 12


def words(*found: Parked) -> str:
    blocks: Any = show_parked(found).blocks
    assert complaints(blocks) == []
    return shown(blocks)


def test_a_text_of_three_parts_is_read_whole_before_it_is_sent_again() -> None:
    assert TEXT in words(replace(PARKED, text=TEXT))


@pytest.mark.parametrize("text", [TEXT, "word " * (ROOM // 5 - 2), "x" * 6000])
def test_send_again_stands_only_under_the_whole_text(text: str) -> None:
    found = [replace(PARKED, id=EffectId(f"fx_{n}"), text=text) for n in range(10)]
    blocks: Any = show_parked(found).blocks
    assert complaints(blocks) == []
    whole = shown(blocks).replace("\n>", "").count(text)
    sent = [each for each in blocks if each["type"] == "actions" and PARKED_SEND in buttons([each])]
    assert len(sent) == whole > 0
    assert shown(blocks).count("Read it whole behind Details, and send it again there.") == 10 - whole
    assert json.dumps(blocks).count(PARKED_DISMISS) == 10


def test_a_text_that_fits_no_answer_is_sent_again_from_its_details_alone() -> None:
    long = replace(PARKED, text="&" * 2000)
    assert PARKED_SEND not in buttons(show_parked([long]).blocks)
    view = parked_details(long)
    assert view["submit"]["text"] == "Send again"
    assert shown(view["blocks"]).count("&amp;") == 2000
    assert "submit" not in parked_details(replace(PARKED, text="x" * 300_000))


@pytest.mark.parametrize(
    ("why", "said"),
    [
        ("Twilio refused it: 21211 invalid 'To' number", "This is not a phone number."),
        ("the customer has opted out", "the customer has opted out"),
        ("", "No reason is known."),
    ],
)
def test_the_reason_is_in_words_and_the_vendors_own_stand_behind_details(why: str, said: str) -> None:
    text = words(replace(PARKED, why=why))
    assert said in text
    assert "21211" not in text


def test_what_may_have_arrived_says_so() -> None:
    text = words(replace(PARKED, why="ReadTimeout(host='api')", unclear=True))
    assert "It may have arrived all the same" in text
    assert "ReadTimeout" not in text


def test_each_has_its_details_and_ten_of_the_longest_fit_slack() -> None:
    many = [replace(PARKED, id=EffectId(f"fx_{n}"), text="&" * 5000, who="<" * 500) for n in range(10)]
    blocks: Any = show_parked(many).blocks
    assert [each for each in complaints(blocks) if "characters in all" not in each] == []
    values = [json.loads(block["accessory"]["value"]) for block in blocks if "accessory" in block]
    assert values == [{"card": "parked", "id": f"fx_{n}"} for n in range(10)]
