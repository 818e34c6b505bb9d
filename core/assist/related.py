"""What colleagues answered before, and the wordings that the team has agreed on: for the agent's eyes, never quoted."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from threading import Lock

import numpy as np

from core.assist.case import unanswered_messages
from core.handoff.card import quote_line
from core.knowledge.retrieve import Retriever
from core.model.conversation import Conversation, Message, Role
from core.model.ids import ArticleId
from core.model.knowledge import Article, Audience, Scope
from core.ports import Encoder, Store, Vector
from core.read.turn_input import spoken_words

TICKETS = "zendesk:ticket:"  # how the articles made of solved tickets are named
MACROS = "zendesk_macros"
MOST = 3
NEAR = 0.5  # cosine below which a ticket was about another matter
FITS = 0.4  # … and a macro, whose words are general
LONGEST_WORDS = 1_500  # characters of the customer's that are compared
LONGEST_SHOWN = 600  # characters of an answer
_ANSWER = re.compile(r"^(?:## )?Answer\n+", re.MULTILINE)
_QUESTION = re.compile(r"\A(?:## )?Question\n+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Solved:
    """A ticket that a person solved: what was asked and what was answered, without personal data."""

    ticket: str
    title: str
    asked: str
    answered: str
    similarity: float
    article: Article


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """A macro's reply. `…` stands where the helpdesk fills something in."""

    id: str
    title: str
    text: str
    similarity: float


def text_to_compare(conversation: Conversation, timeline: Sequence[Message]) -> str:
    """What is compared with earlier tickets: the subject and the customer's open words, else their last ones."""
    open_ = unanswered_messages(timeline) or tuple(m for m in timeline if m.role is Role.CUSTOMER)[-1:]
    words = "\n".join([conversation.subject, *(spoken_words(message.text) for message in open_)])
    return words.strip()[-LONGEST_WORDS:]


@dataclass(frozen=True, slots=True, kw_only=True)
class SolvedBefore:
    """Finds among the solved tickets that were taken over as articles; none where they were not."""

    store: Store
    retriever: Callable[[], Retriever]

    def like(self, words: str, *, brand: str, besides: str) -> list[Solved]:
        """Best first; not the ticket `besides` itself."""
        if not words:
            return []
        scope = Scope(audiences=frozenset({Audience.INTERNAL}), brand=brand or None)
        with self.store.read() as unit:
            found = self.retriever().search(unit.articles, (words,), language=None, scope=scope)
            near: dict[ArticleId, float] = {}
            for hit in found.inner:
                name = hit.passage.article_id
                if name.startswith(TICKETS) and hit.similarity >= NEAR and name != f"{TICKETS}{besides}":
                    near.setdefault(name, hit.similarity)
            articles = [(unit.articles.get(name), similarity) for name, similarity in list(near.items())[:MOST]]
        return [_solved(article, similarity) for article, similarity in articles if article is not None]


def _solved(article: Article, similarity: float) -> Solved:
    asked, *answered = _ANSWER.split(article.text, maxsplit=1)
    return Solved(
        ticket=article.id.removeprefix(TICKETS),
        title=article.title,
        asked=quote_line(_QUESTION.sub("", asked), LONGEST_SHOWN),
        answered="\n".join(answered).strip()[:LONGEST_SHOWN],
        similarity=similarity,
        article=article,
    )


@dataclass(slots=True, kw_only=True, eq=False)
class Wordings:
    """Finds the macro that fits. A company has a few hundred: they are kept in memory until the articles change."""

    store: Store
    encoder: Callable[[], Encoder]
    _lock: Lock = field(default_factory=Lock)
    _version: int | None = None
    _macros: tuple[Article, ...] = ()
    _vectors: Vector = field(default_factory=lambda: np.zeros((0, 1), dtype=np.float32))

    def for_words(self, words: str) -> list[Wording]:
        """Best first; none below a likeness at which it is about something else."""
        macros, vectors = self._known()
        if not macros or not words:
            return []
        cosines = vectors @ np.asarray(self.encoder().encode([words])[0])
        best = sorted(range(len(macros)), key=lambda place: -cosines[place])[:MOST]
        return [_wording(macros[place], float(cosines[place])) for place in best if cosines[place] >= FITS]

    def _known(self) -> tuple[tuple[Article, ...], Vector]:
        with self._lock:
            with self.store.read() as unit:
                version = unit.articles.version()
                if version == self._version:
                    return self._macros, self._vectors
                macros = tuple(unit.articles.every(MACROS))
            self._vectors = self.encoder().encode(_read(macros)) if macros else self._vectors
            self._macros, self._version = macros, version
            return self._macros, self._vectors


def _read(macros: Iterable[Article]) -> list[str]:
    return [f"{macro.title.replace(' › ', '. ')}. {macro.text}" for macro in macros]


def _wording(macro: Article, similarity: float) -> Wording:
    return Wording(id=number_of(macro.id), title=macro.title, text=macro.text, similarity=similarity)


def number_of(article: ArticleId) -> str:
    """The helpdesk's own number of what an article was made of."""
    return article.rpartition(":")[2]
