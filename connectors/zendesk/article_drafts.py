"""Articles that people are to look at: drafts in Help Center. Nothing here publishes, or changes what is out."""

import re
from collections.abc import Iterator
from html import escape
from itertools import groupby

from connectors.faults import json_of
from connectors.zendesk import records
from connectors.zendesk.api import Pages, ZendeskApi
from connectors.zendesk.help_center import PATH, article_number
from connectors.zendesk.records import Record
from core.errors import ConfigurationError
from core.model.helpdesk import Receipt

OURS = "handrail-proposal"  # the label that all of them have
_HEADING = re.compile(r"(#{1,4})\s+(\S.*)")
_ITEM = re.compile(r"[-*•]\s+(\S.*)")
_STEP = re.compile(r"\d{1,3}[.)]\s+(\S.*)")


class ArticleDrafts:
    """`key` becomes a label of the draft, by which it is found again."""

    def __init__(self, api: ZendeskApi) -> None:
        self._api = api

    def add(self, title: str, text: str, *, near: str, locale: str, key: str) -> Receipt:
        """In the section of the article `near` (one of our ids), for the same readers; else in the first section.

        Raises ConfigurationError where the Help Center has no section."""
        place = self._place(near)
        asked = {
            "title": title,
            "body": to_html(text),
            "draft": True,
            "label_names": [OURS, label(key)],
            "user_segment_id": place.get("user_segment_id"),
            "permission_group_id": place.get("permission_group_id"),
            **({"locale": locale.lower()} if locale else {}),
        }
        with self._api.writing("draft an article"):
            address = f"{self._api.account.origin}{PATH}/sections/{records.number(place, 'section_id')}/articles.json"
            answer = self._api.session.post(
                address, json={"article": asked, "notify_subscribers": False}, timeout=self._api.account.timeout
            )
            answer.raise_for_status()
            return _receipt(records.part(json_of(answer), "article"))

    def find(self, key: str) -> Receipt | None:
        with self._api.reading("look for a drafted article"):
            for page in Pages(self._api).lists(f"{PATH}/articles.json?label_names={label(key)}", "articles"):
                found = next((each for each in page if label(key) in records.items(each, "label_names")), None)
                if found is not None:
                    return _receipt(found)
        return None

    def _place(self, near: str) -> Record:
        """A section, who may read there and who may publish there, as an article of it has them."""
        number = article_number(near)
        with self._api.reading("find the section of an article"):
            if number.isdigit():
                return records.part(json_of(self._api.get(f"{PATH}/articles/{number}.json")), "article")
            for page in Pages(self._api).lists(f"{PATH}/articles.json?page[size]=1", "articles"):
                if page:
                    return page[0]
        raise ConfigurationError("the Help Center has no article yet beside which one could be drafted")


def label(key: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", key.lower())


def _receipt(record: Record) -> Receipt:
    ref, made = records.number(record, "id"), records.moment(records.text(record, "created_at"))
    return Receipt(ref=ref, at=made)


def to_html(text: str) -> str:
    """Headings, lists, steps, rows of tables and paragraphs, with every letter as it is written."""
    rows = [line.strip() for line in text.splitlines() if line.strip()]
    return "\n".join(block for kind, found in groupby(rows, _kind) for block in _block(kind, list(found)))


def _kind(line: str) -> str:
    if _HEADING.fullmatch(line):
        return "heading"
    if _ITEM.fullmatch(line):
        return "ul"
    if _STEP.fullmatch(line):
        return "ol"
    return "table" if line.startswith("|") or " | " in line else "p"


def _block(kind: str, rows: list[str]) -> Iterator[str]:
    if kind in ("ul", "ol"):
        pattern = _ITEM if kind == "ul" else _STEP
        items = "".join(f"<li>{escape(found[1])}</li>" for row in rows if (found := pattern.fullmatch(row)))
        yield f"<{kind}>{items}</{kind}>"
    elif kind == "table":
        cells = ([cell.strip() for cell in row.strip("|").split("|")] for row in rows)
        told = (row for row in cells if not all(set(cell) <= set("-: ") for cell in row))
        body = "".join(f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in row)}</tr>" for row in told)
        yield f"<table><tbody>{body}</tbody></table>"
    elif kind == "heading":
        for row in rows:
            found = _HEADING.fullmatch(row)
            assert found is not None  # noqa: S101 - that is what made it one
            yield f"<h{len(found[1])}>{escape(found[2])}</h{len(found[1])}>"
    else:
        yield from (f"<p>{escape(row)}</p>" for row in rows)
