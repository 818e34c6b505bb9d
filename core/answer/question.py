"""What is asked: the words of this turn, taken apart where they hold several questions."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from core.knowledge.sentences import sentence_spans
from core.model.conversation import CaseContext, Role
from core.model.signals import Signals
from core.read.subject import opening
from core.read.words import customer_words, earlier_words, spoken_words
from core.text.stems import content

MOST_PARTS = 3
MOST_VOICES = 6
EARLIER = 4  # turns of the customer before the question
_FEWEST_WORDS = 2  # content words that a part needs to stand alone
_ASKS = re.compile(
    r"\?\s*$|^(?:and |also |und |et |y )*(?:how|what|when|where|which|who|why|can|could|do|does|did|is"
    r"|are|will|would|may|should"
    r"|wie|was|wann|wo|welche\w*|wer|warum|wieso|kann|können|könnte\w*|gibt|ist|sind|muss|darf"
    r"|cómo|qué|cuándo|dónde|cuál|quién|puedo|pueden|hay|tengo|comment|quand|où|quel\w*|qui|pourquoi|puis"
    r"|est-ce|combien)\b"
    r"|\b(?:i (?:want|need|would like|'d like)(?: to know)?|please (?:tell|explain|let me know|send"
    r"|cancel|change)"
    r"|tell me|let me know|i (?:don't|do not) (?:know|understand|see)|wondering|ich (?:möchte|will"
    r"|brauche)|bitte)\b",
    re.IGNORECASE,
)
_COURTEOUS = re.compile(
    r"^\W*(?:hi|hello|hey|dear|good (?:morning|afternoon|evening|day)|hallo|guten (?:tag|morgen|abend)"
    r"|sehr geehrte\w*|liebe[rs]?|moin"
    r"|hola|buen[oa]s(?: (?:días|tardes|noches))?|estimad\w+|bonjour|bonsoir|cher|chère|madame|monsieur"
    r"|thanks|thank you|many thanks|danke|vielen dank|gracias|merci)\b"
    r"[^.!?\n,]{0,30}[,.!:\n]*\s*$",
    re.IGNORECASE,
)
# "thanks do they take cards": speech has no full stops.
_ASKS_WITHIN = re.compile(
    r"\b(?:do|does|did|can|could|is|are|was|will|would|how|what|when|where|which|who|why) "
    r"(?:you|they|it|he|she|i|we|the|there|that|this|my|your|much|many|long|about|if)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """`text` is the whole turn with its subject; `parts` are the questions in it (one: the turn itself). `history` is
    what the customer said before, `turns` everything said by anybody, oldest first, `messages` those that are asked
    now, where there are several."""

    text: str
    parts: tuple[str, ...]
    history: str = ""
    turns: tuple[str, ...] = ()
    messages: tuple[str, ...] = ()

    @property
    def empty(self) -> bool:
        return not content(self.text)


def question(case: CaseContext, signals: Signals) -> Question:
    """What the case asks now. Greetings, thanks and signatures are left out."""
    said = [spoken_words(m.text) for m in case.timeline if m.public and m.role is not Role.SYSTEM]
    subject = opening(case)
    now = [spoken_words(m.text) for m in case.unanswered]
    return _question(now or [customer_words(case)], subject, earlier_words(case), [case.conversation.subject, *said])


def question_of(turns: Sequence[tuple[bool, str]]) -> Question:
    """What a conversation that was written down asks: (whether the customer speaks, the words) for each turn, oldest
    first. The customer's last turns are the question."""
    now = next((i for i in range(len(turns), 0, -1) if not turns[i - 1][0]), 0)
    if now == len(turns):  # somebody answered already: what was asked before that
        return question_of(turns[: now - 1]) if turns else _question((), "", (), ())
    earlier = [words for customer, words in turns[:now] if customer]
    return _question([words for _, words in turns[now:]], "", earlier[-EARLIER:], [words for _, words in turns])


def _question(messages: Sequence[str], subject: str, earlier: Sequence[str], turns: Sequence[str]) -> Question:
    told = [message for message in messages if len(content(message)) >= _FEWEST_WORDS]
    words = "\n".join(message for message in messages if message)
    sentences = [words[a:b] for line in _spans(words) for a, b in line]
    kept = [s for s in sentences if not _COURTEOUS.match(s) or _ASKS_WITHIN.search(s)]
    text = "\n".join([subject, *kept] if subject else kept)
    return Question(
        text=text,
        parts=_parts(kept, text),
        history="\n".join(earlier),
        turns=tuple(turn for turn in turns if turn),
        messages=tuple(told) if len(told) > 1 else (),
    )


def _spans(text: str) -> list[list[tuple[int, int]]]:
    found: list[list[tuple[int, int]]] = []
    place = 0
    for line in text.split("\n"):
        found.append(sentence_spans(text, place, place + len(line)))
        place += len(line) + 1
    return found


def _parts(sentences: Sequence[str], text: str) -> tuple[str, ...]:
    """Two or three sentences that end in a question mark are questions of their own; anything else is one matter, as
    is the same question twice."""
    whole = [s for s in sentences if s.rstrip().endswith("?") and len(content(s)) >= _FEWEST_WORDS]
    asked: dict[str, str] = {}
    for sentence in whole:
        asked.setdefault(" ".join(sentence.casefold().split()), sentence)
    return tuple(asked.values()) if 2 <= len(asked) <= MOST_PARTS else (text,)


def voices(text: str) -> tuple[str, ...]:
    """A text, and its telling sentences one by one where there are several.

    A long mail's vector lies between all that it tells and near to none of it; its sentences are near to something."""
    sentences = [text[a:b] for line in _spans(text) for a, b in line]
    telling = [sentence for sentence in sentences if len(content(sentence)) >= _FEWEST_WORDS]
    asking = [sentence for sentence in telling if _ASKS.search(sentence)]
    kept = list(dict.fromkeys([*asking, *reversed(telling)]))[:MOST_VOICES]
    return (text, *kept) if len(telling) > 1 else (text,)
