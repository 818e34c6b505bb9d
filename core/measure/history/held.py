"""A draft held against what an agent really answered: does it say the same? Words and values decide, no model.

The agent's reply is cut to what it tells: greetings, thanks, apologies and questions go. What is left is looked for in
the draft: its content words (with their synonyms), and every figure, address and code. A reply that does something, or
speaks of the customer's own case ("I have refunded it", "it arrives tomorrow"), tells what no article can: an automatic
answer would not have done. Where the words decide neither way it is not told, and a person has to look.
"""

import re
from dataclasses import dataclass
from enum import StrEnum

from core.answer.contract.across import foreign
from core.answer.contract.quantities import FaultKind
from core.answer.contract.told import extract_statements
from core.answer.contract.turned import find_promises
from core.answer.reword.kind import courteous
from core.answer.support import overlap
from core.model.draft import Draft, SentenceKind
from core.read.repeats import sentences
from core.read.turn_input import is_courtesy, spoken_words
from core.text.stems import content

SAME_FROM = 0.6  # of the reply's content words in the draft; tuned on half of the pairs (docs/replay.md)
SAME_WITH_FIGURES_FROM = 0.45  # where the reply has figures and the draft has them all
OTHER_BELOW = 0.35


class Verdict(StrEnum):
    """SAME: the draft says what the agent said. OTHER: it does not, or an answer was not what was needed. OPEN: the
    words do not tell."""

    SAME = "same"
    OTHER = "other"
    OPEN = "open"


class Did(StrEnum):
    """What the agent did with the turn, as far as the reply shows it."""

    ANSWERED = "answered"
    ASKED = "asked back"
    ACTED = "acted on the case"
    NOTHING = "no reply"


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """`why` says in a few words what the verdict rests on; `covered` is the share of the reply's content words that
    the draft has, None where nothing was compared."""

    verdict: Verdict
    did: Did
    why: str
    covered: float | None = None


_GREETING = re.compile(
    r"^\s*(?:hi|hello|hey|dear|good (?:morning|afternoon|evening)|kia ora|aloha|hallo|guten (?:tag|morgen|abend)"
    r"|liebe[r]?|sehr geehrte[r]?|hola|buen[oa]s\s?\w*|bonjour|bonsoir|buon\w+|olá)\b[^,.:;!?\n]{0,40}[,.:;!\n]\s*"
    r"|^\s*\[name\],\s*",
    re.IGNORECASE,
)
_APOLOGY = re.compile(
    r"\b(?:sorry|apologi[sz]e|apologies|thank(?:s| you)|regret|entschuldig\w*|tut (?:mir|uns) leid|lo siento|desol\w+"
    r"|disculp\w+|danke|gracias|merci)\b",
    re.IGNORECASE,
)
# "Maria Lopez", "[name],": capitals alone, and no sentence.
_SIGNED = re.compile(r"(?:(?:[^\W\d_a-z][\w'’.-]*|\[name\])[ ,]*){1,4}")
_FEW = 3  # words of meaning: an apology with more says something besides
# Done by a person or true of this one case: no article knows it.
_DONE = (
    r"cancel(?:l?ed)|refunded|credited|changed|added|sent|moved|attached|removed|reset|unlocked|extended|forwarded"
    r"|handed|passed|booked|called|replaced|ordered|corrected|switched|opened|reported|tried|approved|collected|updated"
    r"|created|issued|mailed|e-?mailed|rang|checked|asked|found|spoke|arranged|registered|reopened|activated|deleted|fixed"
    r"|restored|merged|joined|waived|put|done|looked"
)
_ACTED = re.compile(
    rf"\b(?:i|we)(?: (?:now|just|also|already|both))? (?:{_DONE})\b"
    rf"|\b(?:so|and) (?:i|we)? ?(?:{_DONE}) (?:it|them|you|the)\b"
    r"|\b(?:i|we)(?:'ll|’ll| will) (?:call|send|check|look|ask|let you|get back|keep|forward|pass|ring|mail|e-?mail"
    r"|come|collect|arrange)\b"
    rf"|\b(?:was|were|is|are|has been|have been|it['’]s)(?: (?:now|just|also|already))? (?:{_DONE})\b"
    r"(?=[^.!?]{0,40}\b(?:today|now|yesterday|tomorrow|this (?:morning|afternoon))\b)"
    rf"|(?:^|[.,:!] )it['’]s (?:now )?(?:{_DONE})\b"
    r"|\b(?:ships?|leaves?|left|went out|goes out|comes?|arrives?|follows)"
    r" (?:today|tomorrow|tonight|now|on monday|by courier)"
    r"|\bon (?:its|the|their) way\b|\b(?:approved|released|refunded|sent) (?:now|today)\b"
    r"|\b(?:ich habe|wir haben)\b[^.!?]{0,60}\b(?:ge\w+t|ge\w+en|storniert|erstattet|verlängert|veranlasst)\b"
    r"|\b(?:j['’]ai|nous avons) \w+é\b|\b(?:he|hemos) (?:\w+ ){0,2}\w+(?:ado|ido)\b",
    re.IGNORECASE,
)
_OWN_CASE = re.compile(
    r"\b(?:yesterday|tomorrow|tonight|this (?:morning|afternoon|evening)|last (?:week|night)|next (?:monday|tuesday"
    r"|wednesday|thursday|friday|saturday|sunday)|on (?:monday|tuesday|wednesday|thursday|friday|saturday|sunday)"
    r"|today|heute|morgen|gestern|hoy|mañana|ayer|aujourd['’]hui|demain|hier)\b"
    r"|\b(?:your (?:order|parcel|refund|replacement|invoice|claim) (?:is|was|has|will|had|left|went))\b"
    r"|\bi (?:can |could )?see \w+|\bour mistake\b"
    r"|\b(?:january|february|march|april|june|july|august|september|october|november|december) \d{1,2}\b",
    re.IGNORECASE,
)


def tells(reply: str) -> tuple[str, bool]:
    """What is told in a reply, and whether it asks something."""
    words = _GREETING.sub("", spoken_words(reply), count=1)
    told, asks = [], False
    for _, sentence in sentences(words):
        if sentence.rstrip().endswith("?"):
            asks = True
        elif not _is_polite(sentence):
            told.append(sentence)
    return " ".join(told), asks


def is_told(sentence: str) -> bool:
    """Whether one sentence tells something about the matter: no greeting, courtesy, question or name under a letter."""
    words = _GREETING.sub("", f"{sentence}\n", count=1).strip()
    return bool(words) and not (
        words.endswith("?") or _SIGNED.fullmatch(words) or _is_polite(words) or courteous(words)
    )


def is_act(sentence: str) -> bool:
    """Whether who writes tells what they did or will do, which no article knows."""
    return bool(_ACTED.search(sentence)) or any(each.kind is FaultKind.ACT for each in find_promises(sentence, ""))


def _is_polite(sentence: str) -> bool:
    return is_courtesy(sentence) or bool(_APOLOGY.search(sentence) and len(content(sentence)) <= _FEW)


def what_was_done(reply: str) -> Did:
    if not reply.strip():
        return Did.NOTHING
    told, asks = tells(reply)
    if is_act(told) or _OWN_CASE.search(told):
        return Did.ACTED
    if asks and len(content(told)) <= _FEW:
        return Did.ASKED
    return Did.ANSWERED


def hold(draft: Draft, reply: str) -> Held:
    """Whether the draft, sent by itself, would have told the customer what the agent did."""
    did = what_was_done(reply)
    if did is Did.NOTHING:
        return Held(verdict=Verdict.OPEN, did=did, why="nobody replied")
    if did is Did.ACTED:
        return Held(verdict=Verdict.OTHER, did=did, why="the agent did something, or spoke of this one case")
    if did is Did.ASKED:
        return Held(verdict=Verdict.OPEN, did=did, why="the agent asked the customer something first")
    told, _ = tells(reply)
    if not content(told):
        return Held(verdict=Verdict.OPEN, did=did, why="the reply tells nothing that could be compared")
    titles = dict.fromkeys(each.passage.title for each in draft.cited)
    said = " ".join([*titles, *(each.text for each in draft.sentences if each.kind is not SentenceKind.COURTESY)])
    across = any(foreign(draft.language, each.passage.locale) for each in draft.cited)
    return _across(told, said, did) if across else _compared(told, said, did)


def _across(told: str, said: str, did: Did) -> Held:
    """Words of two languages have nothing in common: figures alone count, and one alone may be chance."""
    mine, theirs = (extract_statements(each, "en") for each in (told, said))
    figures = mine.numbers | mine.addresses
    if len(figures) >= 2 and figures <= theirs.numbers | theirs.addresses:
        return Held(verdict=Verdict.SAME, did=did, why=f"all {len(figures)} figures, in another language")
    return Held(verdict=Verdict.OPEN, did=did, why="the article is in another language than the reply")


def _compared(told: str, said: str, did: Did) -> Held:
    mine, theirs = (extract_statements(each, "en") for each in (told, said))
    figures = mine.numbers | mine.addresses | mine.dates
    missing = figures - (theirs.numbers | theirs.addresses | theirs.dates)
    covered = round(overlap(told, said), 3)
    if covered >= SAME_FROM and not missing:
        return Held(verdict=Verdict.SAME, did=did, why=f"{covered:.0%} of the agent's words", covered=covered)
    if figures and not missing and covered >= SAME_WITH_FIGURES_FROM:
        why = f"every figure and {covered:.0%} of the agent's words"
        return Held(verdict=Verdict.SAME, did=did, why=why, covered=covered)
    # The same words with another figure are another answer.
    if covered < OTHER_BELOW or (figures and missing == figures):
        lacking = f", and not {', '.join(sorted(missing)[:3])}" if missing else ""
        return Held(
            verdict=Verdict.OTHER, did=did, why=f"only {covered:.0%} of the agent's words{lacking}", covered=covered
        )
    return Held(verdict=Verdict.OPEN, did=did, why=f"{covered:.0%} of the agent's words", covered=covered)
