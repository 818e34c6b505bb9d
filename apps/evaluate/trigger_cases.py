"""Labelled cases of triggers from files, and each as the case that the core reads."""

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import yaml

from apps.evaluate.courses import case_of_course
from core.errors import ConfigurationError
from core.model.conversation import ASSISTANT, CaseContext, Message, Owner, OwnerKind, Role
from core.model.ids import MessageId

ENGLISH = "en"
SIDES = ("positive", "negative")
_PERSON = Owner(kind=OwnerKind.AGENT, id="agent", name="An agent")
_TEAM = Owner(kind=OwnerKind.TEAM, id="team", name="A team")


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """`written` is the item as the file has it, `place` its number in its list, from 0."""

    trigger: str
    positive: bool
    place: int
    written: str | Mapping[str, Any]
    language: str = ENGLISH

    @property
    def told(self) -> str:
        """On one line."""
        return self.written if isinstance(self.written, str) else yaml.safe_dump(dict(self.written), width=10_000)


def cases_of(path: Path) -> list[Case]:
    """Raises ConfigurationError, with the file's name, when a file cannot be read as cases or there are none."""
    files = sorted([*path.glob("*.yaml"), *path.glob("*.csv")]) if path.is_dir() else [path]
    found = [case for file in files for case in (_of_csv(file) if file.suffix == ".csv" else _of_yaml(file))]
    if not found:
        raise ConfigurationError(f"{path}: there are no cases in it")
    return found


def case_of(case: Case) -> CaseContext:
    """Raises ConfigurationError when the item has neither turns nor a text."""
    item = case.written
    if isinstance(item, str) or "turns" in item:
        return case_of_course(item)
    if "text" not in item:
        raise ConfigurationError(f"{case.trigger}, item {case.place + 1}: neither turns nor a text")
    return _with_records(case_of_course(str(item["text"])), item)


def _of_yaml(file: Path) -> Iterator[Case]:
    try:
        read = yaml.safe_load(file.read_text(encoding="utf-8"))
    except (OSError, ValueError, yaml.YAMLError) as error:
        raise ConfigurationError(f"{file.name} cannot be read as YAML: {error}") from error
    if not isinstance(read, dict) or not isinstance(read.get("trigger"), str):
        raise ConfigurationError(f"{file.name}: there is no `trigger: name` in it")
    parts = {ENGLISH: read, **(read.get("other_languages") or {})}
    for language, part in parts.items():
        for side in SIDES:
            for place, item in enumerate(part.get(side) or ()):
                if not isinstance(item, str | dict):
                    raise ConfigurationError(f"{file.name}, {side} {place + 1}: neither a text nor a mapping")
                yield Case(
                    trigger=read["trigger"],
                    positive=side == "positive",
                    place=place,
                    written=item,
                    language=str(language),
                )


def _of_csv(file: Path) -> Iterator[Case]:
    try:
        with file.open(encoding="utf-8-sig", newline="") as lines:
            rows = [row for row in csv.DictReader(lines) if any(row.values())]
    except (OSError, ValueError, csv.Error) as error:
        raise ConfigurationError(f"{file.name} cannot be read as CSV: {error}") from error
    if rows and not {"text", "trigger"} <= rows[0].keys():
        raise ConfigurationError(f"{file.name}: wanted are the columns text, trigger")
    for name in sorted({row["trigger"].strip() for row in rows} - {""}):
        for place, row in enumerate(rows):
            yield Case(trigger=name, positive=row["trigger"].strip() == name, place=place, written=row["text"])


def _with_records(case: CaseContext, item: Mapping[str, Any]) -> CaseContext:
    case = replace(case, customer=_customer(case, item.get("customer") or {}))
    if "opened_minutes_ago" in item:
        case = _earlier_words(case, float(item["opened_minutes_ago"]), Role.CUSTOMER, "Hello")
    if "assistant_since_minutes" in item:
        case = _earlier_words(case, float(item["assistant_since_minutes"]), Role.ASSISTANT, "Let me look into that.")
    owner = {"agent": _PERSON, "human": _PERSON, "person": _PERSON, "team": _TEAM, "assistant": ASSISTANT}.get(
        str(item.get("owner", "")), case.conversation.owner
    )
    conversation = replace(case.conversation, owner=owner, open=not item.get("solved", False))
    return replace(case, conversation=conversation)


def _customer(case: CaseContext, written: Mapping[str, Any]) -> Any:
    attributes = {name: str(written[name]).lower() for name in ("vip", "lifetime_value") if name in written}
    customer = replace(case.customer, attributes=dict(case.customer.attributes) | attributes)
    return replace(customer, tier=str(written["tier"])) if written.get("tier") else customer


def _earlier_words(case: CaseContext, minutes: float, role: Role, words: str) -> CaseContext:
    """With something said that long ago."""
    first = case.timeline[0]
    at = case.now - timedelta(minutes=minutes)
    if not case.timeline or (role is Role.CUSTOMER and at >= first.at):
        return case
    said = Message(
        id=MessageId(f"ms_before_{role}"),
        conversation_id=first.conversation_id,
        channel=first.channel,
        role=role,
        author=role.value,
        text=words,
        at=at,
        vendor_ref=f"written:{role}",
    )
    return replace(case, timeline=tuple(sorted((*case.timeline, said), key=lambda message: message.at)))
