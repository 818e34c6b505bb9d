"""One-time codes. A code follows from its verification's id and a secret of this installation: it is made where it is
sent and where it is compared, and stored nowhere, not in the outbox, the timeline, a log, or a note."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from hmac import compare_digest
from hmac import new as keyed
from unicodedata import digit

from core.consent.reachable import no_text_reaches
from core.model.conversation import Conversation, Message, Role
from core.model.customer import Channel, Customer, Identity, IdentityKind
from core.model.ids import CustomerId, VerificationId
from core.model.profile import CodeState, Proving, Verification
from core.ports import Unit
from core.profile.merge import merge

DIGITS = 6
HIDDEN = "••••••"  # stands for a code in everything that is kept
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)
MOST_SAID = 3  # numbers of one message that are compared: all of them together are one try
# Found at every digit, so that "10 23 123 456" holds the code whatever stands before it.
_SAID = re.compile(r"(?<![\d+])(?=((?:\d[ \u00a0.-]?){5}\d)(?!\d))")
_DAY = r"(?:0?[1-9]|[12]\d|3[01])"
# 20.11.2024, 20-11-24, 2024-11-20: six digits of a day are no code.
_DATE = re.compile(
    rf"(?<![\d.-])(?:{_DAY}([.-]){_DAY}\1(?:\d\d)?\d\d|{_DAY}([ \u00a0]){_DAY}\2(?:19|20)\d\d"
    rf"|\d{{4}}([.-]){_DAY}\3{_DAY})(?!\d)"
)
_SPOKEN = {
    word: number
    for number, words in enumerate(
        (
            "zero oh null cero zéro 〇",
            "one eins uno un um",
            "two zwei zwo dos deux dois",
            "three drei tres trois três",
            "four vier cuatro quatre quatro",
            "five fünf cinco cinq",
            "six sechs seis",
            "seven sieben siete sept sete",
            "eight acht ocho huit oito",
            "nine neun nueve neuf nove",
        )
    )
    for word in words.split()
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Codes:
    secret: bytes

    def code(self, verification_id: VerificationId) -> str:
        mixed = keyed(self.secret, f"one-time code {verification_id}".encode(), sha256).digest()
        return f"{int.from_bytes(mixed[:8]) % 10**DIGITS:0{DIGITS}}"

    def is_right(self, verification: Verification, said: str) -> bool:
        """In the same time whatever was said."""
        return compare_digest(self.code(verification.id).encode(), said.encode())

    def fill(self, body: str, verification_id: VerificationId) -> str:
        """The text with the code in its place."""
        return body.replace(HIDDEN, self.code(verification_id))


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """Six digits that may be a code, and where they stand."""

    code: str
    start: int
    end: int


def find_codes(text: str, *, spoken: bool = False) -> list[Said]:
    """All that may be a code in a text, in its order; none of it a date."""
    plain = "".join(str(digit(sign, -1)) if digit(sign, -1) >= 0 else sign for sign in text)
    undated = _DATE.sub(lambda found: "x" * len(found[0]), plain)
    written = [Said(code=re.sub(r"\D", "", m[1]), start=m.start(1), end=m.end(1)) for m in _SAID.finditer(undated)]
    if written or not spoken:
        return written
    words = [_SPOKEN.get(word, int(word) if word.isdecimal() and len(word) == 1 else None) for word in _words(plain)]
    numbers = [word for word in words if word is not None]
    return [Said(code="".join(map(str, numbers)), start=0, end=len(text))] if len(numbers) == DIGITS else []


def without(text: str, codes: Iterable[Said]) -> str:
    """The text with these hidden."""
    for each in sorted(codes, key=lambda each: -each.start):
        text = f"{text[: each.start]}{HIDDEN}{text[each.end :]}"
    return text


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", text.casefold())


def check_code(
    unit: Unit, conversation: Conversation, message: Message, codes: Codes, tries: int, valid: timedelta
) -> Message:
    """Compare what may be a code in a received message with the one that was sent, and hide the right one, or the only
    one. Who proves to be somebody we know under another profile becomes that person.

    A code is right once. A message is one try, however many numbers stand in it; `tries` wrong ones spend the code;
    `valid` is how long the proof holds."""
    found = find_codes(message.text, spoken=message.channel is Channel.VOICE)
    if not found:
        return message
    code = unit.verifications.latest(conversation.id)
    if code is None or not code.open(message.at):
        # Sent for another conversation: repeated here it proves nothing, and is not shown to anybody either.
        waiting = unit.verifications.open_of(conversation.customer_id, message.at)
        return _hiding(message, [said for said in found if any(codes.is_right(each, said.code) for each in waiting)])
    right = [said for said in found if codes.is_right(code, said.code)]
    shown = _hiding(message, right or (found if len(found) == 1 else []))
    tried = unit.verifications.count_try(code.id, tries)
    if tried is None:  # somebody else's guess at the same moment was the last one, or the right one
        return shown
    if any(said in right for said in found[:MOST_SAID]):
        _proved(unit, conversation, message, code, message.at + valid)
    elif tried >= tries:
        unit.verifications.save(replace(code, tries=tried, state=CodeState.SPENT))
    return shown


def _hiding(message: Message, codes: Sequence[Said]) -> Message:
    return replace(message, text=without(message.text, codes)) if codes else message


def _proved(unit: Unit, conversation: Conversation, message: Message, code: Verification, until: datetime) -> None:
    kept = _as_now(unit, code.customer_id)
    unit.verifications.save(
        replace(code, state=CodeState.RIGHT, until=until, proved_at=message.address, customer_id=kept)
    )
    facts = {"verification": code.id, "conversation": conversation.id, "customer": kept}
    unit.ledger.append("verified", facts, message.at)
    if _becomes(unit, conversation, kept):
        merge(unit, kept, conversation.customer_id, "one-time code", "proved by a code", message.at)


def _as_now(unit: Unit, customer_id: CustomerId) -> CustomerId:
    """Whom this profile went into since the code left, which an agent may have found; itself where it did not."""
    while (made := unit.merges.into(customer_id)) is not None:
        customer_id = made.kept
    return customer_id


def _becomes(unit: Unit, conversation: Conversation, proved: CustomerId) -> bool:
    """Whether whoever repeated the code turns out to be somebody else than they were known as."""
    writer = unit.customers.get(conversation.customer_id)
    if writer is None or proved == writer.id or unit.merges.into(writer.id) is not None:
        return False
    return is_stranger(unit, writer)


def is_stranger(unit: Unit, customer: Customer) -> bool:
    """Whether nothing is known of them that would be somebody's loss: they may prove to be anybody. A person whom the
    helpdesk knows stays who they are, because whoever calls with their number made up must not give all that is
    theirs to an account of their own; and so does a number that called before."""
    if any(each.kind is IdentityKind.HELPDESK or each.verified for each in customer.identities):
        return False
    if customer.phone is None:
        return True
    theirs = (m for c in unit.conversations.recent(customer.id, BEGINNING) for m in unit.conversations.messages(c.id))
    return len({m.address for m in theirs if m.role is Role.CUSTOMER}) <= 1


def proving_of(unit: Unit, customer: Customer, conversation: Conversation, now: datetime) -> Proving:
    """The code that was sent last, and where the next one could go: to a number that is proved to be the person's, if
    texts reach it. That they do not is nobody's to know but their own."""
    code = unit.verifications.latest(conversation.id)
    owner = customer if _number(customer) else _claimed(unit, customer)
    number = _number(owner) if owner else None
    if owner is None or number is None:
        return Proving(code=code)
    if no_text_reaches(unit, owner, number, conversation.id):
        return Proving(code=code, barred=owner.id == customer.id)
    sent = unit.verifications.sent_since(owner.id, conversation.id, now - HOUR, own=True)
    unasked = unit.verifications.sent_since(owner.id, conversation.id, now - DAY, own=False)
    return Proving(code=code, customer_id=owner.id, number=number, sent=sent, unasked=unasked)


def _number(customer: Customer) -> str | None:
    proved = [i.value for i in customer.identities if i.kind is IdentityKind.PHONE and i.verified]
    return proved[-1] if proved else None


def _claimed(unit: Unit, customer: Customer) -> Customer | None:
    """Whom a stranger says they are, by the newest address of somebody else's that they named themselves."""
    if not is_stranger(unit, customer):
        return None
    for claim in reversed(unit.profiles.claims(customer.id)):
        if claim.source != "said" or claim.kind not in (IdentityKind.EMAIL, IdentityKind.PHONE):
            continue
        owner = unit.customers.find(Identity(kind=IdentityKind(claim.kind), value=claim.value))
        if owner is not None and _number(owner):
            return owner
    return None
