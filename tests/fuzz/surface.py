"""Our whole HTTP surface in one app: what vendors send is verified by nobody, the sidebar has one ticket."""

from datetime import timedelta
from itertools import count

from flask import Flask, request
from werkzeug.exceptions import HTTPException

from apps.decisions import decision_log
from apps.health import health
from apps.journey.pages import journey_pages
from apps.privacy.page import data_page
from apps.receipt.links import Links
from apps.receipt.view import receipts
from apps.slack.app import slack_app, slack_requests
from apps.wsgi import refuse
from apps.zendesk.session import Visitor
from connectors.sql.store import SqlStore
from tests.apps.container import QuietContainer
from tests.apps.slack.wire import SECRET, opening
from tests.apps.zendesk.desk import Desk
from tests.clock import Clock
from tests.core.rules import policy
from tests.fuzz.requests_to_us import Anybody, Remembering, intake, voice_calls
from tests.webhooks.receiving import API_KEY, PLAYS
from webhooks.journey.origin import KnownOrigin
from webhooks.journey.view import journey_webhooks
from webhooks.signals.key import ApiKey
from webhooks.signals.view import signal_webhooks
from webhooks.sunshine.view import sunshine_webhooks
from webhooks.twilio.view import twilio_webhooks
from webhooks.twilio.voice import voice_webhooks
from webhooks.zendesk.view import zendesk_webhooks

SHOP = "https://shop.example"


def surface(store: SqlStore, container: QuietContainer) -> Flask:
    clock, taking = Clock(), intake()
    desk = Desk(store, clock)
    desk.decide()
    desk.learn()
    held = policy(outreach__plays=PLAYS)
    door, _, _ = opening(Remembering(), store)
    anybody, origin = Anybody(), KnownOrigin([SHOP])
    app = Flask(__name__, static_folder=None)
    app.testing = True
    for blueprint in (
        zendesk_webhooks(taking, anybody, "9001"),
        twilio_webhooks(taking, anybody),
        sunshine_webhooks(taking, anybody, "1" * 24),
        voice_webhooks(voice_calls(store, taking)),
        signal_webhooks(taking, ApiKey(API_KEY), lambda: held),
        journey_webhooks(taking, origin),
        journey_pages(store, lambda: held, origin, clock),
        desk.sidebar.blueprint(),
        decision_log(store, ApiKey(API_KEY), clock),
        receipts(store, Remembering(), Links(public_url=SHOP, secret="s" * 32), "Larkfield", clock),
        data_page(container.settings, lambda: True),
        health(container),
        slack_requests(door.intake, anybody, slack_app(door, SECRET)),
    ):
        app.register_blueprint(blueprint)
    app.register_error_handler(HTTPException, refuse)
    turns, admin = count(), Visitor(agent_id="505", name="Priya Nair", role="admin")

    @app.before_request
    def signed_in() -> None:
        """Nobody asks too often, and whoever asks the sidebar is an admin, every fifth time nobody."""
        clock.forward(timedelta(seconds=5))
        if next(turns) % 5:
            request.environ["HTTP_AUTHORIZATION"] = f"Bearer {desk.signed_in(admin)}"

    return app
