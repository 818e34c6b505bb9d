"""A fact as it is said to a person, and in which language: a day by its name, everything else as it stands."""

import re
from datetime import date
from typing import Any

from core.model.customer import Customer
from core.policy import Play, Policy
from core.text.dates import name_date

DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


def in_words(value: Any, language: str) -> str:
    """`2026-11-25` is `Wednesday 25 November`."""
    text = str(value).strip()
    if DAY.fullmatch(text):
        try:
            return name_date(date.fromisoformat(text), language)
        except ValueError:
            pass  # a number that only looks like a day
    return text


def for_template(value: Any, language: str) -> str:
    """With no brace in it, for what is filled into a template that has places left: it would be read as one."""
    return in_words(value, language).replace("{", "(").replace("}", ")")


def language_for(customer: Customer, play: Play, policy: Policy) -> str:
    """The language in which they will be written to."""
    worded = {policy.language, *play.texts_in}
    return customer.language if customer.language in worded else policy.language
