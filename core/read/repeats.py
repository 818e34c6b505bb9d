"""The same again: one question twice in a conversation, one matter in an earlier conversation."""

import re
from collections import OrderedDict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import lru_cache
from threading import Lock

import numpy as np

from core.model.conversation import CaseContext, Earlier, Message, Role
from core.model.signals import Evidence, Scored
from core.ports import Encoder, SimilarityReader, Vector
from core.read.rule import Rule, compile_pattern, fire_rules
from core.read.turn_input import customer_words, spoken_words
from core.text.stems import content, stems

# ------------------------------------------------------------------
# How alike two things that a customer wrote are: the numbers in them, their words, their meaning.

# LK-20114, E42, 4711: what names one thing among its kind. Amounts and times of day name nothing.
# A space may stand after capitals alone: "in 39" is a size.
_REFERENCE = re.compile(
    r"(?<![\w.,:£€$])(?:[A-Z]{1,4}[- ]?\d{2,}|[A-Za-z]{1,4}-?\d{2,}|[A-Z]\d|#\d{2,}|\d{4,})(?![\w:]|[.,]\d)"
)
_LONG = re.compile(r"^[a-z]+(?=\d{4,}$)")  # LK-20114 and 20114 are one
_YEAR = re.compile(r"(?:19|20)\d\d")
_BREAK = re.compile(r"(?<=[.!?…])\s+|\n+|[¿¡]")
_LONGEST = 400  # characters of a sentence that are compared
_KEPT = 1_000  # texts whose vectors are remembered


class Remembering:
    """An encoder that remembers short texts: the earlier turns of a conversation are compared at each new one."""

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder
        self._known: OrderedDict[str, Vector] = OrderedDict()
        self._lock = Lock()

    @property
    def name(self) -> str:
        return self._encoder.name

    def encode(self, texts: Sequence[str]) -> Vector:
        return np.stack([self._one(text) for text in texts])

    def _one(self, text: str) -> Vector:
        with self._lock:
            known = self._known.get(text)
        if known is None:
            known = self._encoder.encode([text])[0]
            with self._lock:
                self._known[text] = known
                if len(self._known) > _KEPT:
                    self._known.popitem(last=False)
        return known


@lru_cache(maxsize=2_000)
def references(text: str) -> frozenset[str]:
    """The order numbers, serials, codes and cases that a text names, in one spelling."""
    found = (match.group() for match in _REFERENCE.finditer(text))
    plain = (re.sub(r"[\W_]", "", each).casefold() for each in found if not _YEAR.fullmatch(each))
    return frozenset(_LONG.sub("", each) for each in plain)


def without_references(text: str) -> str:
    return _REFERENCE.sub(" ", text)


def sentences(text: str) -> list[tuple[int, str]]:
    """(where it starts, the sentence) of each that has words of meaning."""
    found, at = [], 0
    for part in _BREAK.split(text):
        start = text.index(part, at)
        at = start + len(part)
        sentence = part.strip()
        if content(sentence):
            found.append((start + part.index(sentence), sentence[:_LONGEST]))
    return found


def nearness(one: str, other: str, encoder: Encoder | None) -> float:
    """The cosine of the two texts; 0 without an encoder."""
    if encoder is None:
        return 0.0
    first, second = encoder.encode([one, other])
    return float(first @ second)


def share_of_words(one: Iterable[str], other: Iterable[str]) -> float:
    """The share of the smaller set of words that is in the other too."""
    first, second = frozenset(one), frozenset(other)
    return len(first & second) / max(1, min(len(first), len(second)))


def alone(one: str, other: str) -> list[str]:
    """The stems of `one` that do not stand in `other`, in order."""
    there = set(stems(other))
    return [word for word in dict.fromkeys(stems(one)) if word not in there]


# ------------------------------------------------------------------
# The same person about the same matter, in a conversation of the last thirty days.

WITHIN = timedelta(days=30)
MADE_BY = "rule:repeat_contact-1"
_ONE_MATTER = 0.5  # from here on a trained reader takes two conversations for one matter
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
    case: CaseContext, text: str, encoder: Encoder | None = None, similarity: SimilarityReader | None = None
) -> Scored | None:
    """The fact `repeat_contact`: amount = earlier conversations about the matter, each named in the records."""
    if not content(text):
        return None
    past = [each for each in case.past if timedelta(0) <= case.now - each.at <= WITHIN]
    if similarity is None:
        recent = [(each, score) for each in past if (score := sameness(text, each, encoder)) >= _SAME]
    else:
        paired = [(each, similarity.same_matter(text[:LONGEST], describe_contact(each))) for each in past]
        recent = [(each, chance) for each, chance in paired if chance >= _ONE_MATTER]
    if not recent:
        return None
    return Scored(
        value="repeat_contact",
        confidence=min(0.95, max(score for _, score in recent)),
        label="Wrote about this before",
        records=tuple(each.named for each, _ in recent),
        amount=float(len(recent)),
        made_by=similarity.name if similarity else MADE_BY,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Likeness:
    """How surely a text is about what an earlier conversation was about, from 0 to 1, and what the two want: `intent`
    is the label of an intent that is surely in both; `differs`: each surely has one, and none is in both."""

    score: float
    intent: str = ""
    differs: bool = False


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


# ------------------------------------------------------------------
# The same question again: a customer who repeats themselves was not helped.

LABEL = "Asks the same again"
_FEWEST = 2  # words of meaning that are needed to tell two questions apart by words alone
_UNLIKE = 0.35  # what the rules find less alike than this is two questions, however surely a reader takes it for one
_TALK = 18  # words of a turn, beyond which it is unlike the talks that a reader learned from: the rules judge
_ONE_QUESTION = 0.6  # from here on a trained reader takes two questions for one
_SHORTEST = 4  # words; shorter turns ("and now?") repeat by accident
_LIKE = 0.47  # from here on two questions are one
_LIKE_A_MAIL = 0.7  # … where the earlier message is long: it has words in common with most that follow it
_DISTINCT = 0.85  # words of meaning in common that make them one without any encoder
_SENTENCES = 6  # of the newest message, and of each earlier turn
_TURNS = 6
_WHOLE = 300  # characters of a message that are compared as a whole
_TWICE_SENT = timedelta(seconds=30)  # the same words so soon are a slip of the finger
# What speaks for and against two like questions being one, beside their likeness.
_INSISTS = 0.06
_COMPLAINS = 0.12
_BUILDS_ON_ANSWER = -0.15
_ONLY_ADDS = -0.2
_ALSO = -0.2
_ACCEPTS = -0.12
_OTHER_CASE = -0.3
_OTHER_NAME = -0.3
SAID = Rule(
    trigger="repeated_question",
    label=LABEL,
    why="The customer repeats a question: the last answer did not help.",
    patterns=(
        r"(?:i|we) (?:have |'ve )?(?:already|just) (?:asked|told|said|explained|sent|answered|tried"
        r"|written|wrote|done)(?: \w+){0,4}",
        r"as i (?:said|wrote|explained|mentioned|told)(?: \w+){0,2}|(?:like|once) again,? (?:i|my|where"
        r"|when|how|what|why)",
        r"(?:i|we) (?:am|are|'m|'re) asking (?:again|for the \w+ time)|asked (?:\w+ ){0,4}(?:twice"
        r"|three times|before|already|again)",
        r"(?:you|that) (?:did not|didn't|does not|doesn't|haven't|have not) (?:actually )?(?:answer"
        r"|answered|help|helped|answering)(?: \w+){0,3}",
        r"(?:same|that is not my|that's not my|not what i) (?:question|asked|problem) ?(?:again|still)?"
        r"|still (?:the )?same (?:problem|issue|question)",
        r"(?:second|third|fourth|fifth|2nd|3rd|4th|5th|umpteenth) time (?:i|we|that i|i'm"
        r"|i've)(?: \w+){0,3}",
        r"(?:habe|hatte) (?:ich )?(?:doch |ja )?(?:schon|bereits)(?: \w+){0,3}? (?:gefragt|geschrieben"
        r"|gesagt|erklärt|geschickt)",
        r"wie (?:schon |bereits )?gesagt|(?:nochmal|noch einmal|erneut):|zum (?:zweiten|dritten|vierten"
        r"|wiederholten) mal",
        r"ya (?:les? |os )?(?:pregunté|he preguntado|dije|he dicho|expliqué)|como (?:ya )?dije"
        r"|por (?:segunda|tercera|cuarta|enésima) vez",
        r"(?:j'ai|je l'ai) déjà (?:demandé|dit|expliqué|posé|écrit)|comme (?:je l'ai )?(?:déjà )?dit"
        r"|pour la (?:deuxième|troisième|énième) fois",
    ),
    confidence=0.85,
)
_INSISTING = re.compile(
    r"^\W*(?:(?:ok(?:ay)?|yes|no|sure|fine|right|thanks|i know|that(?:'s| is) (?:fine|clear|nice)|hello|hi)\W+)*"
    r"(?:but|so|again|just tell|i (?:want|asked|need)|aber|also|pero|mais)\b",
    re.IGNORECASE,
)
_UNHEARD = re.compile(
    r"\b(?:(?:not|n't|doesn't|does not|never) (?:really |actually )?(?:answer|explain|tell|what i)|my question|i asked"
    r"|as i asked|though|none the wiser|still (?:don't|do not) (?:know|understand)|what i (?:want|wanted|need|meant"
    r"|asked)"
    r"|just tell me|once more|or not|meine frage|mi pregunta|ma question)",
    re.IGNORECASE,
)
_ACCEPTING = re.compile(
    r"^\W*(?:got it|i see|ah|oh|great|good|perfect|thanks|thank you|super|understood|clear|makes sense|danke|prima"
    r"|gracias|merci)\b",
    re.IGNORECASE,
)
_OF_AN_ATTEMPT = re.compile(
    r"that (?:did|does)(?: not|n['’]t) (?:actually )?help|(?:still )?(?:the )?same (?:problem|issue)", re.IGNORECASE
)
_A_WHILE = timedelta(hours=1)
_NEWS = re.compile(
    r"\b(?:any (?:news|updates?|progress)|(?:an |the )?(?:update|news) (?:on|about|yet)|heard anything|how is it going"
    r"|(?:gibt es|irgendwelche) (?:schon )?(?:etwas |was )?(?:neues|neuigkeiten)|alguna novedad|hay novedades"
    r"|des nouvelles|du nouveau|alguma novidade)\b",
    re.IGNORECASE,
)
_ASKING = re.compile(
    r"\b(when|where|who|which|why|how|what|wann|wo|wer|welche[rs]?|warum|wie|was|cuándo|dónde|quién|cuál|por qué|cómo"
    r"|qué|quand|où|qui|quel(?:le)?|pourquoi|comment)\b",
    re.IGNORECASE,
)
_ADDED = re.compile(rf"^\W*(?:and|und|y|et|e)\W+{_ASKING.pattern}", re.IGNORECASE)
_WHETHER = re.compile(
    r"^\W*(?:are|is|do|does|can|could|will|would|ist|sind|gibt|kann|kommt|hay|est|y a-t-il|est-ce)\b", re.IGNORECASE
)
# What is to be done to a thing, as against what is asked about it.
_TO_DO = re.compile(
    r"\b(?:cancel\w*|chang(?:e|ed|ing)|return\w*|refund\w*|replac\w*|reship\w*|(?:re)?send|stop\w*|redirect\w*"
    r"|stornier\w*|änder\w*|umtausch\w*|erstatt\w*|zurück\w*|anul\w*|cambi\w*|devol\w*|reembols\w*"
    r"|annul\w*|rembours\w*|renvo\w*)\b",
    re.IGNORECASE,
)
_NEW = 3  # words of meaning that make a question a new one
_OTHER = re.compile(r"\b(?:too|as well|also|instead|auch|también|aussi)\b", re.IGNORECASE)
_CASE = re.compile(r"\b(?:if|unless|once|after(?:wards)?|wenn|falls|danach|si)\b", re.IGNORECASE)
_NAME = re.compile(r"(?<=[\w,;] )[A-Z][a-z]{2,}\b")


def find_repeated(
    case: CaseContext, encoder: Encoder | None = None, similarity: SimilarityReader | None = None
) -> Scored | None:
    """The risk `repeated_question`, when the customer says so or asks what they asked earlier in the conversation.

    Not one: a question about another thing, and a more exact one that builds on the answer. Spans count characters of
    `customer_words(case)`; `amount` is how often it was asked before."""
    text = customer_words(case)
    if said := fire_rules((SAID,), text):
        return replace(said[0], amount=1.0)
    turns = [m for m in case.timeline if m.role is Role.CUSTOMER]
    if len(turns) < 2 or _asks_for_news(turns[-1], turns[-2]):
        return None
    short = [turn for turn in turns[:-1] if len(spoken_words(turn.text).split()) <= _TALK]
    long = [turn for turn in turns[:-1] if turn not in short]
    if similarity is None:
        return _by_rule(case, turns, encoder)
    by_reader = _learned(case, [*short, turns[-1]], encoder, similarity) if short else None
    return by_reader or (_by_rule(case, [*long, turns[-1]], encoder, _LIKE_A_MAIL) if long else None)


def says_so(found: Scored | None) -> bool:
    """Whether the customer says in so many words that they asked before; that an attempt did not help says nothing of
    the kind."""
    said = found is not None and found.made_by == f"rule:{SAID.trigger}"
    return said and found is not None and not all(_OF_AN_ATTEMPT.match(each.words) for each in found.evidence)


def _learned(
    case: CaseContext, turns: Sequence[Message], encoder: Encoder | None, similarity: SimilarityReader
) -> Scored | None:
    """What a trained reader of pairs says."""
    newest = spoken_words(turns[-1].text)
    if not newest.strip():
        return None
    found = [
        (chance, turn)
        for turn in turns[-_TURNS - 1 : -1]
        if not _sent_twice(turn, turns[-1])
        and not _another(newest, spoken_words(turn.text), _answer(case, turn), encoder)
        and (chance := similarity.asked_again(newest, spoken_words(turn.text), _answer(case, turn))) >= _ONE_QUESTION
    ]
    if not found:
        return None
    chance, turn = max(found, key=lambda pair: pair[0])
    asked = sentences(newest)[:_SENTENCES] or [(0, newest)]
    _, words = max(asked, key=lambda one: (nearness(one[1], spoken_words(turn.text), encoder), len(one[1])))
    start = max(0, customer_words(case).rfind(words))
    found_again = _again(min(0.95, chance), Evidence(start=start, end=start + len(words), words=words), found)
    records = tuple(turn.named for _, turn in found)
    return replace(found_again, records=records, made_by=similarity.name)


def _another(now: str, before: str, answer: str, encoder: Encoder | None) -> bool:
    """What a reader of pairs need not judge: words about nothing that was asked, thanks for the answer, or a case that
    it left open ("and if I paid by card?"). Whoever says that they were not heard is heard.

    A reader that learned from short talks takes many a follow-up to an e-mail for the same question; the rules do not,
    so both have to see it."""
    if _UNHEARD.search(now):
        return False
    if _of_one_thing(now, before):
        return True
    if answer and (_ACCEPTING.match(now) or (_CASE.search(now) and not _CASE.search(before)) or _goes_on(now, before)):
        return True
    if answer and _asks_whether(now, before):
        return True
    closest = _closest([*sentences(now)[:_SENTENCES], (0, now[:_WHOLE])], before, answer, encoder)
    return closest is None or closest[0] < _UNLIKE


def _asks_for_news(now: Message, before: Message) -> bool:
    """After a while, whether anything has happened since: that could not be answered before."""
    return now.at - before.at >= _A_WHILE and _NEWS.search(spoken_words(now.text)) is not None


def _goes_on(now: str, before: str) -> bool:
    """ "And when do they expire?" after "How do I earn them?": another question, added to the one before."""
    added = _ADDED.match(now)
    if added is None or _UNHEARD.search(now):
        return False
    asked, earlier = added[1].casefold(), {word.casefold() for word in _ASKING.findall(before)}
    return bool(earlier) and asked not in earlier


def _of_one_thing(now: str, before: str) -> bool:
    """ "Where is my order LK-1?" after "Please cancel my order LK-1": two matters that have nothing but the order in
    common."""
    if not references(now) & references(before) or _UNHEARD.search(now):
        return False
    done, asked = (_TO_DO.search(now), now) if _TO_DO.search(now) else (_TO_DO.search(before), before)
    other = before if asked is now else now
    return done is not None and not _TO_DO.search(other) and _ASKING.search(other) is not None


def _asks_whether(now: str, before: str) -> bool:
    """ "Are delivery charges refunded too?" after "How long does a refund take?": more of it is new than is old."""
    if not _WHETHER.match(now):
        return False
    new, old = set(alone(now, before)), content(now) & content(before)
    return len(new) >= _NEW and len(new) > len(old)


def _by_rule(
    case: CaseContext, turns: Sequence[Message], encoder: Encoder | None, least: float = _LIKE
) -> Scored | None:
    text, newest = customer_words(case), spoken_words(turns[-1].text)
    # The sentences one by one, and the message as a whole: some ask in two sentences what they asked in one.
    asked = [*sentences(newest)[:_SENTENCES], (0, newest[:_WHOLE])]
    earlier = [
        turn
        for turn in turns[-_TURNS - 1 : -1]
        if not _sent_twice(turn, turns[-1]) and not _of_one_thing(newest, spoken_words(turn.text))
    ]
    least -= _ACCEPTS if _ACCEPTING.match(newest) and not _UNHEARD.search(newest) else 0.0
    found = [
        hit
        for turn in earlier
        if (hit := _closest(asked, spoken_words(turn.text), _answers(case, turn), encoder)) and hit[0] >= least
    ]
    if not found:
        return None
    similarity, (start, words) = max(found, key=lambda hit: hit[0])
    start += max(0, len(text) - len(newest))
    return _again(min(0.95, 0.5 + 0.5 * similarity), Evidence(start=start, end=start + len(words), words=words), found)


def _closest(
    asked: Sequence[tuple[int, str]], turn: str, answers: str, encoder: Encoder | None
) -> tuple[float, tuple[int, str]] | None:
    pairs = [
        (_similarity(now[1], old, answers, encoder), now) for now in asked for _, old in sentences(turn)[:_SENTENCES]
    ]
    return max(pairs, key=lambda pair: pair[0], default=None)


def _similarity(now: str, before: str, answers: str, encoder: Encoder | None) -> float:
    """How surely both ask the same, from 0 to 1."""
    if references(now) and references(before) and not references(now) & references(before):
        return 0.0
    new, gone = alone(now, before), alone(before, now)
    if min(len(now.split()), len(before.split())) < _SHORTEST:
        return 0.0
    like = max(nearness(now, before, encoder), _DISTINCT if _same_words(now, before, new) else 0.0)
    like += _INSISTS if _INSISTING.match(now) else 0.0
    like += _COMPLAINS if _UNHEARD.search(now) else 0.0
    like += _BUILDS_ON_ANSWER if set(new) & content(answers) else 0.0
    like += _ONLY_ADDS if len(new) >= 2 and not gone else 0.0
    like += _ALSO if _OTHER.search(now) and not _OTHER.search(before) and new and gone else 0.0
    like += _OTHER_CASE if _CASE.search(now) and not _CASE.search(before) else 0.0
    like += _OTHER_NAME if _names(now) - _names(before) and _names(before) - _names(now) else 0.0
    return max(0.0, min(1.0, like))


def _same_words(now: str, before: str, new: Sequence[str]) -> bool:
    """Without an encoder, or in a language that it does not read: nearly all the words of meaning are the same."""
    mine, theirs = content(now), content(before)
    return len(mine & theirs) >= _FEWEST and share_of_words(mine, theirs) >= _DISTINCT and len(new) < _FEWEST


def _names(sentence: str) -> set[str]:
    return set(_NAME.findall(sentence))


def _answers(case: CaseContext, since: Message) -> str:
    """What was said to the customer after a turn of theirs."""
    after = case.timeline[case.timeline.index(since) + 1 :]
    return "\n".join(m.text for m in after if m.public and m.role in (Role.AGENT, Role.ASSISTANT))


def _answer(case: CaseContext, turn: Message) -> str:
    """What was said to the customer upon a turn, before they wrote again."""
    said: list[str] = []
    for message in case.timeline[case.timeline.index(turn) + 1 :]:
        if message.role is Role.CUSTOMER:
            break
        if message.public and message.role in (Role.AGENT, Role.ASSISTANT):
            said.append(message.text)
    return " ".join(said)


def _sent_twice(before: Message, now: Message) -> bool:
    return before.text == now.text and now.at - before.at < _TWICE_SENT


def _again(confidence: float, evidence: Evidence, found: Sequence[object]) -> Scored:
    return Scored(
        value="repeated_question",
        confidence=confidence,
        label=LABEL,
        evidence=(evidence,),
        made_by="rule:repeated_question-2",
        amount=float(len(found)),
    )
