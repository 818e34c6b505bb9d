"""The company's own shop: a few pages that carry the beacon, and a checkout that can be made to fail."""

from pathlib import Path

from flask import Blueprint, Response, request, send_from_directory

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
