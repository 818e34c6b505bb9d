"""Several texts in a row are one turn: how long somebody who may still be writing is not answered yet."""

import re
from collections.abc import Sequence
from datetime import datetime

from core.model.conversation import CaseContext, Message
from core.model.customer import WRITTEN
from core.policy import Burst
from core.read.turn_input import asked_before, is_courtesy, spoken_words
from core.text.stems import content

_SAYS_ENOUGH = 2  # words of meaning
_GOES_ON = re.compile(
    r"(?:[,:;–—-]|\.\.\.|…|[、，：]"
    r"|\b(?:and|but|or|because|so|then|also|with|the|my|und|aber|oder|weil|also|mit|der|die|das|y|e|o|pero|porque|con"
    r"|et|mais|ou|parce que|avec|le|la|mas|porquê|com)"
    r"|(?:けど|けれど|ので|から|して|ですが))\s*$",
    re.IGNORECASE,
)
_ENDS = re.compile(r"[.!?。！？]\W*$")
_LETTERS_OF_MEANING = re.compile(r"[\u3040-\u30ff\u4e00-\u9fff]{6}")  # no spaces tell words apart there
_IN_BRACKETS = re.compile(r"\s*\(.*\)\s*", re.DOTALL)  # what stands for a picture that came without words


def quiet_at(case: CaseContext, burst: Burst) -> datetime | None:
    """The moment from which the customer's newest message may be answered, if nothing follows. None where nobody is
    waited for: on a channel of letters or of speech, or where the policy says so."""
    latest = case.latest
    if latest is None or latest.channel not in WRITTEN or not burst.quiet:
        return None
    wait = max(burst.quiet, burst.unfinished) if is_unfinished(latest, answers=asked_before(case)) else burst.quiet
    return min(latest.at + wait, turn_of(case, burst)[0].at + burst.longest)


def turn_of(case: CaseContext, burst: Burst) -> tuple[Message, ...]:
    """The unanswered messages that were written in one go with the newest, oldest first; at least the newest."""
    waiting = case.unanswered or ((case.latest,) if case.latest else ())
    return tuple(_in_one_go(waiting, burst))


def _in_one_go(messages: Sequence[Message], burst: Burst) -> list[Message]:
    kept = list(messages[-1:])
    for message in reversed(messages[:-1]):
        if kept[0].at - message.at > burst.longest:
            break
        kept.insert(0, message)
    return kept


def is_unfinished(message: Message, *, answers: bool = False) -> bool:
    """Whether it looks as if more will follow: a greeting, a picture without words, half a sentence, too little to want
    anything. What `answers` a question of ours may be short."""
    text = spoken_words(message.text)
    if not text or _IN_BRACKETS.fullmatch(text):
        return bool(message.attachments) or not text
    if _GOES_ON.search(text):
        return True
    if answers or "?" in text:
        return False
    greets = is_courtesy(text)
    return greets or not (_ENDS.search(text) or _says_enough(text))


def _says_enough(text: str) -> bool:
    return len(content(text)) >= _SAYS_ENOUGH or bool(_LETTERS_OF_MEANING.search(text))
