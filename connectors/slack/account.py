"""Which Slack workspace, as which app."""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.web import SlackResponse

from connectors.measures import calling


@dataclass(frozen=True, slots=True, kw_only=True)
class SlackAccount:
    """The bot's token. `base_url` (ending in /api/) sends every request elsewhere, to the sandbox say."""

    token: str = field(repr=False)
    base_url: str | None = None
    timeout: timedelta = timedelta(seconds=10)

    def __post_init__(self) -> None:
        if not self.token:
            raise ValueError("a Slack account needs its bot token")
        if self.base_url is not None and not self.base_url.startswith(("http://", "https://")):
            raise ValueError(f"base_url is not an http address: {self.base_url}")


def connect(account: SlackAccount) -> WebClient:
    """The workspace's client, ready for calls. Nothing is sent yet."""
    return _client(account.token, account.base_url, account.timeout)


def connect_without_token(base_url: str | None) -> WebClient:
    """For what an app may ask without one, where each workspace has its own."""
    return _client(None, base_url, timedelta(seconds=10))


class MeasuredClient(WebClient):
    """The SDK's own, with each call counted."""

    def api_call(self, api_method: str, **more: Any) -> SlackResponse:
        with calling("slack", api_method) as call:
            try:
                return super().api_call(api_method, **more)
            except SlackApiError as error:
                call.answered(max(400, int(getattr(error.response, "status_code", 400))))
                raise


def _client(token: str | None, base_url: str | None, timeout: timedelta) -> WebClient:
    client = MeasuredClient(
        token=token,
        base_url=f"{(base_url or WebClient.BASE_URL).rstrip('/')}/",
        timeout=int(timeout.total_seconds()),
    )
    # The SDK would try again after a broken connection: a message could be posted twice.
    client.retry_handlers.clear()
    return client
