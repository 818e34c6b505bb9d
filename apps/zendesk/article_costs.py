"""Articles that are stale or contradict each other, for those who lead, beside the tickets that they cost."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from flask import Response, jsonify, request
from marshmallow import EXCLUDE, Schema, fields, validate

from apps.zendesk.panels import readable_by
from apps.zendesk.parts import PRINTABLE, Looked, Route
from apps.zendesk.read_cache import ReadCache
from apps.zendesk.session import Visitor
from core.errors import RejectedError
from core.improve.article_costs import ArticleCosts, Clash, Cost, Costly, CostlyArticle
from core.knowledge.check import Place
from core.model.ids import TicketId
from core.model.knowledge import Article
from core.ports import Now, TicketAccess

Json = dict[str, Any]
SHOWN = 20  # articles, and pairs
SHOWN_TICKETS = 20
LOOKED_AT = 60  # tickets, the newest, of which those are shown that whoever asks may read
LONGEST = 400  # characters of a passage that contradicts another
LONGEST_KEY = 300
KEPT = timedelta(minutes=5)
GONE = "There is nothing to say against this article any more."


class KeySchema(Schema):
    """The key of an article or of a pair, as the list has it."""

    class Meta:
        unknown = EXCLUDE

    of = fields.String(required=True, validate=[validate.Length(min=1, max=LONGEST_KEY), PRINTABLE])


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleCostViews:
    """`looked` writes down whose tickets were listed for whom."""

    costs: Callable[[], ArticleCosts]
    access: TicketAccess
    now: Now
    known: ReadCache[str, Costly]
    looked: Looked | None = None

    def routes(self) -> Sequence[Route]:
        return (
            Route("overview/articles", "GET", self.listed, "lead"),
            Route("overview/articles/tickets", "GET", self.tickets, "lead"),
        )

    def listed(self, _: Visitor) -> Response:
        """The articles and the pairs, those that cost the most tickets first; the tickets are only counted."""
        found = self._found()
        return jsonify(
            since=found.since.isoformat(),
            drafts=found.drafts,
            articles=[_article_row(each) for each in found.articles[:SHOWN]],
            pairs=[_pair_row(each) for each in found.clashes[:SHOWN]],
            more=len(found.articles[SHOWN:]) + len(found.clashes[SHOWN:]),
        )

    def tickets(self, who: Visitor) -> Response:
        """The newest tickets that an article or a pair cost, and what was done there. Those that the helpdesk does not
        show whoever asks are only counted."""
        costs = self._found().costs(KeySchema().load(request.args)["of"])
        if costs is None:
            raise RejectedError(GONE)
        may_read = readable_by(who, self.access)
        shown: list[Cost] = []
        withheld = 0
        for each in costs[:LOOKED_AT]:
            if len(shown) == SHOWN_TICKETS:
                break
            if each.ticket_id and may_read(TicketId(each.ticket_id)):
                shown.append(each)
            else:
                withheld += 1
        if self.looked is not None:
            person = " ".join(("agent", who.agent_id, who.name))
            for each in shown:
                self.looked(person, "overview", "the tickets that an article cost", ref=each.ticket_id)
        return jsonify(
            tickets=list(map(_ticket_row, shown)), withheld=withheld, more=len(costs) > len(shown) + withheld
        )

    def _found(self) -> Costly:
        now = self.now()
        return self.known("", now, lambda: self.costs().find(now))


def _article_row(each: CostlyArticle) -> Json:
    return {
        **_about(each.article),
        "key": each.key,
        "signs": [sign.value for sign in each.signs],
        "matters": each.matters,
        "tickets": len(each.costs),
    }


def _pair_row(each: Clash) -> Json:
    return {
        "key": each.key,
        "articles": list(map(_about, each.articles)),
        "passages": [[_short(place) for place in pair] for pair in each.places],
        "tickets": len(each.costs),
    }


def _about(article: Article) -> Json:
    return {
        "article": article.id,
        "title": article.title,
        "url": article.url,
        "updated_at": article.updated_at.isoformat() if article.updated_at else None,
    }


def _short(place: Place) -> str:
    return place.text if len(place.text) <= LONGEST else f"{place.text[: LONGEST - 1]}…"


def _ticket_row(each: Cost) -> Json:
    return {
        "ticket": each.ticket_id,
        "agent": each.agent,
        "at": each.at.isoformat(),
        "how": each.how.value,
        "before": each.before,
        "after": each.after,
    }
