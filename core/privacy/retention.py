"""How long what is kept, and the purge that removes the rest and proves that it did."""

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from core.ports import Store, Unit

# In this order: what hangs on a conversation goes with it.
KINDS = (
    "conversations",
    "attachments",
    "drafts",
    "calls",
    "questions",
    "answers",
    "codes",
    "alerts",
    "events",
    "sent",
    "campaigns",
    "accesses",
)
CURSOR = "retention"  # what the running purge has removed so far, and when the last one ended
DAILY = timedelta(days=1)
MOST = 500  # rows a run: whoever answers a customer writes in between
PURGED = "purged"  # the kind of the ledger's record


@dataclass(frozen=True, slots=True, kw_only=True)
class Purged:
    """What the last whole purge found and left. `older` is what it counted afterwards, by kind: all zeros, or it did
    not do what it is for."""

    at: datetime
    removed: Mapping[str, int]
    older: Mapping[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Retention:
    """`kept` is how long each kind is kept; one that is not there is kept without end."""

    store: Store
    kept: Mapping[str, timedelta]

    def run(self, now: datetime) -> int:
        """Some rows, once a day until nothing is too old; how many went. It is called every few seconds."""
        with self.store.read() as unit:
            last = last_purge(unit)
        if last is not None and now - last.at < DAILY:
            return 0
        with self.store.begin() as unit:
            return self._some(unit, now)

    def _some(self, unit: Unit, now: datetime) -> int:
        begun = json.loads(unit.cursors.get(CURSOR) or "{}")
        removed, room = Counter(begun.get("removing", {})), MOST
        purge_id = begun.get("purge") or f"purge:{now.isoformat()}"
        for kind in KINDS:
            if kind in self.kept and room > 0:
                gone = unit.privacy.expire(kind, now - self.kept[kind], room, purge_id)
                removed[kind] += gone
                room -= gone
        kept = {"removing": dict(removed), "purge": purge_id}
        if room < MOST:
            unit.cursors.set(CURSOR, json.dumps({**begun, **kept}))
            return MOST - room
        older = {kind: unit.privacy.older(kind, now - age) for kind, age in self.kept.items()}
        done = {"at": now.isoformat(), "removed": {k: n for k, n in removed.items() if n}, "older": older}
        effects = unit.privacy.erased_digests(purge_id)
        unit.ledger.append(PURGED, {**done, "erasure": purge_id, "effects": effects}, now)
        unit.cursors.set(CURSOR, json.dumps(done))
        return 0


def last_purge(unit: Unit) -> Purged | None:
    """None before the first."""
    kept = json.loads(unit.cursors.get(CURSOR) or "{}")
    if "at" not in kept:
        return None
    return Purged(at=datetime.fromisoformat(kept["at"]), removed=kept["removed"], older=kept["older"])
