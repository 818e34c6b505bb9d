"""All risk tables together, and why each of them matters."""

from core.read import automatic, injection, opt_out, repeat_question
from core.read.asks_for_person import PEOPLE
from core.read.conflict import CONFLICT
from core.read.foreign import FOREIGN
from core.read.stakes import STAKES

RULES = (*STAKES, *CONFLICT, *PEOPLE, *FOREIGN, opt_out.IN_WORDS)
WHY = {rule.trigger: rule.why for rule in (*RULES, *injection.RULES, repeat_question.SAID)}
WHY["auto_reply"] = automatic.WHY
