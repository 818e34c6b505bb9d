"""Whether one's own words still say the same in other words.

`same` compares two texts in one language, `courteous` knows the sentences that state nothing, and `reversed_act` finds
the worst reversals, across languages too. Pure and deterministic; no knowledge of any one company.
"""

from core.answer.reword.acts import find_reversed_act
from core.answer.reword.kind import courteous
from core.answer.reword.same import changes_of_correction, changes_of_rewording

__all__ = ["changes_of_correction", "changes_of_rewording", "courteous", "find_reversed_act"]
