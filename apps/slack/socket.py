"""Socket Mode: Slack's events over a connection that we open, for a server that cannot be reached from outside."""

import logging
import signal
import threading
import time
from collections.abc import Callable
from typing import Any

from marshmallow import ValidationError
from slack_bolt import App
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.socket_mode.request import SocketModeRequest

from apps.slack.schema import tame

log = logging.getLogger("handrail.slack")


class TamedSocket(SocketModeHandler):
    """What Slack never sends is left unanswered, and named in the log."""

    def handle(self, client: Any, req: SocketModeRequest) -> None:
        try:
            req.payload = tame(req.payload)
        except ValidationError as error:
            log.warning("%s by Socket Mode cannot be read: %s", req.type, error)
            return
        super().handle(client, req)


def listen_by_socket(app: App, app_token: str, client: WebClient) -> SocketModeHandler:
    """Connected, and connected anew whenever it breaks; what comes is given to the same listeners as over HTTP."""
    own = WebClient(base_url=client.base_url, timeout=client.timeout)
    handler = TamedSocket(app, app_token, web_client=own, logger=log)
    try:
        handler.connect()  # type: ignore[no-untyped-call]
    except (OSError, SlackApiError):
        handler.close()  # type: ignore[no-untyped-call]  # its threads would stay
        raise
    return handler


def socket_here() -> None:
    """Until it is stopped."""
    from prometheus_client import CollectorRegistry

    from apps.bootstrap import FOR_WEB, Container, now
    from apps.heartbeat import Heartbeat
    from apps.server import quiet_logging, when_the_store_is_there
    from apps.settings import settings_here
    from apps.slack.assemble import SlackSide
    from core.errors import ConfigurationError
    from webhooks.intake import Intake, counter

    quiet_logging()
    settings = settings_here()
    token = settings.slack.app_token.value
    if not token:
        raise ConfigurationError(
            "slack.app_token is missing: make one under Basic Information › App-Level Tokens with connections:write, "
            "and turn Socket Mode on."
        )
    container = Container(settings, waiting=FOR_WEB)
    when_the_store_is_there(container.migrate)
    received = counter(CollectorRegistry())
    intake = Intake(inbox=container.inbox, now=now, public_url=settings.public_url, received=received)
    heartbeat = Heartbeat(settings.data_dir, "slack")
    handler = wait_for_slack(SlackSide(container, intake).bolt, token, container.slack, heartbeat.beat)
    log.info("connected to Slack by Socket Mode")
    stopped = threading.Event()
    for each in (signal.SIGTERM, signal.SIGINT):
        signal.signal(each, lambda *_: stopped.set())
    while not stopped.wait(2):
        heartbeat.beat()
    handler.close()  # type: ignore[no-untyped-call]


def wait_for_slack(app: App, token: str, client: WebClient, beat: Callable[[], None]) -> SocketModeHandler:
    """Slack may be away or refuse us when we start; once connected, the handler looks after itself."""
    wait = 1.0
    while True:
        beat()
        try:
            return listen_by_socket(app, token, client)
        except (OSError, SlackApiError) as error:
            log.warning("No connection to Slack by Socket Mode: %s; tried again in %.0f s", error, wait)
            time.sleep(wait)
            wait = min(30.0, wait * 2)
