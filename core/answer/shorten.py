"""A text shorter by whole sentences left out, without a language model: no word that stays is changed, so nothing that
stays says anything else than before."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from core.answer.contract.names import language as language_of
from core.answer.contract.told import cues
from core.answer.reword import courteous
from core.answer.safety_lines import is_safety_line
from core.knowledge.passages import Line, Shape, lines
from core.ports import Encoder, Vector
from core.text.stems import content

MOST = 60  # sentences of one text
# A sentence is an aside where it is less than this near to every question, against the sentence that is nearest.
ASIDE = 0.6
FAR = 0.35  # and where it is no nearer than this in itself
# What begins so speaks of the sentence before it, which then has to stay too.
_REFERS = re.compile(
    r"(?:this|that|it|they|these|those|them|he|she|then|there|otherwise|however|but|and|or|so|also|both|either|instead"
    r"|das|dies\w*|es|sie|er|dann|dort|da|sonst|aber|und|oder|also|außerdem|dazu|dabei|dafür|danach"
    r"|esto|eso|este|esta|ese|esa|ello|él|ella|ellos|entonces|allí|pero|y|o|además|así|cela|ça|ce|cette|ces|il|elle|ils"
    r"|elles|alors|là|mais|et|ou|ainsi|sinon|isto|isso|ele|ela|eles|então|ali|mas|e|ou|assim|além)\b",
    re.IGNORECASE,
)
# What is said of the sentence before it, wherever it stands in its own.
_POINTS = re.compile(
    r"\b(?:it|its|there|this|these|those|them|they|their|es|dies\w*|dort|dafür|dabei|damit|davon|dazu|danach|darin)\b",
    re.IGNORECASE,
)
# What is to be done, what may be, what is needed for it, and when.
_STEP = re.compile(
    r"^(?:\W|(?:then|next|first|now|also|please|afterwards|finally|and|to do so|otherwise|dann|nun|bitte)\b[, ]*)*"
    r"(?:add|allow|answer|ask|attach|avoid|bring|call|change|check|choose|clean|click|close|come|compare|confirm|connect"
    r"|contact|copy|create|delete|disconnect|do|don['’]t|download|drag|empty|enter|fill|find|fit|follow|give|go|hold|insert"
    r"|install|keep|leave|let|log|look|lower|make|measure|move|note|open|order|pack|pair|pay|pick|place|plug|point|post"
    r"|press|print|push|put|reach|read|refill|remember|remove|repeat|replace|reply|report|reset|restart|return|rinse|run"
    r"|save|scan|scroll|select|send|set|show|sign|start|stick|stop|swipe|switch|take|tap|tell|tick|touch|try|turn|type"
    r"|unplug|update|upload|use|visit|wait|wash|wipe|write|\w+(?:en|rn|ln) Sie)\b"
    r"|\b(?:must|needs?|requires?|should|have to|can|may|first|then"
    r"|muss|müssen|soll\w*|brauch\w+|kann|können|darf|dürfen"
    r"|when|until|before|after|once|while|as soon as|bis|bevor|nachdem|sobald|während)\b",
    re.IGNORECASE,
)
_READ = frozenset({"en", "de"})  # the languages whose steps are known: in others only courtesies are left out
_SENTENCE = (".", "!", "。", "！", "．")


@dataclass(frozen=True, slots=True, kw_only=True)
class Shortened:
    """`left_out` are the sentences that are gone, in their order; none: every sentence is needed."""

    text: str
    left_out: tuple[str, ...] = ()


def shorten(text: str, asked: str, encoder: Encoder) -> Shortened:
    """`asked` is what the customer wants answered. Left out are courtesies, and sentences that are not about it; what
    answers, warns, denies, limits, promises, gives a figure or an address, or is a step or item of a list stays."""
    written = lines(text)
    if len(written) > MOST:
        return Shortened(text=text)
    asides = _asides(written, asked, encoder)
    gone = {place for place, line in enumerate(written) if _is_courtesy(line)} | asides
    for place in range(1, len(written)):  # what goes on about a sentence that stays, or says what a step comes to
        before, line = written[place - 1], written[place]
        if line.block == before.block and place in asides and place - 1 not in gone:
            gone -= {place} if _POINTS.search(line.text) or _STEP.match(before.text) else set()
    for place in range(len(written) - 1, 0, -1):
        if place not in gone and written[place].block == written[place - 1].block:
            gone -= {place - 1} if _REFERS.match(written[place].text) and place - 1 in asides else set()
    if not gone or len(gone) == len(written):
        return Shortened(text=text)
    return Shortened(text=_without(text, written, gone), left_out=tuple(written[place].text for place in sorted(gone)))


def _is_courtesy(line: Line) -> bool:
    """A whole sentence of it: a greeting or a farewell on a line of its own has no full stop, and stays."""
    return line.text.endswith(_SENTENCE) and courteous(line.text)


def _asides(written: Sequence[Line], asked: str, encoder: Encoder) -> set[int]:
    if language_of(" ".join(line.text for line in written)) not in _READ:
        return set()
    questions = [line.text for line in lines(asked) if content(line.text)]
    told = [place for place, line in enumerate(written) if line.text.endswith(_SENTENCE) and not _is_courtesy(line)]
    if not questions or len(told) < 2:
        return set()
    near = _vectors([written[place].text for place in told], encoder) @ _vectors(questions, encoder).T
    wanted = content(asked)
    answers = set(np.argmax(near, axis=0))  # of each question the sentence that is nearest
    return {
        place
        for row, place in enumerate(told)
        if row not in answers
        and not _is_needed(written[place])
        and not content(written[place].text) & wanted
        and (near[row] < ASIDE * near.max(axis=0)).all()
        and near[row].max() < FAR
    }


def _vectors(texts: Sequence[str], encoder: Encoder) -> Vector:
    """One at a time: a cache keeps what it encodes together on disk, and this is an agent's and a customer's words."""
    return np.concatenate([encoder.encode([text]) for text in texts])


def _is_needed(line: Line) -> bool:
    """Whatever was asked: what makes somebody do, pay or risk something, or tells them where."""
    return bool(
        line.shape is not Shape.PROSE
        or re.search(r"[\d@:]|https?|www\.", line.text)
        or is_safety_line(line.text)
        or cues(line.text)
        or _STEP.search(line.text)
    )


def _without(text: str, written: Sequence[Line], gone: set[int]) -> str:
    """The rest with its own breaks of lines and paragraphs; an empty line goes with its sentences."""
    for place in sorted(gone, reverse=True):
        before, behind = text[: written[place].start], text[written[place].end :].lstrip(" \t")
        text = before + behind if behind[:1] not in ("", "\n") else before.rstrip(" \t") + behind
    return re.sub(r"\n{3,}", "\n\n", text).strip()
