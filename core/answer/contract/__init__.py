"""The sentence contract: what a draft states must stand in what it cites, whoever wrote it.

    from core.answer.contract import check
    checked = check(sentences, customer=words, record=record, courtesies=lines)
    checked.kept     # the sentences that may stand, in their order
    checked.struck   # the others, each with its reason: goes into `Draft.struck`

`customer` is the customer's own words of this conversation, `record` the facts of the customer's own case that the
code has read (a sentence of kind RECORD must quote a line of it), `courtesies` the lines of the style card as they are
spoken here (greeting, opening, closing, disclosure …), which may say what they like.

`unsupported(text, source, about=…)` names each single fault with the characters that are meant. Pure and
deterministic: no clock, no model, no files.
"""

from core.answer.contract.check import Checked, check, faults_of, find_unsupported
from core.answer.contract.quantities import Fault, FaultKind

__all__ = ["Checked", "Fault", "FaultKind", "check", "faults_of", "find_unsupported"]
