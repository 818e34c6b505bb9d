"""One question back, where the customer's few words fit two or three different things about equally well."""

import re
from collections.abc import Sequence
from dataclasses import replace

from core.answer.parts import Part
from core.answer.style import StyleCard
from core.knowledge.match import Match
from core.knowledge.synonyms import concepts
from core.model.conversation import CaseContext, Role
from core.model.draft import Draft, Sentence, SentenceKind
from core.model.ids import DraftId, derive_id
from core.read.words import customer_words, message_before
from core.text.stems import content

COMPOSER = "clarify"
NEAR = 0.4  # of a passage's score: of few words the encoder makes such differences by itself
SHORT = 4  # content words; who writes more has said what is meant
COVERED = 0.7  # share of the question's words that each of the things must have
ENOUGH, MOST = 2, 3
_NUMBER = re.compile(r"\W*(\d)\W*")


def options(part: Part, said: str) -> tuple[str, ...]:
    """The things that may be meant, likeliest first; none where the words tell them apart, or where nothing fits.

    `said` is all that the customer wrote in the conversation: whatever was named before need not be asked."""
    asked = concepts(part.asked)
    if not asked or len(content(part.asked)) > SHORT or not part.matches:
        return ()
    names = list(dict.fromkeys(_name(match) for match in _rivals(part.matches, asked)))
    if not ENOUGH <= len(names) <= MOST:
        return ()
    words = [concepts(name) for name in names]
    shared = frozenset.intersection(*words)
    # Two articles on one matter are read together; the customer can choose only where each name has words of its own.
    if any(not of - shared or concepts(said) & (of - shared) for of in words):
        return ()
    return tuple(names)


def times_asked(case: CaseContext, style: StyleCard) -> int:
    """How often the customer was asked back since the matter was last solved or in a person's hands."""
    asked, since = 0, case.conversation.solved_at
    lines = tuple(said.which for said in style.languages.values())
    for message in case.timeline:
        if not message.public or (since is not None and message.at < since):
            continue
        if message.role is Role.AGENT:
            asked = 0
        elif message.role is Role.ASSISTANT and any(line in message.text for line in lines):
            asked += 1
    return asked


def pick_choice(case: CaseContext, things: Sequence[str], style: StyleCard) -> str | None:
    """Which of the things that were asked about the customer's next words name: by its number, its name or a word that
    it has alone. None where the question is not the last thing that was said, or where the words name none or several.
    """
    said, words = message_before(case), customer_words(case).casefold().strip()
    if not any(lines.which in said for lines in style.languages.values()) or not words:
        return None
    number = _NUMBER.fullmatch(words)
    if number:
        place = int(number[1]) - 1
        return things[place] if 0 <= place < len(things) else None
    own = [{w for w in content(thing) if not any(w in content(o) for o in things if o != thing)} for thing in things]
    heard = set(content(words))
    named = [t for t, only in zip(things, own, strict=True) if t.casefold() in words or only & heard]
    return named[0] if len(named) == 1 else None


def with_choice(case: CaseContext, thing: str) -> CaseContext:
    """The case as if the customer had said at once what was asked for: their question with the thing in it."""
    latest = case.latest
    if latest is None:
        return case
    before = [m for m in case.timeline if m.role is Role.CUSTOMER and m.at < latest.at]
    text = f"{before[-1].text}\n{thing}" if before else thing
    told = replace(latest, text=text)
    return replace(case, timeline=tuple(told if m.id == latest.id else m for m in case.timeline))


def clarifying(case: CaseContext, things: Sequence[str], style: StyleCard, language: str, name: str) -> Draft:
    """The question as a draft. It states nothing, so it has no source and no confidence in an answer."""
    listed = [f"{number}. {thing}" for number, thing in enumerate(things, 1)]
    lines = [style.greeting(language, name), style.courtesies(language).which, *listed]
    message = case.latest.id if case.latest else case.conversation.id
    return Draft(
        id=DraftId(derive_id("draft", message, *lines)),
        sentences=tuple(
            Sentence(text=line, kind=SentenceKind.COURTESY, paragraph=place) for place, line in enumerate(lines) if line
        ),
        language=language,
        confidence=0.0,
        composer=COMPOSER,
        choices=tuple(things),
    )


def _rivals(matches: Sequence[Match], asked: frozenset[str]) -> list[Match]:
    """The best passage of each article that is about as good as the best of all, and bears the question's words."""
    first: dict[str, Match] = {}
    for match in matches:
        first.setdefault(match.passage.article_id, match)
    return [
        match
        for match in first.values()
        if match.score >= matches[0].score - NEAR
        and match.heard[0]["coverage"] >= COVERED
        and asked & concepts(_name(match))
    ]


def _name(match: Match) -> str:
    """What the passage is about, or its article's title."""
    return " / ".join(match.passage.about) or match.passage.title
