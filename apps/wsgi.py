"""The web process: webhooks in, the sidebar, the decision log, health."""

import logging

from flask import Flask, Response, jsonify
from prometheus_client import CollectorRegistry, generate_latest
from werkzeug.exceptions import HTTPException

from apps.bootstrap import Container, now
from apps.decisions import decision_log
from apps.health import health
from apps.journey.pages import journey_pages
from apps.metrics import count_all, counts_together
from apps.model_metrics import ModelReadings
from apps.rate_limit import RateLimit
from apps.receipt.view import receipts
from apps.settings import settings_here
from apps.slack.assemble import SlackSide
from apps.zendesk.assemble import sidebar
from webhooks.intake import LARGEST, Intake, counter
from webhooks.journey.origin import KnownOrigin
from webhooks.journey.view import journey_webhooks
from webhooks.signals.key import ApiKey
from webhooks.signals.view import signal_webhooks
from webhooks.sunshine.view import sunshine_webhooks
from webhooks.twilio.view import twilio_webhooks
from webhooks.twilio.voice import Calls, voice_webhooks
from webhooks.zendesk.view import zendesk_webhooks

log = logging.getLogger("handrail.web")


def create_app(container: Container) -> Flask:
    """Everything that speaks HTTP, over one container."""
    settings = container.settings
    # Read now: one that cannot be read stops the start, and what comes later leaves this one to go on with.
    log.info("policy %s", container.policy.version)
    registry = CollectorRegistry()
    intake = Intake(
        inbox=container.inbox, now=now, public_url=settings.public_url.rstrip("/"), received=counter(registry)
    )
    key = ApiKey(settings.api_key.value)
    app = Flask(__name__, static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = 2 * LARGEST  # the intake refuses first, with a count and a reason
    app.register_blueprint(zendesk_webhooks(intake, container.zendesk_signature, settings.zendesk.user_id))
    app.register_blueprint(twilio_webhooks(intake, container.twilio_signature))
    app.register_blueprint(sunshine_webhooks(intake, container.sunshine_signature, settings.sunshine.integration_id))
    _calls(app, container, intake)
    app.register_blueprint(signal_webhooks(intake, key, lambda: container.policy))
    _journey(app, container, intake)
    app.register_blueprint(sidebar(container).blueprint())
    app.register_blueprint(decision_log(container.store, key, now))
    app.register_blueprint(receipts(container.store, container.inbox, container.receipt_links, settings.company, now))
    app.register_blueprint(health(container))
    SlackSide(container, intake).serve(app)

    stored = CollectorRegistry()  # what the store tells is the same for all processes, and not added up
    if settings.openai.base_url:
        stored.register(ModelReadings(container.store))

    @app.get("/metrics")
    def metrics() -> Response:
        own = count_all() if counts_together() else generate_latest(registry)
        return Response(own + generate_latest(stored), mimetype="text/plain")

    @app.errorhandler(HTTPException)
    def refuse(error: HTTPException) -> Response:
        response = jsonify({"error": {"code": error.name, "message": error.description}})
        response.status_code = error.code or 500
        return response

    return app


def _journey(app: Flask, container: Container, intake: Intake) -> None:
    """The beacon, where the company has pages that carry it."""
    origins = container.settings.journey.origins
    if not origins:
        return
    origin, limit = KnownOrigin(origins), RateLimit(burst=60, per_second=1.0)
    app.register_blueprint(journey_webhooks(intake, origin, lambda address: limit.wait(address, now())))
    app.register_blueprint(journey_pages(container.store, lambda: container.policy, origin, now))


def _calls(app: Flask, container: Container, intake: Intake) -> None:
    """Calls, where the company has a number for them."""
    if not container.settings.twilio.voice_number:
        return
    calls = Calls(
        intake=intake,
        signature=container.twilio_signature,
        reception=container.reception,
        rendered=container.voice_twiml,
    )
    app.register_blueprint(voice_webhooks(calls))


def from_environment() -> Flask:
    """For gunicorn: `gunicorn 'apps.wsgi:from_environment()'`."""
    container = Container(settings_here())
    container.migrate()
    return create_app(container)
