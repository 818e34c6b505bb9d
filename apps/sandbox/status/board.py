"""What stands on the status page: components, incidents and their updates."""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import count
from typing import Any

Row = dict[str, Any]
STATES = ("investigating", "identified", "monitoring", "resolved")
IMPACTS = ("none", "minor", "major", "critical")
OVER = "resolved"


class UnknownError(Exception):
    """The page has no such incident, component, state or impact."""


@dataclass(slots=True, kw_only=True)
class StatusBoard:
    """Thread-safe; incidents newest first, their updates too. `now` is the sandbox's clock."""

    components: Sequence[Row]
    now: Callable[[], datetime]
    _incidents: list[Row] = field(default_factory=list)
    _numbers: Any = field(default_factory=lambda: count(1))
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def begin(self, name: str, components: Sequence[str], body: str, impact: str = "major") -> Row:
        """Raises UnknownError."""
        known = {row["id"]: row for row in self.components}
        if impact not in IMPACTS or any(each not in known for each in components):
            raise UnknownError(f"no impact {impact} or no component of {', '.join(components)}")
        with self._lock:
            number, at = next(self._numbers), _said(self.now())
            incident = {
                "id": f"inc{number:09d}",
                "name": name,
                "status": STATES[0],
                "created_at": at,
                "updated_at": at,
                "started_at": at,
                "monitoring_at": None,
                "resolved_at": None,
                "impact": impact,
                "shortlink": f"https://status.larkfield.example/i/{number}",
                "page_id": "larkfield",
                "components": [_component(known[each], "major_outage") for each in components],
                "incident_updates": [],
            }
            self._incidents.insert(0, incident)
            self._update(incident, STATES[0], body)
            return incident

    def update(self, incident_id: str, state: str, body: str) -> Row:
        """Raises UnknownError."""
        with self._lock:
            incident = next((row for row in self._incidents if row["id"] == incident_id), None)
            if incident is None or state not in STATES:
                raise UnknownError(f"no incident {incident_id} or no state {state}")
            self._update(incident, state, body)
            return incident

    def _update(self, incident: Row, state: str, body: str) -> None:
        at = _said(self.now())
        update = {
            "id": f"upd{next(self._numbers):09d}",
            "status": state,
            "body": body,
            "incident_id": incident["id"],
            "created_at": at,
            "updated_at": at,
            "display_at": at,
        }
        incident["incident_updates"].insert(0, update)
        incident |= {"status": state, "updated_at": at}
        if state == OVER:
            incident["resolved_at"] = at
            incident["components"] = [{**each, "status": "operational"} for each in incident["components"]]

    def incidents(self, *, unresolved: bool = False) -> list[Row]:
        with self._lock:
            # Copies, for the next update changes the lists.
            rows = [{**row, "incident_updates": list(row["incident_updates"])} for row in self._incidents]
        return [row for row in rows if not unresolved or row["status"] != OVER]

    def states(self) -> list[Row]:
        """The components, each as the open incidents leave it."""
        hurt = {each["id"] for row in self.incidents(unresolved=True) for each in row["components"]}
        return [_component(row, "major_outage" if row["id"] in hurt else "operational") for row in self.components]


def _component(row: Row, status: str) -> Row:
    return {"id": row["id"], "name": row["name"], "status": status, "group": False, "group_id": None}


def _said(moment: datetime) -> str:
    return moment.isoformat(timespec="milliseconds")
