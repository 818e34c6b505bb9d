"""A pilot that runs: what it covers, since when; kept in the store."""

import json
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from core.errors import ConfigurationError
from core.measure.pilot.verdict import Phase
from core.model.customer import Channel
from core.ports import Unit

CURSOR = "pilot"


@dataclass(frozen=True, slots=True, kw_only=True)
class Pilot:
    """`base` is the version that was in force before it, `version` the one that carries it; `serial` is the last
    decision before its phase began."""

    phase: Phase
    channel: Channel
    intents: tuple[str, ...]
    base: str
    began_at: datetime
    by: str
    version: str = ""
    serial: int = 0

    def covers(self, channel: Channel, intent: str) -> bool:
        return channel is self.channel and intent in self.intents

    @property
    def about(self) -> str:
        return f"{self.channel.value}: {', '.join(self.intents)}"


def running(unit: Unit) -> Pilot | None:
    kept = unit.cursors.get(CURSOR)
    return _read(json.loads(kept)) if kept else None


def running_pilot(unit: Unit) -> Pilot:
    """Raises ConfigurationError where none runs."""
    found = running(unit)
    if found is None:
        raise ConfigurationError("no pilot runs; handrail pilot plan says what to begin with, then start")
    return found


def keep(unit: Unit, pilot: Pilot | None) -> None:
    unit.cursors.set(CURSOR, json.dumps(asdict(pilot), default=str) if pilot else "")


def _read(row: dict[str, Any]) -> Pilot:
    return Pilot(
        phase=Phase(row["phase"]),
        channel=Channel(row["channel"]),
        intents=tuple(row["intents"]),
        base=row["base"],
        version=row["version"],
        serial=int(row["serial"]),
        began_at=datetime.fromisoformat(row["began_at"]),
        by=row["by"],
    )
