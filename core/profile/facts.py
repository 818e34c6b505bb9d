"""Which facts a profile may hold, and which of several words about one holds."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time

from core.errors import RejectedError
from core.model.customer import Channel, Customer, Preferences, QuietTime
from core.model.ids import CustomerId
from core.model.language import NAMES, language_code
from core.model.profile import TRUSTED, FactSource, ProfileFact
from core.ports import Unit

LONGEST = 300  # characters of a value
LANGUAGES = frozenset(NAMES.values())
CHANNEL, LANGUAGE, QUIET = "preferred_channel", "language", "quiet_hours"
PREFERENCES = frozenset({CHANNEL, LANGUAGE, QUIET})
# What the assistant may note from the customer's words, and nothing else.
NOTED = frozenset({CHANNEL, LANGUAGE, QUIET, "device", "error_code", "order", "app_version"})
# What an agent may write beside those; other systems name their facts as they like.
WRITTEN = NOTED | {"tier", "region", "plan", "address", "company", "contact_name", "accessibility", "notes"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What holds of a fact, and what others say: only those that say something else."""

    fact: ProfileFact
    others: tuple[ProfileFact, ...] = ()


def weigh_facts(facts: Iterable[ProfileFact], trusted: Sequence[FactSource] = TRUSTED) -> list[Known]:
    """Of each name the newest word of the most trusted source, by name. A fact that an agent emptied is gone, and so
    are older words of its own source."""
    named: dict[str, dict[FactSource, ProfileFact]] = {}
    for fact in facts:
        before = named.setdefault(fact.name, {}).get(fact.source)
        if before is None or fact.at >= before.at:
            named[fact.name][fact.source] = fact
    found = (_settled(list(by_source.values()), trusted) for _, by_source in sorted(named.items()))
    return [known for known in found if known is not None]


def _settled(words: list[ProfileFact], trusted: Sequence[FactSource]) -> Known | None:
    order = {source: place for place, source in enumerate(trusted)}
    best = min(words, key=lambda fact: (order.get(fact.source, len(order)), -fact.at.timestamp()))
    others = tuple(fact for fact in words if fact.value and _plain(fact.value) != _plain(best.value))
    return Known(fact=best, others=others) if best.value or others else None


def _plain(value: str) -> str:
    return " ".join(value.casefold().split())


def of_helpdesk(customer: Customer, at: datetime) -> list[ProfileFact]:
    """The helpdesk's own fields as facts."""
    fields: Mapping[str, str] = {"tier": customer.tier, "language": customer.language, **customer.attributes}
    told = ((name, value) for name, value in fields.items() if value)
    return [ProfileFact(name=name, value=value, source=FactSource.HELPDESK, at=at) for name, value in told]


def preferences(facts: Iterable[ProfileFact]) -> Preferences:
    """How they want to be reached: the newest word of the customer or of an agent. What cannot be read says nothing."""
    said = {}
    for fact in sorted(facts, key=lambda each: each.at):
        if fact.name in PREFERENCES and fact.source in (FactSource.SAID, FactSource.AGENT):
            said[fact.name] = fact.value
    return read_preferences(said)


def read_preferences(said: Mapping[str, str]) -> Preferences:
    """The preferences that these words, by the names of the facts, come to."""
    channel = said.get(CHANNEL, "")
    return Preferences(
        channel=Channel(channel) if channel in set(Channel) else None,
        language=language_of(said.get(LANGUAGE, "")),
        quiet=quiet_time(said.get(QUIET, "")),
    )


def language_of(text: str) -> str | None:
    """The code of a language that we know, of its name or tag (`German`, `DE`, `pt-BR`); None for anything else."""
    code = language_code(text)
    return code if code in LANGUAGES else None


def quiet_time(text: str) -> QuietTime | None:
    """`20:00-09:00`; None where it is nothing of the kind."""
    starts, _, ends = text.partition("-")
    try:
        return QuietTime(starts=time.fromisoformat(starts.strip()), ends=time.fromisoformat(ends.strip()))
    except ValueError:
        return None


def write_fact(unit: Unit, customer_id: CustomerId, name: str, value: str, by: str, now: datetime) -> None:
    """An agent's word on a fact; an empty one says that it is not so.

    Raises:
        RejectedError: no fact of this name may be written, or the value is none for it.
    """
    value = " ".join(value.split())[:LONGEST]
    if name not in WRITTEN:
        raise RejectedError("There is no such field in a profile.")
    if value and name == CHANNEL and value not in set(Channel):
        raise RejectedError(f"This is no channel; known are {', '.join(Channel)}.")
    if value and name == QUIET and quiet_time(value) is None:
        raise RejectedError("Quiet hours are written like 20:00-09:00.")
    if value and name == LANGUAGE:
        value = _known_language(value)
    unit.profiles.add(customer_id, ProfileFact(name=name, value=value, source=FactSource.AGENT, at=now, by=by))
    unit.ledger.append("fact_written", {"customer": customer_id, "name": name, "by": by}, now)


def _known_language(text: str) -> str:
    code = language_of(text)
    if code is None:
        raise RejectedError("This is no language that Handrail knows; write its name or its code, like German or de.")
    return code
