"""The section `voice` of a policy file."""

import re
from datetime import timedelta
from typing import Any

from core.coordinate.keys import Keys, Kind
from core.coordinate.kinds import FLAG, LANGUAGES, NAME, SHARE, TEXT, between, word
from core.coordinate.policy.values_voice import Voice

LONGEST = 120  # seconds


def _number(value: Any) -> str:
    if not re.fullmatch(r"\+[1-9]\d{6,14}", word(value)):
        raise ValueError
    return word(value)


def _seconds(value: Any) -> timedelta:
    return timedelta(seconds=between(1, LONGEST)(value))


NUMBER = Kind(expected='a telephone number with its country, in quotes: "+442079460100"', read=_number)
SECONDS = Kind(expected=f"seconds from 1 to {LONGEST}", read=_seconds)


def voice(keys: Keys) -> Voice:
    usual = Voice()
    return Voice(
        numbers=keys.table("numbers", NAME, NUMBER),
        other=keys.at("other", NUMBER, ""),
        languages=keys.at("languages", LANGUAGES, usual.languages) or usual.languages,
        ring=keys.at("ring_seconds", SECONDS, usual.ring),
        filler=keys.at("filler_seconds", SECONDS, usual.filler),
        patience=keys.at("patience_seconds", SECONDS, usual.patience),
        least_confidence=keys.at("least_confidence", SHARE, usual.least_confidence),
        transcribe=keys.at("transcribe", FLAG, usual.transcribe),
        dispositions=keys.table("dispositions", NAME, TEXT),
        tag=keys.at("tag", NAME, usual.tag),
        callback_tag=keys.at("callback_tag", NAME, usual.callback_tag),
    )
