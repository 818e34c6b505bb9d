"""What a language model read in a customer's message. Each finding points at the words that show it."""

from dataclasses import dataclass
from enum import StrEnum

from core.model.signals import Evidence, Scored

ASKED = "asked"  # the fact of one question of the message: its label is the question as a plain sentence
MODEL_READ = "model_read"  # the fact that a language model read the message, or why it did not
READERS_DIFFER = "readers_differ"  # the fact that it read something else than the embedded readers


class ReaderRole(StrEnum):
    """What an endpoint has shown that it can do, each more than the one before. REWRITER: puts what is asked into plain
    sentences, which the embedded readers read. READER: tells intents, triggers and facts itself. JUDGE: tells whether
    quotations answer a question."""

    NONE = "none"
    REWRITER = "rewriter"
    READER = "reader"
    JUDGE = "judge"

    def reaches(self, other: "ReaderRole") -> bool:
        order = list(ReaderRole)
        return order.index(self) >= order.index(other)


class ReaderMode(StrEnum):
    """What the policy lets it do. OFF: it is not asked. ASSIST: it rewrites, and what it finds is shown beside what the
    embedded readers find. LEAD: its reading decides, where its role allows that."""

    OFF = "off"
    ASSIST = "assist"
    LEAD = "lead"


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedQuestion:
    """One question of a message: `quote` are the customer's words, `plain` the same as a sentence that stands alone in
    the language of the articles, `search` the words to look for. `intent` is one of the company's, or empty."""

    quote: Evidence
    plain: str
    search: str
    intent: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelReading:
    """`plain_in` is the language of the plain sentences (ISO 639-1). `triggers`, `emotions` and `said` (order numbers,
    products, dates, amounts, places) have the words that show them, `wanted` are the words that say what is to be
    changed. `dropped` tells what was not believed: quotations that the message does not have, names that are on no
    list. `unread` is the reason why nothing was read."""

    model: str
    prompt_hash: str
    role: ReaderRole
    mode: ReaderMode
    language: str = ""
    plain_in: str = "en"
    questions: tuple[AskedQuestion, ...] = ()
    triggers: tuple[Scored, ...] = ()
    emotions: tuple[Scored, ...] = ()
    said: tuple[Scored, ...] = ()
    wanted: tuple[Evidence, ...] = ()
    asks: bool = True
    dropped: tuple[str, ...] = ()
    unread: str = ""

    @property
    def leads(self) -> bool:
        """Whether its own reading decides, beyond rewriting."""
        return self.mode is ReaderMode.LEAD and self.role.reaches(ReaderRole.READER)
