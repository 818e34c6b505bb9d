"""Business events of the company's own systems: an outage, late orders, a product that somebody struggles with."""

import re
from collections.abc import Iterator
from typing import Any

from marshmallow import EXCLUDE, Schema, ValidationError, fields, validate

from webhooks.intake import Moment, name_field

LARGEST_FACTS = 50
MOST_PEOPLE = 5_000
MOST_AT_ONCE = 100
LONGEST = 2_000
PEOPLE, CUSTOMER = "people", "customer"
PLAIN = (str, int, float, bool)
NAMED = "Use a to z, 0 to 9 and _ only, beginning with a letter, at most 40."
_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")


def _named_facts(facts: dict[str, Any]) -> None:
    wrong = {name: [NAMED] for name in facts if not _NAME.fullmatch(name)}
    long = {
        name: [f"At most {LONGEST} characters."]
        for name, value in facts.items()
        if isinstance(value, str) and len(value) > LONGEST
    }
    if wrong or long:
        raise ValidationError({**wrong, **long})


def _people(facts: dict[str, Any]) -> None:
    """Each names a customer, and has facts of their own that a text can state."""
    rows = facts.get(PEOPLE)
    if rows is None:
        return
    if not isinstance(rows, list) or not 1 <= len(rows) <= MOST_PEOPLE:
        raise ValidationError({PEOPLE: [f"Has to be a list of 1 to {MOST_PEOPLE} people."]})
    # The first few only: thousands of lines about the same mistake help nobody.
    wrong = dict([(place, said) for place, row in enumerate(rows) if (said := _wrong_in(row))][:5])
    wrong = wrong or dict(list(_named_twice(rows))[:5])
    if wrong:
        raise ValidationError({PEOPLE: wrong})


def _named_twice(rows: list[dict[str, Any]]) -> Iterator[tuple[int, dict[str, list[str]]]]:
    """Each hears of a signal once, so a second order of theirs would be told to nobody."""
    first: dict[str, int] = {}
    for place, row in enumerate(rows):
        before = first.setdefault(str(row[CUSTOMER]).strip(), place)
        if before != place:
            yield place, {CUSTOMER: [f"Is named at {before} too; each hears once, so send a second signal."]}


def _wrong_in(row: object) -> list[str] | dict[str, list[str]]:
    if not isinstance(row, dict):
        return ["Is not an object."]
    name = row.get(CUSTOMER)
    if not isinstance(name, str | int) or isinstance(name, bool) or not _names_somebody(str(name)):
        return {CUSTOMER: ["Needs an e-mail address, a phone number or the helpdesk's id."]}
    if len(row) > LARGEST_FACTS:
        return [f"At most {LARGEST_FACTS} facts each."]
    told = {fact: _wrong_fact(fact, value) for fact, value in row.items() if fact != CUSTOMER}
    return {fact: [said] for fact, said in told.items() if said}


def _names_somebody(name: str) -> bool:
    return 1 <= len(name.strip()) <= 200 and name.isprintable()


def _wrong_fact(name: str, value: object) -> str:
    if not _NAME.fullmatch(name):
        return NAMED
    if not isinstance(value, PLAIN):
        return "Has to be a text or a number."
    return f"At most {LONGEST} characters." if isinstance(value, str) and len(value) > LONGEST else ""


class SignalSchema(Schema):
    """`facts` are the only things that a proactive message may state; `people` among them names those whom the signal
    is about, each with facts of their own."""

    class Meta:
        unknown = EXCLUDE

    id = fields.String(required=True, validate=name_field(100))
    kind = fields.String(required=True, validate=validate.Regexp(r"^[a-z][a-z0-9_]{0,39}\Z", error=NAMED))
    at = Moment(load_default=None, allow_none=True)
    facts = fields.Dict(
        keys=fields.String(),
        values=fields.Raw(),
        required=True,
        validate=[validate.Length(min=1, max=LARGEST_FACTS), _named_facts, _people],
    )
