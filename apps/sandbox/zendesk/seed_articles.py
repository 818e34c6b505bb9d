"""Loads the help centre: Markdown files with a YAML head, a folder per section."""

from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any

import markdown

from apps.sandbox.company_rows import read_yaml
from apps.sandbox.zendesk.answers import Record
from apps.sandbox.zendesk.articles import article, category, section, translation
from apps.sandbox.zendesk.new_account import segment_id
from apps.sandbox.zendesk.state import ZendeskState, stamp

Page = tuple[Record, str]


def seed_articles(state: ZendeskState, folder: Path, found: Record) -> None:
    """Every article under `articles/`; translations join the article they translate."""
    for row in found.get("categories", []):
        category(state, row["name"], key=row.get("id"))
    for row in found.get("sections", []):
        section(state, row["name"], row["category_id"], key=row.get("id"), position=row.get("position", 0))
    pages = [read_page(path) for path in sorted((folder / "articles").glob("*/*.md"))]
    # Sources first: a translation needs the article it belongs to.
    for head, body in sorted(pages, key=lambda page: bool(page[0].get("translation_of"))):
        _seed_one(state, head, body)


def read_page(path: Path) -> Page:
    """The YAML head and the Markdown body of one file; raises ValueError when there is no head."""
    _, head, body = path.read_text(encoding="utf-8").split("---\n", 2)
    return dict(read_yaml(head)), body.strip()


def html_of_markdown(body: str) -> str:
    return markdown.markdown(body, extensions=["tables", "sane_lists"])


def _seed_one(state: ZendeskState, head: Record, body: str) -> None:
    author_id = next(int(user["id"]) for user in state.users.rows.values() if user["role"] == "admin")
    asked = {
        "id": head.get("id"),
        "title": head["title"],
        "locale": head.get("locale", state.account.locales[0]),
        "body": html_of_markdown(body),
        "draft": bool(head.get("draft", False)),
        "label_names": [str(label) for label in head.get("labels") or []],
        "user_segment_id": segment_id(state, str(head.get("audience", "public"))),
        "updated_at": _updated_at(head.get("updated_at")) or state.now(),
    }
    source = state.articles.find(head.get("translation_of"))
    if source is not None:
        translation(state, source, asked, author_id)
    else:
        article(state, asked, _section_id(state, str(head["section"])), author_id)


def _updated_at(value: Any) -> str | None:
    if isinstance(value, datetime):
        return stamp(value if value.tzinfo else value.replace(tzinfo=UTC))
    if isinstance(value, date):
        return stamp(datetime.combine(value, time(9), UTC))
    return str(value) if value else None


def _section_id(state: ZendeskState, name: str) -> int:
    """The section of this name, made when no file declared it."""
    known = next((row for row in state.sections.rows.values() if row["name"] == name), None)
    if known is None:
        shelf = next(iter(state.categories.rows.values()), None) or category(state, "Help")
        known = section(state, name, shelf["id"])
    return int(known["id"])
