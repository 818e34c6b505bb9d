"""The vendors: what must be set for each, and how its connection is built."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from apps.install import needs
from apps.install.book import Book
from apps.install.place import Place
from apps.install.vendor import Connection

if TYPE_CHECKING:
    from apps.bootstrap import Container

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
    "zendesk": Vendor(name="zendesk", needs=needs.ZENDESK, hints=needs.HINTS, build=_zendesk),
    "twilio": Vendor(name="twilio", needs=needs.TWILIO, hints=needs.HINTS, build=_twilio),
    "slack": Vendor(name="slack", needs=needs.SLACK, hints=needs.HINTS, build=_slack),
    "messaging": Vendor(name="messaging", needs=needs.MESSAGING, hints=needs.HINTS, build=_messaging, optional=True),
}
USUAL = tuple(name for name, vendor in VENDORS.items() if not vendor.optional)
