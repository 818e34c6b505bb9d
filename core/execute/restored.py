"""A store that was put back from a backup. What it holds as under way may have left since the backup was made, so it
is looked up at the vendors first; and nothing leaves by itself until a person lets it."""

from datetime import datetime

from core.execute.deliver import LEFT_AT, LOOK_UPS, RESTORED
from core.govern.pause import RESTORE, pause
from core.model.outbound import EffectKind
from core.ports import Unit

# The others are done anew without harm: their vendors know them by a key, or see the same once more.
LOOKED_UP = frozenset(
    {
        EffectKind.MESSAGE,
        EffectKind.TICKET_REPLY,
        EffectKind.TICKET_NOTE,
        EffectKind.TICKET_UPDATE,
        EffectKind.CONTROL,
        EffectKind.SIDE_CONVERSATION,
        EffectKind.ARTICLE_DRAFT,
        EffectKind.FILES,
        EffectKind.SLACK_POST,
        EffectKind.ACTION,
    }
)


def doubt(unit: Unit, made_at: datetime, now: datetime) -> int:
    """In the transaction with which a restored store begins; how many effects are looked up."""
    why = f"restored from a backup of {made_at:%Y-%m-%d %H:%M} UTC"
    facts = {LEFT_AT: now.isoformat(), RESTORED: made_at.isoformat()}
    count = unit.outbox.doubt(LOOKED_UP, facts, now + LOOK_UPS[0], why, now)
    pause(unit, RESTORE, why, now)
    unit.ledger.append("restored", {"made_at": made_at.isoformat(), "looked_up": count}, now)
    return count
