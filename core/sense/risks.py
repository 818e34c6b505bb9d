"""All risk tables together."""

from core.sense.people import PEOPLE

RULES = PEOPLE
WHY = {rule.trigger: rule.why for rule in RULES}
