"""What the wording of a message says of its relation to an earlier one: insisting, going on, asking anew."""

import re

_YES = (
    r"^\W*(?:(?:ok(?:ay)?|yes|yeah|yep|sure|right|fine|good|nice|great|lovely|thanks|thx|glad to hear|well"
    r"|hello|hi)\b\W*)*"
)
_INSISTING = re.compile(
    _YES + r"(?:but|so|again|just tell|please|i (?:mean|want|asked|need|know|saw|have|did)|aber|also|ja|pero|oui"
    r"|mais)\b",
    re.IGNORECASE,
)
_UNHEARD = re.compile(
    r"\bi (?:mean|meant|know|saw|asked|'m asking|did|found that|have (?:that|it|the))\b|(?:no"
    r"|not) (?:an? )?answer|my question|what i (?:want|mean|meant|asked)"
    r"|doesn't (?:tell|say|answer)|not what i|though\b|or not\b|yes or no|at all\b|just tell me"
    r"|please (?:just )?(?:tell|say)|again\b|once more|still|though[.?…]*$"
    r"|hello\?|waiting|anybody there|any (?:luck|chance|idea|news)|(?:did|have) you (?:found?|find|ask)"
    r"|correct\?|right\?|isn't it|sorry|forgot|exactly",
    re.IGNORECASE,
)
_AND = re.compile(_YES + r"(?:and|what about|how about|und|y|et|¿y)\b", re.IGNORECASE)
_ACCEPTS = re.compile(
    r"^\W*(?:(?:ah|oh|ok|okay|hi)\W+)?(?:got it|i see|great|good|perfect|thanks?|thank you|super"
    r"|understood|clear|makes sense|done|found them|found it|danke|gracias|merci)\b",
    re.IGNORECASE,
)
_OTHER = re.compile(
    r"\b(?:too|as well|also|instead|another|other|else|second|extra|then|auch|también|aussi)\b", re.IGNORECASE
)
_CASE = re.compile(
    r"\b(?:what if|if|unless|once|after(?:wards)?|until|before|only|enough|wenn|falls|si)\b", re.IGNORECASE
)
_BACK = re.compile(r"\b(?:it|its|them|that|this|those|these|they|there|one|ones|he|she|him|her|do so)\b", re.IGNORECASE)
_ASKS = re.compile(
    r"\?|^\W*(?:do|does|did|is|are|can|could|may|will|would|how|what|when|where|which|who|why)\b", re.IGNORECASE
)
KINDS = {
    "when": r"\bwhen\b|until when|what (?:time|day|date)|which (?:day|date)|how (?:long|late|soon|many (?:days"
    r"|weeks|months|minutes))|by when|(?:date|earliest|deadline)\b|\bwann\b|cuándo|quand",
    "much": r"how (?:much|many|big|large|far|fast|heavy|tall|wide|high|warm)|what (?:does|do|did|would|will|is"
    r"|'s)[\w' ]* (?:cost|price|fee|rate|fare|charge|pay|owe)|\b(?:price|cost|fee|rate|maximum|minimum"
    r"|amount|size)\b|up to|free\b|was kostet|cuánto|combien",
    "where": r"\bwhere\b|address|nearest|closest|which (?:gate|page|account|street)|wo\b|dónde|\boù\b",
    "who": r"\bwho(?:m|se|'s)?\b|someone|anyone|to whom|which (?:doctor|department)",
    "why": r"\bwhy\b|reason|how come|warum|por qué|pourquoi",
    "how": r"\bhow (?:do|can|could|should|will|would|does|did|to|are|is)\b|\bhow\?|way of|what do i|steps"
    r"|procedure|\bwie\b|cómo|comment",
    "which": r"\bwhich\b|what (?:kind|colou?rs?|size|format|is the difference)|differ\b|recommend|difference",
    "whether": r"^\W*(?:(?:ok|okay|hi|hello|hey|yes|so|and|but|good|great|please|thanks)\W+)*"
    r"(?:do|does|did|is|are|was|were|can|could|may|will|would|has|have|should|kann|est-ce|any)\b"
    r"|or not|yes or no|whether|\bif (?:it|i|you|my)\b",
}
_KINDS = {name: re.compile(pattern, re.IGNORECASE) for name, pattern in KINDS.items()}
_PLAIN_YES = re.compile(
    r"^\W*(?:(?:hi|hello|sorry|sure)\W+)?(?:yes|no|yep|nope|not|correct|sure|done|of course|unfortunately"
    r"|sorry|ja|nein|gern|sí|oui|non)\b",
    re.IGNORECASE,
)
_FIGURE = re.compile(
    r"\d|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|twelve|half|free|monday|tuesday|wednesday"
    r"|thursday|friday|saturday|sunday|tomorrow|today|next|daily|yearly|years?|weeks?|days?|months?"
    r"|mornings?)\b",
    re.IGNORECASE,
)
_PUTS_OFF = re.compile(
    r"\b(?:let me|i'll|one moment|please (?:find|wait|check|complete|visit|give|send|restart|contact)"
    r"|happy to|thank(?:s| you) for|sorry to|i'm sorry|we apologise|apolog|good question|how (?:can"
    r"|may) (?:i|we) help"
    r"|may i|could you tell|which|noted|welcome|we take|visit our|sign up|you can (?:see|find|book|order"
    r"|pay|upload|check|change|edit|cancel|manage|collect|send|show|get|have|withdraw|switch|downgrade"
    r"|transfer)|is popular|everything)\b",
    re.IGNORECASE,
)
_BECAUSE = re.compile(r"\b(?:because|due to|was|rose|reserved|since|charge)\b", re.IGNORECASE)
_STEPS = re.compile(
    r"\b(?:press|hold|click|go to|under|settings|in the|with the|at any|send us|unplug|use|fill|take|call"
    r"|print|via|by)\b",
    re.IGNORECASE,
)
_PLACE = re.compile(r"\b(?:in|at|on|under|behind|street|road|desk|level|hall|box|by the|page)\b|\d", re.IGNORECASE)
_ANSWERS = {"when": _FIGURE, "much": _FIGURE, "why": _BECAUSE, "how": _STEPS, "where": _PLACE, "whether": _PLAIN_YES}


def kinds(text: str) -> frozenset[str]:
    """What kind of answer is asked for."""
    return frozenset(name for name, pattern in _KINDS.items() if pattern.search(text))


def of_question(now: str, before: str) -> dict[str, float]:
    mine, theirs = kinds(now), kinds(before)
    return {
        "insists": _is(_INSISTING, now),
        "unheard": _is(_UNHEARD, now),
        "and": _is(_AND, now),
        "accepts": _is(_ACCEPTS, now),
        "other": float(bool(_OTHER.search(now)) and not _OTHER.search(before)),
        "case": float(bool(_CASE.search(now)) and not _CASE.search(before)),
        "points_back": _is(_BACK, now),
        "no_question": 1.0 - _is(_ASKS, now),
        "same_kind": float(bool(mine & theirs)),
        "other_kind": float(bool(mine and theirs and not mine & theirs)),
        "whether_both": float("whether" in mine and "whether" in theirs),
        "sentences": min(1.0, len(re.findall(r"[.!?…]\s", now)) / 2),
    }


def of_answer(before: str, answer: str) -> dict[str, float]:
    """Whether what was said looks like an answer to it."""
    wanted = kinds(before)
    fitting = [bool(_ANSWERS[kind].search(answer)) for kind in wanted if kind in _ANSWERS]
    return {
        "no_answer": float(not answer.strip()),
        "plain_yes": _is(_PLAIN_YES, answer),
        "yes_to_whether": float("whether" in wanted and bool(_PLAIN_YES.search(answer))),
        "no_yes_to_whether": float("whether" in wanted and bool(answer) and not _PLAIN_YES.search(answer)),
        "fits": float(bool(fitting) and any(fitting)),
        "unfit": float(bool(fitting) and bool(answer) and not any(fitting)),
        "puts_off": _is(_PUTS_OFF, answer),
        "asks_back": float(answer.rstrip().endswith("?")),
        "short_answer": float(0 < len(answer.split()) <= 4),
    }


_AGAIN = re.compile(
    r"\b(?:again|still|once more|as (?:before|ever|described|agreed|promised|i|you|we|much)|the same"
    r"|same as|in the meantime|by now|meanwhile|yet|finally|at last|too|either|as well|also"
    r"|(?:second|third|fourth|2nd|3rd) "
    r"(?:time|one|mail|lot|message|pair|attempt)|keeps?|(?:is|are) back|since (?:then|your|i|you|we|the)"
    r"|wieder|immer noch|schon|sigo|toujours|encore|sin)\b",
    re.IGNORECASE,
)
_CONTINUES = re.compile(
    r"\b(?:any (?:news|update|word|progress|luck|decision)|update on|follow(?:ing)? up|checking on|chase"
    r"|status of|regarding|it's me|about my|about the|promised|assured|agreed|you (?:said|told|wrote"
    r"|wanted|were|had|asked|sent|advised|fixed|"
    r"changed|closed|replaced|gave|gave me|mailed|posted|swapped|put)|your (?:colleague|engineer"
    r"|technician|man|fix|fitter|supervisor|call|visit|last)|as (?:you|i|we) (?:said|told|wrote|suggested"
    r"|advised|asked|recommended|described)|we (?:talked|spoke|discussed)"
    r"|i (?:wrote|told|asked|sent|reported|called|uploaded|did|tried|brought|explained|had asked"
    r"|was promised|gave)|i've (?:filled|brought|not heard|had|sent|been)|nobody|no one|never came"
    r"|has anybody|did (?:you|the|anybody|my|it)|have you|has (?:my|the|anybody)|when (?:will|do) i|heard"
    r"|waiting|"
    r"replacement|replaced|exchange|the (?:new|other|second) \w+ (?:you|is|has)|warte)\b",
    re.IGNORECASE,
)
_ANEW = re.compile(
    r"^\W*(?:(?:hi|hello|good (?:morning|evening|day)|please|sorry|thanks[^.]*)\W+)*(?:how (?:do|can|could"
    r"|much|many|long|far|often|should)|is there|are there|can (?:i|you|we)|could (?:i|you|we)|may i"
    r"|do(?:es)? (?:you|the|my|it)|which|i'd like|i would like|we'd like|i want|i need|what(?:'s| is| does"
    r"| are| time)|is (?:it|my)|are (?:the|your)|where (?:do|can)|who)\b",
    re.IGNORECASE,
)
_FAULT = re.compile(
    r"\b(?:\w+n't|not|never|nobody|nothing|wrong(?:ly)?|broken|broke|offline|error|fails?|failed|late|lost"
    r"|missing|dead|black|cold|refused|cannot|leaks?|drips?|noise|noisy|loud|stuck|stops?|stopped"
    r"|crash(?:es)?|damaged|twice|charged|complain|smells?|hurts?|faulty|without|stolen)\b",
    re.IGNORECASE,
)
_OVER = re.compile(
    r"\b(?:thanks for|thank you for|works (?:well|fine|now)|all fine|looks great|is fitted|arrived safely"
    r"|came,? thank|just fine|runs well|sorted out)\b",
    re.IGNORECASE,
)
_SINCE = re.compile(r"\b(?:it|that|this|them|mine)\b", re.IGNORECASE)


def of_matter(now: str, before: str) -> dict[str, float]:
    again, goes_on, anew = (_is(p, now) for p in (_AGAIN, _CONTINUES, _ANEW))
    fault, was_fault = _is(_FAULT, now), _is(_FAULT, before)
    return {
        "again": again,
        "continues": goes_on,
        "both_marks": again * goes_on,
        "anew": anew * (1 - goes_on) * (1 - again),
        "anew_after_fault": anew * was_fault * (1 - fault) * (1 - goes_on),
        "fault": fault,
        "both_fault": fault * was_fault,
        "fault_after_wish": fault * (1 - was_fault),
        "over": _is(_OVER, now),
        "points_back": _is(_SINCE, now),
        "asks": float("?" in now),
        "both_ask": float("?" in now and "?" in before),
        "same_kind": float(bool(kinds(now) & kinds(before))),
    }


def _is(pattern: re.Pattern[str], text: str) -> float:
    return float(bool(pattern.search(text)))
