"""`GET /receipt/<token>` and the button under it. Whoever has the signed address may read that one receipt."""

from flask import Blueprint, Response, request

from apps.receipt.links import Links
from apps.receipt.page import STYLE, ended, page
from core.calendar.spoken_time import clock_of
from core.model.event import Event, EventKind
from core.model.ids import ConversationId
from core.ports import Inbox, Now, Store
from core.receipt.receipt import receipt_of

GONE = 410
HEADERS = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex, nofollow",
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
    ),
}


def receipts(store: Store, inbox: Inbox, links: Links, company: str, now: Now) -> Blueprint:
    """The page reads the store and changes nothing; the button is an event like any other."""
    blueprint = Blueprint("receipts", __name__)

    @blueprint.after_request
    def sealed(response: Response) -> Response:
        response.headers.update(HEADERS)
        return response

    @blueprint.get("/receipt/style.css")
    def style() -> Response:
        return Response(STYLE, mimetype="text/css")

    @blueprint.get("/receipt/<token>")
    def read(token: str) -> Response:
        return shown(token, thanked=False)

    @blueprint.post("/receipt/<token>/appeal")
    def appeal(token: str) -> Response:
        found = links.read(token, now())
        if found is None:
            return shown(token, thanked=False)
        inbox.accept(_appeal(store, found[0], now))
        return shown(token, thanked=True)

    def shown(token: str, *, thanked: bool) -> Response:
        found = links.read(token, now())
        with store.read() as unit:
            receipt = receipt_of(unit, found[0]) if found else None
            conversation = unit.conversations.get(found[0]) if found else None
            customer = unit.customers.get(conversation.customer_id) if conversation else None
        if found is None or receipt is None or customer is None:
            language = request.accept_languages.best_match(["en", "de", "es", "fr", "pt", "ja"], "en")
            return Response(ended(language or "en"), status=GONE, mimetype="text/html")
        zone = clock_of(customer)[0]
        return Response(page(receipt, company, token, found[1], zone, thanked=thanked), mimetype="text/html")

    return blueprint


def _appeal(store: Store, conversation: ConversationId, now: Now) -> Event:
    """Pressed twice it is one appeal; after a new decision it may be another."""
    with store.read() as unit:
        latest = unit.decisions.latest(conversation)
    return Event(
        source="receipt",
        delivery_id=f"{conversation}:{latest.id if latest else ''}",
        kind=EventKind.APPEALED,
        subject=conversation,
        occurred_at=now(),
        received_at=now(),
    )
