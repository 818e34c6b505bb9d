"""What engineers ask first, as far as it was said or sent: versions, error codes, the lines of a log that matter."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from core.model.conversation import CaseContext, Message, Role
from core.privacy.mask import mask
from core.read.turn_input import spoken_words

MOST_LINES = 20  # of one log
LONGEST_LINE = 300
LONGEST_READ = 200_000  # characters of a file that are looked through
_PRODUCT = r"(?:app|firmware|fw|software|hub|ios|ipados|android|windows|macos|chrome|safari|firefox|edge|build|release)"
_VERSION = re.compile(
    rf"\b((?:\w+ )?{_PRODUCT}(?: (?:version|v\.?|build))?\s*:?\s*v?\d+(?:\.\d+){{0,3}}[\w.-]{{0,12}}"
    rf"|(?:version|v)\.?\s?:?\s?\d+(?:\.\d+){{1,3}}[\w-]{{0,12}})",
    re.IGNORECASE,
)
_CODE = re.compile(
    r"\b(?:(?:[Ee]rror|[Ff]ault|[Cc]ode|[Ff]ehler(?:code)?|[Ee]rreur|[Ee]rro|[Cc]ódigo)(?: code)?[:# ]{1,3}"
    r"([A-Z]{0,4}-?\d{1,5})|([A-Z]{1,2}\d{2,3}))\b"
)
_MATTERS = re.compile(
    r"\b(?:error|err|warn(?:ing)?|fatal|crit(?:ical)?|exception|traceback|panic|fail(?:ed|ure)?|timed? ?out|refused"
    r"|denied|unreachable|disconnect\w*|reboot\w*|E\d{2,3})\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Log:
    """The lines of a file that tell of something wrong, personal data masked. `lines` of `of` that do."""

    name: str
    lines: tuple[str, ...]
    of: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """Each thing once, in the order in which it came up."""

    versions: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()
    logs: tuple[Log, ...] = ()
    files: tuple[str, ...] = ()  # those of which nothing was read


def evidence_of(case: CaseContext) -> Evidence:
    """From the customer's own words and files; what an agent or the assistant asked about is not the customer's."""
    theirs = [m for m in case.timeline if m.role is Role.CUSTOMER]
    read = [*(spoken_words(m.text) for m in theirs), *_of_files(theirs)]
    attachments = [each for message in theirs for each in message.attachments]
    logs = (log_of(each.name, each.text) for each in attachments if each.is_seen and not each.is_image)
    return Evidence(
        versions=_each(found for text in read for found in versions_in(text)),
        codes=_each(found for text in read for found in codes_in(text)),
        logs=tuple(log for log in logs if log.lines),
        files=tuple(each.name for each in attachments if not each.is_seen),
    )


def versions_in(text: str) -> list[str]:
    return [" ".join(found.split()).rstrip(".-") for found in _VERSION.findall(text)]


def codes_in(text: str) -> list[str]:
    return [named or bare for named, bare in _CODE.findall(text)]


def log_of(name: str, text: str) -> Log:
    """The newest lines that matter: a log ends where it went wrong."""
    wrong = [line.strip() for line in text[-LONGEST_READ:].splitlines() if _MATTERS.search(line)]
    shown = tuple(mask(line[:LONGEST_LINE]).text for line in wrong[-MOST_LINES:])
    return Log(name=name, lines=shown, of=len(wrong))


def _of_files(messages: Sequence[Message]) -> Iterable[str]:
    return (each.text[:LONGEST_READ] for message in messages for each in message.attachments if each.text)


def _each(found: Iterable[str]) -> tuple[str, ...]:
    """Case does not make two of one."""
    return tuple({each.casefold(): each for each in found}.values())
