"""The built sidebar in a browser, with Zendesk's page and our web played by the test: every state can be brought about.

No server runs. Each request of the browser is answered here, so that a state like "rate limited" is one line of a
test. The client library between the app and the page around it is the published one, the handshake the true one.
"""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from playwright.sync_api import Browser, Frame, Page, Route, ViewportSize

from tests.browser.people import AXE, ROOT

APP = ROOT / "apps" / "zendesk" / "app"
BUILT = APP / "dist"
LIBRARY = APP / "dist-sandbox" / "zaf_sdk.js"
VIEW = Path(__file__).with_name("panel_view.json")
ZENDESK = Path(__file__).with_name("panel_zendesk.html")
# Never listened on: whatever is asked there is answered by the test.
ORIGIN = "http://127.0.0.1:4399"
TYPES = {".js": "text/javascript", ".css": "text/css", ".html": "text/html", ".svg": "image/svg+xml"}
SESSION = {
    "token": "token-for-tests",
    "role": "agent",
    "agent": {"id": "7", "name": "Maria Lopez"},
    "expires_at": "2099-01-01T00:00:00Z",
    "groups": ["Customer care", "Billing"],
}
ELSEWHERE = {
    "id": "co_2",
    "ticket": "17",
    "subject": "Where is my doorbell?",
    "status": "open",
    "channel": "email",
    "at": "2026-11-18T10:00:00Z",
    "entries": [],
}
QUIET: dict[str, Any] = {
    "writing": {"rewrite": {"unavailable": "no language model is set"}},
    "intents": {"intents": []},
    "scenarios": {"scenarios": []},
    "search": {"results": []},
    "request": {"request": None},
    "assist": {"steps": [], "scripts": []},
    "elsewhere": {"moods": {}, "contact": None, "conversations": [ELSEWHERE], "outreach": []},
    "similar": {"tickets": []},
    "macros": {"macros": []},
    "profile": {
        "facts": [],
        "asked": [],
        "proved": {"by": None, "until": None, "waiting": False},
        "merges": [],
        "proposals": [],
    },
    "threads": {"joins": [], "tickets": [], "others": [], "moves": []},
    "coaching": {"while_writing": False, "afterwards": None},
    "pulse": {"due": False, "last": None},
}

Answer = Callable[[Route], None]


def refused(status: int, code: str, **headers: str) -> Answer:
    """Our web saying no, as its contract has it."""
    body = json.dumps({"error": {"code": code, "message": ""}})
    said = {"Content-Type": "application/json", **{name.replace("_", "-"): value for name, value in headers.items()}}
    return lambda route: route.fulfill(status=status, headers=said, body=body)


def unreachable(route: Route) -> None:
    route.abort("internetdisconnected")


@dataclass(slots=True, kw_only=True)
class Panel:
    """One open panel. `view` is what our web has to say; `fault`, where there is one, answers in its place.

    `answers` are what one other address says, by the last part of its path: the body, or an act that answers.
    """

    page: Page
    view: dict[str, Any]
    fault: Answer | None = None
    role: str = "agent"
    answers: dict[str, Any] = field(default_factory=dict)
    asked: list[tuple[str, str]] = field(default_factory=list)

    @property
    def app(self) -> Frame:
        return next(frame for frame in self.page.frames if "/sidebar/" in frame.url)

    @property
    def reply(self) -> str:
        """What stands in Zendesk's own field for the reply."""
        text: str = self.page.evaluate("values['ticket.comment.text']")
        return text

    def type(self, words: str) -> None:
        """The agent types into Zendesk's own field."""
        self.page.evaluate("words => { values['ticket.comment.text'] = words; }", words)

    def fire(self, event: str) -> None:
        """Something happened in Zendesk."""
        self.page.evaluate("event => tell({key: 'zaf.' + event})", event)

    def unfold(self, title: str) -> None:
        """Open a folded block by its title."""
        self.app.get_by_role("region", name=title, exact=True).locator(".fold-button").click()

    def faults(self) -> list[str]:
        """What axe holds against the panel."""
        self.app.evaluate(AXE.read_text(encoding="utf-8"))
        result: dict[str, Any] = self.app.evaluate("axe.run(document, {resultTypes: ['violations']})")
        return [f"{fault['id']}: {node['html']}" for fault in result["violations"] for node in fault["nodes"]]

    def overflow(self) -> list[str]:
        """Elements that stand out of the panel on either side."""
        script = """() => [...document.querySelectorAll('.handrail *')]
            .filter(element => !element.closest('.unseen, .dotted, .entry-head, .quiet-scroll'))
            .filter(element => { const box = element.getBoundingClientRect();
                return box.width && (box.right > innerWidth + 1 || box.left < -1); })
            .map(element => element.outerHTML.slice(0, 160))"""
        found: list[str] = self.app.evaluate(script)
        return found

    def answer(self, route: Route) -> None:
        url = urlsplit(route.request.url)
        if url.path == "/":
            route.fulfill(content_type="text/html", body=ZENDESK.read_text(encoding="utf-8"))
        elif url.path.startswith("/sidebar/api/"):
            self.asked.append((route.request.method, route.request.url))
            self.api(route, url.path.removeprefix("/sidebar/api/"), parse_qs(url.query))
        elif url.path == "/sidebar/":
            route.fulfill(content_type="text/html", body=first_page(self.role))
        else:
            file = LIBRARY if url.path == "/zaf_sdk.js" else BUILT / "assets" / Path(url.path).name
            route.fulfill(content_type=TYPES[file.suffix], body=file.read_bytes())

    def beside(self, name: str) -> Any:
        """One piece of what stands beside the ticket; one that the test answers by hand is asked for by itself."""
        given = self.answers.get(name, QUIET.get(name))
        return {"later": True} if callable(given) or given is None else given

    def api(self, route: Route, path: str, query: dict[str, list[str]]) -> None:
        place = path.rstrip("/").split("/")
        if self.fault and place[0] == "tickets" and len(place) == 2:
            self.fault(route)
        elif place[-1] == "beside":
            route.fulfill(json={name: self.beside(name) for name in query["of"][0].split(",")})
        elif (given := self.answers.get(place[-1])) is not None:
            given(route) if callable(given) else route.fulfill(json=given)
        elif place[0] == "session":
            route.fulfill(json={**SESSION, "token": "renewed-for-tests"})
        elif route.request.method == "POST":
            route.fulfill(status=204)
        elif place[-1] in QUIET:
            route.fulfill(json=QUIET[place[-1]])
        elif place[0] != "tickets" or len(place) != 2:
            refused(404, "not_found")(route)
        elif query.get("after") == [str(self.view["version"])]:
            route.fulfill(status=204)
        else:
            route.fulfill(json=self.view)


def first_page(role: str) -> str:
    """As the web writes it: who is signed in, and where the client library comes from."""
    text = (BUILT / "index.html").read_text(encoding="utf-8").replace("%ZAF_SDK_URL%", "/zaf_sdk.js")
    return text.replace(
        "<!--handrail:session-->", f"<script>window.HANDRAIL={json.dumps({**SESSION, 'role': role})}</script>"
    )


@contextmanager
def panel(
    browser: Browser,
    *,
    width: int = 320,
    scheme: str = "light",
    locale: str = "en-GB",
    location: str = "ticket_sidebar",
    composer: str = "",
    answers: dict[str, Any] | None = None,
    view: dict[str, Any] | None = None,
    fault: Answer | None = None,
    role: str = "agent",
    at: datetime | None = None,
) -> Iterator[Panel]:
    """A panel of that width, in that agent's colours and language; `composer` "refuses" or is "mute"; `at` is what its
    clock says all the time."""
    size: ViewportSize = {"width": width, "height": 900}
    context = browser.new_context(viewport=size, reduced_motion="reduce", locale="en-GB", timezone_id="UTC")
    shown = view or json.loads(VIEW.read_text(encoding="utf-8"))
    one = Panel(page=context.new_page(), view=shown, fault=fault, answers=answers or {}, role=role)
    if at is not None:
        one.page.clock.set_fixed_time(at)
    one.page.route(f"{ORIGIN}/**", lambda route: one.answer(route))
    one.page.goto(f"{ORIGIN}/?scheme={scheme}&locale={locale}&location={location}&composer={composer}")
    try:
        yield one
    finally:
        context.close()


def words(language: str) -> dict[str, str]:
    """All that the panel says in that language, by key."""
    table: dict[str, str] = json.loads((APP / "translations" / f"{language}.json").read_text(encoding="utf-8"))
    return table
