"""After a conversation was solved: whom to tell what comes next, whom to ask how it was, and what they answer."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from core.errors import RejectedError
from core.model.conversation import CaseContext, Conversation, Message, MessageKind, Role
from core.model.customer import Customer
from core.outreach.audience.rule import name_of
from core.outreach.law.fields import LONGEST
from core.outreach.spoken import spoken_by
from core.policy import Play, Policy
from core.policy.given import AFTER, AN_HOUR, minutes_of
from core.ports import Unit
from core.privacy.find import find
from core.sense.rating import BAD, GOOD, question_of, rating_of

MOST = 5_000
RATED_WITHIN = timedelta(days=14)  # of the solving
YOUR_MATTER = {
    "en": "your request",
    "de": "Ihr Anliegen",
    "es": "su consulta",
    "fr": "votre demande",
    "pt": "o seu pedido",
    "ja": "お問い合わせ",
}
# What will happen, and what the customer is asked to do.
_STEPS: Mapping[str, re.Pattern[str]] = {
    "en": re.compile(r"\b(?:we(?:'ll| will)|you(?:'ll| will)|will (?:be|arrive|come)|please|within \d|expect)\b", re.I),
    "de": re.compile(r"\b(?:wir werden|wird|werden|bitte|innerhalb|erhalten sie|erwarten)\b", re.I),
    "es": re.compile(r"\b(?:recibirá|le enviaremos|vamos a|por favor|en un plazo|llegará|esperamos)\b", re.I),
    "fr": re.compile(r"\b(?:nous allons|vous recevrez|veuillez|sous \d|arrivera|sera|s'il vous plaît)\b", re.I),
    "pt": re.compile(r"\b(?:vamos|receberá|por favor|no prazo|chegará|será|enviaremos)\b", re.I),
    "ja": re.compile(r"(?:いたします|お送りします|お届け|ください|予定)"),
}
_SENTENCE = re.compile(r"(?<=[.!?])\s+|(?<=[。!?])\s*")

Person = dict[str, str]


def solved_people(unit: Unit, policy: Policy, play: Play, *, since: datetime, until: datetime) -> list[Person]:
    """Whose conversations were solved `after_minutes` before that span, each person once, for the newest of theirs.
    With `unless: rated` those who have said how it was are left in peace; a text that states the next steps goes to
    nobody who was told of none.

    Raises:
        RejectedError: the play's `after_minutes` is no number.
    """
    after = _minutes(play)
    found = unit.conversations.solved_between(since - after, until - after, MOST)
    newest = {each.customer_id: each for each in found if not (play.asks_rating and each.satisfaction)}
    return list(_people(unit, policy, play, newest.values()))


def _people(unit: Unit, policy: Policy, play: Play, found: Iterable[Conversation]) -> Iterator[Person]:
    for conversation in found:
        customer = unit.customers.get(conversation.customer_id)
        answers = [m for m in unit.conversations.messages(conversation.id) if _is_answer(m)]
        if customer is None or not answers:
            continue  # nobody ever spoke with them: there is nothing to say about it
        language = spoken_by(customer, play, policy)
        decision = unit.decisions.latest(conversation.id)
        intent = decision.signals.intent.value if decision and decision.signals.intents else ""
        steps = next_steps(answers, language)
        if not steps and _states_steps(play):
            continue
        yield {
            "customer": name_of(customer),
            "conversation": conversation.id,
            "ticket": conversation.ticket_id or "",
            "matter": policy.self_service.matter(intent, language) or YOUR_MATTER.get(language, YOUR_MATTER["en"]),
            "next_steps": steps,
        }


def next_steps(answers: Sequence[Message], language: str) -> str:
    """What the last answer said will happen or is to be done, word for word: two sentences at most, none with personal
    data in it, and none that asks. Empty where it said nothing of the kind."""
    pattern = _STEPS.get(language)
    if pattern is None or not answers:
        return ""
    sentences = [part.strip() for part in _SENTENCE.split(answers[-1].text) if part.strip()]
    told = [each for each in sentences if pattern.search(each) and not each.endswith(("?", "?")) and not find(each)]
    short: list[str] = []
    for each in told[:2]:
        if len(" ".join([*short, each])) <= LONGEST:
            short.append(each)
    return " ".join(short)


def rated(unit: Unit, case: CaseContext, now: datetime) -> None:
    """Keep what the customer said about the conversation that our question was about."""
    score, asked = rating_of(case), question_of(case)
    if score is None or asked is None:
        return
    about = _asked_about(unit, case.customer, asked)
    facts = {"score": score, "conversation": about.id if about else "", "answer_in": case.conversation.id}
    unit.ledger.append("satisfaction", facts, now)
    word = "good" if score >= GOOD else "bad" if score <= BAD else ""
    if about is None or not word:
        return
    # The one that this turn saves itself, or has saved a moment ago, is read again for its version.
    current = unit.conversations.get(about.id)
    if current is not None:
        unit.conversations.save(replace(current, satisfaction=word))


def _asked_about(unit: Unit, customer: Customer, asked: Message) -> Conversation | None:
    """The one that was solved last when we asked."""
    recent = unit.conversations.recent(customer.id, asked.at - RATED_WITHIN)
    solved = [each for each in recent if each.solved_at is not None and each.solved_at <= asked.at]
    return max(solved, key=lambda each: each.solved_at or asked.at, default=None)


def _is_answer(message: Message) -> bool:
    by_us = message.public and message.role in (Role.AGENT, Role.ASSISTANT)
    return by_us and message.kind is MessageKind.WORDS and not message.automatic


def _states_steps(play: Play) -> bool:
    return any("{next_steps}" in text for texts in (play.texts, *play.texts_in.values()) for text in texts.values())


def _minutes(play: Play) -> timedelta:
    try:
        return minutes_of(play.given.get(AFTER, AN_HOUR))
    except ValueError as error:
        raise RejectedError(f"its {AFTER}: {error}") from error
