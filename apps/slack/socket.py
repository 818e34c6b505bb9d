"""Socket Mode: Slack's events over a connection that we open, for a server that cannot be reached from outside."""

import logging
import signal
import threading
import time

from slack_bolt import App
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_sdk import WebClient

log = logging.getLogger("handrail.slack")


def listen_by_socket(app: App, app_token: str, client: WebClient) -> SocketModeHandler:
    """Connected, and connected anew whenever it breaks; what comes is given to the same listeners as over HTTP."""
    own = WebClient(base_url=client.base_url, timeout=client.timeout)
    handler = SocketModeHandler(app, app_token, web_client=own, logger=log)
    handler.connect()  # type: ignore[no-untyped-call]
    return handler


def socket_here() -> None:
    """Until it is stopped."""
    from prometheus_client import CollectorRegistry

    from apps.bootstrap import Container, now
    from apps.server import quiet_logging
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
    container = Container(settings)
    container.migrate()
    received = counter(CollectorRegistry())
    intake = Intake(inbox=container.inbox, now=now, public_url=settings.public_url, received=received)
    handler = _patiently(SlackSide(container, intake).bolt, token, container.slack)
    log.info("connected to Slack by Socket Mode")
    stopped = threading.Event()
    for each in (signal.SIGTERM, signal.SIGINT):
        signal.signal(each, lambda *_: stopped.set())
    stopped.wait()
    handler.close()  # type: ignore[no-untyped-call]


def _patiently(app: App, token: str, client: WebClient) -> SocketModeHandler:
    """Slack may be away when we start; once connected, the handler looks after itself."""
    wait = 1.0
    while True:
        try:
            return listen_by_socket(app, token, client)
        except OSError as error:
            log.warning("Slack cannot be reached by Socket Mode: %s; tried again in %.0f s", error, wait)
            time.sleep(wait)
            wait = min(60.0, wait * 2)
