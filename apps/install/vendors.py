"""The vendors: what must be set for each and where a person finds it, what connecting asks of each, and how its
connection is built."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from apps.install.place import Place
from apps.install.plan import Book, Step

if TYPE_CHECKING:
    from apps.bootstrap import Container


ZENDESK = ("public_url", "zendesk.subdomain", "zendesk.email", "zendesk.token")
TWILIO = ("public_url", "twilio.account_sid", "twilio.auth_token", "twilio.sms_number")
MESSAGING = (
    "public_url",
    "zendesk.subdomain",
    "sunshine.app_id",
    "sunshine.key_id",
    "sunshine.key_secret",
    "sunshine.integration_id",
)
SLACK_APP = ("public_url",)
SLACK = ("public_url", "slack.bot_token", "slack.signing_secret")

HINTS: Mapping[str, str] = {
    "public_url": "the https address at which the vendors reach this server: https://desk.example.com",
    "company": "the company's name as customers know it",
    "zendesk.subdomain": "the part before .zendesk.com in your account's address",
    "zendesk.email": "the e-mail address of the integration user (an admin, best one of its own)",
    "zendesk.token": "its API token: Admin Center › Apps and integrations › APIs › API tokens",
    "twilio.account_sid": "the account SID, AC…, on the first page of the Twilio console",
    "twilio.auth_token": "the auth token, below the SID",
    "twilio.sms_number": "the number that texts come from, with its country: +15005550006",
    "sunshine.app_id": "the app id: Admin Center › Apps and integrations › APIs › Conversations API",
    "sunshine.key_id": "the id of an API key made there, app_…",
    "sunshine.key_secret": "its secret, shown once",
    "sunshine.integration_id": "the id of an integration made for Handrail under Conversations integrations",
    "slack.bot_token": "the app's page › OAuth & Permissions › Bot User OAuth Token, xoxb-…",
    "slack.signing_secret": "the app's page › Basic Information › Signing Secret",
}


class Connection(Protocol):
    """One vendor's account, for which there are credentials that may or may not work.

    Every method but the steps' own acts only reads, and raises the errors of `core.errors`."""

    @property
    def title(self) -> str:
        """The vendor's name, as a person writes it."""
        ...

    def try_credentials(self) -> str:
        """Try the credentials: whose they are, in one line. ConfigurationError names what is wrong or not allowed."""
        ...

    def plan(self) -> list[Step]:
        """What is to be done, in order."""
        ...

    def notes(self) -> list[str]:
        """What a person should know, and what was left out on purpose."""
        ...

    def found(self) -> Mapping[str, str | None]:
        """Settings that the account tells; None for what is known only once the plan is carried out."""
        ...

    def finish(self) -> None:
        """Write what is no setting: files that settings name. Called once the plan is carried out."""
        ...

    def undo(self) -> list[Step]:
        """What takes back what was made, newest first."""
        ...

    def written_settings(self) -> tuple[str, ...]:
        """The settings that connecting wrote by itself, to be taken out again."""
        ...


KEY_FILE = "zendesk_app_key.pem"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What the person asked for on the command line."""

    triggers: bool | None = None
    app: bool = True
    config_token: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Vendor:
    """`needs` must be set; `hints` say where a person finds it."""

    name: str
    needs: tuple[str, ...]
    hints: Mapping[str, str]
    build: Callable[["Container", Book, Place, Wish], Connection]
    optional: bool = False  # connected only by its name


def _zendesk(container: "Container", book: Book, place: Place, wish: Wish) -> Connection:
    from apps.install.zendesk import ZendeskConnection

    # Named as it is found from where the commands run; a file elsewhere is named in full.
    beside = place.toml.parent / KEY_FILE
    key_file = beside if beside.parent == Path() else beside.resolve()
    return ZendeskConnection(container=container, book=book, key_file=key_file, triggers=wish.triggers, app=wish.app)


def _twilio(container: "Container", book: Book, _: Place, __: Wish) -> Connection:
    from apps.install.twilio import TwilioConnection

    return TwilioConnection(container=container, book=book)


def _slack(container: "Container", book: Book, _: Place, __: Wish) -> Connection:
    from apps.install.slack import SlackConnection

    return SlackConnection(container=container, book=book)


def _messaging(container: "Container", book: Book, _: Place, __: Wish) -> Connection:
    from apps.install.messaging import MessagingConnection

    return MessagingConnection(container=container, book=book)


VENDORS: Mapping[str, Vendor] = {
    "zendesk": Vendor(name="zendesk", needs=ZENDESK, hints=HINTS, build=_zendesk),
    "twilio": Vendor(name="twilio", needs=TWILIO, hints=HINTS, build=_twilio),
    "slack": Vendor(name="slack", needs=SLACK, hints=HINTS, build=_slack),
    "messaging": Vendor(name="messaging", needs=MESSAGING, hints=HINTS, build=_messaging, optional=True),
}
USUAL = tuple(name for name, vendor in VENDORS.items() if not vendor.optional)
