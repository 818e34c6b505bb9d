"""A long or foreign conversation for the agent who has to read it: in short, or in their own language.

A language model writes both, and is believed as little as elsewhere. Every line of a summary names a message and
quotes it: one whose quotation is not there, or that states a figure, a date or an address which the message has not, is
struck. In a translation the same is compared, and what differs is told beside it. The original is what counts.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from core.answer.contract.told import extract_statements
from core.answer.contract.wording import DONE
from core.errors import HandrailError
from core.model.conversation import CaseContext, Message, Role
from core.model.ids import MessageId
from core.model.languages import LANGUAGES
from core.ports import LanguageModel
from core.prompting.ask import Asking, ask_model, why_unanswered
from core.prompting.fence import NOTE, fence
from core.prompting.json_answer import MalformedError, the_object
from core.prompting.prompts import prompt
from core.prompting.time_budget import TimeBudget
from core.text.quotation import find_quotation

MOST_LINES = 8
MOST_MESSAGES = 40  # the newest
LONGEST = 1_500  # characters of each message that are shown
_LONGEST_LINE = 300
_SPEAKERS: Mapping[Role, str] = {Role.CUSTOMER: "customer", Role.AGENT: "agent", Role.ASSISTANT: "assistant"}


@dataclass(frozen=True, slots=True, kw_only=True)
class SummaryLine:
    """`quote` are words of the message that it rests on."""

    text: str
    message: MessageId
    quote: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """`struck` is how many lines pointed nowhere or said more than their message; `unavailable` why there is none."""

    lines: tuple[SummaryLine, ...] = ()
    struck: int = 0
    unavailable: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TranslatedMessage:
    """`differs` is what is not the same in both, in words; empty where nothing is that code can compare."""

    message: MessageId
    text: str
    differs: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Translation:
    messages: tuple[TranslatedMessage, ...] = ()
    unavailable: str = ""


def summarize(model: LanguageModel, case: CaseContext, language: str, patience: TimeBudget) -> Summary:
    """The conversation in at most `MOST_LINES` lines. Never raises HandrailError."""
    told = list(_told(case))
    if not told:
        return Summary(unavailable="There is nothing to summarise.")
    system = prompt("summarize").fill(language=LANGUAGES.get(language, language), fence=NOTE)
    form = _rows("summary", number={"type": "integer"}, quote={"type": "string"}, text={"type": "string"})
    asking = Asking(system=system, user=_shown(told), schema=form, max_tokens=900)
    try:
        rows = ask_model(model, asking, _read, patience.begin())
    except (HandrailError, MalformedError) as error:
        return Summary(unavailable=why_unanswered(error, "summary"))
    lines = [_line(row, told) for row in rows[:MOST_LINES]]
    kept = tuple(dict.fromkeys(line for line in lines if line is not None))
    return Summary(lines=kept, struck=len(lines) - sum(line is not None for line in lines))


def translate_messages(model: LanguageModel, case: CaseContext, language: str, patience: TimeBudget) -> Translation:
    """The messages in a language (ISO 639-1). Never raises HandrailError."""
    told = list(_told(case))
    if not told:
        return Translation(unavailable="There is nothing to translate.")
    system = prompt("translate_messages").fill(language=LANGUAGES.get(language, language), fence=NOTE)
    form = _rows("translation", number={"type": "integer"}, text={"type": "string"})
    asking = Asking(system=system, user=_shown(told), schema=form, max_tokens=4_000)
    try:
        rows = ask_model(model, asking, _read, patience.begin())
    except (HandrailError, MalformedError) as error:
        return Translation(unavailable=why_unanswered(error, "translation"))
    found: dict[MessageId, TranslatedMessage] = {}
    for row in rows:
        message, text = _message(row, told), _plain(row.get("text"))
        if message is not None and text:
            found.setdefault(
                message.id, TranslatedMessage(message=message.id, text=text, differs=_differing(message.text, text))
            )
    return Translation(messages=tuple(found.values()))


def _told(case: CaseContext) -> Iterator[Message]:
    told = [message for message in case.timeline if message.text.strip() and message.role in _SPEAKERS]
    yield from told[-MOST_MESSAGES:]


def _shown(messages: Sequence[Message]) -> str:
    return "\n\n".join(
        fence(f"message {number}", f"{_SPEAKERS[message.role]}: {message.text[:LONGEST]}")
        for number, message in enumerate(messages, 1)
    )


def _rows(title: str, **properties: Any) -> Mapping[str, Any]:
    row = {"type": "object", "additionalProperties": False, "required": list(properties), "properties": properties}
    return {
        "title": title,
        "type": "object",
        "additionalProperties": False,
        "required": ["rows"],
        "properties": {"rows": {"type": "array", "items": row}},
    }


def _read(reply: str) -> list[Mapping[str, Any]]:
    rows = the_object(reply).get("rows")
    if not isinstance(rows, list):
        raise MalformedError("rows is not a list")
    return [row for row in rows if isinstance(row, dict)]


def _line(row: Mapping[str, Any], told: Sequence[Message]) -> SummaryLine | None:
    message, text, quote = _message(row, told), _plain(row.get("text")), row.get("quote")
    if message is None or not text or len(text) > _LONGEST_LINE or not isinstance(quote, str):
        return None
    at = find_quotation(message.text, quote)
    if at is None or _added(message.text, text):
        return None
    if DONE.search(text) and message.role is Role.CUSTOMER:
        return None  # a customer does not tell what we have done
    return SummaryLine(text=text, message=message.id, quote=message.text[at[0] : at[1]])


def _message(row: Mapping[str, Any], told: Sequence[Message]) -> Message | None:
    number = row.get("number")
    known = isinstance(number, int) and not isinstance(number, bool) and 0 < number <= len(told)
    return told[number - 1] if known and isinstance(number, int) else None


def _plain(text: object) -> str:
    return "\n".join(" ".join(line.split()) for line in text.strip().splitlines()) if isinstance(text, str) else ""


def _stated(text: str) -> frozenset[str]:
    """What words in any language state alike."""
    found = extract_statements(text, "de")  # whose nouns all begin with a capital: none of them is taken for a name
    return frozenset({*found.numbers, *found.dates, *found.addresses})


def _added(source: str, text: str) -> frozenset[str]:
    return _stated(text) - _stated(source)


def _differing(source: str, text: str) -> str:
    lost, added = _stated(source) - _stated(text), _added(source, text)
    parts = [f"without {', '.join(sorted(lost))}"] if lost else []
    parts += [f"with {', '.join(sorted(added))}"] if added else []
    return " and ".join(parts)
