"""What in a policy can never happen, or names what does not exist."""

from core.coordinate.reach.check import remarks
from core.coordinate.reach.remark import Level, Remark

__all__ = ["Level", "Remark", "remarks"]
