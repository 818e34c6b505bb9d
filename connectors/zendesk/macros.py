"""Macros with a reply in them as articles for agents: the wording that the team agreed on."""

import re
import time
from collections.abc import Callable, Collection, Iterator, Mapping
from datetime import timedelta
from typing import Any

from connectors.faults import MalformedAnswerError
from connectors.zendesk import records
from connectors.zendesk.api import Pages, ZendeskApi
from connectors.zendesk.records import Record
from core.model.ids import ArticleId
from core.model.knowledge import Article, Audience, Changes, Problem
from core.privacy.mask import redact
from core.text.html import from_html

PLACEHOLDER = re.compile(r"\{\{.*?\}\}|\{%.*?%\}", re.DOTALL)  # of Zendesk's own, filled in when the macro is applied


class Macros:
    """Implements `core.ports.Source`. All are read at every sync, a hundred a request."""

    name = "zendesk macros"
    origin = "zendesk_macros"
    trusted = False

    def __init__(
        self,
        api: ZendeskApi,
        *,
        total_wait: timedelta = timedelta(0),
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._pages = Pages(api, total_wait=total_wait, sleep=sleep)

    def changes(self, cursor: str | None, known: Collection[str]) -> Iterator[Changes]:
        articles: list[Article] = []
        problems: list[Problem] = []
        unread: set[str] = set()
        for record in self._pages.all("/api/v2/macros/active.json?page[size]=100", "macros"):
            try:
                articles += self._article(record)
            except MalformedAnswerError as error:
                unread.add(f"zendesk:macro:{record.get('id')}")
                problems.append(Problem(subject=f"macro {record.get('id')}", reason=str(error)))
        there = {*(article.id for article in articles), *unread}
        yield Changes(
            articles=tuple(articles),
            gone=tuple(each for each in known if each not in there),
            problems=tuple(problems),
            cursor="",
            expected=len(articles),
        )

    def _article(self, record: Record) -> list[Article]:
        """None of an agent's own macros, and none that only sets fields."""
        restriction = record.get("restriction")
        if isinstance(restriction, Mapping) and restriction.get("type") == "User":
            return []
        text = "\n\n".join(filter(None, (_reply(action) for action in records.items(record, "actions"))))
        if not text:
            return []
        return [
            Article(
                id=ArticleId(f"zendesk:macro:{records.number(record, 'id')}"),
                title=records.text(record, "title").replace("::", " › "),
                text=redact(text),
                section="Macros",
                audience=Audience.INTERNAL,
                updated_at=records.moment(records.text(record, "updated_at")),
                origin=self.origin,
            )
        ]


def _reply(action: Any) -> str:
    """What the action writes to the customer, without the places that are filled in."""
    if not isinstance(action, Mapping) or action.get("field") not in ("comment_value", "comment_value_html"):
        return ""
    value = action.get("value")
    words = value[-1] if isinstance(value, list) and value else value  # a list names the channel first
    if not isinstance(words, str):
        raise MalformedAnswerError("the reply of a macro is not a text")
    return PLACEHOLDER.sub("…", from_html(words) if action["field"].endswith("html") else words).strip()
