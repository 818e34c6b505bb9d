"""The exercises, read from their file."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import yaml
from marshmallow import RAISE, Schema, ValidationError, fields, validate

from apps.validation import tell
from core.errors import ConfigurationError
from core.model.conversation import CaseContext
from core.model.ids import ArticleId

# How somebody did: pure functions from what lies in the helpdesk and in Handrail to yes or no for each check.

RUN = 6  # words in a row that nobody writes by chance
WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One thing that a good answer does. `because` is said to who did not do it. Which of the other fields count
    depends on the kind: see KINDS."""

    kind: str
    says: str
    because: str
    words: tuple[str, ...] = ()
    group: str = ""
    thumb: str = ""
    least: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What is there now. `replies` are the agent's public comments and `notes` the private ones that carry their words,
    oldest first; `group` is the ticket's; `drafts` are the texts that were offered, `internal` those of articles for
    agents alone; `feedback` is what Handrail kept of what they did; `acted_at` is when they first replied or passed it
    on."""

    replies: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    group: str = ""
    escalated: bool = False
    drafts: tuple[str, ...] = ()
    internal: tuple[str, ...] = ()
    feedback: tuple[tuple[str, Mapping[str, Any]], ...] = ()
    acted_at: datetime | None = None

    @property
    def said(self) -> str:
        return "\n".join(self.replies)


@dataclass(frozen=True, slots=True, kw_only=True)
class Graded:
    check: Check
    passed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Grade:
    """`took` is None for who has not acted."""

    graded: tuple[Graded, ...]
    took: timedelta | None

    @property
    def passed(self) -> int:
        return sum(each.passed for each in self.graded)

    @property
    def whole(self) -> bool:
        return self.passed == len(self.graded)


def grade(checks: Sequence[Check], evidence: Evidence, began_at: datetime) -> Grade:
    """Every check against the evidence. Who did nothing passes none: leaving things out is no merit then."""
    acted = evidence.acted_at is not None
    graded = tuple(Graded(check=check, passed=acted and KINDS[check.kind](check, evidence)) for check in checks)
    return Grade(graded=graded, took=evidence.acted_at - began_at if evidence.acted_at else None)


def _replied(_: Check, evidence: Evidence) -> bool:
    return bool(evidence.replies)


def _silent(_: Check, evidence: Evidence) -> bool:
    return not evidence.replies


def _opened(_: Check, evidence: Evidence) -> bool:
    return any(kind == "opened" for kind, _ in evidence.feedback)


def _taken(_: Check, evidence: Evidence) -> bool:
    return any(kind == "inserted" for kind, _ in evidence.feedback)


def _rated(check: Check, evidence: Evidence) -> bool:
    return any(kind == f"thumb_{check.thumb}" for kind, _ in evidence.feedback)


def _says(check: Check, evidence: Evidence) -> bool:
    said = evidence.said.casefold()
    return any(word.casefold() in said for word in check.words)


def _leaves_out(check: Check, evidence: Evidence) -> bool:
    return not _says(check, evidence)


def _escalated(check: Check, evidence: Evidence) -> bool:
    return evidence.escalated and evidence.group == check.group


def _noted(check: Check, evidence: Evidence) -> bool:
    return any(len(WORD.findall(note)) >= check.least for note in evidence.notes)


def _own_words(check: Check, evidence: Evidence) -> bool:
    """Words in a reply that stand in no draft."""
    drafted = {word.casefold() for draft in evidence.drafts for word in WORD.findall(draft)}
    own = {word.casefold() for word in WORD.findall(evidence.said)} - drafted
    return len(own) >= check.least


def _nothing_internal(_: Check, evidence: Evidence) -> bool:
    """No run of words in a reply stands in an internal article."""
    said = _runs(evidence.said)
    return not any(said & _runs(text) for text in evidence.internal)


def _runs(text: str) -> set[tuple[str, ...]]:
    words = [word.casefold() for word in WORD.findall(text)]
    return {tuple(words[place : place + RUN]) for place in range(len(words) - RUN + 1)}


KINDS: Mapping[str, Callable[[Check, Evidence], bool]] = {
    "replied": _replied,
    "silent": _silent,
    "opened": _opened,
    "taken": _taken,
    "rated": _rated,  # thumb
    "says": _says,  # any of the words
    "leaves_out": _leaves_out,  # none of the words
    "escalated": _escalated,  # group
    "noted": _noted,  # least words
    "own_words": _own_words,  # least words
    "nothing_internal": _nothing_internal,
}


# The file of exercises.

FILE = Path(__file__).parent / "exercises.yaml"


@dataclass(frozen=True, slots=True, kw_only=True)
class Promoted:
    """`sent` is what an agent wrote then, `owner` who was to have it, `cites` the articles that were cited, by id."""

    case: CaseContext
    record: tuple[str, ...]
    sent: str
    owner: str
    cites: Mapping[ArticleId, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Exercise:
    """`mail` has `from`, `subject`, `body` and maybe `name`; `good` is what a good answer looks like; `minutes` is what
    it should take at most. A matter of the company's own is `promoted`: it has no checks, each try has a sender of its
    own, and `good` is what an agent sent then."""

    id: str
    title: str
    task: str
    minutes: int
    mail: Mapping[str, str]
    checks: tuple[Check, ...]
    good: str
    promoted: Promoted | None = None


class Strict(Schema):
    class Meta:
        unknown = RAISE


class MailSchema(Strict):
    sender = fields.String(required=True, data_key="from")
    name = fields.String()
    subject = fields.String(required=True)
    body = fields.String(required=True)


class CheckSchema(Strict):
    kind = fields.String(required=True, validate=validate.OneOf(sorted(KINDS)))
    says = fields.String(required=True)
    because = fields.String(required=True)
    any = fields.List(fields.String(), load_default=list)
    words = fields.List(fields.String(), load_default=list)
    group = fields.String(load_default="")
    thumb = fields.String(load_default="")
    least = fields.Integer(load_default=0)


class ExerciseSchema(Strict):
    id = fields.String(required=True, validate=validate.Regexp(r"[a-z_]+"))
    title = fields.String(required=True)
    task = fields.String(required=True)
    minutes = fields.Integer(required=True, validate=validate.Range(min=1, max=60))
    mail = fields.Nested(MailSchema, required=True)
    checks = fields.List(fields.Nested(CheckSchema), required=True, validate=validate.Length(min=1))
    good = fields.String(required=True)


class FileSchema(Strict):
    exercises = fields.List(fields.Nested(ExerciseSchema), required=True, validate=validate.Length(min=1))


def read_exercises(path: Path = FILE) -> tuple[Exercise, ...]:
    """In the order of the file. Raises ConfigurationError naming what is wrong in it."""
    try:
        found = FileSchema().load(yaml.safe_load(path.read_text(encoding="utf-8")))
    except ValidationError as error:
        raise ConfigurationError(f"{path}: {tell(error.messages)}") from error
    except (OSError, ValueError, yaml.YAMLError) as error:
        raise ConfigurationError(f"{path} cannot be read: {error}") from error
    return tuple(_exercise(row) for row in found["exercises"])


def _exercise(row: dict[str, Any]) -> Exercise:
    mail = dict(row["mail"])
    mail["from"] = mail.pop("sender")
    checks = tuple(_check(check) for check in row["checks"])
    return Exercise(**{**row, "mail": mail, "checks": checks, "task": row["task"].strip(), "good": row["good"].strip()})


def _check(row: dict[str, Any]) -> Check:
    return Check(
        kind=row["kind"],
        says=row["says"],
        because=row["because"],
        words=tuple(row["any"] or row["words"]),
        group=row["group"],
        thumb=row["thumb"],
        least=row["least"],
    )
