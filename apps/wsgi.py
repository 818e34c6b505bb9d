"""The web process: webhooks in, the sidebar, the decision log, health."""

import logging
import os
from pathlib import Path

from flask import Flask, Response, jsonify
from prometheus_client import CollectorRegistry, generate_latest
from werkzeug.exceptions import HTTPException

from apps.bootstrap import House, now
from apps.decisions import decision_log
from apps.health import health
from apps.settings import read_settings
from apps.slack.app import slack_app, slack_requests
from apps.zendesk.api import FRAMES, Page, Sidebar
from apps.zendesk.offers import OfferViews
from apps.zendesk.session import Sessions
from apps.zendesk.writing import Writing
from core.answer.search import Search
from core.errors import ConfigurationError
from core.execute.agent import AgentActions
from core.measure.correct import CorrectIntent
from webhooks.intake import LARGEST, Intake, counter
from webhooks.signals.key import ApiKey
from webhooks.signals.view import signal_webhooks
from webhooks.twilio.view import twilio_webhooks
from webhooks.zendesk.view import zendesk_webhooks

log = logging.getLogger("handrail.web")

BUILT_APP = Path(__file__).parent / "zendesk" / "app" / "dist"


def create_app(house: House) -> Flask:
    """Everything that speaks HTTP, over one house."""
    settings = house.settings
    # Read now: one that cannot be read stops the start, and what comes later leaves this one to go on with.
    log.info("policy %s", house.policy.version)
    registry = CollectorRegistry()
    intake = Intake(
        inbox=house.inbox, now=now, public_url=settings["public_url"].rstrip("/"), received=counter(registry)
    )
    key = ApiKey(settings.secret("api_key"))
    app = Flask(__name__, static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = 2 * LARGEST  # the intake refuses first, with a count and a reason
    app.register_blueprint(zendesk_webhooks(intake, house.zendesk_signature, settings["zendesk.user_id"]))
    app.register_blueprint(twilio_webhooks(intake, house.twilio_signature))
    app.register_blueprint(signal_webhooks(intake, key))
    app.register_blueprint(_sidebar(house).blueprint())
    app.register_blueprint(decision_log(house.store, key, now))
    app.register_blueprint(health(house))
    bolt = slack_app(intake, settings.secret("slack.signing_secret"), house.slack)
    app.register_blueprint(slack_requests(intake, house.slack_signature, bolt))

    @app.get("/metrics")
    def metrics() -> Response:
        return Response(generate_latest(registry), mimetype="text/plain")

    @app.errorhandler(HTTPException)
    def refused(error: HTTPException) -> Response:
        response = jsonify({"error": {"code": error.name, "message": error.description}})
        response.status_code = error.code or 500
        return response

    return app


def _sidebar(house: House) -> Sidebar:
    settings = house.settings
    sessions = Sessions(
        store=house.store,
        secret=settings.secret("session_secret"),
        public_key=_app_key(settings["zendesk.app_key_file"]),
        audience=settings["zendesk.app_audience"],
    )
    frames = f"frame-ancestors {settings['frame_ancestors']}" if settings["frame_ancestors"] else FRAMES
    return Sidebar(
        store=house.store,
        sessions=sessions,
        actions=lambda: AgentActions(store=house.store, publisher=house.publisher, policy=house.policy),
        search=Search(lambda: house.answer),
        offered=OfferViews(store=house.store, offers=house.offers, now=now),
        writing=Writing(
            store=house.store,
            answer=lambda: house.answer,
            rewriter=lambda: house.rewriter,
            style=house.style,
            now=now,
        ),
        page=Page(folder=BUILT_APP, sdk_url=settings["zaf_sdk_url"], frame_ancestors=frames),
        now=now,
        correcting=CorrectIntent(store=house.store, known=lambda: house.intents.labels),
        intent_labels=lambda: house.intents.labels,
    )


def _app_key(path: str) -> str:
    """Without a key nobody can open the sidebar, but webhooks are taken."""
    try:
        return Path(path).read_text(encoding="utf-8") if path else ""
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"HANDRAIL_ZENDESK_APP_KEY_FILE cannot be read: {error}") from error


def from_environment() -> Flask:
    """For gunicorn: `gunicorn 'apps.wsgi:from_environment()'`."""
    house = House(read_settings(os.environ, Path(os.environ.get("HANDRAIL_CONFIG", "handrail.toml"))))
    house.migrate()
    return create_app(house)
