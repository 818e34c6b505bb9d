"""A language model's reading beside that of the embedded readers: what of it counts, and where the two differ.

A rewriter's plain sentences are read by the embedded readers as well as the raw words. A reader's own findings are
shown beside theirs, and decide where the policy lets them lead. It may then add an alarm, for it quotes the words; of
the embedded readers' it may lower only displeasure that they are not sure of. Where they differ nothing is sent by
itself.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace

from core.model.reading import ASKED, MODEL_READ, READERS_DIFFER, AskedQuestion, ModelReading, ReaderRole
from core.model.signals import UNKNOWN_LANGUAGE, Scored
from core.read.model_reader import SURE
from core.read.turn_input import RECOGNISED, fits

SHOWN = 0.4  # how sure of what only a model found, where it does not lead: told to people, under every threshold
DOUBTED = 0.45  # the most that is left of what it does not find in the message
CERTAIN = 0.9  # what the embedded readers are so sure of is never lowered
# What weighs little if it is missed. Never a wish for a person, a legal step, fraud or danger.
LOWERED = frozenset(
    {
        "abuse",
        "churn",
        "exception",
        "formal_complaint",
        "negotiation",
        "prior_dissatisfaction",
        "special_request",
        "upsell",
    }
)
SURE_OF_LANGUAGE = 0.8

Read = Callable[[str], tuple[Scored, ...]]


def combine_intents(
    own: tuple[Scored, ...], reading: ModelReading | None, language: str, read: Read
) -> tuple[Scored, ...]:
    """Likeliest first: how sure the embedded readers are of an intent in the customer's and in the reworded words, on
    average. Where the model leads, those that it names come first.

    Of what is reworded from another language only the model's own intents count: the multilingual reader of the raw
    words is right more often than one of English is of a translation (21 against 16 of 40, with a model of 1.5 B)."""
    if reading is None or not reading.questions:
        return own
    best = {intent.value: intent for intent in own}
    if language in (reading.plain_in, UNKNOWN_LANGUAGE.value):
        best = _averaged(own, read("\n".join(question.plain for question in reading.questions)), reading)
    if reading.leads:
        best |= {one.value: one for one in _named(best, reading)}
        named = {question.intent for question in reading.questions}
        return tuple(sorted(best.values(), key=lambda one: (one.value not in named, -one.confidence)))
    return tuple(sorted(best.values(), key=lambda one: -one.confidence))


def _averaged(raw: Sequence[Scored], plain: Sequence[Scored], reading: ModelReading) -> dict[str, Scored]:
    """Both readings; an intent that one of them does not name counts nothing there."""
    if not plain:
        return {intent.value: intent for intent in raw}
    as_plain = {intent.value: intent for intent in plain}
    as_raw = {intent.value: intent for intent in raw}
    found = {}
    for name in as_raw.keys() | as_plain.keys():
        raw_one, plain_one = as_raw.get(name), as_plain.get(name)
        sure = ((raw_one.confidence if raw_one else 0.0) + (plain_one.confidence if plain_one else 0.0)) / 2
        if raw_one is not None:
            found[name] = replace(raw_one, confidence=sure)
        elif plain_one is not None:
            found[name] = replace(_rewritten(plain_one, reading.questions[0], reading), confidence=sure)
    return found


def _named(best: dict[str, Scored], reading: ModelReading) -> Iterator[Scored]:
    """The intents that the model names, each at least as sure as what it finds is taken for."""
    for question in reading.questions:
        if question.intent:
            own = best.get(question.intent)
            sure = max(SURE, own.confidence if own else 0.0)
            label = own.label if own else ""
            yield Scored(
                value=question.intent,
                confidence=sure,
                label=label,
                evidence=(question.quote,),
                made_by=f"model:{reading.model}",
            )


def combine_triggers(own: Iterable[Scored], reading: ModelReading | None, read: Read) -> tuple[Scored, ...]:
    """Those that the embedded readers hear in the words or in their rewriting, and the model's own."""
    found = {trigger.value: trigger for trigger in own}
    if reading is None or reading.unread:
        return tuple(found.values())
    for question in reading.questions:
        for trigger in read(question.plain):
            if trigger.value not in found:
                found[trigger.value] = _rewritten(trigger, question, reading)
    if reading.role.reaches(ReaderRole.READER):
        named = {trigger.value for trigger in reading.triggers}
        for trigger in reading.triggers:
            if trigger.value not in found:
                sure = trigger.confidence if reading.leads else SHOWN
                found[trigger.value] = replace(trigger, confidence=sure, made_by=f"model:{reading.model}")
        for name in found.keys() & LOWERED - named if reading.leads else ():
            if DOUBTED < found[name].confidence < CERTAIN:
                found[name] = replace(found[name], confidence=DOUBTED)
    return tuple(found.values())


def _rewritten(found: Scored, question: AskedQuestion, reading: ModelReading) -> Scored:
    """What was read in a rewritten sentence, with the customer's words that it renders."""
    return replace(found, evidence=(question.quote,), made_by=f"{found.made_by}, reworded by {reading.model}")


# ------------------------------------------------------------------
# What is told of it.


def facts_of_reading(
    reading: ModelReading | None,
    language: Scored,
    intents: tuple[Sequence[Scored], Sequence[Scored]],
    triggers: Sequence[Scored],
) -> Iterator[Scored]:
    """`model_read`, `asked` for each question and `readers_differ`. `language` and `triggers` are what the embedded
    readers found in the raw words, `intents` what they found there, and what is taken in the end."""
    if reading is None:
        return
    yield Scored(
        value=MODEL_READ,
        confidence=0.0 if reading.unread else 1.0,
        label=reading.unread or f"Read by {reading.model} as {reading.role}, {reading.mode}",
        amount=float(len(reading.dropped)),
        records=(
            f"role:{reading.role}",
            f"prompt:{reading.prompt_hash[:12]}",
            *(f"dropped:{each}" for each in reading.dropped),
        ),
        made_by=f"model:{reading.model}",
    )
    for question in reading.questions:
        yield Scored(
            value=ASKED,
            confidence=SURE,
            label=question.plain,
            evidence=(question.quote,),
            records=(f"search:{question.search}",),
            made_by=f"model:{reading.model}",
        )
    differing = tuple(_differences(reading, language, intents, triggers))
    if differing:
        yield Scored(
            value=READERS_DIFFER,
            confidence=1.0,
            label=" ".join(differing),
            amount=float(len(differing)),
            made_by=f"model:{reading.model}",
        )


def _differences(
    reading: ModelReading,
    language: Scored,
    intents: tuple[Sequence[Scored], Sequence[Scored]],
    triggers: Sequence[Scored],
) -> Iterator[str]:
    """What the model reads otherwise, in plain words."""
    if reading.unread:
        return
    known = language.value != UNKNOWN_LANGUAGE.value and language.confidence >= SURE_OF_LANGUAGE
    if known and reading.language and reading.language != language.value:
        yield f"The language model takes it for “{reading.language}”, we read “{language.value}”."
    raw, taken = intents
    own = raw[0] if fits(raw) else None
    first = taken[0] if fits(taken) else None
    if own is not None and first is None:
        yield f"Reworded it is not about {_all([own.value])} any more."
    elif own is not None and first is not None and first.value != own.value:
        yield f"Reworded it is about {_all([first.value])}, as it stands about {_all([own.value])}."
    elif own is None and first is not None and not any(_heard(intent, first) for intent in raw):
        yield f"Only reworded is it about {_all([first.value])}."
    if not reading.role.reaches(ReaderRole.READER):
        return
    named = [question.intent for question in reading.questions if question.intent]
    if own is not None and own.value not in named:
        yield f"The language model reads {_all(named) or 'no intent of ours'}, we read {own.value}."
    if not reading.asks or not reading.questions:
        yield "The language model finds nothing asked."
    heard = {trigger.value for trigger in triggers}
    theirs = {trigger.value for trigger in reading.triggers}
    if theirs - heard:
        yield f"Only the language model hears {_all(theirs - heard)}."


def _heard(raw: Scored, taken: Scored) -> bool:
    """Whether the raw words speak of the same, if not surely."""
    return raw.value == taken.value and raw.confidence >= RECOGNISED / 2


def _all(names: Iterable[str]) -> str:
    return ", ".join(sorted(name.replace("_", " ") for name in names))
