"""What is asked, what was found for each question and how surely, and one question back where it is unclear."""

import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import zip_longest

from core.answer.confidence import Confidence, calibrated, traits
from core.answer.evidence import AnswerReader, Evidence, compare_lines
from core.answer.style import StyleCard
from core.knowledge.article_index import Shelves
from core.knowledge.match import Aligner, Match, Scale, match_hits, realign, rerank
from core.knowledge.passages import sentence_spans
from core.knowledge.retrieve import NO_LIFTS, Found, Retriever, siblings
from core.knowledge.synonyms import concepts
from core.model.conversation import CaseContext, Role
from core.model.draft import Draft, Sentence, SentenceKind
from core.model.ids import ArticleId, DraftId, derive_id
from core.model.knowledge import EVERYWHERE, PUBLIC_ONLY, Hit, Scope
from core.model.learning import Curve
from core.model.reading import ASKED, MODEL_READ, ReaderRole
from core.model.signals import HUMAN_REQUEST, Scored, Signals
from core.ports import ArticleTable, IntentReader, Reranker
from core.read.turn_input import customer_words, earlier_words, message_before, opening, spoken_words, stands_alone
from core.text.stems import content

MOST_PARTS = 3
MOST_VOICES = 6
EARLIER = 4  # turns of the customer before the question
_FEWEST_WORDS = 2  # content words that a part needs to stand alone
_ASKS = re.compile(
    r"\?\s*$|^(?:and |also |und |et |y )*(?:how|what|when|where|which|who|why|can|could|do|does|did|is"
    r"|are|will|would|may|should"
    r"|wie|was|wann|wo|welche\w*|wer|warum|wieso|kann|können|könnte\w*|gibt|ist|sind|muss|darf"
    r"|cómo|qué|cuándo|dónde|cuál|quién|puedo|pueden|hay|tengo|comment|quand|où|quel\w*|qui|pourquoi|puis"
    r"|est-ce|combien)\b"
    r"|\b(?:i (?:want|need|would like|'d like)(?: to know)?|please (?:tell|explain|let me know|send"
    r"|cancel|change)"
    r"|tell me|let me know|i (?:don't|do not) (?:know|understand|see)|wondering|ich (?:möchte|will"
    r"|brauche)|bitte)\b",
    re.IGNORECASE,
)
_BETWEEN = re.compile(
    r"(?<=[.?!])\s+|[。？！\n]|,?\s+(?=(?:and|und|y|et|e)\s(?:how|what|when|where|which|who|why|can|could|do|does|is|are"
    r"|will|would|should|wie|was|wann|wo|wer|warum|kann|können|gibt|ist|cómo|qué|cuándo|dónde|puedo|comment|quand|où"
    r"|quel|puis|est-ce|como|quando|onde|posso)\b)",
    re.IGNORECASE,
)
_COURTEOUS = re.compile(
    r"^\W*(?:hi|hello|hey|dear|good (?:morning|afternoon|evening|day)|hallo|guten (?:tag|morgen|abend)"
    r"|sehr geehrte\w*|liebe[rs]?|moin"
    r"|hola|buen[oa]s(?: (?:días|tardes|noches))?|estimad\w+|bonjour|bonsoir|cher|chère|madame|monsieur"
    r"|thanks|thank you|many thanks|danke|vielen dank|gracias|merci)\b"
    r"[^.!?\n,]{0,30}[,.!:\n]*\s*$",
    re.IGNORECASE,
)
# "thanks do they take cards": speech has no full stops.
_ASKS_WITHIN = re.compile(
    r"\b(?:do|does|did|can|could|is|are|was|will|would|how|what|when|where|which|who|why) "
    r"(?:you|they|it|he|she|i|we|the|there|that|this|my|your|much|many|long|about|if)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """`text` is the whole turn, with its subject where it does not say by itself what it is about; else that is the
    `subject`, which is looked at only where the turn's own words find no answer. `parts` are the questions in it (one:
    the turn itself). `history` is what the customer said before, `turns` everything said by anybody, oldest first,
    `messages` those that are asked now, where there are several. `reworded` holds for each part the words to look for
    that a language model made of it, in the language of the articles; empty where there are none. `whole`: only a model
    takes it for several, which has not shown that it can tell."""

    text: str
    parts: tuple[str, ...]
    reworded: tuple[str, ...] = ()
    history: str = ""
    turns: tuple[str, ...] = ()
    messages: tuple[str, ...] = ()
    whole: bool = False
    subject: str = ""

    @property
    def empty(self) -> bool:
        return not content(self.text)


def question(case: CaseContext, signals: Signals) -> Question:
    """What the case asks now. Greetings, thanks and signatures are left out."""
    said = [spoken_words(m.text) for m in case.timeline if m.public and m.role is not Role.SYSTEM]
    subject = opening(case)
    now = [spoken_words(m.text) for m in case.unanswered] or [customer_words(case)]
    asked = _question(
        _without_call_for_a_person(now, signals), subject, earlier_words(case), [case.conversation.subject, *said]
    )
    read = signals.fact(MODEL_READ)
    sure = read is not None and not {f"role:{ReaderRole.READER}", f"role:{ReaderRole.JUDGE}"}.isdisjoint(read.records)
    return _reworded(asked, [fact for fact in signals.facts if fact.value == ASKED], sure)


def _without_call_for_a_person(messages: Sequence[str], signals: Signals) -> Sequence[str]:
    """What they want the person for is the question: an article on how to reach one helps nobody who is handed over.
    As it was where they say nothing else."""
    called = signals.risk(HUMAN_REQUEST)
    left = list(messages)
    for words in (evidence.words for evidence in called.evidence) if called else ():
        left = [message.replace(words, " ") for message in left]
    return left if any(len(content(message)) >= _FEWEST_WORDS for message in left) else messages


def _reworded(asked: Question, rows: Sequence[Scored], sure: bool) -> Question:
    """With what a language model read as questions. It tells several where no question mark does; where it tells fewer
    than there are, ours stay, each with what the model made of its words."""
    found = [(row.evidence[0].words, row.records[0].removeprefix("search:")) for row in rows]
    if len(found) > 1 and len(found) >= len(asked.parts):
        parts, searches = tuple(quote for quote, _ in found), tuple(search for _, search in found)
        return replace(asked, parts=parts, reworded=searches, whole=not sure and len(asked.parts) == 1)
    if len(asked.parts) == 1:
        return replace(asked, reworded=tuple(search for _, search in found))
    meant = (next((search for q, search in found if q in part or part in q), "") for part in asked.parts)
    return replace(asked, reworded=tuple(meant))


def question_of(turns: Sequence[tuple[bool, str]]) -> Question:
    """What a conversation that was written down asks: (whether the customer speaks, the words) for each turn, oldest
    first. The customer's last turns are the question."""
    now = next((i for i in range(len(turns), 0, -1) if not turns[i - 1][0]), 0)
    if now == len(turns):  # somebody answered already: what was asked before that
        return question_of(turns[: now - 1]) if turns else _question((), "", (), ())
    earlier = [words for customer, words in turns[:now] if customer]
    return _question([words for _, words in turns[now:]], "", earlier[-EARLIER:], [words for _, words in turns])


def _question(messages: Sequence[str], subject: str, earlier: Sequence[str], turns: Sequence[str]) -> Question:
    told = [message for message in messages if len(content(message)) >= _FEWEST_WORDS]
    words = "\n".join(message for message in messages if message)
    sentences = [words[a:b] for line in _spans(words) for a, b in line]
    kept = [s for s in sentences if not _COURTEOUS.match(s) or _ASKS_WITHIN.search(s)]
    alone = stands_alone("\n".join(kept))
    text = "\n".join([subject, *kept] if subject and not alone else kept)
    return Question(
        text=text,
        subject=subject if alone else "",
        parts=_parts(kept, text),
        history="\n".join(earlier),
        turns=tuple(turn for turn in turns if turn),
        messages=tuple(told) if len(told) > 1 else (),
    )


def _spans(text: str) -> list[list[tuple[int, int]]]:
    found: list[list[tuple[int, int]]] = []
    place = 0
    for line in text.split("\n"):
        found.append(sentence_spans(text, place, place + len(line)))
        place += len(line) + 1
    return found


def _parts(sentences: Sequence[str], text: str) -> tuple[str, ...]:
    """Two or three sentences that end in a question mark are questions of their own; anything else is one matter, as
    is the same question twice."""
    whole = [s for s in sentences if s.rstrip().endswith("?") and len(content(s)) >= _FEWEST_WORDS]
    asked: dict[str, str] = {}
    for sentence in whole:
        asked.setdefault(" ".join(sentence.casefold().split()), sentence)
    return tuple(asked.values()) if 2 <= len(asked) <= MOST_PARTS else (text,)


def asked_apart(words: str) -> list[str]:
    """The parts of a message that each ask for something, in their order, however they are written: "is it sent yet?
    and can u bring it to my office"."""
    parts = (part.strip() for part in _BETWEEN.split(words))
    return [part for part in parts if _ASKS.search(part) and len(content(part)) >= _FEWEST_WORDS]


def voices(text: str) -> tuple[str, ...]:
    """A text, and its telling sentences one by one where there are several.

    A long mail's vector lies between all that it tells and near to none of it; its sentences are near to something."""
    sentences = [text[a:b] for line in _spans(text) for a, b in line]
    telling = [sentence for sentence in sentences if len(content(sentence)) >= _FEWEST_WORDS]
    asking = [sentence for sentence in telling if _ASKS.search(sentence)]
    kept = list(dict.fromkeys([*asking, *reversed(telling)]))[:MOST_VOICES]
    return (text, *kept) if len(telling) > 1 else (text,)


# ------------------------------------------------------------------
# Whether an article is about what the customer wants: the intents of both, compared.
#
# Words and vectors miss that "ur fitter is 75 min late" belongs to "Book an installer"; an intent model that has seen
# how customers speak may not.

_KEPT = 20_000  # titles


class Kinship:
    """Without a reader nothing is akin to anything, and nothing is held against it."""

    def __init__(self, reader: IntentReader | None) -> None:
        self._reader = reader
        self._titles: dict[str, Mapping[str, float]] = {}

    @property
    def known(self) -> bool:
        """Whether intents can be told at all."""
        return self._reader is not None

    def between(self, wanted: Sequence[Scored], title: str) -> float:
        """0 to 1: how alike the intents of a question are to those of an article's title."""
        return _cosine(_shares(wanted), self._of(title)) if wanted else 0.0

    def _of(self, title: str) -> Mapping[str, float]:
        if self._reader is None:
            return {}
        if title not in self._titles:
            if len(self._titles) >= _KEPT:
                self._titles.clear()
            self._titles[title] = _shares(self._reader.intents(title))
        return self._titles[title]


def _shares(intents: Sequence[Scored]) -> Mapping[str, float]:
    return {intent.value: intent.confidence for intent in intents}


def _cosine(one: Mapping[str, float], other: Mapping[str, float]) -> float:
    lengths = math.hypot(*one.values()) * math.hypot(*other.values())
    return sum(share * other.get(name, 0.0) for name, share in one.items()) / lengths if lengths else 0.0


# ------------------------------------------------------------------
# What was found for each question of a turn, and how surely it answers.

NEAREST = 3  # articles that the customer's own words find, for what is found reworded to be the same
POINTED = 0.9  # how sure it is that the article answers which the policy names for the customer's error code


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One question of the turn with what was found for it. `traits` is what the confidence was judged by, `reworded`
    the words that it was found with where they are not the customer's, `disputed` whether the customer's own find other
    articles. `estimated` is the confidence before it was calibrated."""

    asked: str
    matches: list[Match]
    confidence: float
    found: Found
    estimated: float = 0.0
    traits: Mapping[str, float] = field(default_factory=dict)
    reworded: str = ""
    disputed: bool = False

    @property
    def words(self) -> str:
        """What is asked, in the words that it was found with."""
        return self.reworded or self.asked


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """Who asks, where and when."""

    language: str | None  # of the answer
    foreign: bool = False  # the question is in another language than the company's
    intents: Sequence[Scored] = ()
    scope: Scope = EVERYWHERE
    fresh_since: datetime | None = None
    least: float = 1.0  # from how sure a part on is answered; what answers as it stands needs no other words
    only: ArticleId | None = None  # the article that is known to answer: no other is quoted, where there is it
    lifts: Mapping[ArticleId, float] = field(default_factory=lambda: NO_LIFTS)  # shares by which feedback raises scores
    curve: Curve | None = None  # how sure such answers were and what came of them; None: nothing is known of it


class Parts:
    """Searches what customers may be told, weighs it passage by passage, and judges the result. What only agents may
    see takes no place from it, and changes no word's weight."""

    def __init__(
        self,
        retriever: Retriever,
        *,
        intents: IntentReader | None = None,
        aligner: Aligner | None = None,
        confidence: Confidence | None = None,
        reader: AnswerReader | None = None,
        spelling: Callable[[str], str] = str,
        reranker: Reranker | None = None,
    ) -> None:
        """A `reader` judges instead of the confidence's weights; `spelling` puts words right before they are searched,
        in the company's language; a `reranker` looks at the best once more."""
        self.shelves = Shelves()
        self._retriever = retriever
        self._kinship = Kinship(intents)
        self._aligner = aligner
        self._confidence = confidence or Confidence()
        self._reader = reader
        self._spelling = spelling
        self._reranker = reranker

    def of(self, articles: ArticleTable, asked: Question, setting: Setting) -> list[Part]:
        """One for each part of the question, in its order."""
        parts = zip_longest(asked.parts, asked.reworded, fillvalue="")
        if (
            asked.whole
            and (one := self._part(articles, asked.text, voices, asked, setting)).confidence >= setting.least
        ):
            return [one]
        return [self._surer(articles, part, reworded, asked, setting) for part, reworded in parts]

    def _surer(self, articles: ArticleTable, part: str, reworded: str, asked: Question, setting: Setting) -> Part:
        """What is found for a part as it stands; where that does not answer, as it was reworded, or with the
        subject."""
        raw = self._part(articles, part, voices, asked, setting)
        if raw.confidence >= setting.least:
            return raw
        others = []
        if reworded:
            at_home = replace(setting, foreign=False)
            found = self._part(articles, part, lambda _: (reworded,), asked, at_home)
            others.append(replace(found, reworded=reworded))
        if asked.subject:
            others.append(self._part(articles, part, lambda said: voices(f"{asked.subject}\n{said}"), asked, setting))
        other = max(others, key=lambda each: each.confidence, default=raw)
        if other.confidence <= raw.confidence:
            return raw
        near = list(dict.fromkeys(match.passage.article_id for match in raw.matches))[:NEAREST]
        elsewhere = bool(other.matches) and other.matches[0].passage.article_id not in near
        return replace(other, disputed=elsewhere)

    def _part(
        self,
        articles: ArticleTable,
        part: str,
        worded: Callable[[str], tuple[str, ...]],
        asked: Question,
        setting: Setting,
    ) -> Part:
        spelled = str if setting.foreign else self._spelling
        history = asked.history if part == asked.text else asked.text
        found = self._retriever.search(
            articles,
            worded(spelled(part)),
            history=spelled(history),
            language=setting.language,
            foreign=setting.foreign,
            scope=replace(setting.scope, audiences=PUBLIC_ONLY),
            turns=asked.turns,
            messages=[spelled(text) for text in asked.messages] if part == asked.text else (),
            lifts=setting.lifts,
        )
        shelf = self.shelves.now(articles, public=True)
        scale = Scale(
            found.voices,
            shelf.lexicon,
            found.source,
            kin=lambda title: self._kinship.between(setting.intents, title),
            fresh_since=setting.fresh_since,
        )

        def rest(chosen: Sequence[ArticleId]) -> list[Hit]:
            return siblings(articles, shelf.passages_of(chosen), found, setting.lifts)

        pointed = [hit for hit in rest([setting.only]) if setting.scope.lets(hit.passage)] if setting.only else []
        matches = match_hits(scale, pointed or found.public, rest)
        if self._aligner is not None and not found.foreign:
            matches = realign(self._aligner, found.voices, matches, shelf.lexicon)
        if self._reranker is not None:
            matches = rerank(self._reranker, found.voices[0].text, matches)
        scoped = bool(found.focus.names)
        seen = traits(found, matches, shelf.lexicon, self._known(setting), scoped=scoped)
        raw = self._sure(seen, found, matches)
        # What the policy itself names as the answer is no estimate: there is nothing to calibrate.
        raw, sure = (max(POINTED, raw),) * 2 if pointed else (raw, calibrated(raw, setting.curve))
        return Part(asked=part, matches=matches, confidence=sure, estimated=raw, found=found, traits=seen)

    def evidence(self, part: Part) -> Evidence:
        """What a reader sees of a part."""
        return Evidence(
            traits=part.traits, met=compare_lines(part.found.voices, part.matches, part.found.source.passages)
        )

    def _sure(self, seen: Mapping[str, float], found: Found, matches: Sequence[Match]) -> float:
        if self._reader is None or found.foreign:  # it learned what the company's own encoder says
            return self._confidence.of(seen)
        return self._reader.sure(Evidence(traits=seen, met=compare_lines(found.voices, matches, found.source.passages)))

    def _known(self, setting: Setting) -> float | None:
        if not self._kinship.known:
            return None
        return setting.intents[0].confidence if setting.intents else 0.0


# ------------------------------------------------------------------
# One question back, where the customer's few words fit two or three different things about equally well.

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
    """The question as a draft, with the things to choose from."""
    listed = [f"{number}. {thing}" for number, thing in enumerate(things, 1)]
    return _asking_back(case, (style.courtesies(language).which, *listed), style, language, name, tuple(things))


def greeting_back(case: CaseContext, style: StyleCard, language: str, name: str) -> Draft | None:
    """The question what somebody who has only said hello would like; None where the style card has none."""
    how_help = style.courtesies(language).how_help
    return _asking_back(case, (how_help,), style, language, name) if how_help else None


def _asking_back(
    case: CaseContext, said: Sequence[str], style: StyleCard, language: str, name: str, choices: tuple[str, ...] = ()
) -> Draft:
    """It states nothing, so it has no source and no confidence in an answer."""
    lines = [style.greeting(language, name), *said]
    message = case.latest.id if case.latest else case.conversation.id
    return Draft(
        id=DraftId(derive_id("draft", message, *lines)),
        sentences=tuple(
            Sentence(text=line, kind=SentenceKind.COURTESY, paragraph=place) for place, line in enumerate(lines) if line
        ),
        language=language,
        confidence=0.0,
        composer=COMPOSER,
        choices=choices,
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
