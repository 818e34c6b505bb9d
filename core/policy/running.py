"""How the day runs: who gets the next conversation, timers, models and what they cost, sign-offs."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Annotated, Any

from core.model.customer import Channel
from core.model.reading import ReaderMode
from core.policy.kinds import AMOUNT, AT_LEAST_ONE, DAYS, EMAILS, HOURS, NAMES, SHARE, TEXT, Kind, one_of
from core.policy.reader import At, Custom, Table


@dataclass(frozen=True, slots=True, kw_only=True)
class Weights:
    """How much each ground counts when an agent is chosen within a group; any numbers from 0 up."""

    skill: Annotated[float, AMOUNT] = 3.0
    language: Annotated[float, AMOUNT] = 2.0
    prior: Annotated[float, AMOUNT] = 2.0
    load: Annotated[float, AMOUNT] = 2.0
    handle_time: Annotated[float, AMOUNT] = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Routing:
    """`capacity`: open conversations that one agent may have. `prior`: how long an agent who helped is remembered.
    `upsell` names the group that gets offers, `spam` the group that reviews what looks like spam; empty: none."""

    capacity: Annotated[int, AT_LEAST_ONE] = 6
    prior: Annotated[timedelta, DAYS, At("prior_days")] = timedelta(days=30)
    weights: Weights = Weights()
    upsell: Annotated[str, TEXT] = ""
    spam: Annotated[str, TEXT] = ""
    assign: bool = False  # whether a named agent is written on the ticket, or only the group


@dataclass(frozen=True, slots=True, kw_only=True)
class Timers:
    """None: never. `follow_up` after our last answer without a word of the customer, `close` after that;
    `hand_back` after a person's last public word."""

    follow_up: Annotated[timedelta | None, HOURS, At("follow_up_hours")] = None
    close: Annotated[timedelta | None, HOURS, At("close_hours")] = None
    hand_back: Annotated[timedelta | None, HOURS, At("hand_back_hours")] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Price:
    """Of a million tokens."""

    read: Annotated[float, AMOUNT] = 0.0
    written: Annotated[float, AMOUNT] = 0.0


# YAML takes an unquoted `off` for a no.
MODE = Kind(
    expected=f"one of {', '.join(ReaderMode)}",
    read=lambda value: ReaderMode("off" if value is False else value),
    names=tuple(ReaderMode),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Models:
    """When the strong model is asked, and what models may cost; None: no limit. `reader` says what a language model may
    do in reading messages, `reader_channels` and `reader_intents` where it is otherwise: by channel in reading them, by
    intent in wording answers."""

    strong_complexity: Annotated[float, SHARE, At("strong.complexity")] = 0.6
    strong_risk: Annotated[float, SHARE, At("strong.business_risk")] = 0.6
    per_day: Annotated[float | None, AMOUNT, At("limits.per_day")] = None
    per_conversation: Annotated[float | None, AMOUNT, At("limits.per_conversation")] = None
    currency: str = "USD"
    light: Annotated[Price, At("prices.light")] = Price()
    strong: Annotated[Price, At("prices.strong")] = Price()
    reader: Annotated[ReaderMode, MODE, At("reader.default")] = ReaderMode.ASSIST
    reader_channels: Annotated[Mapping[Channel, Annotated[ReaderMode, MODE]], At("reader.channels")] = field(
        default_factory=dict
    )
    reader_intents: Annotated[Mapping[str, Annotated[ReaderMode, MODE]], At("reader.intents")] = field(
        default_factory=dict
    )

    def reader_on(self, channel: Channel) -> ReaderMode:
        return self.reader_channels.get(channel, self.reader)

    def words_about(self, intent: str) -> bool:
        """Whether a model may word answers about an intent."""
        return self.reader_intents.get(intent, ReaderMode.ASSIST) is not ReaderMode.OFF


def _signed(table: Table, key: str) -> dict[str, tuple[str, ...]]:
    """Only by roles that are written beside it, and for sections that the policy has."""
    roles = [str(name) for name in table.within("roles").fields]

    def known(value: Any) -> tuple[str, ...]:
        if not set(NAMES.read(value)) <= set(roles):
            raise ValueError
        return NAMES.read(value)

    expected = f"a list of roles that are written under roles ({', '.join(roles) or 'none'})"
    return table.values(key, one_of(table.root.known), Kind(expected=expected, read=known))


@dataclass(frozen=True, slots=True, kw_only=True)
class SignOffs:
    """`roles` maps a role (cx, operations, it, legal) to the people who may sign for it; `sections` maps a section of
    the policy to the roles that must sign when it changes."""

    roles: Mapping[str, Annotated[tuple[str, ...], EMAILS]] = field(default_factory=dict)
    sections: Annotated[Mapping[str, tuple[str, ...]], Custom(_signed)] = field(default_factory=dict)
