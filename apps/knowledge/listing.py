"""Articles and passages as an admin looks at them."""

import json
from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from apps.learn import lift_words
from core.model.ids import ArticleId
from core.model.knowledge import Article, Audience, Hit, Passage
from core.model.learning import Lift

STYLES = {Audience.PUBLIC: "green", Audience.SEGMENT: "yellow", Audience.INTERNAL: "red"}


def row(article: Article) -> dict[str, Any]:
    """Everything that is known of an article but its text."""
    return {
        "id": article.id,
        "title": article.title,
        "locale": article.locale,
        "audience": article.audience.value,
        "origin": article.origin,
        "section": article.section,
        "brand": article.brand,
        "about": list(article.about),
        "labels": list(article.labels),
        "url": article.url,
        "updated_at": article.updated_at.isoformat() if article.updated_at else None,
        "expires_at": article.expires_at.isoformat() if article.expires_at else None,
        "characters": len(article.text),
    }


def as_json(value: object) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False)


def print_articles(articles: Iterable[Article], out: Console) -> None:
    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in ("id", "title", "locale", "audience", "section", "changed"):
        table.add_column(name, overflow="fold" if name == "id" else "ellipsis", no_wrap=name != "id")
    for article in articles:
        changed = f"{article.updated_at:%Y-%m-%d}" if article.updated_at else "–"
        audience = Text(article.audience, style=STYLES[article.audience])
        table.add_row(Text(article.id), Text(article.title), article.locale, audience, Text(article.section), changed)
    out.print(table)


def print_facts(article: Article, passages: int, out: Console) -> None:
    """The head of `show`: a line for each thing that is known."""
    facts = row(article) | {"passages": passages}
    for name, value in facts.items():
        shown = ", ".join(value) if isinstance(value, list) else value
        if shown not in (None, ""):
            out.print(Text.assemble((f"{name.replace('_', ' '):>12}  ", "dim"), str(shown)), soft_wrap=True)


def print_text(article: Article, passages: Sequence[Passage], out: Console) -> None:
    """The text with a line before each passage; what lies in none (headings) is dim."""
    place = 0
    for number, passage in enumerate(passages, 1):
        _print_between(article.text[place : passage.start], out)
        path = " › ".join(passage.path)
        out.rule(Text(f"{number}  {passage.start}–{passage.end}  {path}", style="dim"), align="left", style="dim")
        out.print(Text(passage.text), soft_wrap=True)
        place = passage.end
    _print_between(article.text[place:], out)


def _print_between(words: str, out: Console) -> None:
    if words.strip():
        out.print(Text(words.strip(), style="dim"), soft_wrap=True)


def hit_row(hit: Hit, link: str) -> dict[str, Any]:
    passage = hit.passage
    return {
        "article": passage.article_id,
        "passage": passage.id,
        "title": passage.title,
        "path": list(passage.path),
        "text": passage.text,
        "start": passage.start,
        "end": passage.end,
        "score": round(hit.score, 4),
        "similarity": round(hit.similarity, 4),
        "ranks": dict(hit.ranks),
        "lift": hit.lift,
        "locale": passage.locale,
        "audience": passage.audience.value,
        "brand": passage.brand,
        "about": list(passage.about),
        "link": link,
    }


def print_hits(
    hits: Sequence[tuple[Hit, str]],
    out: Console,
    *,
    explained: bool = False,
    lifts: Mapping[ArticleId, Lift] = MappingProxyType({}),
) -> None:
    """`hits` come with the link that opens each at its words; `explained`, with the place that each part of the search
    gave them and how far feedback lifts their article."""
    for number, (hit, link) in enumerate(hits, 1):
        passage = hit.passage
        head = Text.assemble(
            (f"{number:>2}  ", "dim"),
            (f"{hit.score:.2f}  ", "bold"),
            (f"[{passage.audience}] ", STYLES[passage.audience]),
            (" › ".join((passage.title, *passage.path)), "bold"),
            (f"  {passage.locale}", "dim"),
        )
        out.print(head, soft_wrap=True)
        out.print(Text(f"{passage.article_id}  {link}", style="dim"), soft_wrap=True)
        if explained:
            places = ", ".join(f"{part} {place}" for part, place in hit.ranks.items())
            out.print(Text(f"places: {places or 'none'}; cosine {hit.similarity:.2f}", style="dim"), soft_wrap=True)
            if (lift := lifts.get(passage.article_id)) is not None:
                out.print(Text(f"feedback: {lift_words(lift).strip()}", style="dim"), soft_wrap=True)
        out.print(Text(passage.text))
        out.print()
