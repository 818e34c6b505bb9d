"""All risk tables together, and why each of them matters."""

from core.sense import automatic, leaving, planted, repeat
from core.sense.conflict import CONFLICT
from core.sense.foreign import FOREIGN
from core.sense.people import PEOPLE
from core.sense.stakes import STAKES

RULES = (*STAKES, *CONFLICT, *PEOPLE, *FOREIGN, leaving.IN_WORDS)
WHY = {rule.trigger: rule.why for rule in (*RULES, *planted.RULES, repeat.SAID)} | {"auto_reply": automatic.WHY}
