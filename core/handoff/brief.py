"""The brief with which a fault goes to engineering: what happens, where, since when, what was tried, what is missing.

Engineers see the fault and not the person: names, numbers and addresses are masked. Only the record speaks; what it
does not hold is listed as missing, so that it is asked for once and by one person.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from core.handoff.card import CHANNEL_WORDS, quote_line
from core.handoff.evidence import Evidence, Log, cut, evidence_of, log_of_run
from core.model.action import ActionRun
from core.model.conversation import CaseContext, Message, Role
from core.model.customer import Customer
from core.model.decision import Progress
from core.model.signals import Signals
from core.privacy.find import of_customer, region_of
from core.privacy.mask import mask
from core.read.turn_input import spoken_words

MOST_REPORTS = 6
LONGEST_REPORT = 600
OF_THE_DEVICE = ("devices", "device", "firmware", "app_version", "plan", "region", "hub")


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Of a brief. `how`: "-" for a list, "1." for steps in their order, "```" for what is shown letter by letter."""

    title: str
    lines: tuple[str, ...]
    how: str = "-"


@dataclass(frozen=True, slots=True, kw_only=True)
class Brief:
    """`reports` are the customer's words, oldest first; `environment` what the profile knows of their devices;
    `tried` every step and what came of it; `missing` what engineers will ask for and nobody has yet; `similar` the
    tickets about the like that somebody solved."""

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
    similar: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """As it is pasted into an issue tracker: plain Markdown."""
        head = (f"# {self.title}", ", ".join(self.impact))
        return "\n\n".join([*head, *(_markdown(part) for part in self.parts)])

    @property
    def parts(self) -> tuple[Part, ...]:
        """Below title and impact; none without a line."""
        return tuple(part for part in _parts(self) if part.lines)


def brief_of(
    case: CaseContext,
    signals: Signals | None,
    progress: Progress | None,
    *,
    runs: Sequence[ActionRun] = (),
    similar: Sequence[str] = (),
) -> Brief:
    """`runs` are the actions of the conversation, of which diagnostics found something."""
    found = evidence_of(case)
    logs = (*found.logs, *(log for run in runs if (log := log_of_run(run)) is not None))
    reports = [m for m in case.timeline if m.role is Role.CUSTOMER and m.text.strip()]
    label = signals.intent.label if signals else ""
    tried = tuple(_tried(case, progress))
    made = Brief(
        title=_plain(f"{label}: {case.conversation.subject}" if label else case.conversation.subject),
        impact=tuple(_impact(case, signals)),
        reports=tuple(_report(m) for m in _first_and_last(reports)),
        environment=tuple(_environment(case)),
        versions=found.versions,
        codes=found.codes,
        tried=tried,
        logs=logs,
        files=found.files,
        missing=tuple(_missing(found, logs, tried)),
        similar=tuple(_plain(each) for each in similar),
    )
    return _nameless(made, case.customer)


def _nameless(brief: Brief, customer: Customer) -> Brief:
    """Without what is known of the customer, too: a name that they signed with, their street."""
    region, known = region_of(customer), of_customer(customer)

    def each(lines: Sequence[str]) -> tuple[str, ...]:
        return tuple(mask(line, region=region, known=known).text for line in lines)

    return replace(
        brief,
        title=each((brief.title,))[0],
        reports=each(brief.reports),
        environment=each(brief.environment),
        tried=each(brief.tried),
        logs=cut([replace(log, name=each((log.name,))[0], lines=each(log.lines)) for log in brief.logs]),
        files=each(brief.files),
        similar=each(brief.similar),
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


def _missing(found: Evidence, logs: Sequence[Log], tried: Sequence[str]) -> Iterator[str]:
    if not found.versions:
        yield "which versions of app and firmware"
    if not found.codes:
        yield "an error code or message, word for word"
    if not logs:
        yield "a log that could be read"
    if not tried:
        yield "what was tried"


def _parts(brief: Brief) -> Iterator[Part]:
    yield Part(title="What the customer reports", lines=brief.reports)
    yield Part(title="Where", lines=(*brief.environment, *(f"Said: {version}" for version in brief.versions)))
    yield Part(title="Error codes", lines=brief.codes)
    yield Part(title="Tried", lines=brief.tried, how="1.")
    for log in brief.logs:
        more = f" (the newest {log.newest} of {log.of} that matter)" if log.of > log.newest else ""
        yield Part(title=f"Log {log.name}{more}", lines=log.lines, how="```")
    yield Part(title="Files that nobody has read yet", lines=brief.files)
    yield Part(title="Solved before", lines=brief.similar)
    yield Part(title="Missing", lines=brief.missing)


def _markdown(part: Part) -> str:
    if part.how == "```":
        return "\n".join((f"## {part.title}\n", "```", *part.lines, "```"))
    marks = (f"{place}." if part.how == "1." else part.how for place in range(1, len(part.lines) + 1))
    listed = "\n".join(f"{mark} {line}" for mark, line in zip(marks, part.lines, strict=True))
    return f"## {part.title}\n\n{listed}"


class FaultStatus(StrEnum):
    """How a fault stands with engineering. Nobody but a person says so: engineers by a button or by closing their side
    conversation, never words that were read."""

    PASSED_ON = "passed_on"
    NEWS = "news"
    FIXED = "fixed"


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


NEWS = {
    "en": "Our engineers have news of the fault that you reported. I am looking at it and write to you as soon as I "
    "know what it means for you.",
    "de": "Unsere Entwicklung hat Neues zu der Störung, die Sie gemeldet haben. Ich sehe es mir an und schreibe Ihnen, "
    "sobald ich weiß, was es für Sie bedeutet.",
    "es": "Nuestros ingenieros tienen novedades sobre el fallo que nos comunicó. Las estoy revisando y le escribiré en "
    "cuanto sepa qué significan para usted.",
    "fr": "Nos ingénieurs ont du nouveau au sujet de la panne que vous avez signalée. Je l'examine et vous écris dès "
    "que je sais ce que cela signifie pour vous.",
    "pt": "Os nossos engenheiros têm novidades sobre a avaria que comunicou. Estou a vê-las e escrevo-lhe assim que "
    "souber o que significam para si.",
    "ja": "ご報告いただいた不具合について、技術部門から新しい情報が届きました。"
    "内容を確認し、お客様への影響が分かり次第ご連絡いたします。",
}
FIXED = {
    "en": "Our engineers tell me that the fault you reported is fixed. Could you please try it once more? If it is "
    "still there, just answer here, and I take it up again at once.",
    "de": "Unsere Entwicklung meldet, dass die von Ihnen gemeldete Störung behoben ist. Probieren Sie es bitte noch "
    "einmal? Wenn sie noch besteht, antworten Sie einfach hier, dann nehme ich es sofort wieder auf.",
    "es": "Nuestros ingenieros me dicen que el fallo que nos comunicó está resuelto. ¿Puede probarlo otra vez? Si "
    "sigue ahí, responda aquí y lo retomo enseguida.",
    "fr": "Nos ingénieurs m'indiquent que la panne que vous avez signalée est réparée. Pourriez-vous réessayer ? Si "
    "elle est encore là, répondez simplement ici et je reprends le dossier aussitôt.",
    "pt": "Os nossos engenheiros dizem-me que a avaria que comunicou está resolvida. Pode tentar de novo? Se ainda "
    "acontecer, responda aqui e retomo o assunto de imediato.",
    "ja": "技術部門から、ご報告いただいた不具合が修正されたとの連絡がありました。お手数ですが、もう一度お試しください。"
    "まだ解消していない場合は、こちらにご返信ください。すぐに対応いたします。",
}
UPDATES = {FaultStatus.PASSED_ON: PASSED_ON, FaultStatus.NEWS: NEWS, FaultStatus.FIXED: FIXED}


def update_for(language: str, status: FaultStatus = FaultStatus.PASSED_ON) -> str:
    """A suggestion for the agent's own reply; it is never sent by itself."""
    words = UPDATES[status]
    return words.get(language, words["en"])
