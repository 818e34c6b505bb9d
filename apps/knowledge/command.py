"""`handrail knowledge sync|add|list|search|show`. Results go to stdout, everything else to stderr.

Exit codes: 0 fine, 1 something was found to be wrong, 2 it could not be done. What stores and searches articles takes
a second or two to import: a command does so when it runs, so that its `--help` is quick.
"""

import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from apps.installed import Begin
from apps.knowledge.here import knowledge_here, output, progress_output
from apps.knowledge.listing import (
    as_json,
    hit_row,
    print_articles,
    print_facts,
    print_hits,
    print_text,
    row,
)
from core.errors import ConfigurationError
from core.knowledge.link import address_at
from core.knowledge.stale import STALE_AFTER
from core.model.ids import ArticleId
from core.model.knowledge import Article, Audience, Hit
from core.model.learning import Lift

if TYPE_CHECKING:
    from apps.bootstrap import Knowledge

AUDIENCES = [audience.value for audience in Audience]
DAYS = STALE_AFTER.days

as_json_option = click.option("--json", "in_json", is_flag=True, help="Print JSON instead.")


@click.command()
@click.option("--whole", is_flag=True, help="Read everything again, not only what changed. Nothing is encoded twice.")
def sync(whole: bool) -> None:
    """Take over what changed at every source: the helpdesk, and the folders and sites that were added.

    May be broken off at any time: the next sync goes on."""
    from apps.knowledge.syncing import sync_here

    sys.exit(sync_here(customers=False, whole=whole))


@click.command()
@click.argument("where")
@click.option(
    "--name",
    default="",
    metavar="NAME",
    help="What it is called from now on. Default: the folder's, file's or site's name.",
)
@click.option("--forget", is_flag=True, help="Take its articles away again, and read it at no sync any more.")
def add(where: str, name: str, forget: bool) -> None:
    """Take over the articles at WHERE: a folder, a file (Markdown, HTML, text, PDF, DOCX, JSONL) or a site.

    Every later `sync` reads it again."""
    from apps.bootstrap import place_name
    from apps.knowledge.syncing import print_report, take_over

    container = knowledge_here(Begin.NOWHERE if forget else Begin.ANYWHERE)
    places = container.places()
    web = where.startswith(("https://", "http://"))
    where = where if web or (forget and where in places) else str(Path(where).resolve())
    if forget:
        sys.exit(_forget(container, next((known for known, at in places.items() if where in (known, at)), "")))
    name = name or place_name(where)
    if places.get(name, where) != where:
        raise ConfigurationError(f"{name} is {places[name]} already: give this one another --name")
    source = container.place(name, where)
    report = take_over(container, (source,), progress_output())
    code = print_report(report, output(), progress_output())
    if code < 2:
        container.remember({**places, name: where})
    sys.exit(code)


def _forget(container: "Knowledge", name: str) -> int:
    from apps.knowledge.syncing import print_report, take_over
    from core.knowledge.library import SwitchedOff

    if not name:
        known = ", ".join(container.places()) or "nothing"
        raise ConfigurationError(f"that was never added; there is {known}")
    source = container.place(name, container.places()[name])
    off = SwitchedOff(name=source.name, origin=source.origin)
    code = print_report(take_over(container, (off,), progress_output()), output(), progress_output())
    container.remember({each: where for each, where in container.places().items() if each != name})
    return code


@click.command("list")
@click.option(
    "--origin",
    default="",
    metavar="ORIGIN",
    help="Only those from here: zendesk, zendesk_tickets, zendesk_macros, file:NAME or web:NAME.",
)
@click.option("--locale", default="", metavar="LOCALE", help="Only in this language (de) or locale (de-at).")
@click.option(
    "--audience", type=click.Choice(AUDIENCES), help="Only for these readers: everybody, some customers, or agents."
)
@click.option("--stale", is_flag=True, help=f"Only what was last changed over {DAYS} days ago.")
@as_json_option
def list_articles(origin: str, locale: str, audience: str | None, stale: bool, in_json: bool) -> None:
    """The articles that are stored."""
    from apps.bootstrap import now

    oldest = now() - STALE_AFTER
    with knowledge_here().store.read() as unit:
        found = [
            article
            for article in unit.articles.every(origin or None)
            if _speaks(article, locale)
            and audience in (None, article.audience.value)
            and not (stale and (article.updated_at is None or article.updated_at > oldest))
        ]
    if in_json:
        click.echo(as_json([row(article) for article in found]))
        return
    if found:
        print_articles(found, output())
    click.echo(f"{len(found)} article{'s' if len(found) != 1 else ''}.")


def _speaks(article: Article, locale: str) -> bool:
    """`de` is German wherever it is spoken, `de-at` is not."""
    wanted = locale.lower()
    return not wanted or article.locale.lower() == wanted or article.locale.lower().startswith(f"{wanted}-")


@click.command()
@click.argument("query")
@click.option(
    "--limit",
    default=5,
    show_default=True,
    type=click.IntRange(1, 50),
    metavar="N",
    help="How many passages are shown.",
)
@click.option("--locale", default="", metavar="LOCALE", help="Only in this language (de) or locale (de-at).")
@click.option(
    "--audience", type=click.Choice(AUDIENCES), help="Only for these readers: everybody, some customers, or agents."
)
@click.option(
    "--explain",
    is_flag=True,
    help="Show at which place each part of the search had a passage, and how far feedback lifts it.",
)
@as_json_option
def search(query: str, limit: int, locale: str, audience: str | None, explain: bool, in_json: bool) -> None:
    """The passages that answer QUERY best, those for agents too, each with the link that opens it at its words."""
    if not query.strip():
        raise ConfigurationError("there is nothing to search for: the query is empty")
    container = knowledge_here()
    narrowed = bool(locale or audience)
    found = container.answer.search(query, 50 if narrowed else limit)
    wanted = [hit for hit in found if audience in (None, hit.passage.audience.value)]
    hits = list(_linked(container, [hit for hit in wanted if _spoken_in(hit, locale)][:limit]))
    if in_json:
        click.echo(as_json([hit_row(hit, link) for hit, link in hits]))
    elif hits:
        print_hits(hits, output(), explained=explain, lifts=_lifts(container, query) if explain else {})
    else:
        click.echo("No passage fits.")
    sys.exit(0 if hits else 1)


def _lifts(container: "Knowledge", query: str) -> dict[ArticleId, Lift]:
    with container.store.read() as unit:
        return {lift.article_id: lift for lift in container.answer.lifts_for(unit, query)}


def _spoken_in(hit: Hit, locale: str) -> bool:
    spoken = hit.passage.locale.lower()
    return not locale or spoken == locale.lower() or spoken.startswith(f"{locale.lower()}-")


def _linked(container: "Knowledge", hits: Iterable[Hit]) -> Iterable[tuple[Hit, str]]:
    with container.store.read() as unit:
        for hit in hits:
            article = unit.articles.get(hit.passage.article_id)
            text = article.text if article is not None else ""
            yield hit, address_at(hit.passage.url, text, hit.passage.start, hit.passage.end)


@click.command()
@click.argument("article_id", metavar="ARTICLE")
@as_json_option
def show(article_id: str, in_json: bool) -> None:
    """One article: what is known of it, and its text with its passages marked. ARTICLE is an id, or part of one."""
    container = knowledge_here()
    with container.store.read() as unit:
        article = unit.articles.get(article_id) or _the_one(article_id, unit.articles.every())
        passages = unit.articles.passages(unit.articles.of_articles([article.id]))
    if in_json:
        spans = [{"id": p.id, "path": list(p.path), "start": p.start, "end": p.end} for p in passages]
        click.echo(as_json(row(article) | {"text": article.text, "passages": spans}))
        return
    print_facts(article, len(passages), output())
    click.echo()
    print_text(article, passages, output())


def _the_one(part: str, articles: Iterable[Article]) -> Article:
    found = [article for article in articles if part.casefold() in f"{article.id}\n{article.title}".casefold()]
    if not found:
        raise ConfigurationError(f"there is no article {part}")
    if len(found) > 1:
        some = "\n".join(f"  {article.id}  {article.title}" for article in found[:20])
        raise ConfigurationError(f"{len(found)} articles fit {part}; name one:\n{some}")
    return found[0]
