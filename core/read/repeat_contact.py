"""The same person about the same matter, in a conversation of the last thirty days."""

import re
from datetime import timedelta

from core.model.conversation import CaseContext, Earlier
from core.model.signals import Scored
from core.ports import Encoder, Likeness
from core.read.rule import compile_pattern
from core.read.similarity import nearness, references
from core.text.stems import content, stems

WITHIN = timedelta(days=30)
MADE_BY = "rule:repeat_contact-1"
_RATHER = 0.5  # from here on a trained reader takes two conversations for one matter
_SAME = 0.54  # from here on two conversations are about one matter
_SAME_REFERENCE = 0.45  # the same order or case, even in other words
_OTHER_REFERENCE = -0.45
_OF_WORDS = 0.25  # for all of the shorter one's words
# What a customer of such a company writes about every time: it makes no two matters one.
_EVERYWHERE = content(
    """thermostat doorbell hub sensor camera app account order ordered parcel package device phone subscription plan
    standard plus product customer support service email mail lk bestellung paket konto gerät pedido cuenta commande"""
)
_SAYS_SO = 0.15
_GOES_ON = 0.1  # beside it, where they plainly speak of earlier words
_ASKS_ANEW = -0.2  # a question or a wish, after a report of a fault
LONGEST = 600
_AGAIN = (
    r"again|still|once more|any (?:news|update)|follow(?:ing)? up|in the meantime|as (?:described|discussed|i (?:wrote"
    r"|said))|(?:wrote|asked|reported|called|told you|contacted you)(?: \w+){0,4} (?:last|ago|already|before|yesterday"
    r"|week)|already (?:wrote|asked|reported|told|contacted)|(?:second|third|fourth|2nd|3rd) (?:time|attempt|message"
    r"|mail)|not yet|yet|keeps|same (?:fault|problem|issue|error)|replacement|immer noch|schon wieder|wieder|nochmals?"
    r"|erneut|otra vez|de nuevo|novedades|todavía|sigue|encore|toujours|à nouveau"
)
_CONTINUES = (
    r"any (?:news|update)|(?:an )?update on|follow(?:ing)? up|same (?:story|thing|fault|problem|issue|error)"
    r"|last (?:week"
    r"|time|month)|you (?:promised|said|told|wrote|were going)|was (?:told|promised)|so far|(?:it's|it is) me|me again"
    r"|as (?:described|discussed|i (?:wrote|said))|i (?:wrote|asked|reported|called|contacted)|promised|call(?:ed)? me"
    r" back|in the meantime|still|novedades|immer noch|toujours|sigue"
)
_ANEW = (
    r"how (?:do|can|could|much|many|long) (?:i|we|does|is|are|would)?|is there|are there|can (?:i|you|we)|could i"
    r"|do you"
    r"|does the|which|(?:i'd|i would) like to|i want to|what (?:does|do|is|are|colou?rs?)"
)
_FAULT = (
    r"(?:\w+n't|not|never|nobody|no one|wrong(?:ly)?|broken|offline|only get|keeps?|error|fails?|failed|too (?:high"
    r"|much|late"
    r"|slow)|false|missing|dead|black|grey|rejected|refused|can't|cannot)"
)
_HEAD = re.compile(r"^\s*(?:re|fw|fwd|aw|wg)\s*:\s*", re.IGNORECASE)


def repeat_contact(
    case: CaseContext, text: str, encoder: Encoder | None = None, likeness: Likeness | None = None
) -> Scored | None:
    """The fact `repeat_contact`: amount = earlier conversations about the matter, each named in the records."""
    if not content(text):
        return None
    past = [each for each in case.past if timedelta(0) <= case.now - each.at <= WITHIN]
    if likeness is None:
        recent = [(each, score) for each in past if (score := sameness(text, each, encoder)) >= _SAME]
    else:
        paired = [(each, likeness.same_matter(text[:LONGEST], describe_contact(each))) for each in past]
        recent = [(each, chance) for each, chance in paired if chance >= _RATHER]
    if not recent:
        return None
    return Scored(
        value="repeat_contact",
        confidence=min(0.95, max(score for _, score in recent)),
        label="Wrote about this before",
        records=tuple(each.named for each, _ in recent),
        amount=float(len(recent)),
        made_by=likeness.name if likeness else MADE_BY,
    )


def sameness(text: str, earlier: Earlier, encoder: Encoder | None) -> float:
    """How surely an earlier conversation was about what is written now, from 0 to 1."""
    now, before, subject = text[:LONGEST], describe_contact(earlier), _HEAD.sub("", earlier.subject)
    here, there = references(now), references(before)
    score = max(nearness(now, before, encoder), nearness(now, earlier.words[:LONGEST] or subject, encoder))
    score += _OF_WORDS * _in_common(now, before)
    if here and there:
        score += _SAME_REFERENCE if here & there else _OTHER_REFERENCE
    if compile_pattern(_AGAIN).search(now.replace("’", "'")):
        score += _SAYS_SO
    plain = now.replace("’", "'")
    if compile_pattern(_CONTINUES).search(plain):
        score += _GOES_ON if compile_pattern(_AGAIN).search(plain) else _SAYS_SO + _GOES_ON
    elif (
        compile_pattern(_ANEW).match(plain)
        and compile_pattern(_FAULT).search(before)
        and not compile_pattern(_FAULT).search(plain)
    ):
        score += _ASKS_ANEW
    return max(0.0, min(1.0, score))


def describe_contact(earlier: Earlier) -> str:
    return f"{_HEAD.sub('', earlier.subject)}. {earlier.words}"[:LONGEST]


def _in_common(now: str, before: str) -> float:
    mine, theirs = set(stems(now)) - _EVERYWHERE, set(stems(before)) - _EVERYWHERE
    return len(mine & theirs) / max(1, min(len(mine), len(theirs)))
