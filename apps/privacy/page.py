"""`handrail privacy page`: what customers are told about their data, from the settings and the policy in force."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from urllib.parse import urlsplit

import click
from flask import Blueprint, Response, request
from markupsafe import Markup

from apps.privacy.page_words import WORDS
from apps.receipt.view import HEADERS, STYLE
from apps.settings import Settings

SHOWN_AGES = ("conversations", "attachments", "drafts", "calls", "events", "sent", "accesses")
# The style sheet comes along with a page for somebody's own site.
OWN = Markup("<style>{}</style>").format(Markup(STYLE))  # noqa: S704 - our own
LINKED = Markup(
    '<link rel="stylesheet" href="/receipt/style.css">'
)  # the security policy of our own answers allows no other
Section = tuple[str, Sequence[str]]  # a heading, and what stands under it


def sections(settings: Settings, language: str, *, automatic: bool) -> list[Section]:
    """`automatic`: whether the policy in force lets the assistant answer by itself anywhere."""
    words = WORDS.get(language, WORDS["en"])
    purposes = ("answer", "automatic", "unasked") if automatic else ("answer", "unasked")
    rights = words["ask"].format(contact=settings.privacy_contact) if settings.privacy_contact else words["ask_there"]
    return [
        (words["what"], list(_what(settings, words))),
        (words["why"], [words[each] for each in purposes]),
        (words["who"], list(_who(settings, words))),
        (words["kept"], [*_kept(settings, words), words["safe"]]),
        (words["rights"], [words["rights_text"], rights]),
    ]


def title_of(settings: Settings, language: str) -> str:
    return WORDS.get(language, WORDS["en"])["title"].format(company=settings.company)


def _what(settings: Settings, words: Mapping[str, str]) -> Iterator[str]:
    yield words["messages"].format(channels=", ".join(_channels(settings, words)))
    yield words["files"]
    yield words["profile"]
    known = {
        "orders": settings.orders.url,
        "calendar": settings.calendar.url,
        "systems": settings.profile.url or settings.profile.sql_url or settings.checks.url,
        "pages": settings.journey.origins,
    }
    yield from (words[name] for name, used in known.items() if used)


def _channels(settings: Settings, words: Mapping[str, str]) -> Iterator[str]:
    known = {
        words["mail"]: settings.zendesk.subdomain,
        "SMS": settings.twilio.sms_number,
        "WhatsApp": settings.twilio.whatsapp_number,
        words["phone"]: settings.twilio.voice_number,
        words["web_chat"]: settings.sunshine.app_id,
    }
    yield from (name for name, used in known.items() if used)


def _who(settings: Settings, words: Mapping[str, str]) -> Iterator[str]:
    vendors = {
        "zendesk": settings.zendesk.subdomain,
        "twilio": settings.twilio.account_sid,
        "slack": settings.slack.bot_token or settings.slack.client_id,
    }
    yield from (words[name] for name, used in vendors.items() if used)
    model = settings.openai
    if model.base_url and (model.model or model.vision):
        yield words["model"].format(host=_host(model.base_url))
    else:
        yield words["no_model"]
    if model.base_url and model.vision:
        yield words["pictures"]
    for url in dict.fromkeys((settings.search.embeddings_url, settings.search.rerank_url)):
        if url:
            yield words["search"].format(host=_host(url))


def _host(url: str) -> str:
    return urlsplit(url).hostname or url


def _kept(settings: Settings, words: Mapping[str, str]) -> Iterator[str]:
    for kind in SHOWN_AGES:
        age = getattr(settings.retention, kind)
        yield words["days" if age else "endless"].format(what=words[kind], days=age.days)


def as_html(settings: Settings, language: str, *, automatic: bool, style: Markup = OWN) -> str:
    """One page without scripts and without anything from elsewhere."""
    title = title_of(settings, language)
    body = Markup().join(
        Markup("<h2>{}</h2><ul>{}</ul>").format(
            heading, Markup().join(Markup("<li>{}</li>").format(each) for each in lines)
        )
        for heading, lines in sections(settings, language, automatic=automatic)
    )
    return str(
        Markup(
            '<!doctype html><html lang="{}"><head><meta charset="utf-8">'
            '<meta name="viewport" content="width=device-width, initial-scale=1"><title>{}</title>'
            "{}</head><body><main><h1>{}</h1>{}</main></body></html>"
        ).format(language, title, style, title, body)
    )


def as_markdown(settings: Settings, language: str, *, automatic: bool) -> str:
    parts = [f"# {title_of(settings, language)}"]
    for heading, lines in sections(settings, language, automatic=automatic):
        parts.append("\n".join([f"## {heading}", "", *(f"- {each}" for each in lines)]))
    return "\n\n".join(parts) + "\n"


def data_page(settings: Settings, automatic: Callable[[], bool]) -> Blueprint:
    """The page at /privacy, in the language that the browser asks for or the address names."""
    blueprint = Blueprint("data_page", __name__)

    @blueprint.get("/privacy")
    def show() -> Response:
        asked = request.args.get("language") or request.accept_languages.best_match(list(WORDS), "en")
        language = asked if asked in WORDS else "en"
        made = as_html(settings, str(language), automatic=automatic(), style=LINKED)
        response = Response(made, mimetype="text/html")
        response.headers.update(HEADERS | {"Cache-Control": "max-age=600", "X-Robots-Tag": "all"})
        return response

    return blueprint


@click.command()
@click.option("--language", type=click.Choice(list(WORDS)), default="en", show_default=True, help="Of the page.")
@click.option("--markdown", is_flag=True, help="Markdown instead of HTML.")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="Where it goes. Default: standard output.")
def page(language: str, out: Path | None, *, markdown: bool) -> None:
    """What customers are told about their data, for the company's site: which data, from where, what for, who gets
    what, how long it is kept, and whom to ask. It is made of the settings and the policy in force, and the web process
    shows the same at /privacy."""
    from apps.privacy.command import privacy_here

    container = privacy_here()
    write = as_markdown if markdown else as_html
    made = write(container.settings, language, automatic=bool(container.policy.automatic))
    if out is None:
        click.echo(made, nl=False)
    else:
        out.write_text(made, encoding="utf-8")
