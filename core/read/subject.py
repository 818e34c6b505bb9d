"""The subject line, while it still says what the customer wants."""

import re

from core.model.conversation import CaseContext, Role
from core.model.customer import Channel
from core.read.words import spoken_words

_ANSWER = re.compile(r"^\s*(?:re|fw|fwd|aw|wg|sv|rv|tr)\s*:\s*", re.IGNORECASE)
_EMPTY = re.compile(
    r"^\W*(?:(?:my )?(?:help|question|support|hello|hi|enquiry|inquiry|request|issue|problem|no subject"
    r"|frage|hilfe|anfrage"
    r"|question|demande|aide|consulta|ayuda|pregunta)(?: please)?|(?:sms|whatsapp|message|conversation"
    r"|chat)\b.*)?\W*$",
    re.IGNORECASE,
)


def opening(case: CaseContext) -> str:
    """The subject of a first message by e-mail or web form, unless it repeats the text or says nothing."""
    first = next((m for m in case.timeline if m.role is Role.CUSTOMER), None)
    if first is None or first.channel not in (Channel.EMAIL, Channel.WEB) or first not in case.unanswered:
        return ""
    subject = case.conversation.subject.strip()
    while _ANSWER.match(subject):
        subject = _ANSWER.sub("", subject)
    text = spoken_words(first.text)
    if _EMPTY.match(subject) or subject.casefold().rstrip(".…") in text.casefold():
        return ""
    return subject
