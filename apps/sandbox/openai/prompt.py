"""What a prompt holds: a question and the passages to answer it from.

Prompts are free text, so the reading goes by the marks that people commonly use: JSON, fences
with a number and a code, tags with an id, or lines that begin with a number or id in brackets.
"""

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

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
    return _fenced(text) or _tagged(text) or _bracketed(text) or ([], _labelled(text) or text.strip())


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


def _fenced(text: str) -> tuple[list[Passage], str] | None:
    passages, asked = [], ""
    for match in FENCE.finditer(text):
        if match["id"]:
            title, _, body = match["text"].partition("\n\n")
            passages.append(Passage(passage_id=match["id"], text=body or title, title=title if body else ""))
        elif match["kind"] in QUESTION_KEYS:
            asked = match["text"].strip()
    return (passages, asked) if passages or asked else None


def _tagged(text: str) -> tuple[list[Passage], str] | None:
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
            inside = _tagged(match["text"])
            if inside:
                passages += inside[0]
                asked = asked or inside[1] if inside[0] == [] else asked
        rest = rest.replace(match[0], "")
    if not passages and not asked:
        return None
    return passages, asked or _labelled(rest) or rest.strip()


def _bracketed(text: str) -> tuple[list[Passage], str] | None:
    passages = [
        Passage(passage_id=match["id"], text=match["text"].strip())
        for match in BRACKET.finditer(text)
        if match["text"].strip()
    ]
    if not passages:
        return None
    rest = BRACKET.sub("", text)
    return passages, _labelled(rest) or rest.strip()


def _labelled(text: str) -> str:
    match = LABEL.search(text)
    return match["text"].strip() if match else ""
