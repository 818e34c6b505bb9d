"""Reading a turn: language, intent, sentiment, urgency and risk, each with its evidence."""

from collections.abc import Mapping, Sequence

from core.model.conversation import CaseContext
from core.model.signals import Scored, Signals
from core.ports import Encoder, IntentReader, LanguageReader, SentimentReader
from core.sense.automatic import automatic
from core.sense.leaving import keyword
from core.sense.planted import planted
from core.sense.repeat import repeated
from core.sense.risks import RULES
from core.sense.rule import Rule, fired
from core.sense.subject import opening
from core.sense.urgency import urgency
from core.sense.words import customer_words, earlier_words


class Sense:
    """Reads the customer's unanswered words. Every span of evidence counts characters of `customer_words(case)`."""

    def __init__(
        self,
        language: LanguageReader,
        intents: IntentReader,
        sentiment: SentimentReader,
        rules: Sequence[Rule] = RULES,
        *,
        hints: Mapping[str, str] | None = None,
        encoder: Encoder | None = None,
    ) -> None:
        """`hints` maps an intent to its usual urgency; the encoder, if given, sees repetition through a rewording."""
        self._language = language
        self._intents = intents
        self._sentiment = sentiment
        self._rules = tuple(rules)
        self._hints = dict(hints or {})
        self._encoder = encoder

    def read(self, case: CaseContext) -> Signals:
        """All signals of the turn. An empty turn has neither intent nor risk."""
        text = customer_words(case)
        intents = self._intents.intents(_with_subject(case, text))
        feeling, mood = self._sentiment.sentiment(text)
        risks = self._risks(case, text)
        return Signals(
            language=self._language.language(text),
            intents=intents,
            sentiment=feeling,
            mood=mood,
            urgency=self._urgency(text, risks, intents, mood),
            risks=risks,
        )

    def _risks(self, case: CaseContext, text: str) -> tuple[Scored, ...]:
        found = {risk.value: risk for risk in fired(self._rules, text)}
        others = (
            keyword(case.latest),
            automatic(text, case.conversation.subject),
            repeated(text, earlier_words(case), self._encoder),
            planted(text),
        )
        found |= {risk.value: risk for risk in others if risk}
        return tuple(sorted(found.values(), key=lambda risk: -risk.confidence))

    def _urgency(self, text: str, risks: Sequence[Scored], intents: Sequence[Scored], mood: float) -> Scored:
        intent = intents[0] if intents else Scored(value="unknown", confidence=0.0)
        return urgency(text, risks=risks, intent=intent, hints=self._hints, mood=mood)


def _with_subject(case: CaseContext, text: str) -> str:
    """An e-mail's subject is part of its first message: "Where is LK-20114?" with "see above" as the text."""

    subject = opening(case)
    return f"{subject}\n{text}" if subject else text
