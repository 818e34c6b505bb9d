"""Who is left alone so that an effect can be told: by lot, and by the same lot whenever it is drawn again."""

import hashlib

from core.model.campaign import Arm

_ALL = 2**64


def arm_of(matter: str, customer_id: str, share: float) -> Arm:
    """HOLDOUT for `share` of all people. Who is left alone in a matter is so in each of its messages; another matter
    draws anew."""
    drawn = hashlib.sha256(f"{matter}\0{customer_id}".encode()).digest()
    return Arm.HOLDOUT if int.from_bytes(drawn[:8]) < share * _ALL else Arm.TREATED
