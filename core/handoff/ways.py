"""How the customer wants to be reached while nobody is there: asked with the notice, understood, and honoured."""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from core.calendar.moments import clock_of, from_when
from core.calendar.opening_hours import opens_next
from core.handoff.notice import clock_words
from core.model.conversation import CaseContext, Conversation, Message, OwnerKind
from core.model.customer import TEXTED, WRITTEN, Channel, Customer
from core.model.draft import Draft, Sentence, SentenceKind
from core.model.ids import DraftId, derive_id
from core.policy import Policy
from core.procedure.verify_identity import ENDING, strongest_proof
from core.read.turn_input import customer_words, message_before

COMPOSER = "contact_choice"
RULE = "contact_choice:"


class Way(StrEnum):
    """HERE: on the channel on which they wrote."""

    HERE = "here"
    EMAIL = "email"
    CALL = "call"


TAGS: Mapping[Way, str] = {
    Way.HERE: "handrail_answer_here",
    Way.EMAIL: "handrail_answer_by_email",
    Way.CALL: "handrail_callback",
}
QUESTION = {
    "en": "How should we answer you?",
    "de": "Wie sollen wir Ihnen antworten?",
    "es": "¿Cómo prefiere que le respondamos?",
    "fr": "Comment souhaitez-vous que nous vous répondions ?",
    "pt": "Como prefere que lhe respondamos?",
    "ja": "ご希望の連絡方法をお知らせください。",
}
# As a button says it, and as one answers.
LABELS: Mapping[str, Mapping[Way, str]] = {
    "en": {Way.HERE: "Here", Way.EMAIL: "By e-mail", Way.CALL: "Call me back"},
    "de": {Way.HERE: "Hier", Way.EMAIL: "Per E-Mail", Way.CALL: "Bitte anrufen"},
    "es": {Way.HERE: "Aquí", Way.EMAIL: "Por correo", Way.CALL: "Llámenme"},
    "fr": {Way.HERE: "Ici", Way.EMAIL: "Par e-mail", Way.CALL: "Rappelez-moi"},
    "pt": {Way.HERE: "Aqui", Way.EMAIL: "Por e-mail", Way.CALL: "Liguem-me"},
    "ja": {Way.HERE: "こちらへ返信", Way.EMAIL: "メール", Way.CALL: "電話"},
}
OR = {"en": "or", "de": "oder", "es": "o", "fr": "ou", "pt": "ou", "ja": "または"}
DONE: Mapping[str, Mapping[Way, str]] = {
    "en": {
        Way.HERE: "All right, we will answer you here{when}.",
        Way.EMAIL: "All right, we will answer you by e-mail{when}.",
        Way.CALL: "All right, we will call you back on {number}{when}.",
    },
    "de": {
        Way.HERE: "In Ordnung, wir antworten Ihnen hier{when}.",
        Way.EMAIL: "In Ordnung, wir antworten Ihnen per E-Mail{when}.",
        Way.CALL: "In Ordnung, wir rufen Sie unter {number} zurück{when}.",
    },
    "es": {
        Way.HERE: "De acuerdo, le responderemos aquí{when}.",
        Way.EMAIL: "De acuerdo, le responderemos por correo electrónico{when}.",
        Way.CALL: "De acuerdo, le llamaremos al {number}{when}.",
    },
    "fr": {
        Way.HERE: "C'est noté, nous vous répondrons ici{when}.",
        Way.EMAIL: "C'est noté, nous vous répondrons par e-mail{when}.",
        Way.CALL: "C'est noté, nous vous rappellerons au {number}{when}.",
    },
    "pt": {
        Way.HERE: "Está bem, respondemos-lhe aqui{when}.",
        Way.EMAIL: "Está bem, respondemos-lhe por e-mail{when}.",
        Way.CALL: "Está bem, ligamos-lhe de volta para o {number}{when}.",
    },
    "ja": {
        Way.HERE: "承知しました。こちらへ返信いたします{when}。",
        Way.EMAIL: "承知しました。メールで返信いたします{when}。",
        Way.CALL: "承知しました。{number}へお電話いたします{when}。",
    },
}
_MEANT: Mapping[Way, re.Pattern[str]] = {
    Way.CALL: re.compile(
        r"\b(?:call|ring|phone|telephone|call ?back|anruf\w*|ruf\w*|rückruf|telefon\w*|ll[aá]m\w*|tel[eé]fono"
        r"|rappel\w*|appel\w*|téléphone\w*|lig(?:uem|ue|ar)\w*|telefone\w*)\b|電話",
        re.IGNORECASE,
    ),
    Way.EMAIL: re.compile(r"\b(?:e-?mails?|mails?|correo|courriel)\b|メール", re.IGNORECASE),
    Way.HERE: re.compile(
        r"\b(?:here|text|sms|texts|whats ?app|chat|message|hier|aqu[ií]|ici)\b|こちら|ここ", re.IGNORECASE
    ),
}
_NOT = re.compile(r"\b(?:not|no|don'?t|never|nicht|kein\w*|nie|nunca|ni|pas|jamais|não)\b", re.IGNORECASE)
LONGEST_ANSWER = 25  # words; whoever writes more tells us something else as well


def ways_of(customer: Customer, latest: Message) -> tuple[Way, ...]:
    """What there is to choose from: only what we have an address for, nothing where that is one way alone."""
    if latest.channel not in WRITTEN:
        return ()
    email, phone = customer.email, number_of(customer, latest)
    found = (Way.HERE, *((Way.EMAIL,) if email else ()), *((Way.CALL,) if phone else ()))
    return found if len(found) > 1 else ()


def number_of(customer: Customer, latest: Message) -> str | None:
    """The number that they wrote from, or the newest that they are known by."""
    return latest.address if latest.channel in TEXTED and latest.address else customer.phone


def ask_contact_way(language: str, ways: Sequence[Way]) -> str:
    """`How should we answer you? Here, By e-mail or Call me back`; empty where there is nothing to choose."""
    if not ways:
        return ""
    known = _known(language)
    *before, last = labels(known, ways)
    return f"{QUESTION[known]} {', '.join(before)} {OR[known]} {last}."


def labels(language: str, ways: Sequence[Way]) -> tuple[str, ...]:
    return tuple(LABELS[_known(language)][way] for way in ways)


def chosen_way(case: CaseContext) -> Way | None:
    """What the customer answers to our question; None where we did not ask, or they say something else."""
    if not any(question in message_before(case) for question in QUESTION.values()) or case.latest is None:
        return None
    ways, words = ways_of(case.customer, case.latest), customer_words(case).strip()
    if words.rstrip(".)").isdecimal():
        place = int(words.rstrip(".)"))
        return ways[place - 1] if 0 < place <= len(ways) else None
    if _NOT.search(words) or len(words.split()) > LONGEST_ANSWER:
        return None
    meant = [way for way in ways if _MEANT[way].search(words)]
    return meant[0] if len(meant) == 1 else None


def confirm_way(case: CaseContext, way: Way, language: str, policy: Policy) -> Draft:
    """What they are told then. Its one line rests on what they said themselves."""
    assert case.latest is not None  # noqa: S101 - somebody chose
    known = _known(language)
    opens = opens_of(case.conversation, policy, case.now)
    clock, theirs = zone_of(case.customer, case.conversation, case.latest, policy, case.now)
    whose = "" if theirs else f" {clock_words(clock, known)}"
    when = f" {from_when(opens, case.now, clock, known)}{whose}" if opens else ""
    if known == "ja" and when:
        when = f"（{when.strip()}）"
    text = DONE[known][way].format(number=_shown_number(case, case.latest, policy), when=when)
    line = Sentence(text=text, kind=SentenceKind.RECORD, record=f"their {case.latest.named}")
    name = DraftId(derive_id("draft", case.latest.id, COMPOSER))
    return Draft(id=name, sentences=(line,), language=known, confidence=1.0, composer=COMPOSER)


def _shown_number(case: CaseContext, latest: Message, policy: Policy) -> str:
    """Whole to who writes from it or is proved; else only how it ends. A browser may be in other hands by now."""
    number = number_of(case.customer, latest) or ""
    known = latest.channel in TEXTED or strongest_proof(case, policy) is not None
    return number if known else f"…{number[-ENDING:]}"


def opens_of(conversation: Conversation, policy: Policy, now: datetime) -> datetime | None:
    """When those who have it are there again; None while they are, or where the policy names no hours."""
    hours = policy.hours(_team(conversation))
    opens = opens_next(hours, now) if hours else None
    return None if opens == now else opens


def zone_of(
    customer: Customer, conversation: Conversation, latest: Message, policy: Policy, now: datetime
) -> tuple[ZoneInfo, bool]:
    """The customer's clock, and that it is theirs; the team's where nobody knows it."""
    hours = policy.hours(_team(conversation))
    clock = clock_of(customer.time_zone, number_of(customer, latest) or "", now)
    return clock or ZoneInfo(hours.zone if hours else "UTC"), clock is not None


def describe_way(way: Way, case: CaseContext, policy: Policy) -> str:
    """For the agent: what they chose, where and when, in their own words."""
    assert case.latest is not None  # noqa: S101 - somebody chose
    customer, conversation = case.customer, case.conversation
    opens = opens_of(conversation, policy, case.now)
    clock, _ = zone_of(customer, conversation, case.latest, policy, case.now)
    when = f", {from_when(opens, case.now, clock, 'en')} ({clock.key})" if opens else ""
    where = {
        Way.CALL: f"wants to be called back on {number_of(customer, case.latest)}",
        Way.EMAIL: "wants the answer by e-mail: it is not carried to the phone",
        Way.HERE: f"wants the answer by {_channel(case.latest.channel)}",
    }[way]
    return f"{customer.name} {where}{when}. In their words: “{customer_words(case)}”"


def _channel(channel: Channel) -> str:
    return {Channel.SMS: "SMS", Channel.WHATSAPP: "WhatsApp"}.get(channel, str(channel))


def _team(conversation: Conversation) -> str:
    owner = conversation.owner
    return owner.name if owner.kind is OwnerKind.TEAM else conversation.owner_group


def _known(language: str) -> str:
    return language if language in QUESTION else "en"
