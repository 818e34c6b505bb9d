"""Channel law, asked before anybody is asked to approve: what speaks against the words, and against the audience.

findings_of(variant, purpose, policy, company)   # the words of one variant
Tally(policy, purpose)                           # people: fed while the audience is frozen (core.outreach.law.people)

Each finding names its rule; `RULES` says what each is for, docs/outreach.md what to do about it.
"""

from collections.abc import Iterator

from core.answer.contract.names import language, strange_names, vocabulary
from core.answer.contract.quantities import FaultKind
from core.answer.contract.stated import facts, find_misstated
from core.answer.guardrails import (
    NO_RULES,
    HouseRules,
    breaches,
    find_obeyed_instructions,
    phrases,
    placeholders,
    promises,
    strangers,
)
from core.model.campaign import PLACE, LawFinding, Variant, Weight
from core.model.customer import Purpose
from core.model.draft import Finding, Severity
from core.outreach.law.people import Tally, add_findings
from core.outreach.law.words import CHECKS, OPT_OUT, RULES, Worded, blocks, warns
from core.policy import Play, Policy

__all__ = ["RULES", "Tally", "add_findings", "findings_of"]

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
    found += check_claims(worded, rules)
    return tuple(sorted(dict.fromkeys(found), key=lambda finding: _ORDER.index(finding.weight)))


# ------------------------------------------------------------------
# The guardrails of answers, for what is said unasked: promises, personal data, what was planted, what was invented.


def check_claims(worded: Worded, rules: HouseRules = NO_RULES) -> list[LawFinding]:
    """What the guardrails find, and what was invented beside it."""
    found = list(_guarded(worded, rules))
    graver = " ".join(each.text for each in found)
    return [*found, *(each for text, each in _invented(worded) if text not in graver)]


def _guarded(worded: Worded, rules: HouseRules) -> Iterator[LawFinding]:
    """What holds for every word to a customer. The policy's own text may promise what a person's edit may not."""
    text = worded.text
    own = text if not worded.edited else _source(worded)
    for finding in (
        *promises(text),
        *phrases(text, rules, "", worded.variant.language),
        *placeholders(text),
        *breaches(text, rules),
        *find_obeyed_instructions(text),
        *strangers(text, source=own),
    ):
        if finding.rule in RULES:
            yield LawFinding(rule=finding.rule, weight=_weight(worded, finding), text=finding.text)


def _weight(worded: Worded, finding: Finding) -> Weight:
    lenient = finding.rule == "risky_promise" and not worded.edited
    return Weight.BLOCKS if finding.severity is Severity.BLOCK and not lenient else Weight.WARNS


def _invented(worded: Worded) -> Iterator[tuple[str, LawFinding]]:
    """What a person wrote over and no source states. A name or a figure is theirs to vouch for, and whoever approves is
    told; a way to reach us is not. What is composed takes everything from its sources, so there is nothing to find."""
    if not worded.edited:
        return
    text, source = PLACE.sub(" ", worded.text), _source(worded)
    for fault in find_misstated(text, source, "", ""):
        it = text[slice(*fault.span)].strip().rstrip(".,;:")
        if fault.kind is FaultKind.ADDRESS:
            yield it, blocks("invented", f"No source names “{it}”.")
        else:
            yield it, warns("invented", f"“{it}” is in no fact and no article: whoever approves vouches for it.")
    taken = facts(text).spans
    for start, end in strange_names(text, vocabulary(source, "", ""), language(f"{text}\n{source}")):
        if not any(first < end and start < last for first, last in taken):
            told = f"“{text[start:end]}” is named in no fact and no article: whoever approves vouches for it."
            yield text[start:end], warns("invented", told)


def _source(worded: Worded) -> str:
    """All that an edited text may rest on: facts, articles, the play's own texts, our name, how to opt out."""
    outreach = worded.policy.outreach
    plays = [worded.play] if worded.play is not None else [*outreach.plays.values()]
    templates = [t for play in plays for texts in (play.texts, *play.texts_in.values()) for t in texts.values()]
    quotes = [f"{source.quote}\n{source.url}" for source in worded.variant.sources if source.kind != "supervisor"]
    ways = [word for words in (*OPT_OUT.values(), *outreach.law.opt_out.values()) for word in words]
    return "\n".join(
        [*(PLACE.sub(" ", each) for each in templates), *quotes, worded.company, outreach.law.sender, *ways]
    )
