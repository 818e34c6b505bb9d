"""What use changes by itself, and how far: the section `learning`."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Annotated

from core.policy.kinds import AT_LEAST_ONE, DAYS, Kind, between
from core.policy.reader import At


class Feedback(StrEnum):
    """What feedback does. RANK: it moves articles in the search, within the bound."""

    OFF = "off"
    RANK = "rank"


class Corrected(StrEnum):
    """What becomes of the intents that agents correct. EXAMPLES: the messages count at once as examples of the intent.
    PROPOSE: they are proposed as examples, and count when a person has taken them over."""

    OFF = "off"
    PROPOSE = "propose"
    EXAMPLES = "examples"


# YAML reads `off` as false.
FEEDBACK = Kind(
    expected="off or rank", read=lambda value: Feedback("off" if value is False else value), names=tuple(Feedback)
)
CORRECTED = Kind(
    expected="off, propose or examples",
    read=lambda value: Corrected("off" if value is False else value),
    names=tuple(Corrected),
)
LIFT = Kind(expected="a share from 0 to 0.3", read=between(0.0, 0.3))


@dataclass(frozen=True, slots=True, kw_only=True)
class Learning:
    """`most` is the share of its score by which an article is raised or lowered at most, `half_life` the time after
    which a vote counts half. With `calibrate` the confidence of answers follows what came of them; it never makes
    anything leave by itself that would not have left before. Of an intent's corrections the newest `most_corrections`
    of the last `corrections_kept` count."""

    feedback: Annotated[Feedback, FEEDBACK] = Feedback.RANK
    most: Annotated[float, LIFT, At("most")] = 0.1
    half_life: Annotated[timedelta, DAYS, At("half_life_days")] = timedelta(days=60)
    calibrate: bool = True
    corrections: Annotated[Corrected, CORRECTED] = Corrected.EXAMPLES
    most_corrections: Annotated[int, AT_LEAST_ONE] = 50
    corrections_kept: Annotated[timedelta, DAYS, At("corrections_days")] = timedelta(days=365)
