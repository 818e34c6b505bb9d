"""The web process: webhooks in, the sidebar, the decision log, health."""

import logging
from functools import partial

from flask import Flask, Response, abort, jsonify
from prometheus_client import CollectorRegistry, generate_latest
from werkzeug.exceptions import HTTPException

from apps.backup import LastBackup
from apps.bootstrap import Container, now
from apps.decisions import decision_log
from apps.forwarded import Forwarded
from apps.health import health, may_look
from apps.journey.pages import journey_pages
from apps.metrics import count_all, counts_together
from apps.model_metrics import ModelReadings
from apps.privacy.accesses import AccessLog
from apps.privacy.metrics import KeptData
from apps.privacy.page import data_page
from apps.rate_limit import limit_sources
from apps.receipt.view import receipts
from apps.reconcile_metrics import Gaps
from apps.slack.assemble import SlackSide
from apps.store_metrics import Heartbeats, ModelSpending, QueueLength, Waiting
from apps.traces import link, trace_requests
from apps.zendesk.assemble import sidebar
from core.errors import TransientError
from webhooks.intake import AGAIN_AFTER, LARGEST, Intake, counter
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
    app.wsgi_app = Forwarded(app.wsgi_app, settings.trusted_proxies)  # type: ignore[method-assign]
    trace_requests(app, settings)
    limit_sources(app, settings.trusted_proxies, registry)
    app.config["MAX_CONTENT_LENGTH"] = 2 * LARGEST  # the intake refuses first, with a count and a reason
    app.register_blueprint(zendesk_webhooks(intake, container.zendesk_signature, settings.zendesk.user_id))
    app.register_blueprint(twilio_webhooks(intake, container.twilio_signature))
    app.register_blueprint(sunshine_webhooks(intake, container.sunshine_signature, settings.sunshine.integration_id))
    _calls(app, container, intake)
    app.register_blueprint(signal_webhooks(intake, key, lambda: container.policy))
    _journey(app, container, intake)
    looks = AccessLog(store=container.store, now=now)
    app.register_blueprint(sidebar(container, looks.note).blueprint())
    app.register_blueprint(decision_log(container.store, key, now, partial(link, settings)))
    links, company = container.receipt_links, settings.company
    app.register_blueprint(receipts(container.store, container.inbox, links, company, now, looks.note))
    app.register_blueprint(data_page(settings, lambda: bool(container.policy.automatic)))
    app.register_blueprint(health(container))
    SlackSide(container, intake).serve(app)

    stored = CollectorRegistry()  # what the store tells is the same for all processes, and not added up
    stored.register(KeptData(container.store))
    stored.register(LastBackup(container.store))
    stored.register(Gaps(container.store, now))
    stored.register(Waiting(container.store, now))
    stored.register(QueueLength(container.queue_lengths))
    stored.register(Heartbeats(settings.data_dir))
    if settings.openai.base_url:
        stored.register(ModelReadings(container.store))
        stored.register(ModelSpending(container.store, lambda: container.policy.models, now))

    @app.get("/metrics")
    def metrics() -> Response:
        if not may_look(settings):
            abort(403, "the setting metrics_from names who may read them, metrics_token is for anybody else")
        own = count_all() if counts_together() else generate_latest(registry) + container.measured()
        return Response(own + generate_latest(stored), mimetype="text/plain")

    @app.errorhandler(TransientError)
    def come_again(error: TransientError) -> Response:
        log.warning("%s", error)
        response = jsonify({"error": {"code": "unavailable", "message": "please try again in a moment"}})
        response.status_code, response.headers["Retry-After"] = 503, AGAIN_AFTER
        return response

    app.register_error_handler(HTTPException, refuse)
    return app


def refuse(error: HTTPException) -> Response:
    response = jsonify({"error": {"code": error.name, "message": error.description}})
    response.status_code = error.code or 500
    return response


def _journey(app: Flask, container: Container, intake: Intake) -> None:
    """The beacon, where the company has pages that carry it."""
    origins = container.settings.journey.origins
    if not origins:
        return
    origin = KnownOrigin(origins)
    app.register_blueprint(journey_webhooks(intake, origin))
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
