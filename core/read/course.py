"""The course of a conversation: attempts that did not help, wishes that were not understood, a mood that falls."""

import math
import re
from collections.abc import Iterable, Sequence
from itertools import pairwise

from core.model.conversation import Message
from core.model.signals import Feeling, Scored
from core.read.axes import THINGS
from core.read.repeats import sentences
from core.read.rule import compile_pattern
from core.read.turn_input import Heard, Round, is_courtesy, join_words, rounds
from core.text.stems import content

# ------------------------------------------------------------------
# What customers say of an attempt: that it helped, that it did not, that it is still to come. Lists of words, which a
# trained reader of outcomes sees beside the whole (`core.ports.OutcomeReader`).

_DOES_IT = (
    r"(?:charges|prints|rings|opens|loads|runs|starts|fits|syncs|heats|cools|appears|shows up|turns on|lights up|moves"
    r"|closes|locks|unlocks|pairs|connects|works|counts|plays|boils|goes through|lets me in)"
)
SAYS_HELPED = (
    r"(?:it|that|this|everything|all|they|he|she|picture|image|app|hub)? ?(?:now )?(?:works?|worked|is working|is fixed"
    r"|is solved|is sorted|is back online|is online|connects|comes?|stopped|is there|rings|heats)(?: \w+)?"
    r" (?:now|again|fine|perfectly|great|thanks|thank you)|(?:now|finally) (?:it|they|everything|that|he) (?:works?"
    r"|comes?|is (?:fixed|online|fine|back|there)|rings?|connects?|runs?|heats?)|that (?:did it|worked|was it|helped"
    r"|fixed it|solved it|did the trick)|(?:it|this) (?:worked|helped|stopped|did the trick|is fixed|is solved"
    r"|works(?! (?:for a|only|not|until)))|(?:problem|error|fault|alarm|noise|message|issue) (?:is |has "
    r"|seems )?(?:solved|gone)|done the trick|like a charm|(?:stable|fine|good|ok|okay|perfect|great|up|running"
    r"|normal|all) (?:since|now|again|working)|all working|(?:is|are) back,? (?:thanks|cheers)|stay(?:s"
    r"|ed) (?:connected|online|on|up)|läuft (?:wieder|jetzt)|ya va|va bien|all (?:good|fine|set|sorted)(?: now)?|yes!"
    r"|works now"
    r"|(?:it|that|they|he|she|the \w+|my \w+) " + _DOES_IT + r" (?:now|too|as well|all right|properly|like new)|now"
    r" (?:it|that|they|he|she|the \w+) "
    + _DOES_IT
    + r"|\w+ works (?:too|as well)|with (?:the|that|this) \w+ it "
    + _DOES_IT
    + r"|(?:found|got) it|(?:picture|image|it|hub|light) is (?:there|back online|online|blue|green)(?: now| again)?"
    r"|(?:that|this) is the right one|i see it|it went (?:through|well)|success|fixed|solved|sorted"
    r"|das hat (?:geklappt|geholfen|funktioniert)|(?:jetzt|nun) (?:geht|funktioniert|klappt)(?: es)?|(?:es )?(?:geht"
    r"|funktioniert|klappt) (?:jetzt|wieder|nun)|hat geklappt|(?:ya|ahora) (?:funciona|va)|ha funcionado"
    r"|(?:ça|cela) (?:marche|fonctionne)(?: maintenant)?|c'est (?:réglé|bon)"
)
UNHELPED = (
    r"none of (?:that|it|this|them|those) \w+|gone again|waste of time|(?:made|got|getting|gets|is|it's|even) (?:it )?"
    r"worse|(?:exactly )?(?:as|how|like|where) it was(?: before)?|as (?:usual|before)|(?:dropp?\w*|went|goes?|fell"
    r"|cuts?|switched"
    r"|shut) (?:out|down|off|dead)|(?:went|goes|going|carries|keeps) on \w+ing|no good|ohne (?:erfolg|wirkung)|besteht"
    r" (?:weiterhin|noch)|nach wie vor|sin éxito|sans (?:succès|effet)|not (?:fixed|solved|sorted|working|online)"
    r"|(?:didn't|did not|doesn't|does not|hasn't|has not|won't|never)"
    r" (?:\w+ )?(?:help\w*|work\w*|fix\w*|solve\w*|change\w*|do (?:it|anything)|come|start|appear|connect|arrive\w*"
    r"|make a"
    r"|react|respond)|(?:still|again|keeps?|remains?|stays?|continues?) (?:\w+ ){0,2}(?:not|no|the same|\w+ing|offline"
    r"|frozen|silent|empty|black|dead|broken|cold|red|orange|gone|stuck|locked|invalid|refused|there|missing|blank|loud"
    r"|slow|wrong|says?|shows?|hangs|fails?|crashes|nothing)|(?:no|without|zero|little) (?:luck|success|change"
    r"|difference|effect|joy|avail|improvement|result)|(?:not?|nothing|made no) (?:change|changed|difference|happens"
    r"|happened|appears|there|works|worked|helps|helped)|same (?:\w+ )?(?:result|error|problem|issue|thing|message"
    r"|story|fault|outcome|code|as before|again)|(?:is|are|came|comes|it's|was|went) (?:\w+ ){0,2}back(?! (?:online|now"
    r"|to normal))|(?:failed|fails|refused|broken|invalid|ignored|rejected|offline|crashed|crashes|hangs|declined"
    r"|stuck|frozen)(?: \w+)? (?:again|too|as well|also|once more|all the same|either)|also (?:refused|failed|invalid"
    r"|broken|rejected|ignored)|not (?:\w+ )?(?:there|found|here|accepted|possible|available|working|any better)"
    r"|there (?:is|are|was)(?: no|n't| not)|(?:no|not|nothing|none|n't)(?: \w+){0,4} either|all the same|to no avail"
    r"|in vain|useless advice|(?:worked|works|helped) (?:only )?for a|(?:the )?(?:error|problem|fault|issue) persists"
    r"|gives me an error|does nothing|nope|(?:does|did)(?:n't| not) solve|started (?:\w+ing )?again|even worse"
    r"|(?:is|are|was|were|seems?|looks?) (?:\w+ )?(?:broken|offline|empty|black|cold|dead|frozen|silent|locked|blocked"
    r"|refused|invalid|faulty|missing|greyed|disabled|wrong)|(?:beeps?|blinks?|flash(?:es)?|rings?|hangs?|drips?|leaks?"
    r"|runs?) on|hat nichts (?:gebracht|geholfen|geändert)|(?:geht|funktioniert|klappt)(?: \w+){0,3} nicht|immer noch"
    r"|nicht"
    r" geholfen|(?:der )?gleiche (?:fehler|problem)|sigue (?:sin|igual)|no (?:está|funciona|ha funcionado|sirve"
    r"|aparece)|lo mismo|toujours (?:pas|rien|le même)|ne (?:marche|fonctionne) (?:toujours )?pas|pas mieux|aucun"
    r" changement"
)
# What was asked for is so already: the advice was no use.
SO_ALREADY = (
    r"(?:is|are|was|were|have been|has been) (?:already |all |both |set |turned )?(?:right|correct|fine|ok|okay|dry"
    r"|on|off"
    r"|allowed|enabled|charged|granted|full|new|good|up to date|current|updated|clean|tight|plugged in|connected|active"
    r"|automatic|open|at (?:maximum|full))|already (?:did|done|tried|checked|on|off|have|had)|(?:i|we) (?:have"
    r"|had) (?:one"
    r"|that|this|the (?:newest|latest))|was (?:out|in|on|off|done) already|ist (?:schon|bereits|doch)|ya (?:está"
    r"|lo hice)"
    r"|c'est déjà"
)
PENDING = (
    r"(?:i'll|i will|we'll|will|let me|going to|gonna) (?:\w+ )?(?:try|do|test|check|report|see|look|get back|call"
    r"|have a look)|haven't|have not|hadn't|didn't have (?:the )?time|(?:one|just a|give me a) (?:moment|minute"
    r"|second|sec)|not at home|trying(?: it)?|will report"
    r"|tonight|tomorrow|this evening|later|(?:restarting|updating|trying|doing|charging|downloading|installing)(?: it)?"
    r" (?:now|right now|at the moment)|so far|in a (?:bit|minute|moment)|how do i|which one|what (?:comes|is) next"
    r"|morgen"
    r"|probiere ich|versuche ich|mañana|lo probaré|demain|je vais essayer"
)
# What is plainly still to come, though words of failure stand beside it.
LATER = (
    r"(?:i'll|i will|we'll|let me|i'm going to|gonna|can only) (?:\w+ )?(?:try|do|test|check|report|see|look|get|have)"
    r"|haven't (?:\w+ )?(?:tried|had|done|got|been able)|have not (?:tried|had|done)|not at home|will report"
    r"|didn't have"
)
WHAT_ELSE = re.compile(
    r"\bwhat (?:else|now)\b|\b(?:any other|more|other) (?:ideas?|suggestions?|tips?)\b", re.IGNORECASE
)
PLEASED = re.compile(
    r"^\W*(?:great|perfect|brilliant|super|awesome|excellent|wonderful|prima|toll|perfecto|parfait)\b"
    r"|\b(?:thanks|thank you|cheers|danke|gracias|merci)\W*$",
    re.IGNORECASE,
)
RELAPSED = re.compile(r"\b(?:again|back|for an?|until|but (?:now|then|after|only)|and (?:now|then))\b", re.IGNORECASE)
DENIED = re.compile(
    r"(?<!\w)(?:not|n't|no|nothing|none|neither|never|still|same|either|too|as well|error|wrong|fail\w*|again"
    r"|nicht|kein\w*|immer noch|nada|tampoco|rien|aucun\w*)(?!\w)|n't\b",
    re.IGNORECASE,
)


def stated_outcome(words: str) -> bool | None:
    """Whether the words say plainly that it helped, or that it did not; None where they say neither."""
    plain = words.replace("’", "'")
    failed = compile_pattern(UNHELPED).search(plain)
    helped = compile_pattern(SAYS_HELPED).search(plain)
    if helped and not (failed and RELAPSED.search(plain, helped.start())) and not _negated(helped, failed):
        return True
    return False if failed and not compile_pattern(LATER).search(plain) else None


def _negated(helped: re.Match[str], failed: re.Match[str] | None) -> bool:
    """ "It never worked" has the words of both; the one that begins first has the other in it."""
    return failed is not None and failed.start() <= helped.start() < failed.end()


# ------------------------------------------------------------------
# Attempts that did not help, counted over the conversation.

ATTEMPTS_BY = "rule:attempts-2"
FAILED, HELPED, UNTRIED, OTHER = "failed", "helped", "untried", "other"  # what a reader of outcomes tells apart
_LEAN = 0.3  # added to the logarithm of the chance that it failed: a missed failure costs the customer another round
_PLAIN = 0.8  # surer than this the reader is believed against the plain words
SAID = "said: "  # before the customer's words in a record
_SHOWN = 120  # characters of a turn that a record repeats
_ROUNDS = 8  # rounds that are looked at
_ASKS_ONLY = re.compile(r"\?\s*$")
# What is said around an attempt and is none by itself.
_CIVIL = re.compile(
    r"^\W*(?:(?:very |so |i'm |i am )?(?:glad|happy|good|great|perfect|wonderful|pleased)\b|you(?:'re| are) welcome"
    r"|my pleasure|anything else|(?:i am|i'm|we are|we're) (?:so |very |really )?sorry|sorry|thank(?:s| you)"
    r"|i understand|i see|hello|hi|dear|apologies|got it|no problem|of course|sure|let me (?:know|check|see|look)"
    r"|danke|es tut|tut mir|gracias|lo siento|merci|désolé)\b",
    re.IGNORECASE,
)
# Who writes, the way to a person and the sources stand under everything that is said automatically.
_FRAME = re.compile(
    r"virtual assistant\.?\W*$|virtuelle[nr]? assistent|asistente virtual|assistant virtuel|assistente virtual"
    r"|for a person\.?\W*$|rather talk to a person|für einen menschen|mit einem menschen|con una persona"
    r"|à une personne|com uma pessoa|^\W*(?:source|quelle|fuente|fonte|出典)\s?:|^\W*https?://\S+\W*$"
    r"|バーチャル|担当者",
    re.IGNORECASE,
)
_OFFERS = re.compile(
    r"\b(?:(?:could|can|would|have|did) you (?:please |already |also )?(?:try|tried|restart\w*|reset|check\w*|unplug\w*"
    r"|update\w*|re-?install\w*|press\w*|hold|turn\w*|switch\w*|move\w*|clear\w*|log))\b",
    re.IGNORECASE,
)


def failed_cycles(heard: Heard) -> Scored | None:
    """How many attempts in a row did not help; one that did begins the count again, unless the fault comes back."""
    shown: list[str] = []
    before_help: list[str] | None = None  # what had failed before something helped
    turns = rounds(heard.case.timeline)
    for before, now in list(pairwise(turns))[-_ROUNDS:]:
        words = join_words(now.wrote)
        helped = _outcome(heard, turns, before, now)
        attempt = _is_attempt(now)
        if helped and attempt:
            before_help, shown = shown, []
        elif helped is False and attempt:
            shown.append(words[:_SHOWN])
        elif helped is False and before_help is not None and not shown:
            # "Glad to hear it!" - "It's red again": what seemed to help did not.
            shown, before_help = [*before_help, words[:_SHOWN]], None
    if not shown:
        return None
    records = tuple(f"{SAID}{words}" for words in shown)
    return Scored(
        value="failed_cycles", confidence=0.85, amount=float(len(shown)), records=records, made_by=ATTEMPTS_BY
    )


def _outcome(heard: Heard, turns: list[Round], before: Round, now: Round) -> bool | None:
    """Whether what was said helped; None where that is not known (yet)."""
    words = join_words(now.wrote)
    if not words:
        return None
    if heard.outcomes is None:
        return _by_words(words, now, before)
    matter = next((text for turn in turns if (text := join_words(turn.wrote)) and not is_courtesy(text)), "")
    chances = heard.outcomes.outcomes(matter, "\n".join(m.text for m in now.said), words)
    plain = stated_outcome(words)
    if plain and chances[FAILED] < _PLAIN:
        return True
    leaning = {name: math.log(max(chance, 1e-6)) for name, chance in chances.items()}
    leaning[FAILED] += _LEAN
    likeliest = max(leaning, key=lambda name: leaning[name])
    return {FAILED: False, HELPED: True}.get(likeliest)


def _by_words(words: str, now: Round, before: Round) -> bool | None:
    """Where no reader of outcomes is at hand."""
    plain = words.replace("’", "'")
    if (said := stated_outcome(words)) is not None:
        return said
    if compile_pattern(PENDING).search(plain):
        return None
    if PLEASED.search(plain) and "?" not in plain:
        return True
    if WHAT_ELSE.search(plain):
        return False
    if _ASKS_ONLY.search(plain):
        return None
    unmoved = DENIED.search(plain) or compile_pattern(SO_ALREADY).search(plain) or _same_fault(plain, before)
    return False if unmoved else None


def _is_attempt(now: Round) -> bool:
    """Something to do or to know was offered, even if a question follows; a mere question of ours is no attempt, with
    whatever stands under it."""
    said = [sentence for message in now.said for _, sentence in sentences(message.text)]
    return any(
        _OFFERS.search(each) or not (_ASKS_ONLY.search(each) or _CIVIL.match(each) or _FRAME.search(each))
        for each in said
    )


def _same_fault(words: str, before: Round) -> bool:
    """The words for the fault stand there again."""
    return bool(content(words) & (content(join_words(before.wrote)) - content("\n".join(m.text for m in before.said))))


# ------------------------------------------------------------------
# Wishes that were not understood: the customer's turns in a row that no known intent fits.

WISHES_BY = "rule:understanding-2"

_NO_WISH = re.compile(
    r"[\W\d_]*(?:[A-Za-z]{1,4}-?\d[\w-]*[\W_]*)*", re.UNICODE
)  # emoji, or a number that was asked for
_DONE = re.compile(
    r"\W*(?:done|ok(?:ay)?|yes|no|yep|nope|hm+|sure|ja|nein|sí|oui|non|erledigt|hecho|hi|hey|hello)\W*", re.IGNORECASE
)

_LIGHT = re.compile(
    r"\b(?:lol|haha+|hehe|anyway|anyways|oh|ah|well|then|just the same|never mind|nevermind|no worries)\b",
    re.IGNORECASE,
)


def unrecognised_turns(heard: Heard) -> Scored | None:
    """How many of the customer's turns in a row wanted something that was not understood, this one last."""
    unclear: list[str] = []
    turns = rounds(heard.case.timeline)
    for place in reversed(range(len(turns))):
        words = join_words(turns[place].wrote)
        if not wants_something(words):
            if not unclear:
                return None  # nothing is wanted now
            continue
        if _is_understood(heard, turns, place):
            break
        unclear.append(words)
    if not unclear:
        return None
    records = tuple(f"said: {words[:_SHOWN]}" for words in reversed(unclear))
    return Scored(
        value="unrecognised_turns",
        confidence=0.8,
        amount=float(len(unclear)),
        records=records,
        made_by=WISHES_BY,
    )


def _is_understood(heard: Heard, turns: Sequence[Round], place: int) -> bool:
    words = join_words(turns[place].wrote)
    last = place == len(turns) - 1
    if not last and is_answer(turns[place + 1].said):
        return True
    if is_clear(words):
        return True
    upon = () if last else turns[place + 1].said
    if (_asks_back(upon) or _declines(upon)) and not compile_pattern(THINGS).search(words):
        return False
    if place and _declines(turns[place].said) and not compile_pattern(THINGS).search(words):
        return False
    if place and _asks_back(turns[place].said) and not _adds(words, turns[place - 1], turns[place]):
        return False
    known = heard.is_recognised if last else heard.recognised(words)
    if last and place and _asks_back(turns[place].said) and not compile_pattern(THINGS).search(words):
        # Nothing is named even now: a half-sure intent is a guess.
        known = known and heard.intents[0].confidence >= _SURE
    if known and not is_vague(words):
        return True
    if not last or not place:
        return False
    # "Which product?" - "A sensor, for this morning's order": an answer to a question of ours is read with what it
    # completes.
    whole = f"{join_words(turns[place - 1].wrote)} {words}"
    return not is_vague(words) and bool(compile_pattern(THINGS).search(words)) and heard.recognised(whole)


# We did not know what was meant.
_ASKS_BACK = re.compile(
    r"\b(?:do you mean|what (?:exactly|should|is it about|would you)|which \w+|what about|about what|regarding what"
    r"|(?:could|can) you (?:please )?(?:tell|describe|say|explain|rephrase|give|be)|sorry\?|pardon"
    r"|did(?:n't| not) (?:quite )?(?:understand|get|follow|catch)|what (?:is|are|became|does|do) \w+"
    r"|was genau|welche[rs]? \w+|qué|quel\w*)",
    re.IGNORECASE,
)


def _asks_back(said: Sequence[Message]) -> bool:
    return bool(_ASKS_BACK.search("\n".join(message.text for message in said).replace("’", "'")))


# We said that it is none of our business.
_DECLINES = re.compile(
    r"\b(?:can (?:only )?help (?:you )?with|we (?:only )?sell|only (?:help|deal)|outside (?:of )?(?:what|my|our))\b",
    re.IGNORECASE,
)


def _declines(said: Sequence[Message]) -> bool:
    return bool(_DECLINES.search("\n".join(message.text for message in said)))


def _adds(words: str, before: Round, now: Round) -> bool:
    """Whether an answer to a question of ours says anything that had not been said."""
    known = content(join_words(before.wrote)) | content("\n".join(message.text for message in now.said)) | _VAGUE
    return bool(compile_pattern(THINGS).search(words)) or bool(_FIGURE.search(words)) or len(content(words) - known) > 1


# An answer that says it did not understand, or that this is none of the company's business.
_NO_ANSWER = re.compile(
    r"\b(?:sorry|afraid|unfortunately|can (?:only|help)|how can|what can"
    r"|only (?:help|sell|deal|handle|support)|outside|unable|unclear|not sure"
    r"|we(?:'re| are) (?:a|an|only|here)|we (?:sell|have only)|our (?:products|devices|shop|own)"
    r"|(?:matter|question|one|something) for|please (?:ask|try|contact) (?:a|an|your|the)"
    r"|(?:can|could|do|did|does)(?:n't| not)|cannot|not able"
    r"|not something|(?:under|mis)(?:stand|stood)|follow|rephrase|no idea|more (?:details?|precise|about)"
    r"|leider|nur|nichts?|lo siento|solo|désolé|seulement|pas)\b|n't\b",
    re.IGNORECASE,
)


def is_answer(said: Sequence[Message]) -> bool:
    """Whether it was told something to the point: then what it was told upon was understood."""
    whole = "\n".join(message.text for message in said).replace("’", "'")
    if _NO_ANSWER.search(whole):
        return False
    return any(
        len(sentence.split()) >= _LEAST_SAID and not sentence.rstrip().endswith("?") for _, sentence in sentences(whole)
    )


_FIGURE = re.compile(r"\d")
_SURE = 0.6
_LEAST_SAID = 4  # words of a sentence that tells something
_SAYS_ENOUGH = 3  # words of meaning
# Words that say nothing about what is wanted.
_VAGUE = content(
    """thing things stuff situation whatsit something somehow somewhere anything everything matter needful same one ones
    guy way sort kind like know mean fix make get go come tell say said please need want help sort solve look u pls
    whole obviously exactly just quick issue problem question other another regarding revert kindly does doing did up
    down left right here there now then again before day time ding dings sache zeug irgendwas cosa cosas algo chose
    truc well must have got"""
)


def is_vague(words: str) -> bool:
    """Nothing in it names a thing or a wish: "can you fix the situation"."""
    return not content(words) - _VAGUE


def is_clear(words: str) -> bool:
    """It names a thing and says something of it, even if no intent of the company's list is meant."""
    return len(content(words) - _VAGUE) >= _SAYS_ENOUGH and bool(compile_pattern(THINGS).search(words))


def wants_something(words: str) -> bool:
    """Not a greeting, thanks, an emoji, a bare number or a bare yes."""
    plain = _LIGHT.sub(" ", words)
    return bool(words.strip()) and not (
        is_courtesy(words) or is_courtesy(plain) or _NO_WISH.fullmatch(words) or _DONE.fullmatch(words)
    )


# ------------------------------------------------------------------

COURSE_BY = "rule:course-2"
_UPSET = -0.5  # above this nobody is plainly upset
_NEUTRAL = -0.2  # at or above this nobody is unhappy
_TURNS_OF_A_FALL = 5  # turns that a fall is measured over
_STEP = 0.1  # less is no change
_LITTLE = 0.02  # moods near their floor get worse by little
_STEADY = 0.6  # what "negative and worse twice in a row" counts as at least
_OF_MOOD, _OF_FEELING, _OF_ANGER = 0.4, 0.6, 0.4
_CALM_REPORT = 0.5  # of a few words that only say that something did not work
_FEW_WORDS = 8
_STRONG = -0.6  # a mood below this is no calm report
_SIGN = {Feeling.NEGATIVE: -1.0, Feeling.POSITIVE: 1.0}


def level(words: str, feeling: Scored, mood: float, emotions: Sequence[Scored]) -> float:
    """How a turn stands on the scale that a fall is measured on, from -1.4 to 1: the mood hangs on the strength of
    single words, so the reading of the whole and anger are mixed in."""
    sign = next((sign for name, sign in _SIGN.items() if feeling.value == name), 0.0)
    anger = max((emotion.confidence for emotion in emotions if emotion.value == "anger"), default=0.0)
    found = _OF_MOOD * mood + _OF_FEELING * sign * feeling.confidence
    calm = not anger and mood > _STRONG and len(words.split()) <= _FEW_WORDS
    if found < 0 and calm and stated_outcome(words) is False:
        found *= _CALM_REPORT
    return max(-1.4, min(1.0, found - _OF_ANGER * anger * (found < 0)))


def mood_drop(levels: Sequence[float]) -> Scored | None:
    """How far the mood fell from the best of the last turns; at least 0.6 where it was negative and got worse twice."""
    if len(levels) < 2 or levels[-1] > _UPSET:
        return None
    fall = max(levels[-_TURNS_OF_A_FALL - 1 : -1]) - levels[-1]
    if _worse_twice(levels[-3:]):
        fall = max(fall, _STEADY)
    if fall < _STEP:
        return None
    records = tuple(f"mood:{mood:+.2f}" for mood in levels[-_TURNS_OF_A_FALL - 1 :])
    return Scored(value="mood_drop", confidence=0.8, amount=round(fall, 3), records=records, made_by=COURSE_BY)


def _worse_twice(levels: Sequence[float]) -> bool:
    if len(levels) < 3:
        return False
    first, second, third = levels
    return first < _NEUTRAL and first - second >= _LITTLE and second - third >= _LITTLE and first - third >= _STEP


def course(heard: Heard) -> Iterable[Scored]:
    # A bare "no" answers a question of ours and shows no mood.
    levels = heard.levels if wants_something(heard.text) else ()
    found = (failed_cycles(heard), unrecognised_turns(heard), mood_drop(levels))
    return (fact for fact in found if fact is not None)
