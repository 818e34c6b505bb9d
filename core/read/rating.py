"""A number from 1 to 5 in answer to our question how we did."""

import re

from core.model.conversation import CaseContext, Message, MessageKind, Role

GOOD, BAD = 4, 2  # from here up, and down to here
_NUMBER = re.compile(
    r"\W*([1-5])\s*(?:(?:/|of|out of|von|de|sur|sobre)\s*5)?\s*(?:stars?|sterne?|estrellas?|étoiles?|estrelas?|点)?\W*"
)
_FULL_WIDTH = str.maketrans("12345", "12345")
_STARS = re.compile(r"\s*((?:⭐️?\s*){1,5})")


def rating_in(text: str) -> int | None:
    """The number where it is all that was written."""
    plain = text.casefold().translate(_FULL_WIDTH)
    number = _NUMBER.fullmatch(plain)
    if number is not None:
        return int(number[1])
    stars = _STARS.fullmatch(text)
    return stars[1].count("⭐") if stars is not None else None


def rating_of(case: CaseContext) -> int | None:
    """What the customer's newest message says to the question that stands right before it."""
    latest, asked = case.latest, question_of(case)
    return rating_in(latest.text) if latest is not None and asked is not None else None


def question_of(case: CaseContext) -> Message | None:
    """Our question, where nothing else was said between it and the newest message."""
    said = [m for m in case.timeline if m.public and m.role is not Role.SYSTEM]
    latest = case.latest
    if latest is None or latest not in said:
        return None
    before = said[: said.index(latest)]
    return before[-1] if before and before[-1].kind is MessageKind.RATING else None
