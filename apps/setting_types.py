"""What is known of one setting, and the types of the values: marshmallow's fields where it has one."""

from collections.abc import Mapping
from dataclasses import KW_ONLY, dataclass, field
from datetime import timedelta
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Any

from marshmallow import ValidationError, fields
from marshmallow.validate import OneOf, Range, Regexp

from core.model.profile import TRUSTED, FactSource


@dataclass(frozen=True, slots=True)
class Secret:
    """A value that is used, never shown."""

    value: str = field(repr=False)

    def __str__(self) -> str:
        return "••••" if self.value else "(not set)"

    def __bool__(self) -> bool:
        return bool(self.value)


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting: its variable is `HANDRAIL_` and the key in capitals, its place in the TOML file the dotted key.

    Without a `default`, which is a text as a person would write it, it must be set. `unless` names another setting
    that, where it is set, makes this one needless. The `form` makes the value of the text and says what is wrong with
    it; without one, that of the type does."""

    help: str
    default: str | None = None
    form: "fields.Field[Any] | None" = None
    _: KW_ONLY
    unless: str = ""
    key: str = ""
    type: Any = str

    @property
    def variable(self) -> str:
        return "HANDRAIL_" + self.key.replace(".", "_").upper()

    @property
    def secret(self) -> bool:
        return self.type is Secret

    def problem(self, text: str) -> str:
        """What is wrong with a text that a person wrote, in words; empty where nothing is."""
        try:
            (self.form or FORMS[self.type]).deserialize(text)
        except ValidationError as error:
            return str(error.messages[0])
        return ""

    def parse(self, text: str) -> Any:
        """The typed value. What is empty has no form, and a secret that was kept is believed to have its own.

        Raises marshmallow's ValidationError."""
        if self.secret:
            return Secret(text)
        return (self.form or FORMS[self.type]).deserialize(text) if text else EMPTY[self.type]


SETTING = "setting"  # the place of a setting in the metadata of its field


def setting(help: str, default: str | None = None, form: "fields.Field[Any] | None" = None, *, unless: str = "") -> Any:
    """A field of a dataclass whose value is a setting; its name and its type are the setting's."""
    return field(metadata={SETTING: Setting(help, default, form, unless=unless)})


class File(fields.Field[Path]):
    def _deserialize(self, value: Any, *_: Any, **__: Any) -> Path:
        return Path(value)


class Listed(fields.Field[tuple[str, ...]]):
    """What stands between commas."""

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> tuple[str, ...]:
        return tuple(part.strip() for part in value.split(",") if part.strip())


Networks = tuple[IPv4Network | IPv6Network, ...]


class ListedNetworks(fields.Field[Networks]):
    """Addresses and networks between commas."""

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> Networks:
        found = tuple(_read_network(part) for part in Listed().deserialize(value))
        if any(network.prefixlen == 0 for network in found):
            raise ValidationError("a network of every address there is names nobody; write the ones that are meant")
        return found


def _read_network(text: str) -> IPv4Network | IPv6Network:
    try:
        return ip_network(text)
    except ValueError as error:
        example = "write addresses and networks such as 10.0.0.7, 192.168.4.0/24"
        raise ValidationError(f"{text!r} is no address and no network ({error}); {example}") from error


class Sources(fields.Field[tuple[FactSource, ...]]):
    """The sources of facts in the order of trust; those that are not named come last, as they usually do."""

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> tuple[FactSource, ...]:
        names = Listed().deserialize(value)
        unknown = sorted(set(names) - set(FactSource))
        if unknown:
            raise ValidationError(f"there is no {', '.join(unknown)}; use some of {', '.join(TRUSTED)}")
        return tuple(dict.fromkeys([*map(FactSource, names), *TRUSTED]))


class Minutes(fields.Float):
    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> Any:
        return timedelta(minutes=super()._deserialize(value, *args, **kwargs))


class Days(fields.Integer):
    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> Any:
        return timedelta(days=super()._deserialize(value, *args, **kwargs) or 0)


def text(pattern: str, words: str) -> fields.String:
    """A text that the whole pattern fits."""
    return fields.String(validate=Regexp(rf"(?:{pattern})\Z", error=words))


def whole_number(least: int, most: int, words: str) -> fields.Integer:
    return fields.Integer(validate=Range(least, most, error=words), error_messages={"invalid": words})


def one_of(*choices: str) -> fields.String:
    return fields.String(validate=OneOf(choices, error="use one of {choices}"))


SYSTEMS = (FactSource.CRM, FactSource.BILLING, FactSource.ANALYTICS, FactSource.ORDERS)
AMONG = f"use one of {', '.join(SYSTEMS)}"
KIND_OF_SYSTEM = fields.Enum(
    FactSource, by_value=True, validate=OneOf(SYSTEMS, error=AMONG), error_messages={"unknown": AMONG}
)
DAY = "write a number of minutes up to a day"
URL = text(r"https?://[^\s/?#]+(/[^\s?#]*)?", "write an address such as https://desk.example.com")
PORT = r"(?:6553[0-5]|655[0-2]\d|65[0-4]\d{2}|6[0-4]\d{3}|[1-5]\d{4}|[1-9]\d{0,3})"
ADDRESS = text(rf"\S+:{PORT}", "write host:port, such as 127.0.0.1:8800")
NUMBER = text(r"\+\d{6,15}", "write the number with its country, +15005550006")
ACCOUNT = text(r"AC[0-9a-fA-F]{32}", "copy the account SID, AC and 32 digits")
BOT_TOKEN = text(r"xoxb-\S+", "copy the token that begins with xoxb-")
APP_TOKEN = text(r"xapp-\S+", "copy the token that begins with xapp-")
CLIENT = text(r"\d+\.\d+", "copy the Client ID, two numbers with a dot between them")
HEX = text(r"[0-9a-f]{32,}", "copy the 32 letters and digits that Slack shows")
EMAIL = text(r"[^@\s/]+@[^@\s/]+", "write an e-mail address, such as handrail@example.com")
SUBDOMAIN = text(r"[A-Za-z0-9][A-Za-z0-9-]*", "write only the part before .zendesk.com")
TEMPLATES = text(
    r"((reply|notice|follow_up)\.[a-z]{2}\s*=\s*HX[0-9a-fA-F]{32}(\s*,\s*|$))*",
    "write reply.en=HX…, notice.en=HX…, follow_up.en=HX…, each with the template's own SID",
)
PROCESSES = whole_number(1, 4, "use one of 1, 2, 3, 4")
MEGABYTES = whole_number(1, 99, "write a number of megabytes from 1 to 99")
PERCENT = whole_number(1, 100, "write a whole number from 1 to 100")
SECONDS = whole_number(10, 9999, "write a number of seconds from 10 to 9999")
YEARS = "write a whole number of days up to 36500; 0: without end"
DAYS = Days(
    validate=Range(timedelta(0), timedelta(days=36_500), error=YEARS),
    error_messages=dict.fromkeys(("invalid", "special", "too_large"), YEARS),
)
MINUTES = Minutes(
    validate=Range(timedelta(0), timedelta(days=1), error=DAY),
    error_messages=dict.fromkeys(("invalid", "special", "too_large"), DAY),
)

FORMS: "Mapping[Any, fields.Field[Any]]" = {
    str: fields.String(),
    Secret: fields.String(),
    bool: fields.Boolean(truthy={"true"}, falsy={"false"}, error_messages={"invalid": "use one of true, false"}),
    Path: File(),
    Path | None: File(),
    tuple[str, ...]: Listed(),
    Networks: ListedNetworks(),
}
# Of what may be left empty; every other type has a default.
EMPTY: Mapping[Any, Any] = {str: "", Path | None: None, tuple[str, ...]: (), Networks: ()}
