"""How the assistant talks on each kind of channel: texts that come in a row, text messages and WhatsApp, calls."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Annotated, Any

from core.model.outbound import Occasion
from core.policy.kinds import AT_LEAST_ONE, LANGUAGES, SHARE, TEXT, Kind, members_of, seconds, word
from core.policy.reader import At


def _number(value: Any) -> str:
    if not re.fullmatch(r"\+[1-9]\d{6,14}", word(value)):
        raise ValueError
    return word(value)


WAIT = seconds(0, 60)  # a customer who writes by phone does not wait longer for any sign of life
RING = seconds(1, 120)
NUMBER = Kind(expected='a telephone number with its country, in quotes: "+442079460100"', read=_number)
SPOKEN = LANGUAGES.into(lambda languages: languages or ("en",))


@dataclass(frozen=True, slots=True, kw_only=True)
class Burst:
    """How long a customer must have been `quiet` before their texts are answered together; `unfinished` where the
    newest looks as if more will follow. Never `longest` after the first of them. `quiet` of 0: nobody waits, each text
    is a turn of its own."""

    quiet: Annotated[timedelta, WAIT, At("quiet_seconds")] = timedelta(seconds=1.2)
    unfinished: Annotated[timedelta, WAIT, At("unfinished_seconds")] = timedelta(seconds=5)
    longest: Annotated[timedelta, WAIT, At("longest_seconds")] = timedelta(seconds=10)


@dataclass(frozen=True, slots=True, kw_only=True)
class Texting:
    """The sections `sms` and `whatsapp`. `most_segments` is how many SMS an answer of the assistant may take.
    `templates` are the occasions on which an approved WhatsApp template is used when free words are not taken any more:
    each of them is paid for."""

    most_segments: Annotated[int, AT_LEAST_ONE, At("sms.most_segments")] = 3
    templates: Annotated[frozenset[Occasion], members_of(Occasion), At("whatsapp.templates")] = frozenset(
        {Occasion.REPLY, Occasion.NOTICE}
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Voice:
    """`numbers` maps a group to the telephone that rings there, `other` is rung where a group has none (empty: nobody
    can be put through, and a call back is promised). `languages` are those that calls are answered in, the first where
    nothing tells another. What a recogniser is less sure of than `least_confidence` is asked again. `filler` and
    `patience` are how long a caller waits for an answer before a word and before a person. `dispositions` is
    where `wrap_up.dispositions` stood before every channel had them."""

    numbers: Mapping[str, Annotated[str, NUMBER]] = field(default_factory=dict)
    other: Annotated[str, NUMBER] = ""
    languages: Annotated[tuple[str, ...], SPOKEN] = ("en",)
    ring: Annotated[timedelta, RING, At("ring_seconds")] = timedelta(seconds=20)
    filler: Annotated[timedelta, RING, At("filler_seconds")] = timedelta(seconds=8)
    patience: Annotated[timedelta, RING, At("patience_seconds")] = timedelta(seconds=20)
    least_confidence: Annotated[float, SHARE] = 0.35
    transcribe: bool = False
    dispositions: Mapping[str, Annotated[str, TEXT]] = field(default_factory=dict)
    tag: str = "handrail_call"
    callback_tag: str = "handrail_callback"

    def number_of(self, group: str) -> str:
        """The telephone of a group; empty where nobody can be rung."""
        return self.numbers.get(group, self.other)
