"""What an agent told the assistant when they gave the conversation back: words to say, an article to answer from.

It narrows and chooses: what it says are the agent's own words and an article that the agent picked. Triggers, standing
approvals and the checks of a draft hold as they do for any answer. It is for the assistant's next word and ends with
it, or when a person takes the conversation, or after a day.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from core.model.conversation import CaseContext, Conversation, Message, OwnerKind, Role
from core.model.draft import Draft, Sentence, SentenceKind
from core.model.ids import ArticleId, DraftId, MessageId, derive_id
from core.ports import Unit

COMPOSER = "instruction"
HOLDS = timedelta(hours=24)
SPEAKERS = frozenset({Role.ASSISTANT, Role.AGENT})
LONGEST_LINE = 600  # characters of one line that is said
_REF = "handrail:instruction:"
_MARKS = '"“”„«»「」『』'
_INSIDE = f"[^{_MARKS}]"
# Each mark is closed by its own, and between the two stands no other: what is read is what was meant, or nothing.
_PAIRS = (*zip('"“„„«»『', '"”“”»«』', strict=True),)
_QUOTED = re.compile("|".join((*(f"{a}{_INSIDE}*{z}" for a, z in _PAIRS), f"「(?:{_INSIDE}|『{_INSIDE}*』)*」")))
_QUOTE = "\0"  # where one stood
_SPACELESS = "\u3000-\u30ff\u3400-\u9fff\uac00-\ud7af\uff00-\uffef"  # such words may follow a link at once
_LINK = re.compile(rf"https://[^\s{_QUOTE}<>{_SPACELESS}]+[^\s{_QUOTE}<>{_SPACELESS}.,;:!?)]")
_ASK = re.compile(r"\bask (?:her|him|them|the customer)? ?(?:if|whether) ([^.;!?\n]{3,})", re.IGNORECASE)
_ENGLISH = "en"
_PASSED: Mapping[str, str] = {
    "en": "{agent} has asked me to go on with this.",
    "de": "{agent} hat mich gebeten, hier weiterzumachen.",
    "es": "{agent} me ha pedido que siga con esto.",
    "fr": "{agent} m'a demandé de poursuivre.",
    "pt": "{agent} pediu-me que continuasse.",
    "ja": "{agent}に代わってご案内いたします。",
}
# A third person's words, said to that person. English only: elsewhere a question is put in quotation marks.
_TO_YOU: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"\b(?:she|he|the customer) (?:has|have)\b", re.IGNORECASE), "you have"),
    (re.compile(r"\b(?:she|he|the customer) is\b", re.IGNORECASE), "you are"),
    (re.compile(r"\b(?:she|he|the customer) was\b", re.IGNORECASE), "you were"),
    (re.compile(r"\b(?:she|he|they|the customer)\b", re.IGNORECASE), "you"),
    (re.compile(r"\b(?:his|their|the customer's)\b", re.IGNORECASE), "your"),
    (re.compile(r"\b(?:him|them)\b", re.IGNORECASE), "you"),
    # "her" before another word is hers, at the end it is she.
    (re.compile(r"\bher(?= \w)", re.IGNORECASE), "your"),
    (re.compile(r"\bher\b", re.IGNORECASE), "you"),
)
_DOES = re.compile(r"\b(?:she|he|the customer) (does|needs|wants|likes|sees|gets|knows|prefers)\b", re.IGNORECASE)
_BARE = {"does": "do", "needs": "need", "wants": "want", "likes": "like", "sees": "see", "gets": "get"}
_BARE |= {"knows": "know", "prefers": "prefer"}


class Fault(StrEnum):
    """Why nothing can be said of an instruction: where its words for the customer end is not sure, or they are too many
    for one line."""

    UNPAIRED = "unpaired"
    TOO_LONG = "too_long"


@dataclass(frozen=True, slots=True, kw_only=True)
class Instruction:
    """`article` is the one that the agent picked to answer from; empty: none."""

    text: str
    by: str
    at: datetime
    article: ArticleId | None = None

    @property
    def fault(self) -> Fault | None:
        return fault_of(self.text)

    def lines(self, language: str) -> tuple[str, ...]:
        """What is said to a customer of this language in the agent's own words: what stands in quotation marks, and
        links; then, in English, what is asked. Nothing where there is a fault."""
        return () if self.fault else _meant(self.text, _known(language))

    def says_something(self, language: str) -> bool:
        return bool(self.lines(language) or self.article)


def fault_of(text: str) -> Fault | None:
    if re.search(f"[{_MARKS}]", _QUOTED.sub("", text)):
        return Fault.UNPAIRED
    return Fault.TOO_LONG if any(len(line) > LONGEST_LINE for line in _meant(text, _ENGLISH)) else None


def _meant(text: str, language: str) -> tuple[str, ...]:
    quoted = [line for found in _QUOTED.findall(text) if (line := found[1:-1].strip())]
    rest = _QUOTED.sub(_QUOTE, text)
    links = [link for link in _LINK.findall(rest) if not any(link in line for line in quoted)]
    # Of a question around a quotation nothing whole would be left.
    asks = [to_you(found) for found in _ASK.findall(rest) if _QUOTE not in found] if language == _ENGLISH else []
    return tuple(dict.fromkeys([*quoted, *links, *asks]))


def language_of(unit: Unit, conversation: Conversation) -> str:
    """The one in which the assistant speaks there, as far as anything was read of it."""
    decision = unit.decisions.latest(conversation.id)
    if decision is not None:
        return decision.signals.language.value
    customer = unit.customers.get(conversation.customer_id)
    return customer.language if customer else _ENGLISH


def _known(language: str) -> str:
    return language if language in _PASSED else _ENGLISH


def to_you(clause: str) -> str:
    """`she has got the label` as `Please tell me whether you have got the label.`"""
    said = " ".join(clause.split())
    said = _DOES.sub(lambda found: f"you {_BARE[found[1].casefold()]}", said)
    for pattern, words in _TO_YOU:
        said = pattern.sub(words, said)
    return f"Please tell me whether {said}."


def on_timeline(conversation: Conversation, given: Instruction) -> Message:
    """The instruction as people and the assistant find it again. No customer sees it."""
    ref = f"{_REF}{conversation.id}|{given.at.isoformat()}|{given.article or ''}"
    return Message(
        id=MessageId(derive_id("ms", ref)),
        conversation_id=conversation.id,
        channel=conversation.channel,
        role=Role.SYSTEM,
        author=given.by,
        text=given.text,
        at=given.at,
        vendor_ref=ref,
        public=False,
    )


def is_instruction(message: Message) -> bool:
    return message.vendor_ref.startswith(_REF)


def instruction_of(case: CaseContext) -> Instruction | None:
    """The one that is to be followed now: the newest, not carried out yet, of a conversation that is still ours."""
    conversation = case.conversation
    place, found = next(((at, m) for at, m in reversed([*enumerate(case.timeline)]) if is_instruction(m)), (0, None))
    if found is None or conversation.owner.kind is not OwnerKind.ASSISTANT or case.now - found.at > HOLDS:
        return None
    since = conversation.owner_since
    after = case.timeline[place + 1 :]
    if (since is not None and found.at < since) or any(m.public and m.role in SPEAKERS for m in after):
        return None
    *_, article = found.vendor_ref.split("|", 2)
    return Instruction(text=found.text, by=found.author, at=found.at, article=ArticleId(article) if article else None)


def by_instruction(given: Instruction, case: CaseContext, language: str, answered: Draft | None) -> Draft | None:
    """What the assistant says then: who asked it to, the agent's words, and what the picked article answers. None where
    neither is there."""
    ours = [_line(line, given) for line in given.lines(language)]
    if not ours and answered is None:
        return None
    known = _known(language)
    first = _line(_PASSED[known].format(agent=given.by), given)
    theirs = answered.sentences if answered else ()
    sentences = tuple(replace(each, paragraph=place) for place, each in enumerate((first, *ours)))
    after = tuple(replace(each, paragraph=each.paragraph + len(sentences)) for each in theirs)
    subject = case.latest.id if case.latest else case.conversation.id
    fresh = Draft(
        id=DraftId(derive_id("draft", subject, COMPOSER, given.at.isoformat())),
        sentences=(*sentences, *after),
        language=known,
        confidence=1.0,
        composer=COMPOSER,
    )
    return replace(fresh, findings=answered.findings) if answered else fresh


def _line(text: str, given: Instruction) -> Sentence:
    record = f"instruction of {given.by}, {given.at:%Y-%m-%d %H:%M} UTC"
    return Sentence(text=text, kind=SentenceKind.RECORD, record=record)
