"""What the customer wrote this time: without the mail they answer to, and without their signature."""

import re
from collections.abc import Sequence
from functools import lru_cache

from core.model.conversation import CaseContext, Message, Role
from core.read.clean import LONGEST_WORDS, readable
from core.read.courtesy import is_courtesy

_REPLY_LINE = re.compile(
    r"^\s*(?:"
    r"on\b.{6,120}\bwrote\s*:"
    r"|am\b.{6,120}\bschrieb\b.{0,80}:"
    r"|le\b.{6,120}\ba\s+écrit\s*:"
    r"|el\b.{6,120}\bescribió\s*:"
    r"|-{2,}\s*(?:original message|ursprüngliche nachricht|mensaje original|message d['’]origine"
    r"|forwarded message|weitergeleitete nachricht)\s*-{2,}"
    r"|#{1,2}-.{0,80}-#{1,2}"
    r"|_{10,}"
    r")\s*$",
    re.IGNORECASE,
)
# Outlook repeats the headers of the mail that is answered: two of these lines in a row.
_HEADER = re.compile(
    r"^\s*\*?(?:from|sent|to|subject|von|gesendet|an|betreff|de|enviado|para|asunto|envoyé|à"
    r"|objet)\s*:\*?\s+\S",
    re.IGNORECASE,
)
_QUOTED = re.compile(r"^\s*>")
_SIGNATURE = re.compile(
    r"^\s*(?:--\s*|—\s*"
    r"|(?:sent|get) (?:from|outlook for|via) .{0,60}"
    r"|(?:von meinem|gesendet von|gesendet mit) .{0,60}"
    r"|envoyé (?:de|depuis) (?:mon|ma) .{0,60}"
    r"|enviado desde mi .{0,60}"
    r"|(?:this|diese) e-?mail .{0,80}(?:confidential|vertraulich).*"
    r")$",
    re.IGNORECASE,
)
_CLOSING = re.compile(
    r"^\s*(?:(?:kind|best|warm|many|with (?:kind|best))?\s*(?:regards|wishes)"
    r"|(?:many )?thanks(?: (?:again|a lot|so much|in advance|and (?:kind |best )?regards))?"
    r"|thank you(?: in advance)?"
    r"|cheers|sincerely|yours(?: (?:sincerely|faithfully|truly))?|best|rgds|br|ta"
    r"|(?:mit )?(?:freundlichen?|besten?|herzlichen?|liebe[nr]?|viele[nr]?|schöne[nr]?) (?:grüßen?|gruß"
    r"|gruss|grüssen?)"
    r"|mfg|lg|vg|gruß|vielen dank|danke(?: im voraus)?"
    r"|(?:un )?saludos?(?: cordiales)?|atentamente|un cordial saludo|(?:muchas )?gracias(?: de antemano)?"
    r"|(?:bien )?cordialement|merci(?: d['’]avance)?|bien à vous|salutations(?: distinguées)?"
    r")\s*[,.!]*\s*$",
    re.IGNORECASE,
)
_SOURCES = re.compile(r"^(?:Source|Quelle|Fuente|Fonte|出典): ", re.MULTILINE)  # as core.execute.plan_words writes them
_ADDRESS = re.compile(r"\bhttps?://\S+", re.IGNORECASE)
_SIGNED_LINES = 6  # a name, a role, an address; more lines than that are text
_SIGNED_WIDTH = 60
_EARLIER = 4
_LEAST_OF_EACH = 1_000  # characters of a message that are read however many there are


@lru_cache(maxsize=128)
def spoken_words(text: str) -> str:
    """A message as a person reads it (`core.read.clean`), without quoted mail and signature; the wording of what is
    left is untouched."""
    lines = _without_signature(_without_quotes(readable(text).split("\n")))
    return "\n".join(line.rstrip() for line in lines).strip()


def customer_words(case: CaseContext) -> str:
    """The text that is read and answered: the customer's turns that nobody has answered, oldest first."""
    turns = case.unanswered or ((case.latest,) if case.latest else ())
    # A greeting that came as a text of its own wants nothing; read with the rest it only blurs what is wanted.
    return join_words([turn for turn in turns[:-1] if not is_courtesy(spoken_words(turn.text))] + list(turns[-1:]))


def newest_words(case: CaseContext) -> tuple[str, int]:
    """The customer's newest message as it is read, and where in `customer_words` it begins."""
    latest = case.latest
    words = join_words((latest,)) if latest else ""
    return words, max(0, len(customer_words(case)) - len(words))


def earlier_words(case: CaseContext) -> tuple[str, ...]:
    """The customer's few turns before those, oldest first: what "it" and "that one" refer to."""
    now = {message.id for message in case.unanswered}
    turns = [m for m in case.timeline if m.role is Role.CUSTOMER and m.id not in now]
    return tuple(text for m in turns[-_EARLIER:] if (text := spoken_words(m.text)))


def message_before(case: CaseContext) -> str:
    """What the customer answers to: the last thing that anybody else said in public; empty where nobody did."""
    said = (m.text for m in reversed(case.timeline) if m.public and m.role in (Role.AGENT, Role.ASSISTANT))
    return next(said, "")


def asked_before(case: CaseContext) -> bool:
    """Whether the last thing that anybody else said was a question."""
    return asks_back(message_before(case))


def asks_back(said: str) -> bool:
    """Whether words of ours are a question. What stands under them, the addresses and titles of sources and who wrote
    it, asks nothing."""
    body = _SOURCES.split(said, maxsplit=1)[0]
    return "?" in _ADDRESS.sub("", body)


def join_words(turns: Sequence[Message]) -> str:
    """The words of several messages; of each as much as leaves room for the others."""
    room = max(LONGEST_WORDS // max(1, len(turns)), _LEAST_OF_EACH)
    return "\n".join(text for turn in turns if (text := spoken_words(turn.text)[:room].rstrip()))


def _without_quotes(lines: Sequence[str]) -> list[str]:
    kept: list[str] = []
    for place, line in enumerate(lines):
        if taken := _starts_reply(lines, place):
            rest = lines[place + taken :]
            # Answers below the quote are the customer's; without ">" marks nothing tells them from the quote.
            below = [after for after in rest if not _QUOTED.match(after)] if _marked(rest) else []
            return kept + _without_quotes(below)
        if not _QUOTED.match(line):
            kept.append(line)
    return kept


def _starts_reply(lines: Sequence[str], place: int) -> int:
    """How many lines introduce the quoted mail here; mostly none."""
    if _REPLY_LINE.match(lines[place]):
        return 1
    line, following = lines[place], lines[place + 1] if place + 1 < len(lines) else ""
    if not _QUOTED.match(line) and line.strip() and _REPLY_LINE.match(f"{line} {following}"):
        return 2  # mail programs break the line
    return 2 if _HEADER.match(line) and _HEADER.match(following) else 0


def _marked(lines: Sequence[str]) -> bool:
    return any(_QUOTED.match(line) for line in lines[:3])


def _without_signature(lines: Sequence[str]) -> list[str]:
    for place, line in enumerate(lines):
        if _SIGNATURE.match(line) and any(text.strip() for text in lines[:place]):
            return _without_signature(lines[:place])
    for place, line in enumerate(lines):
        if _CLOSING.match(line) and _signed(lines[place + 1 :]) and any(text.strip() for text in lines[:place]):
            return list(lines[:place])
    return list(lines)


def _signed(lines: Sequence[str]) -> bool:
    """What follows a closing looks like a signature: few short lines, none of them a question."""
    texts = [line.strip() for line in lines if line.strip()]
    return len(texts) <= _SIGNED_LINES and all(len(t) <= _SIGNED_WIDTH and "?" not in t for t in texts)
