"""One question back, where the customer's few words fit two or three different things about equally well."""

from collections.abc import Sequence

from core.answer.match import Match
from core.answer.parts import Part
from core.answer.style import StyleCard
from core.answer.synonyms import concepts
from core.model.conversation import CaseContext, Role
from core.model.draft import Draft, Sentence, SentenceKind
from core.model.ids import DraftId, derived
from core.sense.stems import content

COMPOSER = "clarify"
NEAR = 0.4  # of a passage's score: of few words the encoder makes such differences by itself
SHORT = 4  # content words; who writes more has said what is meant
COVERED = 0.7  # share of the question's words that each of the things must have
ENOUGH, MOST = 2, 3


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


def asked_before(case: CaseContext, style: StyleCard, language: str) -> bool:
    """Whether the customer was asked once already: twice would be a test of patience."""
    line = style.courtesies(language).which
    return any(line in m.text for m in case.timeline if m.public and m.role is not Role.CUSTOMER)


def clarifying(case: CaseContext, things: Sequence[str], style: StyleCard, language: str, name: str) -> Draft:
    """The question as a draft. It states nothing, so it has no source and no confidence in an answer."""
    lines = [style.greeting(language, name), style.courtesies(language).which, *(f"- {thing}" for thing in things)]
    message = case.latest.id if case.latest else case.conversation.id
    return Draft(
        id=DraftId(derived("draft", message, *lines)),
        sentences=tuple(
            Sentence(text=line, kind=SentenceKind.COURTESY, paragraph=place) for place, line in enumerate(lines) if line
        ),
        language=language,
        confidence=0.0,
        composer=COMPOSER,
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
