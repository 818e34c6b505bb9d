"""The policy's own tests: given these signals, this is expected."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Self

from core.model.customer import Channel
from core.model.decision import Action
from core.policy.kinds import COUNT, FLAG, MOOD, NAME, SHARE, TEXT, Kind, member, number, one_of, word
from core.policy.known import FACTS, RISKS
from core.policy.reader import Custom, Table


def _moods(value: Any) -> tuple[float, ...]:
    if not isinstance(value, list) or not value:
        raise TypeError
    return tuple(MOOD.read(item) for item in value)


def _weighed(known: Kind[str], value: Any) -> dict[str, float]:
    """Names alone, which are then sure, or names with a confidence."""
    rows = value if isinstance(value, Mapping) else dict.fromkeys(value if isinstance(value, list) else [value], 0.99)
    return {known.read(name): SHARE.read(confidence) for name, confidence in rows.items()}


def _facts(value: Any) -> dict[str, float | str]:
    if not isinstance(value, Mapping):
        raise TypeError
    known = one_of(FACTS)
    return {known.read(name): _fact(amount) for name, amount in value.items()}


def _fact(value: Any) -> float | str:
    return word(value) if isinstance(value, str) else number(value)


def _draft(value: Any) -> float | None:
    return None if value == "none" else SHARE.read(value)


GIVEN: dict[str, Kind[Any]] = {
    "intent": NAME,
    "intents": Kind(expected="intents with a confidence each", read=lambda value: _weighed(NAME, value)),
    "confidence": SHARE,
    "mood": MOOD,
    "moods": Kind(expected="a list of numbers from -1 to 1, oldest first", read=_moods),
    "channel": member(Channel),
    "brand": TEXT,
    "tier": NAME,
    "owner": Kind(expected="assistant, nobody, agent or a group's name", read=word),
    "risks": Kind(
        expected=f"a list of names, or names with a confidence each, out of {', '.join(sorted(RISKS))}",
        read=lambda value: _weighed(one_of(RISKS), value),
        names=tuple(sorted(RISKS)),
    ),
    "facts": Kind(
        expected=f"names with an amount or a text each, out of {', '.join(sorted(FACTS))}",
        read=_facts,
        names=tuple(sorted(FACTS)),
    ),
    "draft": Kind(expected="the draft's confidence from 0 to 1, or none", read=_draft),
    "blocked": FLAG,
    "turns": COUNT,
    "proved": FLAG,
    "words": TEXT,
    "language": NAME,
    "asks": FLAG,
}
EXPECT: dict[str, Kind[Any]] = {
    "action": member(Action),
    "rule": NAME,
    "group": NAME,
    "tier": COUNT,
    "alert": FLAG,
    "first": FLAG,
}


def _some_of(kinds: Mapping[str, Kind[Any]]) -> Callable[[Table, str], dict[str, object]]:
    """The keys that are written, each checked; the others stay known, so that a misspelt one finds its neighbour."""

    def read(table: Table, key: str) -> dict[str, object]:
        below = table.within(key)
        below.known.update(kinds)
        return {name: below.at(name, kind) for name, kind in kinds.items() if name in below}

    return read


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyTest:
    """A line of the policy's own test: given these signals, this disposition by this rule is expected.

    `given` may name what `GIVEN` lists, `expect` what `EXPECT` does; both are checked when the file is read."""

    name: Annotated[str, TEXT]
    given: Annotated[Mapping[str, object], Custom(_some_of(GIVEN))]
    expect: Annotated[Mapping[str, object], Custom(_some_of(EXPECT))]

    def complete(self, table: Table) -> Self:
        if not self.expect:
            table.problem(("expect",), f"found nothing, expected some of {', '.join(EXPECT)}")
        return self
