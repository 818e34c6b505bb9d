"""Why a sentence was changed, by rules over the two sentences: tone, fact, policy, a missing article, or a personal
touch. No model is asked."""

import re
from collections.abc import Set

from core.answer.contract.stated import facts
from core.answer.contract.wording import bearers, turns
from core.answer.guardrails import promises
from core.improve.differences import Difference, plain
from core.knowledge.synonyms import concepts
from core.model.lesson import Cause
from core.privacy.find import PLACEHOLDER
from core.read.turn_input import is_courtesy

# What binds the company or the customer: what is granted, what is asked for in return, who decides.
_GRANTS = re.compile(
    r"(?<!\w)(?:refund\w*|waiv\w+|vouchers?|goodwill|compensat\w+|discounts?|credit(?:ed|s)?|free of charge"
    r"|at no (?:extra )?(?:cost|charge)|exception\w*|entitled|eligible|(?:not )?allowed"
    r"|we (?:do not|don['’]t|cannot|can['’]t|can|never|only)"
    r"|(?:you )?(?:must|need to|have to)|as long as|provided that|only if|manager|approval|approved?|guarantee\w*"
    r"|erstatt\w+|gutsch\w+|kulanz\w*|kostenlos\w*|kostenfrei\w*|ausnahm\w+|müssen|dürfen|nur wenn|rabatt\w*"
    r"|reembols\w*|vale|gratuit\w*|excepci\w+|debe\w*|descuento\w*|rembours\w*|bon d['’]achat"
    r"|exceptionnel\w*|devez)(?!\w)",
    re.IGNORECASE,
)
# A word about the customer or about what the agent did: it is true once.
_ONCE = re.compile(
    r"(?<!\w)(?:I(?:['’]ve| have| had)(?: just| now| already)? \w+"
    r"|I(?:['’]m| am) (?:also )?(?:sending|checking|looking)"
    r"|I just \w+"
    r"|your (?:order|parcel|ticket) (?:\w+ )?(?:[A-Z]{2}-?)?\d+|as (?:you|we) (?:discussed|said|mentioned|spoke)"
    r"|on the phone (?:today|earlier|yesterday)|ich habe(?: \w+)? (?:gerade|eben|soeben|schon)"
    r"|he (?:revisado|comprobado|enviado)"
    r"|j['’]ai (?:vérifié|envoyé|regardé))(?!\w)"
)
_CODE = re.compile(r"(?<![\w-])(?:[A-Z]{1,3}-\d{3,}|#\d{3,}|\d{6,})(?![\w-])")
_WARM = re.compile(
    r"(?<!\w)(?:sorry|apolog\w+|thanks?|thank you|glad|happy to|hope|wish\w*|regards|cheers|best|warmly|kind|sincerely"
    r"|welcome"
    r"|pleasure|appreciate\w*|understand how|frustrat\w+|let (?:me|us) know|get in touch|reach out|hesitate"
    r"|any (?:other|further) questions?|here to help|take care|dear|hi|hello|hey|good (?:morning|afternoon|day)"
    r"|hallo|guten|liebe\w*|grüße\w*|gruß|danke\w*|dank|leid|entschuldig\w+|gern\w*|herzlich\w*|freundlich\w*"
    r"|hola|gracias|saludos|siento|disculp\w+|bonjour|merci|cordial\w+|désolé\w*|excus\w+)(?!\w)",
    re.IGNORECASE,
)
# What the customer is told not to do: an imperative, which begins a clause.
_FORBIDS = re.compile(
    r"(?:^\W*|[,;:–—] ?|(?<!\w)(?:please|and|so) )(?:never|do not|don['’]t) \w"
    r"|(?<!\w)(?:niemals|nie) |(?<!\w)(?:nunca|jamais)(?!\w)",
    re.IGNORECASE,
)
# What the customer is asked for.
_ASKS = re.compile(r"(?<!\w)(?:please|bitte|por favor|s['’]il vous plaît|veuillez)(?!\w)", re.IGNORECASE)
_PATH = re.compile(r"\w[\w&'’ ]*(?: > \w[\w&'’ ]*)+")  # a way through menus
_CLOSE = re.compile(r"\W*(?:\w+\W+){0,2}\[name(?: \d+)?\]\W*\Z")
COURTEOUS = 14  # words up to which a sentence with a warm word and no fact is a courtesy


def cause_of(found: Difference, courtesies: Set[str], *, cited: bool, known: bool) -> Cause:
    """`courtesies`: the plain texts of the card's own lines; `cited`: the sentence before came from an article;
    `known`: an article says what the sentence after says."""
    before, after = found.before, found.after
    if not after:
        return _taken_out(before, courtesies, cited=cited)
    if is_once(after) and not is_once(before):
        return Cause.PERSONAL
    if not before:
        return _added(after, courtesies, known=known)
    if is_courteous(before, courtesies) or (is_courteous(after, courtesies) and not cited):
        return Cause.TONE
    if stated(before) != stated(after) or _paths(before) != _paths(after):
        return Cause.FACT
    if turns(before) != turns(after) or bearers(before) != bearers(after):
        return Cause.POLICY
    if bool(_GRANTS.search(before)) != bool(_GRANTS.search(after)):
        return Cause.POLICY
    told, said = concepts(after) - concepts(before), concepts(before) - concepts(after)
    if cited and len(told) >= 3 and len(said) <= len(told) // 3:
        return Cause.MISSING_ARTICLE  # the sentence stayed and something was told beside it
    return Cause.TONE


def is_courteous(sentence: str, courtesies: Set[str] = frozenset()) -> bool:
    """Whether it says nothing about the matter."""
    if plain(sentence) in courtesies or is_courtesy(sentence) or _CLOSE.fullmatch(sentence):
        return True
    bare = not stated(sentence) and not _GRANTS.search(sentence)
    return bare and len(sentence.split()) <= COURTEOUS and bool(_WARM.search(sentence))


def is_once(sentence: str) -> bool:
    """Whether it is about this one matter and nobody else's."""
    if sentence and not any(letter.isalpha() for letter in PLACEHOLDER.sub("", sentence)):
        return True
    named = bool(PLACEHOLDER.search(sentence)) and len(sentence.split()) > 4 and not _WARM.match(sentence.strip())
    return named or bool(_ONCE.search(sentence)) or bool(_CODE.search(sentence))


def stated(sentence: str) -> frozenset[str]:
    """What is compared by value: amounts, times, dates, addresses."""
    found = facts(sentence)
    marks = {str(mark.value).casefold() for mark in (*found.marks, *found.rates)}
    return frozenset(marks | {f"{each.low}-{each.high} {each.unit}" for each in found.quantities})


def _paths(sentence: str) -> frozenset[str]:
    return frozenset(path.casefold() for path in _PATH.findall(sentence))


def _binds(sentence: str) -> bool:
    """Whether it grants, promises or forbids something."""
    return bool(_GRANTS.search(sentence) or _FORBIDS.search(sentence)) or any(True for _ in promises(sentence))


def _taken_out(before: str, courtesies: Set[str], *, cited: bool) -> Cause:
    if is_courteous(before, courtesies):
        return Cause.TONE
    if _binds(before) or _ASKS.search(before):
        return Cause.POLICY
    return Cause.FACT if cited else Cause.TONE


def _added(after: str, courtesies: Set[str], *, known: bool) -> Cause:
    if is_courteous(after, courtesies):
        return Cause.TONE
    if _binds(after):
        return Cause.POLICY
    return Cause.TONE if known and not stated(after) else Cause.MISSING_ARTICLE
