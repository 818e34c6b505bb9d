"""Who asked for a change at the command line, proved by a key of theirs or by their own word in Slack.

Only whoever has the key file can sign with it, and only Slack says whose account a word came from; both are recorded in
the ledger beside what was asked."""

import json
from collections.abc import Mapping
from dataclasses import asdict, replace
from datetime import datetime, timedelta
from typing import Any

from core.model.proof import Person, Question
from core.ports import Unit

PEOPLE = "people_keys"  # the cursor that holds everybody's public key by e-mail address
GOOD_FOR = timedelta(minutes=10)


def people(unit: Unit) -> Mapping[str, Person]:
    """Whoever has a key, by e-mail address in lower case."""
    return {email: Person(**fields) for email, fields in json.loads(unit.cursors.get(PEOPLE) or "{}").items()}


def add_person(unit: Unit, email: str, key: str, added_by: str, now: datetime) -> None:
    """An earlier key of the same person is no longer good."""
    known = {**people(unit), email.lower(): Person(key=key, added_by=added_by, at=now.isoformat())}
    _keep(unit, known)
    unit.ledger.append("person_added", {"person": email.lower(), "key": key, "by": added_by}, now)


def remove_person(unit: Unit, email: str, by: str, now: datetime) -> bool:
    """Whether there was one."""
    known = dict(people(unit))
    if known.pop(email.lower(), None) is None:
        return False
    _keep(unit, known)
    unit.ledger.append("person_removed", {"person": email.lower(), "by": by}, now)
    return True


def _keep(unit: Unit, known: Mapping[str, Person]) -> None:
    unit.cursors.set(PEOPLE, json.dumps({email: asdict(person) for email, person in known.items()}))


def record_proof(unit: Unit, by: str, what: str, proof: Mapping[str, Any], now: datetime) -> None:
    """`proof` says how it was proved: `way` is key or slack."""
    unit.ledger.append("identity_proved", {"by": by, "what": what, **proof}, now)


def ask(unit: Unit, question: Question) -> None:
    """Keep a question until its code is confirmed in Slack, or its time is over."""
    unit.cursors.set(_name(question.code), json.dumps(asdict(question) | {"at": question.at.isoformat()}))


def question_of(unit: Unit, code: str, now: datetime) -> Question | None:
    """None where there is no such question, it has been answered and used, or it is too old."""
    kept = unit.cursors.get(_name(code))
    if not kept:
        return None
    fields = json.loads(kept)
    found = Question(**fields | {"at": datetime.fromisoformat(fields["at"])})
    return found if now - found.at <= GOOD_FOR else None


def confirm(unit: Unit, question: Question, user_id: str) -> None:
    ask(unit, replace(question, user_id=user_id))


def spend(unit: Unit, code: str, now: datetime) -> bool:
    """Whether it was confirmed; it is recorded then and good for nothing more."""
    found = question_of(unit, code, now)
    if found is None or not found.user_id:
        return False
    unit.cursors.set(_name(code), "")
    record_proof(unit, found.by, found.what, {"way": "slack", "user": found.user_id}, now)
    return True


def _name(code: str) -> str:
    return f"proof:{code.strip().upper()}"
