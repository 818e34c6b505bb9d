"""A customer asks why, or how it was decided: they are told where they can read it."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from core.answer.style import StyleCard
from core.model.conversation import CaseContext, Role
from core.model.draft import Draft, Sentence, SentenceKind
from core.model.ids import ConversationId, DraftId, derive_id
from core.model.signals import Signals
from core.policy import Policy
from core.policy.self_service import ReceiptOffer
from core.read.turn_input import customer_words
from core.text.receipt_words import OFFER

COMPOSER = "receipt"
# The address of a conversation's receipt, good until then.
Link = Callable[[ConversationId, datetime], str]

_WHY = re.compile(
    r"\W*(?:(?:but |and |so |aber |und |pero |y |mais |et |mas |e )?(?:why|how come|warum|wieso|weshalb|(?:y )?por qué"
    r"|pourquoi|por ?quê|なぜ|どうして)(?: (?:is that|that|not|das|nicht|eso|ça|isso))?\W*"
    r"|.{0,40}(?:how|why) (?:did|have|was|is|were) (?:you|this|that|it) (?:decide\w*|come to (?:this|that|your)"
    r"|say (?:this|that|so)|tell me (?:this|that|so)|answer (?:me )?(?:this|that|so|like this))\b.{0,60}"
    r"|.{0,40}how do you know (?:this|that)\W*"
    r"|.{0,40}who (?:decided|wrote|answered|approved) (?:this|that|it)\b.{0,40}"
    r"|.{0,40}(?:where did you get|where does) (?:this|that|it)\b.{0,20}(?:from|come from).{0,20}"
    r"|.{0,40}(?:wie|warum|wer) (?:haben sie|hat|wurde) (?:das|dies) (?:\w+ )?entschieden.{0,40}"
    r"|.{0,40}(?:cómo|por qué|quién) (?:lo |ha |han |se )*(?:decidi\w+|escrit\w+).{0,40}"
    r"|.{0,40}(?:comment|pourquoi|qui) (?:avez-vous |a |l'a |cela a(?:-t-il)? )*(?:été )?(?:décid\w+|écrit).{0,40}"
    r"|.{0,40}(?:como|porque|quem) (?:é que )?(?:decidi\w+|escreveu).{0,40}"
    r"|.{0,30}(?:どのように|誰が|なぜ).{0,10}(?:決め|判断|回答).{0,20})",
    re.IGNORECASE | re.DOTALL,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipts:
    """`link` makes the address of a receipt."""

    link: Link
    style: StyleCard

    def draft_if_wanted(self, case: CaseContext, signals: Signals, policy: Policy) -> Draft | None:
        """The address, where the customer asks for the grounds of something that they were told."""
        told = any(m.public and m.role in (Role.AGENT, Role.ASSISTANT) for m in case.timeline)
        if not told or policy.self_service.receipt is ReceiptOffer.NEVER or not asks_why(customer_words(case)):
            return None
        language = self.style.language(signals.language.value, case.customer.locale)
        line = self.line(case.conversation.id, language, policy, case.now)
        message = case.latest.id if case.latest else case.conversation.id
        return Draft(
            id=DraftId(derive_id("draft", message, COMPOSER)),
            sentences=(Sentence(text=line, kind=SentenceKind.RECORD, record="the decisions of this conversation"),),
            language=language,
            confidence=1.0,
            composer=COMPOSER,
        )

    def line(self, conversation: ConversationId, language: str, policy: Policy, now: datetime) -> str:
        """Where it can be read, in one line."""
        url = self.link(conversation, now + policy.self_service.receipt_days)
        return OFFER.get(language, OFFER["en"]).format(url=url)


def asks_why(words: str) -> bool:
    """Whether a message asks for the grounds of what was said, and for nothing else: "why is my thermostat offline?"
    is a question about a thermostat."""
    return _WHY.fullmatch(" ".join(words.replace("’", "'").split())) is not None
