"""How often one agent's pages, or one visitor's, may ask: a page that runs wild, or a script with a stolen token, slows
nobody else."""

from dataclasses import dataclass, field
from datetime import datetime
from threading import Lock

MOST_REMEMBERED = 10_000


@dataclass(slots=True, kw_only=True)
class RateLimit:
    """A bucket for each asker: `burst` requests at once, `per_second` in the long run, in each web process.

    As given they suit agents: opening a ticket asks three or four times, an open one once a second while something
    happens; agents keep ten tickets open, of which one is visible."""

    burst: int = 150
    per_second: float = 15.0
    _left: dict[str, tuple[float, datetime]] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def wait(self, asker: str, now: datetime) -> float:
        """Seconds until an agent or an address may ask again; 0 where they may now, and then this one counts."""
        with self._lock:
            left, since = self._left.get(asker, (float(self.burst), now))
            left = min(float(self.burst), left + max(0.0, (now - since).total_seconds()) * self.per_second)
            if len(self._left) >= MOST_REMEMBERED and asker not in self._left:
                self._left.clear()
            allowed = left >= 1
            self._left[asker] = (left - 1 if allowed else left, now)
            return 0.0 if allowed else (1 - left) / self.per_second
