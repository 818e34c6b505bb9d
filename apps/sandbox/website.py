"""The company's web site: its shop with the beacon, and the help centre as readers see it."""

from html import escape
from http import HTTPStatus
from pathlib import Path

from flask import Blueprint, Response, request, send_from_directory

from apps.sandbox.zendesk.answers import Record, RefusedError
from apps.sandbox.zendesk.help_center import in_locale
from apps.sandbox.zendesk.state import ZendeskState

# The company's own shop: a few pages that carry the beacon, and a checkout that can be made to fail.

PAGES = Path(__file__).parent / "page" / "shop"
PLACE = "HANDRAIL_URL"


def shop(handrail_url: str) -> Blueprint:
    """GET /shop/, /shop/checkout and anything else under /shop/, which is not there."""
    blueprint = Blueprint("shop", __name__, url_prefix="/shop")

    @blueprint.get("/")
    def home() -> Response:
        return page("index.html")

    @blueprint.get("/checkout")
    def checkout() -> Response:
        return page("checkout.html")

    @blueprint.get("/<name>.<any(css, js):kind>")
    def part(name: str, kind: str) -> Response:
        return send_from_directory(PAGES, f"{name}.{kind}")

    @blueprint.get("/<path:name>")
    def missing(name: str) -> Response:
        return page("missing.html", status=404)

    def page(name: str, status: int = 200) -> Response:
        language = request.args.get("lang", "en")
        text = (PAGES / name).read_text(encoding="utf-8").replace(PLACE, handrail_url.rstrip("/"))
        text = text.replace('lang="en"', f'lang="{language}"') if language.isalpha() else text
        return Response(text, status=status, mimetype="text/html")

    return blueprint


# The help centre as readers see it: the page that an article's address leads to.

# Nothing that an article's text may hold is run or loaded.
POLICY = "default-src 'none'; style-src 'self'"
PAGE = """<!doctype html>
<html lang="{locale}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title} · Larkfield Home</title>
<link rel="stylesheet" href="/css/article.css">
</head>
<body>
<header><strong>Larkfield Home</strong> Help centre</header>
<main>
<p class="place">{place}</p>
<h1>{title}</h1>
<p class="dated">{dated}</p>
{body}
</main>
</body>
</html>
"""


def help_pages(state: ZendeskState) -> Blueprint:
    """GET /hc/<locale>/articles/<number>-<words>."""
    pages = Blueprint("help_pages", __name__)

    @pages.get("/hc/<locale>/articles/<address>")
    def article(locale: str, address: str) -> Response:
        found = _article(state, locale, address.partition("-")[0])
        if found is None:
            return _page("There is no such article", "", locale=locale, status=HTTPStatus.NOT_FOUND)
        section = state.sections.get(found["section_id"])["name"]
        # A real help centre asks for a sign-in here.
        place = section if found["user_segment_id"] is None else f"{section} · for staff only"
        dated = f"Updated {found['updated_at'][:10]}"
        return _page(found["title"], found["body"], locale=locale, place=place, dated=dated)

    return pages


def _article(state: ZendeskState, locale: str, number: str) -> Record | None:
    try:
        row = state.articles.get(int(number))
    except (RefusedError, ValueError):
        return None
    shown = in_locale(state, row, locale)
    return None if shown is None or shown["draft"] else shown


def _page(
    title: str, body: str, *, locale: str, place: str = "", dated: str = "", status: HTTPStatus = HTTPStatus.OK
) -> Response:
    words = {"locale": escape(locale), "title": escape(title), "place": escape(place), "dated": escape(dated)}
    response = Response(PAGE.format(body=body, **words), status=status, mimetype="text/html")
    response.headers["Content-Security-Policy"] = POLICY
    return response
