from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from apps.journey.pages import journey_pages
from connectors.sql.store import SqlStore
from core.model.journey import Offer
from tests.clock import Clock
from tests.core import rules
from webhooks.journey.origin import KnownOrigin

SHOP = "https://shop.example.com"
VISITOR = "0123456789abcdef0123456789abcdef"
WAITING = {"step": "hesitated", "seconds": 45, "pages": ["/checkout"], "texts": {"en": "Is anything unclear?"}}


class Page:
    def __init__(self, store: SqlStore, clock: Clock) -> None:
        self.store, self.clock = store, clock
        policy = rules.policy(journey={"rules": {"waiting": WAITING}})
        app = Flask(__name__)
        app.register_blueprint(journey_pages(store, lambda: policy, KnownOrigin([SHOP]), clock))
        self.client = app.test_client()

    def asks(self, visitor: str = VISITOR, origin: str = SHOP) -> TestResponse:
        return self.client.get(f"/journey/offer?visitor={visitor}", headers={"Origin": origin})

    def offered(self, **changes: Any) -> None:
        now = self.clock()
        given: dict[str, Any] = {"visitor": VISITOR, "rule": "waiting", "text": "Is anything unclear?"}
        given |= {"evidence": "nothing was done", "page": "/checkout", "at": now}
        offer = Offer(**given, expires_at=now + timedelta(minutes=5), **changes)
        with self.store.begin() as unit:
            unit.journey.add_offer(offer)
            unit.journey.place(offer.id)


@pytest.fixture
def page(store: SqlStore, clock: Clock) -> Page:
    return Page(store, clock)


def test_the_script_knows_which_pages_to_watch(page: Page) -> None:
    answer = page.client.get("/journey/beacon.js")
    assert answer.mimetype == "text/javascript"
    assert '"hesitation": [{"pages": ["/checkout"], "seconds": 45.0}]' in answer.text
    assert "max-age=300" in answer.headers["Cache-Control"]


def test_the_script_knows_how_often_a_browser_may_be_asked(page: Page) -> None:
    assert '"opened": false, "perDay": 1, "afterNoSeconds": 2592000.0' in page.client.get("/journey/beacon.js").text


def test_the_script_is_small_and_sets_no_cookie(page: Page) -> None:
    answer = page.client.get("/journey/beacon.js")
    assert len(answer.data) < 9_000
    assert "cookie" not in answer.text.replace("No cookie", "")


def test_an_offer_is_shown_to_its_visitor_while_it_is_fresh(page: Page) -> None:
    assert page.asks().status_code == 204
    page.offered()
    assert page.asks("f" * 32).status_code == 204
    first, again = page.asks(), page.asks()
    assert first.get_json()["text"] == "Is anything unclear?"
    assert again.get_json() == first.get_json()
    assert first.headers["Access-Control-Allow-Origin"] == SHOP
    page.clock.forward(timedelta(minutes=5))
    assert page.asks().status_code == 204


@pytest.mark.parametrize(
    ("visitor", "origin"), [(VISITOR, "https://evil.example.com"), ("1' OR 1=1", SHOP), ("", SHOP)]
)
def test_nobody_else_is_told_anything(page: Page, visitor: str, origin: str) -> None:
    page.offered()
    answer = page.asks(visitor, origin)
    assert answer.status_code == 403
    assert "unclear" not in answer.text
    assert answer.headers.get("Access-Control-Allow-Origin") != "https://evil.example.com"
