"""What engineers ask first, as far as it was said or sent: versions, error codes, the lines of a log that matter."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from core.model.action import ActionRun, RunState
from core.model.conversation import CaseContext, Message, Role
from core.privacy.mask import mask
from core.read.turn_input import spoken_words

MOST_LINES = 20  # of one log
MOST_BYTES = 4096  # of all logs of a brief together
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


# What lets somebody in, and what names one device: beside the words that say so, or by their form. `mask` has the rest.
_NAMED = re.compile(
    r"\b((?:[\w-]*(?:token|secret|passw(?:or)?d|pwd|cookie|signature|session[_-]?id|api[_-]?key)|authorization)"
    r"[\"']?\s*[=:]\s*[\"']?(?:bearer\s+|basic\s+)?|bearer\s+|basic\s+)([^\s,;\"'&\[\]]{4,})",
    re.IGNORECASE,
)
_SERIAL = re.compile(
    r"\b((?:serial(?:[ _-]?(?:no\.?|number|nr\.?))?|s/n|sn|imei|imsi|iccid|udid|seriennummer)[\"']?\s*[=:#]?\s*[\"']?)"
    r"((?=[\w-]*\d)[A-Z0-9][A-Z0-9-]{3,})",
    re.IGNORECASE,
)
_FORMS = (
    (re.compile(r"\beyJ[\w-]{8,}\.[\w-]+\.?[\w-]*|\b(?=[\w+/-]*\d)(?=[\w+/-]*[A-Za-z])[\w+/-]{32,}={0,2}"), "[token]"),
    (re.compile(r"\b(?:[0-9A-F]{2}[:-]){5}[0-9A-F]{2}\b", re.IGNORECASE), "[address of a device]"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Log:
    """The lines of a file that tell of something wrong, redacted: the newest of `of` that do. `left_out` of those are
    not in `lines`, where one line says so."""

    name: str
    lines: tuple[str, ...]
    of: int
    left_out: int = 0

    @property
    def newest(self) -> int:
        return len(self.lines) - bool(self.left_out) + self.left_out


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
    shown = tuple(redact_line(line) for line in wrong[-MOST_LINES:])
    return Log(name=name, lines=shown, of=len(wrong))


def log_of_run(run: ActionRun) -> Log | None:
    """What an action found, where that is a report: line by line what it says. None where it was not done."""
    if run.state is not RunState.DONE or not run.result:
        return None
    found = [redact_line(line) for line in _lines_of(run.result)]
    return Log(name=f"of “{run.call.label}”, {run.created_at:%Y-%m-%d %H:%M} UTC", lines=tuple(found), of=len(found))


def _lines_of(value: object, name: str = "") -> Iterator[str]:
    """A report's fields as lines: lists of words as they are, lists of records a line each."""
    match value:
        case Mapping():
            plain = {key: each for key, each in value.items() if not isinstance(each, Mapping | list | tuple)}
            if plain:
                said = ", ".join(f"{key} {each}" for key, each in plain.items())
                yield f"{name}: {said}" if name else said
            for key, each in value.items():
                if key not in plain:
                    yield from _lines_of(each, str(key))
        case list() | tuple():
            for each in value:
                yield from _lines_of(each, "" if isinstance(each, str) else name)
        case _:
            yield f"{name}: {value}" if name else str(value)


def redact_line(line: str) -> str:
    """Without personal data, what lets somebody in, and what names a device."""
    text = _SERIAL.sub(r"\1[serial]", _NAMED.sub(r"\1[token]", line.strip()))
    for form, word in _FORMS:
        text = form.sub(word, text)
    return mask(text).text[:LONGEST_LINE]


def cut(logs: Sequence[Log], most: int = MOST_BYTES) -> tuple[Log, ...]:
    """All of them within `most` bytes: of what is longer its beginning and its end, and how much lies between."""
    share = most // max(1, len(logs))
    return tuple(_head_and_tail(log, share) for log in logs)


def _head_and_tail(log: Log, most: int) -> Log:
    lines = log.lines
    if _bytes(lines) <= most:
        return log
    left = most - len("… 99999 lines left out …\n".encode())
    tail = _fitting(reversed(lines), left // 2)
    head = _fitting(lines, left - _bytes(tail))
    between = len(lines) - len(head) - len(tail)
    said = f"… {between} {'line' if between == 1 else 'lines'} left out …"
    return replace(log, lines=(*head, said, *reversed(tail)), left_out=between)


def _fitting(lines: Iterable[str], most: int) -> list[str]:
    taken: list[str] = []
    for line in lines:
        most -= _bytes((line,))
        if most < 0:
            break
        taken.append(line)
    return taken


def _bytes(lines: Sequence[str]) -> int:
    return sum(len(line.encode()) + 1 for line in lines)


def _of_files(messages: Sequence[Message]) -> Iterable[str]:
    return (each.text[:LONGEST_READ] for message in messages for each in message.attachments if each.text)


def _each(found: Iterable[str]) -> tuple[str, ...]:
    """Case does not make two of one."""
    return tuple({each.casefold(): each for each in found}.values())
