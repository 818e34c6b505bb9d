"""What a prompt holds: a question and the passages to answer it from.

Prompts are free text, so the reading goes by the marks that people commonly use: JSON, fences
with a number and a code, tags with an id, or lines that begin with a number or id in brackets.
"""

import json
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

# Words and sentences, the same way for prompts, answers and vectors.

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


# A question and its passages.

TAG = re.compile(r"<(?P<tag>[a-z_]+)(?P<attributes>(?:\s+[\w-]+=\"[^\"]*\")*)\s*>(?P<text>.*?)</(?P=tag)>", re.S | re.I)
ATTRIBUTE = re.compile(r"([\w-]+)=\"([^\"]*)\"")
BRACKET = re.compile(
    r"^\s*\[(?P<id>[^\]\n]{1,80})\][ \t]*:?[ \t]*(?P<text>.*?)(?=^\s*\[[^\]\n]{1,80}\]|\n\s*\n|\Z)", re.S | re.M
)
FENCE = re.compile(
    r"^<<(?P<kind>[a-z]+)(?: (?P<id>\d+))? begin (?P<code>\w+)>>\n(?P<text>.*?)\n"
    r"<<(?P=kind)(?: (?P=id))? end (?P=code)>>$",
    re.S | re.M,
)
LABEL = re.compile(r"^\s*(?:question|customer|message|query|customer message)\s*:\s*(?P<text>.+)", re.I | re.M)
QUESTION_KEYS = ("question", "query", "customer_message", "message", "customer")
TEXT_KEYS = ("text", "passage", "body", "content")
ID_KEYS = ("id", "passage_id", "source_id", "article_id", "number", "n", "ref")


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """A piece of source text, with the id the prompt gave it; empty when it gave none."""

    passage_id: str
    text: str
    title: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Prompt:
    """A question and its passages."""

    question: str
    passages: tuple[Passage, ...]


def read_prompt(messages: Sequence[tuple[str, str]]) -> Prompt:
    """Read (role, text) messages; the question is the last user message but for its passages."""
    passages: list[Passage] = []
    question = ""
    for role, text in messages:
        if role == "assistant":
            continue
        found, asked = _read(text)
        passages += found
        if role == "user" and asked:
            question = asked
    return Prompt(question=question, passages=tuple(passages))


def _read(text: str) -> tuple[list[Passage], str]:
    for start, value in _json_values(text):
        passages = list(_json_passages(value))
        asked = _json_question(value) or text[:start].strip()
        if passages or _json_question(value):
            return passages, asked
    return _read_fences(text) or _read_tags(text) or _read_brackets(text) or ([], _read_label(text) or text.strip())


def _json_values(text: str) -> Iterator[tuple[int, Any]]:
    decoder = json.JSONDecoder()
    for match in re.finditer(r"^[\[{]", text, re.M):
        try:
            yield match.start(), decoder.raw_decode(text, match.start())[0]
        except ValueError:
            continue


def _json_passages(value: Any) -> Iterator[Passage]:
    if isinstance(value, list):
        for each in value:
            yield from _json_passages(each)
    elif isinstance(value, dict):
        body = next((value[key] for key in TEXT_KEYS if isinstance(value.get(key), str)), None)
        name = next((str(value[key]) for key in ID_KEYS if key in value), None)
        if body and name:
            yield Passage(passage_id=name, text=body, title=str(value.get("title", "")))
            return
        for key, each in value.items():
            if key not in QUESTION_KEYS:
                yield from _json_passages(each)


def _json_question(value: Any) -> str:
    if not isinstance(value, dict):
        return ""
    return next((value[key] for key in QUESTION_KEYS if isinstance(value.get(key), str)), "")


def _read_fences(text: str) -> tuple[list[Passage], str] | None:
    passages, asked = [], ""
    for match in FENCE.finditer(text):
        if match["id"]:
            title, _, body = match["text"].partition("\n\n")
            passages.append(Passage(passage_id=match["id"], text=body or title, title=title if body else ""))
        elif match["kind"] in QUESTION_KEYS:
            asked = match["text"].strip()
    return (passages, asked) if passages or asked else None


def _read_tags(text: str) -> tuple[list[Passage], str] | None:
    passages, asked, rest = [], "", text
    for match in TAG.finditer(text):
        attributes = dict(ATTRIBUTE.findall(match["attributes"]))
        name = next((attributes[key] for key in ID_KEYS if key in attributes), "")
        if name:
            inner = match["text"].strip()
            passages.append(Passage(passage_id=name, text=inner, title=attributes.get("title", "")))
        elif match["tag"].lower() in QUESTION_KEYS:
            asked = match["text"].strip()
        else:
            # An outer tag such as <passages> holds others.
            inside = _read_tags(match["text"])
            if inside:
                passages += inside[0]
                asked = asked or inside[1] if inside[0] == [] else asked
        rest = rest.replace(match[0], "")
    if not passages and not asked:
        return None
    return passages, asked or _read_label(rest) or rest.strip()


def _read_brackets(text: str) -> tuple[list[Passage], str] | None:
    passages = [
        Passage(passage_id=match["id"], text=match["text"].strip())
        for match in BRACKET.finditer(text)
        if match["text"].strip()
    ]
    if not passages:
        return None
    rest = BRACKET.sub("", text)
    return passages, _read_label(rest) or rest.strip()


def _read_label(text: str) -> str:
    match = LABEL.search(text)
    return match["text"].strip() if match else ""
