"""What one reply takes: what is asked of the model, what is shown to it, and what its answer is worth."""

from collections.abc import Sequence
from dataclasses import dataclass

from core.answer.compose.ask import Asking
from core.answer.compose.check import Check, leaves_out_a_step
from core.answer.compose.choice import LIGHT, Choice
from core.answer.compose.reply import SCHEMA, MalformedError, Reply
from core.answer.contract.across import warning
from core.answer.fence import NOTE, fenced
from core.answer.prompts import fingerprint, prompt
from core.errors import HandrailError, TransientError
from core.model.draft import Finding, Sentence, Severity, Struck
from core.model.knowledge import Passage
from core.ports import LanguageModel

COMPOSER = "model"
BUDGET = 3000  # tokens of passages shown
MOST_ASKED = 800  # tokens of the customer's words
MOST_TOKENS = 700
LANGUAGES = {
    "en": "English", "de": "German", "es": "Spanish", "fr": "French", "it": "Italian", "pt": "Portuguese",
    "nl": "Dutch", "pl": "Polish", "sv": "Swedish", "da": "Danish", "cs": "Czech", "tr": "Turkish",
}  # fmt: skip
UNANSWERABLE = "The language model found no answer in these passages."


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What is to be answered (`asked`, the customer's words), from which passages (best first), in which language
    (ISO 639-1), in which voice (lines of the style card), and by which of two models."""

    asked: str
    passages: Sequence[Passage]
    language: str
    voice: str = ""
    choice: Choice = LIGHT


@dataclass(frozen=True, slots=True, kw_only=True)
class Worded:
    """A reply's body. `model` names who wrote it, with the reason of the choice where there was one."""

    sentences: tuple[Sentence, ...]
    struck: tuple[Struck, ...]
    findings: tuple[Finding, ...]
    model: str
    prompt_hash: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Fallback:
    """Why the sources must answer themselves. `findings` and `struck` belong on the draft that quotes them."""

    reason: str
    struck: tuple[Struck, ...] = ()
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One wish under way."""

    model: LanguageModel
    asking: Asking
    check: Check
    signature: str
    prompt_hash: str

    @classmethod
    def of(cls, light: LanguageModel, strong: LanguageModel | None, wish: Wish) -> "Job":
        model = strong if wish.choice.strong and strong else light
        shown = within_budget(model, wish.passages)
        words = prompt("answer")
        language = LANGUAGES.get(wish.language, wish.language)
        system = words.filled(language=language, fence=NOTE, voice=_in_voice(wish.voice))
        quoted = [fenced(f"passage {number}", f"{p.title}\n\n{p.text}") for number, p in enumerate(shown, 1)]
        now = prompt("answer_now").filled(language=language)
        user = "\n\n".join([*quoted, fenced("customer", _cut(model, wish.asked)), now])
        chosen = f" ({wish.choice.tier}: {wish.choice.reason})" if strong else ""
        return cls(
            model=model,
            asking=Asking(system=system, user=user, schema=SCHEMA, max_tokens=MOST_TOKENS),
            check=Check(passages=shown, language=wish.language, customer=wish.asked),
            signature=f"{model.name}{chosen}",
            prompt_hash=fingerprint(words, system, user),
        )

    def judged(self, reply: Reply) -> Worded | Fallback:
        for row in reply.rows:
            self.check.take(row)
        return self.concluded(reply)

    def concluded(self, reply: Reply) -> Worded | Fallback:
        """What all rows together are worth, once each has been checked."""
        kept, struck = self.check.kept, tuple(self.check.struck)
        if not reply.answerable:
            return Fallback(reason=UNANSWERABLE, findings=(_doubt(),))
        if len(kept) < len(struck) or not kept:
            reason = (
                f"The sources bear out only {len(kept)} of the language model's {len(kept) + len(struck)} sentences."
            )
            return Fallback(reason=reason, struck=struck)
        if leaves_out_a_step(kept, whole=bool(struck)):
            return Fallback(reason="The language model's reply leaves out a step.", struck=struck)
        return Worded(
            sentences=tuple(kept),
            struck=struck,
            findings=(warning(self.check.translated),) if self.check.translated else (),
            model=self.signature,
            prompt_hash=self.prompt_hash,
        )

    def failed(self, error: HandrailError | MalformedError) -> Fallback:
        struck = tuple(self.check.struck)
        if isinstance(error, MalformedError):
            reason = f"The language model's answer could not be used: {error}."
        elif isinstance(error, TransientError):
            reason = "The language model did not answer in time."
        else:
            reason = f"The language model refused: {error}."
        return Fallback(reason=reason, struck=struck, findings=(_away(reason),))


def within_budget(model: LanguageModel, passages: Sequence[Passage], budget: int = BUDGET) -> list[Passage]:
    """The best passages that fit; stops at the first that does not, so that a worse one never jumps the rank."""
    shown: list[Passage] = []
    for passage in passages:
        budget -= model.count_tokens(f"{passage.title}\n{passage.text}")
        if budget < 0:
            break
        shown.append(passage)
    return shown


def _cut(model: LanguageModel, text: str) -> str:
    """The newest words that fit: what a customer asks stands at the end more often than at the beginning."""
    while model.count_tokens(text) > MOST_ASKED:
        text = text[len(text) // 4 + 1 :]
    return text


def _in_voice(voice: str) -> str:
    return f"How the company sounds, as far as that leaves every fact as it is:\n{voice}" if voice.strip() else ""


def _doubt() -> Finding:
    return Finding(
        rule="model_declined",
        severity=Severity.BLOCK,
        text=UNANSWERABLE,
        remedy="Read whether the quoted sentences answer the question before you send them.",
    )


def _away(reason: str) -> Finding:
    return Finding(
        rule="model_away",
        severity=Severity.WARN,
        text=f"{reason} These are the sources' own words.",
        remedy="Nothing to do for this draft; look at the endpoint if it stays so.",
    )
