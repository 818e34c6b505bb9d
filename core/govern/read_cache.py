"""What the gate reads in one transaction, read once: a campaign's messages ask for the same campaign again and again,
and each of them three times for its customer."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar, cast

from core.consent.reachable import cursor_name
from core.model.customer import Identity, IdentityKind
from core.ports import Unit
from core.ports.outreach import QueuedMessage

T = TypeVar("T")


def glancing(unit: Unit, messages: Sequence[QueuedMessage] = ()) -> Unit:
    """The same transaction, for reading only, with what it is asked twice remembered. Whoever writes does so by the
    transaction itself and looks anew afterwards. What the gate asks for each of the `messages` is read in one go."""
    glance = _Glance(unit)
    if messages:
        phones = list(dict.fromkeys(message.address for message in messages))
        asked = [Identity(kind=IdentityKind.PHONE, value=phone) for phone in phones]
        people, bad = unit.customers.having(asked), unit.cursors.many([cursor_name(phone) for phone in phones])
        glance.customers.know("find", {(each,): people.get(each) for each in asked})
        glance.cursors.know("get", {(cursor_name(phone),): bad.get(cursor_name(phone)) for phone in phones})
    for campaign_id in {message.campaign_id for message in messages}:
        theirs = [message.address for message in messages if message.campaign_id == campaign_id]
        lines = {line.address: line for line in unit.campaigns.lines_to(campaign_id, theirs)}
        glance.campaigns.know("line", {(campaign_id, address): lines.get(address) for address in theirs})
    return cast(Unit, glance)


class _Remembering:
    def __init__(self, table: Any, names: frozenset[str]) -> None:
        self._table, self._names = table, names
        self._known: dict[tuple[str, tuple[Any, ...]], Any] = {}

    def know(self, name: str, answers: Mapping[tuple[Any, ...], Any]) -> None:
        """What `name` answers to each of these arguments."""
        self._known.update(((name, key), answer) for key, answer in answers.items())

    def __getattr__(self, name: str) -> Any:
        asked = getattr(self._table, name)
        return self._once(name, asked) if name in self._names else asked

    def _once(self, name: str, asked: Callable[..., T]) -> Callable[..., T]:
        def once(*key: Any) -> T:
            if (name, key) not in self._known:
                self._known[name, key] = asked(*key)
            return cast(T, self._known[name, key])

        return once


class _Glance:
    def __init__(self, unit: Unit) -> None:
        self._unit = unit
        self.campaigns = _Remembering(unit.campaigns, frozenset({"get", "line"}))
        self.seals = _Remembering(unit.seals, frozenset({"get"}))
        self.customers = _Remembering(unit.customers, frozenset({"find", "get"}))
        self.cursors = _Remembering(unit.cursors, frozenset({"get"}))

    def __getattr__(self, name: str) -> Any:
        return getattr(self._unit, name)
