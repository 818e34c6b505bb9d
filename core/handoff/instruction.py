"""The article that an agent picked when they gave the conversation back: the assistant answers from it.

The agent's choice stands in the place of the search and of its confidence; triggers, standing approvals and the checks
of a draft hold as they do for any answer. It is for the assistant's next word and ends with it, or when a person takes
the conversation, or after a day.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from core.model.conversation import CaseContext, Conversation, Message, OwnerKind, Role
from core.model.draft import Draft
from core.model.ids import ArticleId, DraftId, MessageId, derive_id

COMPOSER = "instruction"
HOLDS = timedelta(hours=24)
SPEAKERS = frozenset({Role.ASSISTANT, Role.AGENT})
_REF = "handrail:instruction:"


@dataclass(frozen=True, slots=True, kw_only=True)
class Instruction:
    article: ArticleId
    title: str
    by: str
    at: datetime


def on_timeline(conversation: Conversation, given: Instruction) -> Message:
    """The instruction as people and the assistant find it again. No customer sees it."""
    ref = f"{_REF}{conversation.id}|{given.at.isoformat()}|{given.article}"
    return Message(
        id=MessageId(derive_id("ms", ref)),
        conversation_id=conversation.id,
        channel=conversation.channel,
        role=Role.SYSTEM,
        author=given.by,
        text=given.title,
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
    # Earlier versions kept instructions without an article.
    if not article:
        return None
    return Instruction(article=ArticleId(article), title=found.text, by=found.author, at=found.at)


def by_instruction(given: Instruction, case: CaseContext, answered: Draft) -> Draft:
    """What the picked article answers, as the answer that the agent asked for."""
    subject = case.latest.id if case.latest else case.conversation.id
    name = DraftId(derive_id("draft", subject, COMPOSER, given.at.isoformat()))
    return replace(answered, id=name, composer=COMPOSER)
