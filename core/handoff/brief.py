"""The brief with which a fault goes to engineering: what happens, where, since when, what was tried, what is missing.

Engineers see the fault and not the person: names, numbers and addresses are masked. Only the record speaks; what it
does not hold is listed as missing, so that it is asked for once and by one person.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from core.handoff.card import CHANNEL_WORDS, quote_line
from core.handoff.evidence import Evidence, Log, evidence_of
from core.model.conversation import CaseContext, Message, Role
from core.model.decision import Progress
from core.model.signals import Signals
from core.privacy.mask import mask
from core.read.turn_input import spoken_words

MOST_REPORTS = 6
LONGEST_REPORT = 600
OF_THE_DEVICE = ("devices", "device", "firmware", "app_version", "plan", "region", "hub")


@dataclass(frozen=True, slots=True, kw_only=True)
class Brief:
    """`reports` are the customer's words, oldest first; `environment` what the profile knows of their devices;
    `tried` every step and what came of it; `missing` what engineers will ask for and nobody has yet."""

    title: str
    impact: tuple[str, ...]
    reports: tuple[str, ...]
    environment: tuple[str, ...]
    versions: tuple[str, ...]
    codes: tuple[str, ...]
    tried: tuple[str, ...]
    logs: tuple[Log, ...]
    files: tuple[str, ...]
    missing: tuple[str, ...]

    @property
    def text(self) -> str:
        """As it is pasted into an issue tracker: plain Markdown."""
        return "\n\n".join(part for part in _parts(self) if part)


def brief_of(case: CaseContext, signals: Signals | None, progress: Progress | None) -> Brief:
    found = evidence_of(case)
    reports = [m for m in case.timeline if m.role is Role.CUSTOMER and m.text.strip()]
    label = signals.intent.label if signals else ""
    tried = tuple(_tried(case, progress))
    return Brief(
        title=_plain(f"{label}: {case.conversation.subject}" if label else case.conversation.subject),
        impact=tuple(_impact(case, signals)),
        reports=tuple(_report(m) for m in _first_and_last(reports)),
        environment=tuple(_environment(case)),
        versions=found.versions,
        codes=found.codes,
        tried=tried,
        logs=found.logs,
        files=found.files,
        missing=tuple(_missing(found, tried)),
    )


def _plain(text: str) -> str:
    return mask(" ".join(text.split())).text


def _first_and_last(reports: Sequence[Message]) -> Sequence[Message]:
    """How it began and how it is now; the middle is on the ticket."""
    half = MOST_REPORTS // 2
    return reports if len(reports) <= MOST_REPORTS else [*reports[:half], *reports[-half:]]


def _report(message: Message) -> str:
    return f"{message.at:%Y-%m-%d %H:%M} UTC, by {CHANNEL_WORDS[message.channel]}: {_words(message)}"


def _words(message: Message) -> str:
    return quote_line(_plain(spoken_words(message.text)), LONGEST_REPORT)


def _impact(case: CaseContext, signals: Signals | None) -> Iterator[str]:
    yield f"{case.customer.tier.capitalize()} customer"
    first = next((m for m in case.timeline if m.role is Role.CUSTOMER), None)
    if first is not None:
        yield f"first reported {first.at:%Y-%m-%d %H:%M} UTC"
    if case.earlier:
        yield f"{case.earlier} other conversations in the last 30 days"
    if signals is not None and signals.urgency.value == "high":
        yield "urgent in the customer's words"


def _environment(case: CaseContext) -> Iterator[str]:
    attributes = case.customer.attributes
    for name in OF_THE_DEVICE:
        if attributes.get(name):
            yield f"{name.replace('_', ' ').capitalize()}: {_plain(attributes[name])} (profile)"


def _tried(case: CaseContext, progress: Progress | None) -> Iterator[str]:
    """The steps of a procedure with what came of each; then what people and the assistant said to do."""
    for step in progress.taken if progress else ():
        result = f" → {_plain(step.result)}" if step.result else ""
        yield f"{_plain(step.what)}{result}"
    if progress is not None and progress.taken:
        return
    for message in case.timeline:
        if message.public and message.role in (Role.ASSISTANT, Role.AGENT):
            yield f"{message.at:%H:%M} UTC, told: {quote_line(_plain(message.text), 200)}"


def _missing(found: Evidence, tried: Sequence[str]) -> Iterator[str]:
    if not found.versions:
        yield "which versions of app and firmware"
    if not found.codes:
        yield "an error code or message, word for word"
    if not found.logs:
        yield "a log that could be read"
    if not tried:
        yield "what was tried"


def _parts(brief: Brief) -> Iterator[str]:
    yield f"# {brief.title}"
    yield ", ".join(brief.impact)
    yield _list("What the customer reports", brief.reports)
    yield _list("Where", (*brief.environment, *(f"Said: {version}" for version in brief.versions)))
    yield _list("Error codes", brief.codes)
    yield _list("Tried", brief.tried, numbered=True)
    for log in brief.logs:
        more = f" (the newest {len(log.lines)} of {log.of} that matter)" if log.of > len(log.lines) else ""
        fence = "\n".join(("```", *log.lines, "```"))
        yield f"## Log {log.name}{more}\n\n{fence}"
    yield _list("Files that nobody has read yet", brief.files)
    yield _list("Missing", brief.missing)


def _list(title: str, lines: Sequence[str], *, numbered: bool = False) -> str:
    if not lines:
        return ""
    marks = (f"{place}." if numbered else "-" for place in range(1, len(lines) + 1))
    return f"## {title}\n\n" + "\n".join(f"{mark} {line}" for mark, line in zip(marks, lines, strict=True))


# What the agent may tell the customer when the fault has gone to engineering, and when there is news of it.
PASSED_ON = {
    "en": "I have passed this on to our engineers, together with everything you told and sent us, so you won't have to "
    "explain it again. I stay in charge of it and write to you as soon as there is news.",
    "de": "Ich habe das an unsere Entwicklung weitergegeben, mit allem, was Sie uns geschrieben und geschickt haben; "
    "Sie müssen nichts noch einmal erklären. Ich bleibe dafür zuständig und melde mich, sobald es Neues gibt.",
    "es": "He pasado esto a nuestros ingenieros con todo lo que nos ha contado y enviado; no tendrá que explicarlo de "
    "nuevo. Sigo a cargo y le escribiré en cuanto haya novedades.",
    "fr": "J'ai transmis cela à nos ingénieurs avec tout ce que vous nous avez dit et envoyé ; vous n'aurez rien à "
    "expliquer de nouveau. Je reste en charge du dossier et vous écris dès qu'il y a du nouveau.",
    "pt": "Passei o assunto aos nossos engenheiros com tudo o que nos contou e enviou; não terá de explicar de novo. "
    "Continuo responsável e escrevo-lhe assim que houver novidades.",
    "ja": "伺った内容とお送りいただいたものをすべて添えて、技術部門に引き継ぎました。"
    "改めてご説明いただく必要はありません。引き続き私が担当し、進展があり次第ご連絡いたします。",
}


def update_for(language: str) -> str:
    """A suggestion for the agent's own reply; it is never sent by itself."""
    return PASSED_ON.get(language, PASSED_ON["en"])
