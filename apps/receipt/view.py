"""The page that a customer reads: who answered, from what, and the form to object."""

from collections.abc import Callable, Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, request
from markupsafe import Markup, escape

from apps.receipt.links import Links
from core.calendar.spoken_time import clock_of
from core.model.action import ActionRun, RunState
from core.model.event import Event, EventKind
from core.model.ids import ConversationId
from core.ports import Inbox, Now, Store
from core.receipt.receipt import Cited, Line, Receipt, Speaker, receipt_of
from core.text.receipt_words import PAGE, channel_words

STYLE = """
:root { color-scheme: light dark; --ink: #1c2430; --quiet: #5b6675; --line: #d5dae1; --paper: #fff; --mark: #0b5cad; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e8ecf1; --quiet: #a4afbd; --line: #3a4452; --paper: #151a21; --mark: #7db8f2; }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 1rem/1.5 system-ui, sans-serif; }
main { max-width: 42rem; margin: 0 auto; padding: 1.5rem 1rem 3rem; }
h1 { font-size: 1.4rem; line-height: 1.25; margin: 0 0 .5rem; }
h2 { font-size: 1.05rem; margin: 2rem 0 .5rem; }
p { margin: .25rem 0; overflow-wrap: anywhere; }
ol { list-style: none; margin: 1.5rem 0; padding: 0; }
li.line { border-left: 3px solid var(--line); padding: .25rem 0 .25rem .9rem; margin: 0 0 1.1rem; }
li.assistant, li.approved, li.routine, li.drafted, li.edited { border-left-color: var(--mark); }
.who { font-weight: 600; }
.quiet { color: var(--quiet); font-size: .875rem; }
.said { white-space: pre-wrap; }
a { color: var(--mark); }
button { font: inherit; font-weight: 600; padding: .6rem 1.1rem; border: 0; border-radius: .4rem; cursor: pointer;
  background: var(--mark); color: var(--paper); }
:focus-visible { outline: 3px solid var(--mark); outline-offset: 2px; }
""".strip()


def page(receipt: Receipt, company: str, token: str, until: datetime, zone: str, *, thanked: bool = False) -> str:
    """In the language of the conversation; `token` is the page's own, for the button."""
    words = PAGE.get(receipt.language, PAGE["en"])
    lines = Markup().join(_line(line, receipt.language, zone) for line in receipt.lines)
    body = Markup(
        "<h1>{title}</h1><p>{lead}</p><p class=quiet>{masked}</p><ol>{lines}</ol>{actions}"
        "<h2>{kept}</h2><ul>{rows}</ul>{object}<p class=quiet>{until} {data}</p>"
    ).format(
        title=words["title"],
        lead=words["lead"].format(company=company),
        masked=words["masked"],
        lines=lines,
        actions=_actions(receipt, zone),
        kept=words["kept"],
        rows=_kept(receipt),
        object=_objection(receipt.language, token, thanked=thanked),
        until=words["until"].format(time=_time(until, zone)),
        data=Markup('<a href="/privacy?language={}">{}</a>').format(receipt.language, words["data"]),
    )
    return _document(words["title"], receipt.language, body)


def draw_ended(language: str) -> str:
    """What stands there instead of a receipt that cannot be read any more."""
    words = PAGE.get(language, PAGE["en"])
    return _document(words["title"], language, Markup("<h1>{}</h1><p>{}</p>").format(words["title"], words["ended"]))


def _document(title: str, language: str, body: Markup) -> str:
    return str(
        Markup(
            '<!doctype html><html lang="{}"><head><meta charset="utf-8">'
            '<meta name="viewport" content="width=device-width, initial-scale=1"><title>{}</title>'
            '<link rel="stylesheet" href="/receipt/style.css"></head><body><main>{}</main></body></html>'
        ).format(language, title, body)
    )


def _line(line: Line, language: str, zone: str) -> Markup:
    words = PAGE.get(language, PAGE["en"])
    sources = Markup()
    public = [source for source in line.sources if not source.internal]
    if public:
        linked = Markup(", ").join(_source(source) for source in public)
        sources = Markup("<p class=quiet>{}: {}</p>").format(words["sources"], linked)
    elif line.speaker is Speaker.ASSISTANT:
        sources = Markup("<p class=quiet>{}</p>").format(words["no_sources"])
    return Markup(
        '<li class="line {kind}"><p class=who>{who}</p><p class=quiet><time datetime="{iso}">{time}</time> · {by}</p>'
        "<p class=said>{text}</p>{sources}</li>"
    ).format(
        kind=line.speaker,
        who=words[line.speaker],
        iso=line.at.isoformat(),
        time=_time(line.at, zone),
        by=channel_words(line.channel, language),
        text=line.text,
        sources=sources,
    )


def _source(source: Cited) -> Markup:
    if not source.url.startswith("https://") and not source.url.startswith("http://"):
        return escape(source.title)
    return Markup('<a href="{}" rel="noreferrer">{}</a>').format(source.url, source.title)


def _actions(receipt: Receipt, zone: str) -> Markup:
    """What was done in the company's systems, or was not."""
    words = PAGE.get(receipt.language, PAGE["en"])
    if not receipt.actions:
        return Markup()
    items = Markup().join(_action(run, words, zone) for run in receipt.actions)
    return Markup("<h2>{}</h2><ol>{}</ol>").format(words["actions"], items)


def _action(run: ActionRun, words: Mapping[str, str], zone: str) -> Markup:
    done = run.state is RunState.DONE
    settled = _time(run.settled_at, zone) if run.settled_at else ""
    changes = (f"{label}: {before} → {after}" for label, before, after in run.call.told_changes())
    by = [words["asked" if run.asked_by else "agreed"], *([words["action_approved"]] if run.yes else [])]
    return Markup("<li class=line><p class=who>{}</p><p class=quiet>{}</p><p class=said>{}</p></li>").format(
        (done and run.call.done) or run.call.label,
        " ".join((words[f"action_{STATES.get(run.state, run.state)}"].format(time=settled), *by)),
        "\n".join(changes),
    )


# How it stands, in a customer's words: why it was not done is told in the conversation.
STATES = dict.fromkeys((RunState.REFUSED, RunState.REJECTED, RunState.EXPIRED), "not_done")


def _kept(receipt: Receipt) -> Markup:
    words = PAGE.get(receipt.language, PAGE["en"])
    rows = (words[f"kept_{name}"].format(count=value, value=value) for name, value in receipt.kept.items())
    return Markup().join(Markup("<li>{}</li>").format(row) for row in rows)


def _objection(language: str, token: str, *, thanked: bool) -> Markup:
    words = PAGE.get(language, PAGE["en"])
    if thanked:
        return Markup("<h2>{}</h2><p role=status>{}</p>").format(words["object"], words["thanks"])
    return Markup(
        '<h2>{}</h2><p>{}</p><form method="post" action="/receipt/{}/appeal"><button>{}</button></form>'
    ).format(words["object"], words["object_text"], token, words["button"])


def _time(moment: datetime, zone: str) -> str:
    return f"{moment.astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M} ({zone})"


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


def receipts(
    store: Store, inbox: Inbox, links: Links, company: str, now: Now, looked: Callable[..., None] | None = None
) -> Blueprint:
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
            return Response(draw_ended(language or "en"), status=GONE, mimetype="text/html")
        if looked is not None:
            looked("whoever has the receipt's address", "receipt", "conversation", ref=found[0])
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
