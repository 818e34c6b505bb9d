"""Every setting: the environment first, then one `handrail.toml`, read here and nowhere else into one frozen value.

A new setting is one line in the class of its area: type, help, default and form. Secrets come from the environment
(`HANDRAIL_X`), from a file that it names (`HANDRAIL_X_FILE`) or from the secrets folder, where each lies in a file
named as its key; never from the TOML file. They are never printed: a `Secret` shows itself as dots.
"""

import os
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass, replace
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any

from marshmallow import ValidationError

from apps.secret_files import OWNER_ONLY, read_secret
from apps.setting_types import (
    ACCOUNT,
    ADDRESS,
    APP_TOKEN,
    BOT_TOKEN,
    CLIENT,
    DAYS,
    EMAIL,
    HEX,
    KIND_OF_SYSTEM,
    MEGABYTES,
    MINUTES,
    NUMBER,
    PERCENT,
    PROCESSES,
    SECONDS,
    SETTING,
    SUBDOMAIN,
    TEMPLATES,
    URL,
    Networks,
    Secret,
    Setting,
    Sources,
    one_of,
    setting,
)
from apps.toml_file import read_toml
from core.errors import ConfigurationError
from core.model.profile import FactSource

ZAF_SDK = "https://static.zdassets.com/zendesk_app_framework_sdk/2.0/zaf_sdk.min.js"
NO_TOML = " (there is no handrail.toml in this folder: go to the one where it lies, or begin with `handrail init`)"
CONNECTED = frozenset({"zendesk", "twilio", "slack"})  # the vendors that `handrail connect` knows
# Read by the command line and the tests, not settings of the product.
OTHER_VARIABLES = frozenset({"HANDRAIL_SHARED", "HANDRAIL_CONFIG", "HANDRAIL_CHROMIUM", "HANDRAIL_STORY_CLOCK"})


@dataclass(frozen=True, slots=True, kw_only=True)
class ZendeskSettings:
    """The Zendesk account."""

    subdomain: str = setting("the part before .zendesk.com", form=SUBDOMAIN)
    email: str = setting("the e-mail address of the integration user", form=EMAIL)
    token: Secret = setting("an API token of the integration user")
    webhook_secret: Secret = setting("the webhook's signing secret, which connect reads")
    user_id: str = setting("the integration user's id: its own events are echoes", "")
    app_id: str = setting("the sidebar app's id; connect fetches its public key", "")
    app_audience: str = setting("the sidebar installation's audience, for signed URLs", "")
    app_key_file: Path | None = setting("the sidebar app's public key (PEM)", "")
    lead_roles: tuple[str, ...] = setting(
        "names of the custom roles in Zendesk whose members lead a team, separated by commas", "Team lead"
    )
    url: str = setting("another address for the API (the sandbox)", "", URL)
    help_center: bool = setting("whether to read articles", "true")


@dataclass(frozen=True, slots=True, kw_only=True)
class KnowledgeSettings:
    """What is read and searched for answers."""

    tickets: bool = setting("whether agents find solved tickets too, with personal data taken out", "false")
    macros: bool = setting("whether agents find macros' texts too", "false")
    about: str = setting(
        "where the help center says what an article is about (a product, a place)",
        "none",
        one_of("none", "labels", "section"),
    )
    about_prefix: str = setting("only labels that begin so name what an article is about", "")


@dataclass(frozen=True, slots=True, kw_only=True)
class TwilioSettings:
    """The Twilio account."""

    account_sid: str = setting("the account SID, on the first page of the Twilio console", form=ACCOUNT)
    auth_token: Secret = setting("the account's auth token")
    sms_number: str = setting("the number that texts come from, with its country", form=NUMBER)
    whatsapp_number: str = setting("the WhatsApp sender, +…", "", NUMBER)
    voice_number: str = setting("the number that customers call; empty: no calls", "", NUMBER)
    whatsapp_templates: str = setting(
        "approved WhatsApp templates by what they are for and their language: reply.en=HX…, notice.en=HX…, "
        "follow_up.de=HX…; each has one variable, {{1}}, which becomes the text",
        "",
        TEMPLATES,
    )
    largest_file: int = setting("megabytes up to which a file that a customer sends is fetched", "5", MEGABYTES)
    scan_command: str = setting(
        "a command that gets a customer's file on its input and ends with 0 where it is clean, with 1 where it "
        "is not (clamdscan --no-summary -); empty: files are not scanned",
        "",
    )
    typing: bool = setting(
        "show WhatsApp customers that their message was read and is being answered; Twilio calls it a beta, and "
        "it may not be used where health or card data is exchanged",
        "true",
    )
    url: str = setting("another address for the API (the sandbox)", "", URL)


@dataclass(frozen=True, slots=True, kw_only=True)
class SunshineSettings:
    """Zendesk messaging, which is spoken to through the Sunshine Conversations API."""

    app_id: str = setting("the messaging app's id; empty: messaging is not used", "")
    key_id: str = setting("the id of the Conversations API key, app_…", "")
    key_secret: Secret = setting("the secret of that key", "")
    integration_id: str = setting("the id of the conversations integration made for Handrail", "")
    switchboard: str = setting("the name of that integration in the switchboard", "handrail")
    assistant: str = setting("the name that stands over the assistant's messages", "Virtual assistant")
    webhook_secret: Secret = setting("the secret of its webhook; connect fills it in", "")
    url: str = setting("another address for the API (the sandbox)", "", URL)


@dataclass(frozen=True, slots=True, kw_only=True)
class SlackSettings:
    """The Slack app."""

    bot_token: Secret = setting("the bot token of the Slack app, xoxb-…", form=BOT_TOKEN, unless="slack.client_id")
    signing_secret: Secret = setting("the signing secret of the Slack app", form=HEX)
    client_id: str = setting(
        "the app's Client ID, where workspaces install it themselves; empty: one workspace, by slack.bot_token",
        "",
        CLIENT,
    )
    client_secret: Secret = setting("the app's Client Secret, with slack.client_id", "")
    app_token: Secret = setting(
        "the app-level token, xapp-…, for Socket Mode; empty: Slack calls public_url", "", APP_TOKEN
    )
    url: str = setting("another address for the API (the sandbox)", "", URL)


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenaiSettings:
    """The language model's endpoint."""

    base_url: str = setting("an OpenAI-compatible endpoint; empty: answers are extractive", "", URL)
    api_key: Secret = setting("the endpoint's key", "")
    model: str = setting("the model's name at the endpoint", "")
    strong_model: str = setting("a stronger model for hard cases; empty: the same for all", "")
    api: str = setting(
        "chat: the Chat Completions API; responses: the Responses API", "chat", one_of("chat", "responses")
    )
    vision: str = setting(
        "a model that sees: customers' pictures are then sent to the endpoint; empty: none leaves the house", ""
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchSettings:
    """What strengthens the search of articles."""

    onnx: Path | None = setting("the folder of a sentence encoder of your own: model.onnx and tokenizer.json", "")
    embeddings_url: str = setting("an OpenAI-compatible address with /embeddings; empty: none is asked", "", URL)
    embeddings_model: str = setting("the embedding model's name there", "")
    rerank_url: str = setting("the whole address of a rerank endpoint; empty: none is asked", "", URL)
    rerank_model: str = setting("the reranker's name there", "")
    key: Secret = setting("the key of both endpoints", "")


@dataclass(frozen=True, slots=True, kw_only=True)
class OrdersSettings:
    """The order system."""

    url: str = setting("the order system's address; empty: no orders are looked up", "", URL)
    token: Secret = setting("the bearer token that the order system asks for", "")


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarSettings:
    """The calendar of appointments."""

    url: str = setting("the calendar's address; empty: people arrange appointments", "", URL)
    token: Secret = setting("the bearer token that the calendar asks for", "")


@dataclass(frozen=True, slots=True, kw_only=True)
class ChecksSettings:
    """The company's own checks of devices and accounts."""

    url: str = setting(
        "where procedures look how a customer's devices and accounts are; empty: what no other system knows", "", URL
    )
    token: Secret = setting("the bearer token that those checks ask for", "")


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionsSettings:
    """Where actions are done."""

    systems: Path | None = setting(
        "the YAML file of systems in which actions of the policy are done (docs/actions.md); empty: people do them", ""
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class ProfileSettings:
    """What the company's other systems tell of a customer."""

    url: str = setting(
        "the address that the paths of the mapping file begin at; empty: no system is asked over HTTP", "", URL
    )
    mapping: Path | None = setting(
        "the JSON file that says which path is asked and where in the answer each fact stands", ""
    )
    token: Secret = setting("the bearer token that those systems ask for", "")
    sql_url: Secret = setting(
        "a database of the company's with facts about customers, e.g. postgresql+psycopg://… ; empty: none", ""
    )
    sql_query: Path | None = setting(
        "the file with the one query that is asked there, with places :email, :phone, :helpdesk or :external", ""
    )
    sql_source: FactSource = setting("which kind of system that database belongs to", "analytics", KIND_OF_SYSTEM)
    sql_name: str = setting("how agents know that database", "Product analytics")
    trusted: tuple[FactSource, ...] = setting(
        "whose word on a fact holds where several say different things, the most trusted first",
        "agent, orders, billing, crm, helpdesk, analytics, said",
        Sources(),
    )
    fresh_minutes: timedelta = setting("how long an answer of those systems is believed", "5", MINUTES)


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliverySettings:
    """What is written on tickets."""

    notes: bool = setting("write internal notes on tickets", "true")
    tags: bool = setting("set the policy's tags on tickets", "true")


@dataclass(frozen=True, slots=True, kw_only=True)
class JourneySettings:
    """The beacon on the company's own pages."""

    origins: tuple[str, ...] = setting(
        "the company's pages that carry the beacon, e.g. https://shop.example.com, separated by commas; empty: "
        "there is none",
        "",
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class RetentionSettings:
    """How many days what is kept; 0: without end."""

    conversations: timedelta = setting("days after its last message that a closed conversation is kept", "730", DAYS)
    attachments: timedelta = setting("days that what was read in customers' files is kept", "365", DAYS)
    drafts: timedelta = setting("days that drafts, with what agents made of them, are kept", "365", DAYS)
    calls: timedelta = setting("days that telephone calls and what was said in them are kept", "365", DAYS)
    questions: timedelta = setting("days that questions which no article answered are kept", "365", DAYS)
    answers: timedelta = setting("days that what the company's other systems answered is kept", "30", DAYS)
    codes: timedelta = setting("days that it is kept who proved who they are, and how", "90", DAYS)
    alerts: timedelta = setting("days that settled alerts to supervisors are kept", "180", DAYS)
    events: timedelta = setting("days that what vendors told is kept", "90", DAYS)
    sent: timedelta = setting("days that what was sent is kept", "400", DAYS)
    campaigns: timedelta = setting("days after its end that a campaign's messages are kept", "400", DAYS)
    accesses: timedelta = setting("days that it is kept who looked at whose data", "365", DAYS)


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusSettings:
    """The company's status page, which starts proactive messages."""

    url: str = setting(
        "the status page: its address where Statuspage serves it, else its RSS or Atom feed; empty: none is read",
        "",
        URL,
    )
    places: Path | None = setting(
        "JSON file that says which of the page's components is which service in which region; see "
        "docs/connect/signals.md",
        "",
    )
    seconds: int = setting("how often the status page and the timetable of the plays are looked at", "60", SECONDS)


@dataclass(frozen=True, slots=True, kw_only=True)
class TracesSettings:
    """OpenTelemetry; needs the extra `traces`."""

    endpoint: str = setting(
        "where traces go by OTLP over HTTP, e.g. http://127.0.0.1:4318/v1/traces; empty: nothing is traced", "", URL
    )
    percent: int = setting("how many of a hundred requests are traced", "100", PERCENT)
    url: str = setting("where people see a trace: an address with {trace_id} in it; empty: no links", "")


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Settings:
    """All settings, checked: an attribute for each key, `settings.zendesk.subdomain` for zendesk.subdomain. `texts` are
    the values by their keys as a person wrote them, secrets too."""

    texts: Mapping[str, str]
    data_dir: Path = setting("the folder for the database, caches and the embedded queue", "var/handrail")
    secrets_dir: str = setting(
        "the folder with one file for each secret, beside handrail.toml unless the path is absolute", "secrets"
    )
    store_url: str = setting("the database, e.g. postgresql+psycopg://… ; empty: SQLite in data_dir", "")
    queue_url: str = setting("redis://… of a Redis server; empty: the embedded one", "")
    public_url: str = setting(
        "the address at which the vendors reach this server, e.g. https://desk.example.com", form=URL
    )
    listen: str = setting("host:port that the web process binds", "127.0.0.1:8800", ADDRESS)
    web_workers: int = setting(
        "processes that answer HTTP, one for each core; a second one takes about 100 MB", "2", PROCESSES
    )
    trusted_proxies: Networks = setting(
        "addresses or networks of the proxies that pass requests on to listen, separated by commas (127.0.0.1 where "
        "one runs on this machine): what they say in X-Forwarded-For is whom limits count; empty: nobody's word counts",
        "",
    )
    metrics_from: Networks = setting(
        "addresses or networks that may read /metrics and why /readyz is not ready", "127.0.0.1, ::1"
    )
    metrics_token: Secret = setting("a bearer token with which they may be read from anywhere else", "")
    company: str = setting("the company's name as customers know it", "our team")
    privacy_contact: str = setting("where customers ask about their data, as the page for them names it", "")
    frame_ancestors: str = setting("who may frame the sidebar; empty: Zendesk", "")
    policy: Path = setting("the policy file", "policy.yaml")
    style: str = setting("the style card; empty: the one that comes with Handrail", "")
    scenarios: str = setting("the file of refund rules; empty: nothing is offered to agents", "")
    handle_times: str = setting("what `handrail route learn` has written; empty: unknown", "")
    intents: str = setting("the intents file; empty: no intent is recognised", "")
    api_key: Secret = setting("a long random text; callers of /signals and /decisions send it")
    session_secret: Secret = setting("a long random text that signs the sidebar's sessions")
    master_key: Secret = setting(
        "a long random text under which the keys of all private data are wrapped; while it is changed the new one and "
        "the old one, separated by a comma; empty: master.key in data_dir, which the first start writes",
        "",
    )
    encoder: str = setting(
        "both: questions in any language find the articles; minilm: English ones alone, which saves memory",
        "both",
        one_of("minilm", "both"),
    )
    zaf_sdk_url: str = setting("where the sidebar page loads the ZAF client from", ZAF_SDK, URL)
    help_center_url: str = setting("the public address of the Help Center, for links in texts", "")
    zendesk: ZendeskSettings
    knowledge: KnowledgeSettings
    twilio: TwilioSettings
    sunshine: SunshineSettings
    slack: SlackSettings
    openai: OpenaiSettings
    search: SearchSettings
    orders: OrdersSettings
    calendar: CalendarSettings
    checks: ChecksSettings
    actions: ActionsSettings
    profile: ProfileSettings
    delivery: DeliverySettings
    journey: JourneySettings
    retention: RetentionSettings
    status: StatusSettings
    traces: TracesSettings

    @property
    def embedded_queue(self) -> bool:
        """Whether the queue is the Redis-compatible server that comes with Handrail."""
        return not self.texts["queue_url"]


def _list_settings(area: Any, prefix: str = "") -> Iterator[Setting]:
    for each in fields(area):
        if SETTING in each.metadata:
            yield replace(each.metadata[SETTING], key=prefix + each.name, type=each.type)
        elif is_dataclass(each.type):
            yield from _list_settings(each.type, f"{each.name}.")


SETTINGS: tuple[Setting, ...] = tuple(_list_settings(Settings))


def settings_here(*, needed: Collection[str] | None = None) -> Settings:
    """From the environment, then `handrail.toml` (or the file that HANDRAIL_CONFIG names); see `read_settings`."""
    return read_settings(os.environ, toml_here(), needed=needed)


def toml_here(environ: Mapping[str, str] | None = None) -> Path:
    return Path((os.environ if environ is None else environ).get("HANDRAIL_CONFIG", "handrail.toml"))


def read_settings(
    environ: Mapping[str, str], toml: Path | None = None, *, needed: Collection[str] | None = None
) -> Settings:
    """Read and check everything. Where only part of it is used, `needed` names what must be set; other settings that
    have no default may then be missing and are empty.

    Raises:
        ConfigurationError: one message with every problem: the variable's name and what to do.
    """
    settings, problems = examine_settings(environ, toml, needed=needed)
    if problems:
        more = NO_TOML if toml is not None and not toml.exists() else ""
        lines = "\n".join(f"  - {problem}" for problem in problems)
        raise ConfigurationError(f"Handrail cannot go on, {len(problems)} setting(s) need attention{more}:\n{lines}")
    return settings


def examine_settings(
    environ: Mapping[str, str], toml: Path | None = None, *, needed: Collection[str] | None = None
) -> tuple[Settings, list[str]]:
    """As `read_settings`, with the problems beside the settings: what is missing or wrong has its default, or is
    empty."""
    problems: list[str] = []
    if toml is not None and environ.get("HANDRAIL_CONFIG") and not toml.exists():
        problems.append("HANDRAIL_CONFIG names a file that is not there: correct the path, or leave it out.")
    file = read_toml(toml, problems)
    unread = file == {} and bool(problems)
    folder = secrets_folder(environ, toml, file)
    found: list[str] = []
    texts: dict[str, str] = {}
    values: dict[str, Any] = {}
    for each in SETTINGS:
        optional = (needed is not None and each.key not in needed) or _is_set(each.unless, environ, file)
        setting = replace(each, default="") if each.default is None and optional else each
        if setting.secret:
            text = _read_secret(setting, environ, file, folder, found)
        else:
            text = _read_plain(setting, environ, file, found)
        try:
            values[each.key], texts[each.key] = setting.parse(text), text
        except ValidationError as error:
            found.append(f"{each.variable} is {text!r}: {error.messages[0]}.")
            texts[each.key] = each.default or ""
            values[each.key] = each.parse(texts[each.key])
    # Of a file that cannot be read, what stands in it would only be told as missing.
    problems += [] if unread else [*found, *_find_unknown(environ, file)]
    values["store_url"] = values["store_url"] or f"sqlite:///{values['data_dir'] / 'handrail.db'}"
    # The embedded server listens on a socket in a folder of its own; its file is the address.
    embedded = f"redis+socket://{(values['data_dir'] / 'queue' / 'queue.sock').resolve()}"
    values["queue_url"] = values["queue_url"] or embedded
    return _build(Settings, values | {"texts": texts}), problems


def make_data_folder(folder: Path) -> None:
    """Make it where it is not there yet.

    Raises ConfigurationError where it cannot be a folder of ours, or nothing can be written there."""
    try:
        folder.mkdir(mode=OWNER_ONLY, parents=True, exist_ok=True)
        TemporaryFile(dir=folder).close()
    except OSError as error:
        file = next((each for each in (folder, *folder.parents) if os.path.isfile(each)), None)
        why = error.strerror if file is None else "it is a file" if file == folder else f"{file} is a file"
        raise ConfigurationError(
            f"{folder} cannot be the folder for Handrail's files ({why}): name another (data_dir in handrail.toml, "
            "HANDRAIL_DATA_DIR, or --folder where there is one)"
        ) from error


def secrets_folder(environ: Mapping[str, str], toml: Path | None, file: Mapping[str, str]) -> Path | None:
    """Where secrets lie, `file` being what stands in the TOML file. None: there is no such file to be beside of, and
    nobody named a folder."""
    setting = next(each for each in SETTINGS if each.key == "secrets_dir")
    named = environ.get(setting.variable) or file.get(setting.key)
    if toml is None:
        return Path(named) if named else None
    return toml.parent / (named or str(setting.default))


def _build(area: Any, values: Mapping[str, Any], prefix: str = "") -> Any:
    areas = [each for each in fields(area) if is_dataclass(each.type) and SETTING not in each.metadata]
    parts = {each.name: _build(each.type, values, f"{each.name}.") for each in areas}
    return area(**parts, **{each.name: values[prefix + each.name] for each in fields(area) if each not in areas})


def _is_set(key: str, environ: Mapping[str, str], file: Mapping[str, str]) -> bool:
    setting = next((each for each in SETTINGS if each.key == key), None)
    return setting is not None and bool(environ.get(setting.variable) or file.get(key))


def _read_plain(setting: Setting, environ: Mapping[str, str], file: Mapping[str, str], problems: list[str]) -> str:
    value = environ.get(setting.variable) or file.get(setting.key) or setting.default
    if value is None:
        problems.append(_tell_missing(setting, f"{setting.key} in handrail.toml"))
    return value or ""


def _read_secret(
    setting: Setting,
    environ: Mapping[str, str],
    file: Mapping[str, str],
    folder: Path | None,
    problems: list[str],
) -> str:
    if setting.key in file:
        problems.append(f"{setting.key} stands in handrail.toml: secrets belong in {setting.variable} (or …_FILE).")
    if environ.get(setting.variable, "").strip():
        return environ[setting.variable].strip()
    path = environ.get(f"{setting.variable}_FILE")
    if path:
        return read_secret(Path(path), f"{setting.variable}_FILE", problems)
    kept = folder / setting.key if folder is not None else None
    # A link to a file that is gone is told as a problem, not passed over as a secret that nobody set.
    if kept is not None and os.path.lexists(kept):
        return read_secret(kept, str(kept), problems)
    if setting.default is None:
        where = f", or write it into {kept}" if kept is not None else ""
        problems.append(_tell_missing(setting, f"{setting.variable}_FILE{where}"))
    return ""


def _tell_missing(setting: Setting, elsewhere: str) -> str:
    """What to do where a setting is missing; `elsewhere` is where it may stand but in its variable."""
    vendor = setting.key.partition(".")[0]
    way = f"`handrail connect {vendor}` asks for it; or set it" if vendor in CONNECTED else "Set it"
    return f"{setting.variable} is missing: {setting.help}. {way}, or {elsewhere}."


def _find_unknown(environ: Mapping[str, str], file: Mapping[str, str]) -> list[str]:
    """A misspelt setting would silently do nothing, so it is a problem like any other."""
    keys = {setting.key for setting in SETTINGS}
    variables = {s.variable for s in SETTINGS} | {f"{s.variable}_FILE" for s in SETTINGS if s.secret} | OTHER_VARIABLES
    wrong = [
        f"{key} in handrail.toml is no setting of Handrail: check its spelling." for key in file if key not in keys
    ]
    strange = sorted(v for v in environ if v.startswith("HANDRAIL_") and v not in variables)
    return wrong + [f"{variable} is no setting of Handrail: check its spelling." for variable in strange]
