"""The doctor's checks in the navigation, for admins: those that ask little of the vendors and change nothing."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from flask import Response, jsonify

from apps.doctor.lines import Line
from apps.zendesk.lately import Lately
from apps.zendesk.parts import Route
from apps.zendesk.session import Visitor
from core.ports import Now

Json = dict[str, Any]
# Without the signed test events, which this very process would have to take, and without the vendors' long lists.
CHEAP = (
    *("policy", "database", "queue", "workers", "backlog", "certificate"),
    *("access", "webhook", "articles", "app", "sidebar key"),
    *("account", "number", "calls", "whatsapp", "integration", "webhook secret", "token", "channels", "endpoint"),
)
WITHIN = 8.0  # seconds for all of them together
KEPT = timedelta(seconds=60)  # however many admins press the button


@dataclass(frozen=True, slots=True, kw_only=True)
class Checks:
    examine: Callable[[], Sequence[Line]]
    now: Now
    seen: Lately[str, Json]

    def routes(self) -> Sequence[Route]:
        # Lines name files and addresses of the server: they are for who looks after it.
        return (Route("overview/checks", "GET", self.looked, "admin"),)

    def looked(self, _: Visitor) -> Response:
        """Looked now, or within the last minute."""
        now = self.now()
        return jsonify(
            self.seen("checks", now, lambda: {"at": now.isoformat(), "lines": list(map(_row, self.examine()))})
        )


def _row(line: Line) -> Json:
    seen = line.seen
    return {
        "section": line.section,
        "check": line.check,
        "state": seen.state.value,
        "found": seen.found,
        "fix": seen.fix,
    }
