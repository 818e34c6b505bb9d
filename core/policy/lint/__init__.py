"""What in a policy can never happen, or names what does not exist. Here is what its values show by themselves; what the
law of a channel says is in `core.outreach.lint`, what deciding shows in `core.decide.lint`."""

from core.policy.lint.remark import Level, Remark

__all__ = ["Level", "Remark"]
