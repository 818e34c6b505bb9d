"""Our own sentences in the language of the agent who reads them.

Whatever decides, routes or hands over writes its reasons in English, and so they are stored: a record says the same to
everybody who reads it later. The sidebar shows them in the agent's language. `texts/LANGUAGE.json` holds each sentence
in English, with `{places}` for what differs, and in that language. What people wrote (messages, articles, the policy's
own words, names) stands in no table and stays as it is; so does a sentence that a language lacks.
"""

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from core.model.reading import ASKED
from core.model.signals import NO_INTENT

TEXTS = Path(__file__).with_name("texts")
SOURCE = "en"
# The fields of an answer that hold sentences of ours, at least in part: by name, with as much of their place before it
# as tells them from a field of the same name that holds a key or people's words; a dot begins what stands at the top.
OURS = frozenset(
    {
        *("abstained", "approval", "because", "caution", "closed", "considered", "differs", "files", "missing"),
        *("measures.of", "measures.short", "measures.side", "measures.title"),
        *("proposals.effect", "proposals.outcome", "proposals.title"),
        *("passed", "problem", "record", "remedy", "route", "unavailable", "wants", "why"),
        *(".reason", "decision.reason", "handoff.reason", "procedure.reason", "struck.reason"),
        *("emotions.label", "facts.label", "handed_over.label", "risks.label", "sentiment.label", "steps.label"),
        *("triggers.label", "customer.facts.source", "error.message", "findings.text", "grounds.words"),
        *("afterwards.text", "hints.text"),
        *("handed_over.name", "lines.check", "lines.fix", "lines.found", "lines.section", "policy.by", "reply.grounds"),
        *("signals.facts.records", "signals.facts.title", "steps.about", "steps.result", "steps.what"),
        *("handoff.activity", "handoff.consent", "handoff.diagnostics", "handoff.history", "handoff.open"),
        *("handoff.options", "handoff.proof", "handoff.sources", "handoff.steps"),
        *("handoff.summary", "handoff.tried", "handoff.withheld", ".earlier"),
    }
)
NAMED = frozenset({"handoff.profile"})  # `name: value`, whose value is whatever somebody entered
LONGEST = 2_000  # characters: no sentence of ours is longer, quotes included
MOST_COLONS = 4  # in a sentence of ours that is looked at in two halves
DEEPEST = 6  # sentences within a sentence
_PLACE = re.compile(r"\{(\w+)\}")
# Where a sentence or a clause of ours may end; what stands in quotation marks is somebody's own.
_ENDS = (re.compile(r"(?<=[.!?”)]) (?=[A-ZÀ-Þ“])"), re.compile(r"(?<=;) "), re.compile(r"(?<=:) "))
_LIST = re.compile(r", | and ")
# What alone may stand in a place of this name, so that a sentence of somebody else is not taken for one of ours.
_FORMS = {"language": re.compile(r"[\w-]{1,8}")}
_QUOTATION = re.compile(r"“[^“”]*”[.,;:]?")
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    """A sentence with places: its `pieces` stand around them. What is `quoted` is somebody's own words."""

    pieces: tuple[str, ...]
    places: tuple[str, ...]
    said: str
    quoted: frozenset[str]

    @property
    def letters(self) -> int:
        return sum(character.isalpha() for piece in self.pieces for character in piece)

    def values(self, text: str) -> dict[str, str] | None:
        """What stands in the places, each as short as can be; None where the text is another sentence. It takes time
        in proportion to the text, whatever a customer writes into it."""
        first, *between, last = self.pieces
        if not (text.startswith(first) and text.endswith(last) and len(text) >= len(first) + len(last)):
            return None
        at, end, found = len(first), len(text) - len(last), []
        for piece in between:
            place = text.find(piece, at, end)
            if place < 0:
                return None
            found.append(text[at:place])
            at = place + len(piece)
        values = dict(zip(self.places, [*found, text[at:end]], strict=True))
        own = {name: value for name, value in values.items() if name not in self.quoted}
        # No place holds half of a bracket, and none goes on to another sentence or clause, but the last one after a
        # beginning of ours or within brackets.
        closed = bool(first) or self.pieces[-2].endswith("(")
        alone = [value for name, value in own.items() if not (closed and name == self.places[-1])]
        goes_on = any(len(_split(value, ends)) > 1 for value in alone for ends in _ENDS[:2])
        formed = all(_FORMS[name].fullmatch(value) for name, value in own.items() if name in _FORMS)
        return values if formed and not goes_on and all(map(_balanced, own.values())) else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Translation:
    """`left`: the parts that the language has no text for, in their order."""

    text: str
    left: tuple[str, ...] = ()


class Translator:
    """English sentences of ours in one language."""

    def __init__(self, texts: Mapping[str, str]) -> None:
        self._fixed = {source: said for source, said in texts.items() if not _PLACE.search(source)}
        templates = [_template(source, said) for source, said in texts.items() if _PLACE.search(source)]
        # Of two that fit, the one with more words of its own says more exactly what is meant; one without any only
        # arranges what stands in it, which is looked at first.
        templates.sort(key=lambda each: -each.letters)
        self._arrangements = [each for each in templates if not each.letters]
        self._sentences = _by_rarest_word([each for each in templates if each.letters])
        self._and = self._fixed.get("and", "and")
        self._marks = str.maketrans({mark: texts[mark] for mark in "“”" if mark in texts})

    @lru_cache(maxsize=20_000)  # noqa: B019 - there is one translator for each language, for the life of the process
    def translate(self, text: str) -> Translation:
        if len(text) > LONGEST or not text.strip():
            return Translation(text=text)
        found = self._whole(text, DEEPEST)
        return replace(found, text=found.text.translate(self._marks))

    def answer(self, found: Any) -> Any:
        """An answer of the API with the sentences that are ours in this language."""
        return self._answer(found, ("",))

    def _answer(self, found: Any, place: tuple[str, ...]) -> Any:
        if isinstance(found, Mapping):
            if found.get("name") == ASKED:
                return dict(found)  # a question as a model put it: the customer's
            return {name: self._answer(value, (*place, name)) for name, value in found.items()}
        if isinstance(found, Sequence) and not isinstance(found, str):
            return [self._answer(value, place) for value in found]
        if not isinstance(found, str):
            return found
        names = {".".join(place[-many:]) for many in (1, 2, 3)}
        if names & NAMED:
            name, colon, value = found.partition(": ")
            return f"{self.translate(name).text}{colon}{value}"
        # Intents are the company's, all but that of a customer whom nobody understood.
        ours = names & OURS or (place[-1] == "label" and found == NO_INTENT.label)
        return self.translate(found).text if ours else found

    def _whole(self, text: str, depth: int) -> Translation:
        if _QUOTATION.fullmatch(text) or not any(map(str.isalpha, text)):
            return Translation(text=text)
        return self._known(text, depth) or Translation(text=text, left=(text,))

    def _known(self, text: str, depth: int) -> Translation | None:
        """None where nothing of it is a sentence of ours."""
        if (said := self._fixed.get(text)) is not None:
            return Translation(text=said)
        if not depth:
            return None
        if text[-1] in ";:":
            return self._stopped(text, depth)
        return (
            self._listed(text, depth)
            or self._filled(text, self._candidates(text), depth)
            or _least((self._apart(text, depth), self._filled(text, self._arrangements, depth)))
            or (self._stopped(text, depth) if text[-1] == "." else None)
        )

    def _stopped(self, text: str, depth: int) -> Translation | None:
        inside = self._known(text[:-1], depth - 1) if len(text) > 1 else None
        return replace(inside, text=inside.text + text[-1]) if inside else None

    def _candidates(self, text: str) -> Iterator[Template]:
        found = [each for word in set(_WORD.findall(text)) for each in self._sentences.get(word, ())]
        return (template for _, template in sorted(found, key=lambda each: each[0]))

    def _filled(self, text: str, templates: Iterable[Template], depth: int) -> Translation | None:
        for template in templates:
            values = template.values(text)
            if values is not None:
                each = {
                    name: Translation(text=value) if name in template.quoted else self._whole(value, depth - 1)
                    for name, value in values.items()
                }
                pieces = _PLACE.split(template.said)
                filled = (each[piece].text if place % 2 else piece for place, piece in enumerate(pieces))
                return Translation(text="".join(filled), left=_left(each.values()))
        return None

    def _apart(self, text: str, depth: int) -> Translation | None:
        """Sentence by sentence, clause by clause, or what stands before a colon and what after: the way that leaves the
        least."""
        ways = [self._joined(_split(text, ends), depth) for ends in _ENDS]
        clauses = _split(text, _ENDS[-1])
        if 2 < len(clauses) <= MOST_COLONS:
            halves = ([" ".join(clauses[:place]), " ".join(clauses[place:])] for place in range(1, len(clauses)))
            ways += [self._joined(half, depth) for half in halves]
        return _least(ways)

    def _joined(self, parts: Sequence[str], depth: int) -> Translation | None:
        """None where nothing of them is ours."""
        each = [self._whole(part, depth - 1) for part in parts] if len(parts) > 1 else []
        if all(found.text == part for found, part in zip(each, parts, strict=False)):
            return None
        return Translation(text=" ".join(found.text for found in each), left=_left(each))

    def _listed(self, text: str, depth: int) -> Translation | None:
        """`a, b and c`, where each is a word of ours."""
        if "“" in text or not _LIST.search(text):
            return None
        known: list[Translation] = []
        for part in _LIST.split(text):
            found = self._word(part, depth, first=not known) if _balanced(part) else None
            if found is None:
                return None
            known.append(found)
        joints = [f" {self._and} " if joint == " and " else joint for joint in _LIST.findall(text)]
        said = "".join(part for pair in zip((each.text for each in known), [*joints, ""], strict=True) for part in pair)
        return Translation(text=said, left=_left(known))

    def _word(self, text: str, depth: int, *, first: bool) -> Translation | None:
        """One of a list; only the first may begin with what it says something of (`Aisha speaks de, is senior`)."""
        if (said := self._fixed.get(text)) is not None:
            return Translation(text=said)
        return self._filled(text, (each for each in self._candidates(text) if first or each.pieces[0]), depth)


def _least(ways: Iterable[Translation | None]) -> Translation | None:
    """The first of those that leave the least."""
    return min((way for way in ways if way), key=lambda way: sum(map(len, way.left)), default=None)


def _left(parts: Iterable[Translation]) -> tuple[str, ...]:
    return tuple(words for part in parts for words in part.left)


def _balanced(text: str) -> bool:
    return text.count("(") == text.count(")")


def _split(text: str, ends: re.Pattern[str]) -> list[str]:
    """The parts of a text, which is not cut within quotation marks."""
    begins, parts = 0, []
    for end in ends.finditer(text):
        if text.count("“", 0, end.start()) == text.count("”", 0, end.start()):
            parts.append(text[begins : end.start()])
            begins = end.end()
    return [*parts, text[begins:]]


def _template(source: str, said: str) -> Template:
    pieces = _PLACE.split(source)
    return Template(
        pieces=tuple(pieces[::2]),
        places=tuple(pieces[1::2]),
        said=said,
        quoted=frozenset(name for name in pieces[1::2] if f"“{{{name}}}”" in source),
    )


def _by_rarest_word(templates: Sequence[Template]) -> Mapping[str, Sequence[tuple[int, Template]]]:
    """The templates with their places in the order, each under the one of its words that the fewest others have."""
    words = [{word for piece in each.pieces for word in _WORD.findall(f"{piece}")} for each in templates]
    often = Counter(word for mine in words for word in mine)
    found: dict[str, list[tuple[int, Template]]] = {}
    for place, (template, mine) in enumerate(zip(templates, words, strict=True)):
        found.setdefault(min(mine, key=lambda word: (often[word], word)), []).append((place, template))
    return found


@cache
def languages() -> frozenset[str]:
    """Those that the sentences are written in, English apart."""
    return frozenset(path.stem for path in TEXTS.glob("*.json"))


@cache
def translator_for(language: str) -> Translator:
    texts: dict[str, str] = json.loads((TEXTS / f"{language}.json").read_text(encoding="utf-8"))
    return Translator(texts)


def translator_of(wanted: str) -> Translator | None:
    """For the first language of an `Accept-Language` header (RFC 9110, 12.5.4) that we write; None where that is
    English, or there is none."""
    for each in wanted.split(","):
        language = each.partition(";")[0].strip().partition("-")[0].lower()
        if language == SOURCE or language in languages():
            return None if language == SOURCE else translator_for(language)
    return None
