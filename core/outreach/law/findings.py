"""Channel law, asked before anybody is asked to approve: what speaks against the words, and against the audience.

findings_of(variant, purpose, policy, company)   # the words of one variant
Tally(policy, purpose)                           # people: fed while the audience is frozen (core.outreach.law.people)

Each finding names its rule; `RULES` says what each is for, docs/outreach.md what to do about it.
"""

from core.answer.guardrails.rules import NO_RULES, HouseRules
from core.model.campaign import LawFinding, Variant, Weight
from core.model.customer import Purpose
from core.outreach.law.people import Tally, judged
from core.outreach.law.rules import RULES
from core.outreach.law.said import said
from core.outreach.law.words import CHECKS, Worded
from core.policy import Play, Policy

__all__ = ["RULES", "Tally", "findings_of", "judged"]

_ORDER = (Weight.BLOCKS, Weight.WARNS, Weight.TELLS)


def findings_of(
    variant: Variant,
    purpose: Purpose,
    policy: Policy,
    company: str,
    *,
    play: Play | None = None,
    rules: HouseRules = NO_RULES,
) -> tuple[LawFinding, ...]:
    """What speaks against a variant's words, the gravest first, each once.

    `play` is the one that it is of: what an edited text may state stands there too. `rules` are the house rules."""
    worded = Worded(variant=variant, purpose=purpose, policy=policy, company=company, play=play)
    found = [finding for check in CHECKS for finding in check(worded)]
    found += said(worded, rules)
    return tuple(sorted(dict.fromkeys(found), key=lambda finding: _ORDER.index(finding.weight)))
