"""Nothing of an account is said before it is proved who asks: which step comes next, as a draft."""

import re
from collections.abc import Iterator
from dataclasses import replace
from enum import StrEnum

from core.model.conversation import CaseContext, Message, Role
from core.model.customer import DIRECT, TEXTED, WRITTEN, Channel, IdentityKind
from core.model.decision import Progress
from core.model.draft import Draft, Sentence, SentenceKind
from core.model.ids import DraftId, MessageId, VerificationId, derive_id
from core.model.profile import CodeState, Proof, Verification, Verified
from core.model.signals import Signals
from core.policy import Policy, Procedure, StepKind
from core.policy.actions import Identity
from core.procedure.booking import BOOKED
from core.profile.codes import HIDDEN, find_codes
from core.profile.notes import find_addresses
from core.text.verification import AGAIN, asks_for_proof, asks_who, said_to_all, words_in

COMPOSER = "verification"
RULE = "verification"
SENDS = "a one-time code is sent"
ENDING = 2  # digits of a number that are told
FEW = 24  # characters beside an address or a code that ask for nothing of their own
MOST_ASKED = 2  # times that somebody is asked by what we know them


class Step(StrEnum):
    """WHO: ask by what they are known. SEND: a code to their number. CLAIMED: a code to whom they say they are.
    NOWHERE: the words of CLAIMED, because nobody is to learn what we know. PERSON: a person has to look."""

    WHO = "who"
    SEND = "send"
    CLAIMED = "claimed"
    NOWHERE = "nowhere"
    WRONG = "wrong"
    REMIND = "remind"
    PERSON = "person"


def proofs(case: CaseContext) -> list[Verified]:
    """All that proves who wrote last, the strongest first."""
    code, latest = case.proving.code, case.latest
    found = []
    if code is not None and _holds(code, case):
        found.append(Verified(by=Proof.CODE, until=code.until))
    if case.proving.login:
        found.append(Verified(by=Proof.LOGIN))
    own = {i.value for i in case.customer.identities if i.kind is IdentityKind.PHONE and i.verified}
    # A caller's number is easily made up; a text's comes from the carrier.
    if latest is not None and latest.channel in TEXTED and latest.address in own:
        found.append(Verified(by=Proof.NUMBER))
    return found


def began_with_number(case: CaseContext) -> bool:
    """Whether all that is known of them began with the number that they write from now: it is theirs, and no record of
    ours says whose that is."""
    first, latest = case.customer.identities[:1], case.latest
    return latest is not None and [(i.kind, i.value) for i in first] == [(IdentityKind.PHONE, latest.address)]


def _holds(code: Verification, case: CaseContext) -> bool:
    """Whether what the code proved holds for who wrote last. A caller's number and a sender's e-mail address are easily
    made up, so there it proves the one call that it was said in."""
    if code.until is None or case.now >= code.until or code.customer_id != case.customer.id:
        return False
    latest = case.latest
    return latest is None or latest.channel in WRITTEN or (bool(code.proved_at) and latest.address == code.proved_at)


def strongest_proof(case: CaseContext, policy: Policy) -> Verified | None:
    """The strongest proof of who wrote last that the policy accepts; None where there is none."""
    return next((found for found in proofs(case) if found.by in policy.verification.accept), None)


def is_proved(case: CaseContext, policy: Policy) -> bool:
    return case.proving.assumed or strongest_proof(case, policy) is not None


def is_demanded(case: CaseContext, signals: Signals, policy: Policy) -> bool:
    """Whether what is asked is about the account, and who asks is not proved."""
    asked = {intent.value for intent in signals.intents if intent.confidence >= policy.confidence_intent}
    return bool(asked & policy.verification.intents) and not is_proved(case, policy)


def changes_booking(case: CaseContext, led: Progress | None, policy: Policy) -> bool:
    """Whether a caller who is not proved would hear of an appointment that is booked already, or change it."""
    if case.latest is None or case.latest.channel in WRITTEN or is_proved(case, policy):
        return False
    return led is not None and any(name.endswith(BOOKED) for name in led.known)


def tells_of_account(case: CaseContext, led: Progress | None, policy: Policy) -> bool:
    """Whether a procedure for intents that proof is demanded of would go on with somebody who is not proved: the answer
    to a question of it ("yes") names no intent, and who gives it may be somebody else than who was led so far. So with
    any procedure that has come to an action for those who are proved."""
    procedure = policy.procedures.get(led.procedure) if led is not None and led.say else None
    if led is None or procedure is None or is_proved(case, policy):
        return False
    return bool(procedure.intents & policy.verification.intents) or _acts_for_the_proved(led, procedure, policy)


def _acts_for_the_proved(led: Progress, procedure: Procedure, policy: Policy) -> bool:
    at = next((step for step in procedure.steps if step.id == led.at and step.kind is StepKind.ACT), None)
    spec = policy.actions.get(at.name) if at is not None else None
    return spec is not None and spec.identity is Identity.PROVED


def answer_to_code(case: CaseContext, policy: Policy) -> Step | None:
    """The step of a turn that is about the code itself and nothing else; None for any other."""
    code, latest, last = _awaited(case, policy), case.latest, _said_last(case)
    if latest is None or latest.channel not in DIRECT or not asks_for_proof(last):
        return None
    if code is not None and (HIDDEN in latest.text or (not code.id and len(find_codes(latest.text)) == 1)):
        wrong = {CodeState.SENT: Step.WRONG, CodeState.SPENT: _send(case, policy)}
        return wrong.get(code.state)
    if code is not None and any(words in latest.text.casefold() for words in AGAIN):
        return _send(case, policy)
    names = any(kind != "order" for kind, _ in find_addresses(latest.text))
    return next_step(case, policy) if names and (code is None or not code.open(case.now)) else None


def _awaited(case: CaseContext, policy: Policy) -> Verification | None:
    """The code that is waited for. Whoever named an address that brought none waits for one all the same, with as many
    tries and for as long: what they are told next must not show that we do not know it. It has no id."""
    code, told = case.proving.code, _told_to_all(case)
    if code is not None or not told:
        return code
    tries = sum(bool(find_codes(m.text)) for m in _theirs(case) if m.at >= told[-1].at)
    return Verification(
        id=VerificationId(""),
        conversation_id=case.conversation.id,
        customer_id=case.customer.id,
        channel=Channel.SMS,
        hint="",
        sent_at=told[-1].at,
        expires_at=told[-1].at + policy.verification.code_lives,
        tries=min(tries, policy.verification.tries),
        state=CodeState.SENT if tries < policy.verification.tries else CodeState.SPENT,
    )


def _told_to_all(case: CaseContext) -> list[Message]:
    """What of ours told somebody here of a code that may or may not have left."""
    return [m for m in case.timeline if m.role is Role.ASSISTANT and said_to_all(m.text)]


def next_step(case: CaseContext, policy: Policy) -> Step:
    """What comes next for somebody who asks about an account and is not proved. Codes are heard where we speak
    ourselves: on a ticket a person looks, and so where the policy takes no codes or no text reaches them."""
    if case.latest is not None and case.latest.channel not in DIRECT:
        return Step.PERSON
    if Proof.CODE not in policy.verification.accept:
        return Step.PERSON
    code = _awaited(case, policy)
    if code is not None and code.open(case.now):
        return Step.REMIND
    if case.proving.barred:
        return Step.PERSON
    return _send(case, policy)


def asks_from_own_place(case: CaseContext) -> bool:
    """Whether it is the person themselves who asks for a code, as far as their number or sign-in shows; else it may be
    anybody who says their name, and that must cost them nothing."""
    return case.proving.customer_id == case.customer.id and any(p.by is not Proof.CODE for p in proofs(case))


def _send(case: CaseContext, policy: Policy) -> Step:
    proving, rules = case.proving, policy.verification
    if Proof.CODE not in rules.accept:
        return Step.PERSON
    if proving.customer_id == case.customer.id:
        sent = proving.sent if asks_from_own_place(case) else proving.unasked
        return Step.SEND if sent < rules.codes_per_hour else Step.PERSON
    return _whoever(case, policy)


def _whoever(case: CaseContext, policy: Policy) -> Step:
    """For somebody who is known by nothing but what they say: told of a code that they may get, if they named an
    address, as often whether we know it or not; else asked, twice at most, by what we know them."""
    proving, most = case.proving, policy.verification.codes_per_hour
    if proving.number or any(kind != "order" for m in _theirs(case) for kind, _ in find_addresses(m.text)):
        if len(_told_to_all(case)) >= most:
            return Step.PERSON
        return Step.CLAIMED if proving.number and proving.unasked < most else Step.NOWHERE
    asked = sum(asks_who(m.text) for m in case.timeline if m.role is Role.ASSISTANT)
    return Step.WHO if asked < MOST_ASKED else Step.PERSON


def _theirs(case: CaseContext) -> Iterator[Message]:
    return (m for m in case.timeline if m.role is Role.CUSTOMER)


def draft_of(step: Step, case: CaseContext, policy: Policy, language: str) -> Draft:
    """What the assistant says at this step."""
    words, proving, rules = words_in(language), case.proving, policy.verification
    minutes = round(rules.code_lives.total_seconds() / 60)
    awaited = _awaited(case, policy)
    left = rules.tries - (awaited.tries if awaited else 0)
    said = {
        Step.WHO: words.who,
        Step.SEND: words.sent.format(end=proving.number[-ENDING:], minutes=minutes),
        Step.CLAIMED: words.claimed.format(minutes=minutes),
        Step.NOWHERE: words.claimed.format(minutes=minutes),
        Step.WRONG: words.wrong.format(left=left),
        Step.REMIND: words.remind,
    }[step]
    sends = step in (Step.SEND, Step.CLAIMED)
    record = f"policy {policy.version}, verification: {SENDS if sends else step}"
    message = case.latest.id if case.latest else case.conversation.id
    return Draft(
        id=DraftId(derive_id("draft", message, COMPOSER, step)),
        sentences=(Sentence(text=said, kind=SentenceKind.RECORD, record=record),),
        language=language,
        confidence=1.0,
        composer=COMPOSER,
    )


def sends_code(draft: Draft | None) -> bool:
    """Whether a code leaves with this draft."""
    return draft is not None and draft.composer == COMPOSER and (draft.sentences[0].record or "").endswith(SENDS)


def as_if_proved_before(case: CaseContext) -> CaseContext:
    """After a right code what was asked before it waits for its answer again: our asking is left out, and with it what
    was said to it and nothing else."""
    code, latest = case.proving.code, case.latest
    if code is None or code.state is not CodeState.RIGHT or latest is None or HIDDEN not in latest.text:
        return case
    kept = tuple(m for m in case.timeline if m.role is not Role.ASSISTANT or not asks_for_proof(m.text))
    asked = replace(case, timeline=kept, settled=case.settled | (_said_to_our_asking(case) - {latest.id}))
    return replace(asked, decided=case.decided | {m.id for m in asked.unanswered if m.id != latest.id})


def _said_to_our_asking(case: CaseContext) -> frozenset[MessageId]:
    """An address or a code, with no more than a few words around it."""
    found, asked = set(), False
    for message in case.timeline:
        if message.role is Role.ASSISTANT:
            asked = asks_for_proof(message.text)
        elif asked and message.role is Role.CUSTOMER:
            told = [value for kind, value in find_addresses(message.text) if kind != "order"]
            beside = message.text.replace(HIDDEN, "")
            for value in told:
                beside = re.sub(re.escape(value), "", beside, flags=re.IGNORECASE)
            bare = (told or HIDDEN in message.text) and len(beside.strip()) <= FEW
            found |= {message.id} if bare else set()
    return frozenset(found)


def _said_last(case: CaseContext) -> str:
    ours = (m.text for m in reversed(case.timeline) if m.public and m.role in (Role.ASSISTANT, Role.AGENT))
    return next(ours, "")
