"""One-time codes. A code follows from its verification's id and a secret of this installation: it is made where it is
sent and where it is compared, and stored nowhere, not in the outbox, the timeline, a log, or a note."""

import re
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from hmac import compare_digest
from hmac import new as keyed
from unicodedata import digit

from core.model.conversation import Conversation, Message, Role
from core.model.customer import Channel, Customer, Identity, IdentityKind
from core.model.ids import VerificationId
from core.model.profile import CodeState, Proving, Verification
from core.ports import Unit
from core.profile.merge import merge

DIGITS = 6
HIDDEN = "••••••"  # stands for a code in everything that is kept
CODE_OF = "code_of"  # the payload's key that names the verification whose code fills HIDDEN
HOUR = timedelta(hours=1)
BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)
_SAID = re.compile(r"(?<![\d+])(?:\d[ \u00a0.-]?){5}\d(?!\d)")
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

    def filled(self, body: str, verification_id: VerificationId) -> str:
        """The text with the code in its place."""
        return body.replace(HIDDEN, self.code(verification_id))


def said_code(text: str, *, spoken: bool = False) -> tuple[str, str] | None:
    """The six digits in a text, and the text without them; None where there are none, or several."""
    plain = "".join(str(digit(sign, -1)) if digit(sign, -1) >= 0 else sign for sign in text)
    found = list(_SAID.finditer(plain))
    if len(found) == 1:
        start, end = found[0].span()
        return re.sub(r"\D", "", found[0].group()), f"{text[:start]}{HIDDEN}{text[end:]}"
    words = [_SPOKEN.get(word, int(word) if word.isdecimal() and len(word) == 1 else None) for word in _words(plain)]
    numbers = [word for word in words if word is not None]
    if spoken and len(numbers) == DIGITS:
        return "".join(map(str, numbers)), HIDDEN
    return None


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", text.casefold())


def heard(
    unit: Unit, conversation: Conversation, message: Message, codes: Codes, tries: int, valid: timedelta
) -> Message:
    """Compare a code in a received message with the one that was sent, and hide it. Who proves to be somebody we know
    under another profile becomes that person.

    A code is right once. `tries` wrong ones spend it; `valid` is how long the proof holds."""
    found = said_code(message.text, spoken=message.channel is Channel.VOICE)
    if found is None:
        return message
    said, hidden = found
    code = unit.verifications.latest(conversation.id)
    if code is None or not code.open(message.at):
        # Sent for another conversation: repeated here it proves nothing, and is not shown to anybody either.
        waiting = unit.verifications.open_of(conversation.customer_id, message.at)
        astray = any(codes.is_right(each, said) for each in waiting)
        return replace(message, text=hidden) if astray else message
    tried = unit.verifications.tried(code.id, tries)
    if tried is None:  # somebody else's guess at the same moment was the last one, or the right one
        return replace(message, text=hidden)
    if codes.is_right(code, said):
        proved = replace(code, state=CodeState.RIGHT, until=message.at + valid, proved_at=message.address)
        unit.verifications.save(proved)
        facts = {"verification": code.id, "conversation": conversation.id, "customer": code.customer_id}
        unit.ledger.append("verified", facts, message.at)
        if _becomes(unit, conversation, code):
            merge(unit, code.customer_id, conversation.customer_id, "one-time code", "proved by a code", message.at)
    elif tried >= tries:
        unit.verifications.save(replace(code, tries=tried, state=CodeState.SPENT))
    return replace(message, text=hidden)


def _becomes(unit: Unit, conversation: Conversation, code: Verification) -> bool:
    """Whether whoever repeated the code turns out to be somebody else than they were known as."""
    writer = unit.customers.get(conversation.customer_id)
    if writer is None or code.customer_id == writer.id or unit.merges.into(writer.id) is not None:
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
    """The code that was sent last, and where the next one could go: to a number that is proved to be the person's."""
    code = unit.verifications.latest(conversation.id)
    owner = customer if _number(customer) else _claimed(unit, customer)
    number = _number(owner) if owner else None
    if owner is None or number is None:
        return Proving(code=code)
    sent = unit.verifications.sent_since(owner.id, conversation.id, now - HOUR)
    return Proving(code=code, customer_id=owner.id, number=number, sent=sent)


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
