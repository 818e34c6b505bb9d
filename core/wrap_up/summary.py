"""A matter in a few lines, each taken word for word from a message, or told by a record of ours.

Nothing is worded anew: a line quotes whole sentences, or says what a record of an action or a step of a procedure
holds, and names its source. Which sentences are taken is decided by what they state (numbers, orders, sums), by who
says them and by a few words of the languages that we serve.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from core.model.action import ActionRun, RunState
from core.model.conversation import Message, MessageKind, Role
from core.model.decision import Decision
from core.model.ids import MessageId
from core.read.turn_input import asks_back, is_courtesy, is_greeting, spoken_words

LONGEST_LINE = 320


class Part(StrEnum):
    """What a line tells. FOUND: what was looked up, answered or told; DONE: what we did; REMAINS: what is to come."""

    WANTED = "wanted"
    FOUND = "found"
    DONE = "done"
    REMAINS = "remains"


MOST = {Part.WANTED: 2, Part.FOUND: 4, Part.DONE: 4, Part.REMAINS: 2}


@dataclass(frozen=True, slots=True, kw_only=True)
class SummaryLine:
    """`quote` are the words of the `message` that it rests on, empty where a record tells it; `source` names the
    message or the record as people find it."""

    part: Part
    text: str
    source: str
    message: MessageId | None = None
    quote: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentence:
    message: Message
    text: str

    @property
    def asks(self) -> bool:
        return self.text.rstrip().endswith(("?", "？"))


def cut(text: str, limit: int) -> str:
    """The text on one line, cut at a word."""
    line = " ".join(text.split())
    return line if len(line) <= limit else line[:limit].rsplit(" ", 1)[0] + " …"


# ------------------------------------------------------------------

# Two things that one sentence says, such as what was done and what will come of it, are told apart.
_SENTENCE = re.compile(
    r"(?<=[.!?;])\s+(?=\S)|\n+|(?<=[。！？])|,? and (?=(?:you|we|i|it|they|he|she)(?:['’]ll| will)\b)", re.IGNORECASE
)
# Who says we did it, or that it was done; a question or a condition tells of nothing that was done.
_DONE = re.compile(
    r"^(?:all )?(?:done|changed|cancelled|canceled|added|removed|refunded|corrected|booked|updated|erledigt|storniert"
    r"|geändert|hecho|fait|feito)\b"
    r"|\b(?:(?:we|i)(?:['’]ve| have)(?: (?:now|just|also|already))* \w+|(?:we|i) (?:\w{3,}ed|sent|put|made|paid|took)\b"
    r"|(?:has|have) been|(?:was|were) (?!used\b|needed\b|called\b)\w+(?:ed|t|n)\b|went out\b"
    r"|on (?:its|the) way|attached"
    r"|(?:is|are) (?:now )?(?:added|done|cancelled|canceled|approved|booked|changed|refunded|closed|removed|unlocked"
    r"|activated|sent|registered|confirmed|started|reported|opened|ordered|replaced|corrected|blocked|paid|switched)"
    r"|(?:added|approved|refunded|cancelled|removed|corrected|reported|booked|replaced|done)(?= now| today|[,.;!]|$)"
    r"|(?:we|i) accept|(?:habe|haben) (?:ich |wir |sie |es )*.*(?:t|en)\b(?=[.!,;]|$)"
    r"|(?:wurde|wurden|ist|sind) .*\b(?:ge\w+(?:t|en)|storniert|erstattet|\w+iert)\b"
    r"|(?:he|hemos|ha sido|fue|han sido) \w+[aei]do|(?:j['’]ai|nous avons|a été|ont été) \w+|(?:foi|fomos|foram) \w+do)"
    r"|しました",
    re.IGNORECASE,
)
# What is to come: said by us, of ourselves or of what is on its way.
_TO_COME = re.compile(
    r"\b(?:\w+(?:['’]ll| will)|within \d+|(?:comes?|arrives?|follows?|leaves?|lands?)\b"
    r".*\b(?:tomorrow|today|soon|this week|next week|monday|tuesday|wednesday|thursday|friday|saturday|sunday|\d)"
    r"|going to|expect|\d+ ?(?:-|–|to) ?\d+ (?:working |business )?(?:days|hours|weeks)|in \d+ (?:working )?days"
    r"|\d+ days after|ready (?:on|in)|due (?:on|in)|out for delivery|tomorrow|please (?:tell|send|let us)"
    r"|next (?:week|payment|invoice)|geht heute|(?:wir|ich) (?:werde\w*|melde\w*|send\w*)"
    r"|wird \w+ (?:zugestellt|geliefert|verschickt|versandt)|morgen|erhalten sie|recibirá|enviar\w+|vamos a|llegará"
    r"|mañana|nous allons|vous recevrez|sous \d|demain|arrivera|receberá|enviaremos|chegará|amanhã)\b"
    r"|いたします|お送りします|予定",
    re.IGNORECASE,
)
_CONDITION = re.compile(
    r"^\W*(?:if|when|once|unless|wenn|falls|sobald|si|cuando|quand|lorsque|se|quando)\b|\bwould\b|\bcould you\b", re.I
)
# The customer's word that what was to come has come, or that it works.
_OVER = re.compile(
    r"\b(?:arrived|received|got it|came|collected|works?\b|worked|working|fixed|solved|sorted|went through|found it"
    r"|done|online again|back online|angekommen|erhalten|funktioniert|geht wieder|erledigt|llegó|recibid[oa]|funciona"
    r"|arrivé|reçu|ça marche|fonctionne|résolu|chegou|recebi)\b|届きました|直りました",
    re.IGNORECASE,
)
# Numbers, orders, sums, codes, addresses of pages: what somebody will look for later.
_STATED = re.compile(r"[£$€¥]\s?\d[\d.,]*|\b[A-Z]{1,4}-?\d[\w-]*|\b\d[\d.,:]*\s?(?:%|[A-Z]{3}\b)?|\b\S+@\S+\b")
_SORRY = re.compile(
    r"[^.!?]{0,30}\b(?:sorry|apologi[sz]e|apologies|tut (?:mir|uns) leid|entschuldigung|lo siento|lo sentimos"
    r"|désolée?s?|desculpe|lamento)\b[^.!?]{0,45}[.!]?",
    re.IGNORECASE,
)
_LEAD = re.compile(
    r"^(?:(?:hi|hello|hey|dear|guten (?:tag|morgen)|hallo|liebe\w?|sehr geehrte\w?|hola|buenos días|estimad[oa]|bonjour"
    r"|bonsoir|olá|kia ora|ciao|buongiorno|hej|hoi)\b[^,.!?]{0,40}[,!]\s*)+",
    re.IGNORECASE,
)


def sentences_of(message: Message) -> list[Sentence]:
    """Those that say something, without hello and thanks. The words of each stand in the message as they are."""
    parts = (part.strip() for part in _SENTENCE.split(spoken_words(message.text)))
    bare = (_LEAD.sub("", part).strip() for part in parts)
    return [Sentence(message=message, text=part) for part in bare if part and not _says_nothing(part)]


def _says_nothing(text: str) -> bool:
    polite = is_greeting(text) or is_courtesy(text) or (_SORRY.fullmatch(text) and not _STATED.search(text))
    return bool(polite) or not re.search(r"\w{2}", text)


def is_ours(message: Message) -> bool:
    by_us = message.role in (Role.AGENT, Role.ASSISTANT)
    return by_us and message.public and message.kind is MessageKind.WORDS and not message.automatic


def summarise(
    messages: Sequence[Message], decisions: Sequence[Decision] = (), runs: Sequence[ActionRun] = ()
) -> tuple[SummaryLine, ...]:
    """The lines, in the order of `Part`. `messages` are those of one matter, oldest first."""
    theirs = [m for m in messages if m.role is Role.CUSTOMER and m.public and not m.automatic and m.text.strip()]
    ours = [m for m in messages if is_ours(m)]
    wanted = list(_wanted(theirs, ours))
    told = [each for message in ours for each in sentences_of(message)]
    remains = list(_remains(theirs, ours))
    done = [each for each in told if _DONE.search(each.text) and not _is_supposed(each) and each not in remains]
    found = [each for each in told if each not in (*done, *remains) and not each.asks]
    later = [each for m in theirs for each in sentences_of(m) if each not in wanted and _STATED.search(each.text)]
    lines = [
        *_quoted(Part.WANTED, wanted),
        *_records(decisions),
        *_quoted(Part.FOUND, _best([*later, *found], MOST[Part.FOUND])),
        *_runs(Part.DONE, runs, _SETTLED),
        *_quoted(Part.DONE, _best(done, MOST[Part.DONE])),
        *_runs(Part.REMAINS, runs, _OPEN),
        *_quoted(Part.REMAINS, remains[: MOST[Part.REMAINS]]),
    ]
    return tuple(dict.fromkeys(lines))


def _wanted(theirs: Sequence[Message], ours: Sequence[Message]) -> Iterator[Sentence]:
    """What the customer came with: the best of what they wrote before anybody answered, and what they asked after."""
    first_answer = min((m.at for m in ours), default=None)
    opening = [m for m in theirs if first_answer is None or m.at <= first_answer] or list(theirs[:1])
    begun = [each for m in opening for each in sentences_of(m)]
    # The first sentence says what it is about more often than any other.
    yield from begun[:1]
    yield from _best(begun[1:], MOST[Part.WANTED] - 1)
    yield from [each for m in theirs if m not in opening for each in sentences_of(m) if each.asks][:1]


def _remains(theirs: Sequence[Message], ours: Sequence[Message]) -> Iterator[Sentence]:
    """What we said is to come, unless the customer has said since that it came; and what nobody answered."""
    last = ours[-1] if ours else None
    since = [m for m in theirs if last is None or m.at > last.at]
    if last is not None and not any(_OVER.search(m.text) for m in since):
        told = sentences_of(last)
        yield from [each for each in told if _TO_COME.search(each.text) and not _is_supposed(each)]
        if not since and asks_back(last.text):  # we asked, and heard nothing
            yield from [each for each in told if each.asks][:1]
    yield from [each for m in since for each in sentences_of(m) if each.asks]


def _is_supposed(sentence: Sentence) -> bool:
    """Asked, or said under a condition: nobody says that it is so."""
    return sentence.asks or _CONDITION.search(sentence.text) is not None


def _best(found: Sequence[Sentence], most: int) -> list[Sentence]:
    """Those that state the most, in the order in which they were said; of equals the earlier."""
    ranked = sorted(range(len(found)), key=lambda place: (-_weight(found[place].text), place))[:most]
    return [found[place] for place in sorted(ranked)]


def _weight(text: str) -> float:
    """A figure counts as much as many words: what a line is read for later is the order, the sum, the day."""
    return 4.0 * len(_STATED.findall(text)) + min(len(text.split()), 16) / 2


def _quoted(part: Part, found: Iterable[Sentence]) -> Iterator[SummaryLine]:
    for each in found:
        quote = each.text[:LONGEST_LINE]
        yield SummaryLine(
            part=part,
            text=f"{_who(each.message)}: “{quote}”",
            source=each.message.named,
            message=each.message.id,
            quote=quote,
        )


def _who(message: Message) -> str:
    if message.role is Role.ASSISTANT:
        return "The assistant"
    return message.author or ("The customer" if message.role is Role.CUSTOMER else "The agent")


# ------------------------------------------------------------------ what our own records tell

_SETTLED = {RunState.DONE: "was done, and the system was read back"}
_OPEN = {
    RunState.AWAITING: "waits for a supervisor",
    RunState.READY: "is on its way",
    RunState.UNCLEAR: "may or may not have been done: look into the system",
    RunState.REFUSED: "was NOT done",
    RunState.REJECTED: "was NOT done: a supervisor said no",
    RunState.EXPIRED: "was NOT done: nobody said yes in time",
}


def _runs(part: Part, runs: Sequence[ActionRun], words: dict[RunState, str]) -> Iterator[SummaryLine]:
    """Oldest first. What was tried in vain and done later is no longer open."""
    done = {run.call.action for run in runs if run.state is RunState.DONE}
    for run in sorted(runs, key=lambda each: each.created_at):
        if run.state not in words or (part is Part.REMAINS and run.call.action in done):
            continue
        changes = "; ".join(f"{label}: {before} → {after}" for label, (before, after) in run.call.changes.items())
        yield SummaryLine(
            part=part,
            text=f"“{run.call.label}” {words[run.state]}{f' ({changes})' if changes else ''}",
            source=f"action {run.id[-8:]}",
        )


def _records(decisions: Sequence[Decision]) -> Iterator[SummaryLine]:
    """What the procedures found out. They only grow, so each one's newest state has all of its steps."""
    newest = {each.procedure.procedure: each for each in decisions if each.procedure is not None}
    for decision in newest.values():
        for step in decision.procedure.taken if decision.procedure else ():
            if step.kind == "check" and step.result:
                what = step.what.replace("_", " ")
                yield SummaryLine(
                    part=Part.FOUND,
                    text=f"{cut(what, 120)} → {cut(step.result, 160)}",
                    source=f"procedure {decision.procedure.procedure if decision.procedure else ''}",
                )
