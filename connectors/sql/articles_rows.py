"""Articles and passages as rows."""

from typing import Any

from sqlalchemy import Row

from core.knowledge.passages import heading
from core.knowledge.synonyms import concepts
from core.model.ids import ArticleId, PassageId
from core.model.knowledge import Article, Audience, Passage

AnyRow = Row[*tuple[Any, ...]]
# The columns that `passage_of` reads.
PASSAGE = (
    "id", "article_id", "title", "path", "text", "start", "end", "url", "section", "locale", "audience", "updated_at",
    "brand", "about", "expires_at",
)  # fmt: skip


def article_row(article: Article) -> dict[str, Any]:
    return {
        "id": article.id,
        "title": article.title,
        "text": article.text,
        "url": article.url,
        "section": article.section,
        "locale": article.locale,
        "audience": article.audience.value,
        "updated_at": article.updated_at,
        "origin": article.origin,
        "fingerprint": article.fingerprint,
        "brand": article.brand,
        "about": list(article.about),
        "labels": list(article.labels),
        "expires_at": article.expires_at,
    }


def article_of(row: AnyRow) -> Article:
    return Article(
        id=ArticleId(row.id),
        title=row.title,
        text=row.text,
        url=row.url,
        section=row.section,
        locale=row.locale,
        audience=Audience(row.audience),
        updated_at=row.updated_at,
        origin=row.origin,
        brand=row.brand,
        about=tuple(row.about),
        labels=tuple(row.labels),
        expires_at=row.expires_at,
    )


def passage_row(passage: Passage) -> dict[str, Any]:
    return {
        "id": passage.id,
        "article_id": passage.article_id,
        "title": passage.title,
        "path": list(passage.path),
        "headings": " / ".join(passage.path),
        "text": passage.text,
        "start": passage.start,
        "end": passage.end,
        "url": passage.url,
        "section": passage.section,
        "locale": passage.locale,
        "audience": passage.audience.value,
        "updated_at": passage.updated_at,
        "brand": passage.brand,
        "about": list(passage.about),
        "expires_at": passage.expires_at,
    }


def passage_of(row: AnyRow) -> Passage:
    return Passage(
        id=PassageId(row.id),
        article_id=ArticleId(row.article_id),
        title=row.title,
        path=tuple(row.path),
        text=row.text,
        start=row.start,
        end=row.end,
        url=row.url,
        section=row.section,
        locale=row.locale,
        audience=Audience(row.audience),
        updated_at=row.updated_at,
        brand=row.brand,
        about=tuple(row.about),
        expires_at=row.expires_at,
    )


def concepts_of(passage: Passage) -> str:
    """Its concepts, one word each. Not through the cache: a passage is read once, and there may be a million."""
    return " ".join(sorted(concepts.__wrapped__(f"{heading(passage)}\n{passage.text}")))
