"""Which changes are one lesson, and in how many drafts the same could have been done."""

from core.improve.grouping import BAR, Compared, group
from core.improve.spread import Spread
from core.model.ids import ConversationId, CustomerId, DraftId
from core.model.lesson import Cause, Change, SentReply
from tests.core.encoder import WordEncoder
from tests.core.people import NOW

BOW = "Viele Grüße aus Leicester"


def compared(number: int, language: str, added: str = "") -> Compared:
    name = f"{language} {number}"
    reply = SentReply(
        draft_id=DraftId(name),
        conversation_id=ConversationId(name),
        customer_id=CustomerId(name),
        ticket_id=name,
        agent=f"agent {number % 3}",
        at=NOW,
        state="edited",
        intent=f"intent {number % 2}",
        language=language,
        draft="",
        sent=added,
    )
    change = Change(reply=reply, before="", after=added, cause=Cause.TONE)
    return Compared(reply=reply, sentences=(), changes=(change,) if added else ())


def test_what_is_added_in_one_language_could_be_added_to_its_drafts_alone() -> None:
    german = [compared(number, "de", BOW if number < 5 else "") for number in range(8)]
    english = [compared(number, "en") for number in range(60)]
    (found,) = group([*german, *english], Spread(WordEncoder()), BAR)
    assert (found.matters, found.could, found.scope) == (5, 8, ())


def test_what_is_added_in_both_is_held_against_both() -> None:
    replies = [compared(n, language, BOW if n < 2 else "") for language in ("de", "en") for n in range(40)]
    assert group(replies, Spread(WordEncoder()), BAR) == []
