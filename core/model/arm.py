"""By lot: who gets something, and who does not, so that its effect can be told."""

import hashlib
from enum import StrEnum

_ALL = 2**64


class Arm(StrEnum):
    """HOLDOUT: eligible, and by lot left without, so that the effect can be told."""

    TREATED = "treated"
    HOLDOUT = "holdout"


def arm_of(matter: str, customer_id: str, share: float) -> Arm:
    """HOLDOUT for `share` of all people, by a hash of the person keyed with the matter. Who is left alone in a matter
    is so at every moment of it; another matter draws anew."""
    drawn = hashlib.sha256(f"{matter}\0{customer_id}".encode()).digest()
    return Arm.HOLDOUT if int.from_bytes(drawn[:8]) < share * _ALL else Arm.TREATED
