"""Words and sentences, the same way for prompts, answers and vectors."""

import re
import unicodedata

WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)?")
SENTENCE_END = re.compile(r"(?<=[.!?。！？])\s+|\n+")
# Words that say nothing about the matter, in the languages customers write most.
COMMON_WORDS = """
a about after again all also am an and any are as at be because been but by can could did do does
done for from get got had has have hello help her here hi him his how i if in into is it its just
know like me my need no not now of off on or our out please she so some tell than thank thanks that
the their them then there these they this those to too up us very want was we were what when where
which who why will with would yes you your aber als auch auf aus bei bin bitte da das dass dem den
der des die ein eine einen er es für habe hallo ich ihr im in ist ja kann mein meine mich mir mit
nicht noch oder sich sie sind und von war was wenn wie wir wo zu zum au aux avec ce ces comment dans
de des du elle en est et il je la le les mais mes moi mon ne nous on ou par pas pour que qui sa se
ses son sur un une vous al como con cual cuando del el ella en eres es esta está hay hola la las lo
los me mi mis muy para pero por que qué se si sin su sus te tu un una y yo
"""
COMMON = frozenset(COMMON_WORDS.split())


def words(text: str) -> list[str]:
    """The words of a text: lower case, without accents, the plain English plural folded away."""
    plain = unicodedata.normalize("NFKD", text.lower())
    plain = "".join(letter for letter in plain if not unicodedata.combining(letter))
    return [_stem(word) for word in WORD.findall(plain)]


def telling_words(text: str) -> list[str]:
    """The words that say what a text is about."""
    plain = unicodedata.normalize("NFKD", text.lower())
    plain = "".join(letter for letter in plain if not unicodedata.combining(letter))
    return [_stem(word) for word in WORD.findall(plain) if word not in COMMON and len(word) > 1]


def _stem(word: str) -> str:
    for ending in ("ing", "ed", "es", "s"):
        if word.endswith(ending) and len(word) - len(ending) >= 3 and not word.endswith("ss"):
            return word.removesuffix(ending)
    return word


def sentences(text: str) -> list[str]:
    """The sentences of a text, in order, verbatim but for the space around them."""
    found = (each.strip() for each in SENTENCE_END.split(text))
    return [each for each in found if WORD.search(each)]


def tokens(text: str) -> int:
    """About how many tokens a text costs: a token is four characters, more or less."""
    return -(-len(text.encode()) // 4)
