"""A language model that reads a message: what is asked, about what, and with which alarms, every finding quoted.

What it says is untrusted. A quotation that the message does not have, a name that is on no list and a field that nobody
asked for are dropped and counted; what is left is for `core.read.beside` to weigh against the embedded readers.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from difflib import SequenceMatcher
from typing import Any

from core.errors import HandrailError
from core.model.conversation import CaseContext, Role
from core.model.customer import Channel
from core.model.languages import LANGUAGES
from core.model.reading import AskedQuestion, ModelReading, ReaderMode, ReaderRole
from core.model.signals import Evidence, Scored
from core.policy import FROM_WORDS, Policy
from core.ports import LanguageModel
from core.prompting.ask import Asking, ask_model, why_unanswered
from core.prompting.budget import ModelBudget, for_case
from core.prompting.fence import NOTE, fence
from core.prompting.json_answer import MalformedError, the_object
from core.prompting.prompts import fingerprint, prompt
from core.prompting.time_budget import TimeBudget
from core.read.non_requests import declared_automatic
from core.read.opt_out import keyword
from core.read.turn_input import customer_words, is_courtesy
from core.text.quotation import find_quotation

MOST_QUESTIONS = 4
LONGEST = 300  # characters of a rewritten question
LONGEST_MESSAGE = 6_000  # characters; of longer ones the end is left out
TOLD_BEFORE = 4  # earlier messages that are shown
_LONGEST_BEFORE = 600  # characters of each of them
_MOST_OF_A_KIND = 12
_FEWEST_LETTERS = 4
PATIENCE = TimeBudget(total=timedelta(seconds=8), tries=2)
SURE = 0.75  # of what a model found and quoted; it tells no probability that could be relied on
NO_INTENT = "none"
_SENTENCE = re.compile(r"\S(?:[^.!?。！？\n]|[.!?](?!\s|$))*(?:[.!?。！？]+|$|(?=\n))")
_ALIKE = 0.7  # how alike a sentence is to a copy of it with its mistakes mended
HEARD = tuple(sorted(FROM_WORDS - {"repeated_question"}))  # that needs what was said before
EMOTIONS = ("frustration", "anger", "confusion", "hesitation", "urgency")
SAID = ("order_number", "product", "date", "amount", "place")


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelReader:
    """Reads with `model`. `role` tells what the endpoint has shown that it can do, `intents` are the company's own with
    what they are called, `home` is the language of the articles."""

    model: LanguageModel
    role: Callable[[], ReaderRole]
    intents: Mapping[str, str] = field(default_factory=dict)
    home: str = "en"
    patience: TimeBudget = PATIENCE
    purse: ModelBudget | None = None

    def wants(self, case: CaseContext, policy: Policy) -> bool:
        """Whether the model is asked: the policy wants it on this channel, it has shown that it can, and there is
        something to read."""
        mode = policy.models.reader_on(_channel(case))
        return mode is not ReaderMode.OFF and self.role() is not ReaderRole.NONE and _worth_reading(case, _text(case))

    def read(self, case: CaseContext, policy: Policy) -> ModelReading | None:
        """What the model finds in the customer's unanswered words; None where it is not asked. Never raises
        HandrailError."""
        if not self.wants(case, policy):
            return None
        shown = replace(self, model=for_case(self.model, "light", case, self.purse))
        mode = policy.models.reader_on(_channel(case))
        return shown.read_text(_text(case), told_before(case), self.role(), mode)

    def read_text(self, text: str, before: str, role: ReaderRole, mode: ReaderMode) -> ModelReading:
        """What the model finds in a text, asked as one of this role. Never raises HandrailError."""
        asking, prompt_hash = self.asking(role, text, before)
        blank = ModelReading(model=self.model.name, prompt_hash=prompt_hash, role=role, mode=mode, plain_in=self.home)
        found = Found(text=text, blank=blank, intents=self.intents)
        try:
            return ask_model(self.model, asking, found.reading, self.patience.begin())
        except (HandrailError, MalformedError) as error:
            return replace(blank, unread=why_unanswered(error, "reading"))

    def asking(self, role: ReaderRole, text: str, before: str = "") -> tuple[Asking, str]:
        """What a model of this role is asked about a text, and the fingerprint of that."""
        reads = role.reaches(ReaderRole.READER)
        words = prompt("read_message" if reads else "rewrite_message")
        places = {"language": LANGUAGES.get(self.home, self.home), "fence": NOTE}
        if reads:
            places["intents"] = "\n".join(f"- `{name}`: {label}" for name, label in self.intents.items())
        system = words.fill(**places)
        quoted = [fence("before", before)] if before else []
        user = "\n\n".join([*quoted, fence("message", text)])
        asking = Asking(
            system=system, user=user, schema=schema(tuple(self.intents), reads), max_tokens=1200 if reads else 500
        )
        return asking, fingerprint(words, system, user)


def _channel(case: CaseContext) -> Channel:
    return case.latest.channel if case.latest else case.conversation.channel


def _text(case: CaseContext) -> str:
    return customer_words(case)[:LONGEST_MESSAGE]


def _worth_reading(case: CaseContext, text: str) -> bool:
    """Words to read, that are no courtesy, no keyword and no machine's."""
    letters = sum(letter.isalpha() for letter in text)
    if letters < _FEWEST_LETTERS or is_courtesy(text):
        return False
    return keyword(case) is None and declared_automatic(case.latest) is None


def told_before(case: CaseContext) -> str:
    """The last few public messages before those that are read, oldest first."""
    now = {message.id for message in (case.unanswered or ((case.latest,) if case.latest else ()))}
    told = [m for m in case.timeline if m.public and m.id not in now and m.role is not Role.SYSTEM][-TOLD_BEFORE:]
    return "\n".join(f"{'Customer' if m.role is Role.CUSTOMER else 'Us'}: {m.text[:_LONGEST_BEFORE]}" for m in told)


# ------------------------------------------------------------------
# The agreed form, and what of an answer is believed.


def schema(intents: tuple[str, ...], reads: bool) -> Mapping[str, Any]:
    """The JSON schema of a reading, or of a rewriting alone. Every field is required, as strict endpoints want it."""
    text = {"type": "string"}
    if not reads:
        return _object("rewriting", language=text, questions=_rows(plain=text, quote=text))
    named = {"type": "string", "enum": [*intents, NO_INTENT]}
    return _object(
        "reading",
        language=text,
        asks={"type": "boolean"},
        questions=_rows(quote=text, plain=text, search=text, intent=named),
        triggers=_rows(name={"type": "string", "enum": list(HEARD)}, quote=text),
        emotions=_rows(name={"type": "string", "enum": list(EMOTIONS)}, quote=text),
        said=_rows(kind={"type": "string", "enum": list(SAID)}, quote=text),
        wanted=_rows(quote=text),
    )


def _object(title: str = "", **properties: Any) -> dict[str, Any]:
    named = {"title": title} if title else {}
    return {
        **named,
        "type": "object",
        "additionalProperties": False,
        "required": list(properties),
        "properties": properties,
    }


def _rows(**properties: Any) -> dict[str, Any]:
    return {"type": "array", "items": _object(**properties)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """Takes over what a model says of one text, into a `blank` reading. `dropped` fills while it does."""

    text: str
    blank: ModelReading
    intents: Mapping[str, str]
    dropped: list[str] = field(default_factory=list)

    def reading(self, reply: str) -> ModelReading:
        """Raises MalformedError where it is not of the agreed form at all."""
        self.dropped.clear()
        fields = the_object(reply)
        language, rows = fields.get("language"), fields.get("questions")
        if not isinstance(language, str) or not isinstance(rows, list):
            raise MalformedError("it lacks the language or the list of questions")
        reads = self.blank.role.reaches(ReaderRole.READER)
        self._strangers(fields, schema((), reads))
        questions = [each for row in rows[:MOST_QUESTIONS] if (each := self._question(row)) is not None]
        code = language.strip().casefold()[:2]
        return replace(
            self.blank,
            language=code if code.isalpha() and len(code) == 2 else "",
            questions=tuple(questions),
            triggers=self._named(fields, "triggers", "name", HEARD) if reads else (),
            emotions=self._named(fields, "emotions", "name", EMOTIONS) if reads else (),
            said=self._named(fields, "said", "kind", SAID) if reads else (),
            wanted=tuple(e for row in self._rows(fields, "wanted") if (e := self._quoted(row))) if reads else (),
            asks=fields.get("asks") is not False if reads else True,
            dropped=tuple(self.dropped),
        )

    def _question(self, row: object) -> AskedQuestion | None:
        fields = row if isinstance(row, dict) else {}
        quote, plain = self._of_question(fields.get("quote")), fields.get("plain")
        if quote is None:
            self._drop("quotation", fields.get("quote"))
            return None
        if not isinstance(plain, str) or not 0 < len(plain.strip()) <= LONGEST:
            self._drop("sentence", plain)
            return None
        search, intent = fields.get("search"), fields.get("intent", NO_INTENT)
        if intent != NO_INTENT and intent not in self.intents:
            self._drop("intent", intent)
            intent = NO_INTENT
        usable = isinstance(search, str) and 0 < len(search.strip()) <= LONGEST
        return AskedQuestion(
            quote=quote,
            plain=" ".join(plain.split()),
            search=" ".join(str(search if usable else plain).split()),
            intent="" if intent == NO_INTENT else str(intent),
        )

    def _of_question(self, quote: object) -> Evidence | None:
        """The sentences of the text that a model quotes the beginning of, mended where it mends what it copies."""
        if not isinstance(quote, str):
            return None
        at = find_quotation(self.text, quote)
        spans = list(_sentences(self.text))
        if at is None:
            alike = [(_likeness(quote, self.text[start:end]), start, end) for start, end in spans]
            best = max(alike, default=(0.0, 0, 0))
            return self._evidence(best[1], best[2]) if best[0] >= _ALIKE else None
        touched = [(start, end) for start, end in spans if start < at[1] and end > at[0]] or [at]
        return self._evidence(touched[0][0], touched[-1][1])

    def _evidence(self, start: int, end: int) -> Evidence:
        return Evidence(start=start, end=end, words=self.text[start:end])

    def _named(self, fields: Mapping[str, Any], key: str, name: str, known: tuple[str, ...]) -> tuple[Scored, ...]:
        """What is on the list and quoted, each name once."""
        found: dict[str, Scored] = {}
        for row in self._rows(fields, key):
            value = row.get(name)
            if value not in known:
                self._drop(key, value)
            elif (quote := self._quoted(row)) is not None:
                found.setdefault(f"{value} {quote.start}" if key == "said" else str(value), _scored(str(value), quote))
        return tuple(found.values())

    def _rows(self, fields: Mapping[str, Any], key: str) -> list[Mapping[str, Any]]:
        rows = fields.get(key)
        return [row for row in rows[:_MOST_OF_A_KIND] if isinstance(row, dict)] if isinstance(rows, list) else []

    def _quoted(self, row: Mapping[str, Any]) -> Evidence | None:
        quote = row.get("quote")
        at = find_quotation(self.text, quote) if isinstance(quote, str) else None
        if at is None:
            self._drop("quotation", quote)
            return None
        return self._evidence(*at)

    def _strangers(self, fields: Mapping[str, Any], form: Mapping[str, Any]) -> None:
        for name in fields:
            if name not in form["properties"]:
                self._drop("field", name)

    def _drop(self, what: str, value: object) -> None:
        if len(self.dropped) < _MOST_OF_A_KIND:
            self.dropped.append(f"{what} {' '.join(str(value).split())[:80]!r}")


def _sentences(text: str) -> Iterator[tuple[int, int]]:
    return (match.span() for match in _SENTENCE.finditer(text))


def _likeness(quote: str, sentence: str) -> float:
    """Of a quotation and what the sentence begins with."""
    begun = sentence[: len(quote) + len(quote) // 4].casefold()
    return SequenceMatcher(None, quote.casefold(), begun, autojunk=False).ratio()


def _scored(value: str, quote: Evidence) -> Scored:
    return Scored(value=value, confidence=SURE, evidence=(quote,), made_by="model")
