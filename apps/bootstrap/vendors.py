"""The vendors' accounts, the company's own systems, and what speaks to them.

Where an import stands in a method, its SDK takes 10 to 700 ms and some megabytes that the web process may never
need.
"""

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import cached_property, partial
from operator import attrgetter
from pathlib import Path
from typing import TYPE_CHECKING, Any

from slack_sdk import WebClient

from apps.bootstrap.clock import now
from apps.setting_types import Secret
from apps.settings import SETTINGS, Settings, secrets_folder, toml_here
from apps.toml_file import read_toml
from connectors.local.sent_files import CommandScanner, SentFiles
from connectors.slack.account import SlackAccount, connect_without_token
from connectors.slack.account import connect as connect_slack
from connectors.slack.installer import SlackAppInstaller, SlackInstaller
from connectors.slack.signature import SlackSignature
from connectors.sunshine.signature import SunshineSignature
from connectors.twilio.client import TwilioAccount
from connectors.twilio.forms import read_forms
from connectors.twilio.signature import TwilioSignature
from connectors.zendesk.api import ZendeskAccount
from connectors.zendesk.signature import ZendeskSignature
from core.context.attachments import Fetching
from core.errors import ConfigurationError
from core.execute.files import FileCourier
from core.model.customer import CHATTED, TEXTED, Channel
from webhooks.twilio import RETRIES

if TYPE_CHECKING:
    from apps.systems_file import SystemSettings
    from connectors.actions.mcp import McpSystem
    from connectors.actions.systems import System, Systems
    from connectors.calendar.http import HttpCalendar
    from connectors.checks.http import HttpProbe
    from connectors.openai.vision import OpenAIImageReader
    from connectors.orders.orders import HttpOrders
    from connectors.profile.sql import SqlProfileSource
    from connectors.sunshine.api import SunshineApi
    from connectors.sunshine.installer import SunshineInstaller
    from connectors.sunshine.log import Addresses, ConversationLog
    from connectors.sunshine.messenger import SunshineControl, SunshineMessenger
    from connectors.twilio.installer import TwilioInstaller
    from connectors.twilio.voice import VoiceTwiml
    from connectors.zendesk.agents import ZendeskAgents, ZendeskStaff
    from connectors.zendesk.api import ZendeskApi
    from connectors.zendesk.helpdesk import ZendeskHelpdesk
    from connectors.zendesk.installer import TriggerPlan, ZendeskAppInstaller, ZendeskInstaller
    from connectors.zendesk.log import TicketLog
    from connectors.zendesk.ticket_access import ZendeskTicketAccess
    from core.model.conversation import Message
    from core.model.outreach import Place
    from core.ports import ImageReader, Messenger, ProfileSource, StatusPage, Typing, VendorLog

STAFF_TIMEOUT = timedelta(seconds=2)  # that an agent waits for Zendesk's word on their role
MESSAGING = ("sunshine.app_id", "sunshine.key_id", "sunshine.integration_id")  # besides the key's secret


class AllTyping:
    """One `core.ports.Typing` of several: each knows its own channels."""

    def __init__(self, each: "Sequence[Typing]") -> None:
        self._each = each

    def show(self, message: "Message") -> None:
        for typing in self._each:
            typing.show(message)


@dataclass(frozen=True)
class Vendors:
    """Each built at its first use."""

    settings: Settings

    def vendor_urls(self) -> list[str]:
        """Where the vendors in use are spoken to."""
        of, zendesk = self.settings, self.settings.zendesk
        urls = [
            zendesk.url or (f"https://{zendesk.subdomain}.zendesk.com" if zendesk.subdomain else ""),
            of.twilio.url or ("https://api.twilio.com" if of.twilio.account_sid else ""),
            of.slack.url or ("https://slack.com" if of.slack.bot_token or of.slack.client_id else ""),
            *(part.url for part in (of.orders, of.calendar, of.checks, of.status, of.profile)),
            *(system.url or system.mcp for system in self.action_settings),
            of.openai.base_url,
        ]
        return [url for url in urls if url]

    # ------------------------------------------------------------ Zendesk

    @cached_property
    def zendesk(self) -> "ZendeskApi":
        from connectors.zendesk.api import ZendeskApi

        account = self.settings.zendesk
        return ZendeskApi(
            ZendeskAccount(
                subdomain=account.subdomain,
                email=account.email,
                token=account.token.value,
                base_url=account.url or None,
            )
        )

    @cached_property
    def helpdesk(self) -> "ZendeskHelpdesk":
        from connectors.zendesk.helpdesk import ZendeskHelpdesk

        return ZendeskHelpdesk(self.zendesk, SentFiles(self.metered_vision))

    @cached_property
    def agents(self) -> "ZendeskAgents":
        from connectors.zendesk.agents import ZendeskAgents

        return ZendeskAgents(self.zendesk)

    @cached_property
    def staff(self) -> "ZendeskStaff":
        from connectors.zendesk.agents import ZendeskStaff

        return ZendeskStaff(self.impatient_zendesk, self.settings.zendesk.lead_roles)

    @cached_property
    def ticket_access(self) -> "ZendeskTicketAccess":
        from connectors.zendesk.ticket_access import ZendeskTicketAccess

        return ZendeskTicketAccess(self.impatient_zendesk)

    @cached_property
    def impatient_zendesk(self) -> "ZendeskApi":
        """For what is asked while an agent waits for the sidebar: its own connections, which give up early."""
        from connectors.zendesk.api import ZendeskApi

        return ZendeskApi(replace(self.zendesk.account, connect_timeout=STAFF_TIMEOUT, read_timeout=STAFF_TIMEOUT))

    @cached_property
    def zendesk_signature(self) -> ZendeskSignature:
        return ZendeskSignature(self.settings.zendesk.webhook_secret.value)

    @cached_property
    def ticket_log(self) -> "TicketLog":
        from connectors.zendesk.log import TicketLog

        return TicketLog(self.zendesk, self.settings.zendesk.user_id)

    @cached_property
    def zendesk_installer(self) -> "ZendeskInstaller":
        from connectors.zendesk.installer import ZendeskInstaller

        return ZendeskInstaller(self.zendesk)

    @cached_property
    def zendesk_app_installer(self) -> "ZendeskAppInstaller":
        from connectors.zendesk.installer import ZendeskAppInstaller

        return ZendeskAppInstaller(self.zendesk)

    def zendesk_trigger(self, **fields: Any) -> "TriggerPlan":
        """A trigger for the installer to declare."""
        from connectors.zendesk.installer import TriggerPlan

        return TriggerPlan(**fields)

    # ------------------------------------------------------------ Twilio: texts, files and calls

    @cached_property
    def twilio(self) -> TwilioAccount:
        account = self.settings.twilio
        return TwilioAccount(
            sid=account.account_sid,
            auth_token=account.auth_token.value,
            sms_sender=account.sms_number,
            whatsapp_sender=account.whatsapp_number,
            status_url=f"{self.settings.public_url}/webhooks/twilio/status{RETRIES}",
            forms=read_forms(account.whatsapp_templates),
            base_url=account.url or None,
        )

    @cached_property
    def messengers(self) -> "Mapping[Channel, Messenger]":
        """Who sends on which channel."""
        from connectors.twilio.messenger import TwilioMessenger

        chatted = dict.fromkeys(CHATTED, self.chat) if self.chat is not None else {}
        return {**dict.fromkeys(TEXTED, TwilioMessenger(self.twilio, now=now)), **chatted, **self.callers}

    @property
    def senders(self) -> "Mapping[Channel, str]":
        """The address that the messages of a channel come from: what leaves from one address shares its rate."""
        known = {Channel.SMS: self.twilio.sms_sender, Channel.WHATSAPP: self.twilio.whatsapp_sender}
        return {channel: f"{channel}:{address}" for channel, address in known.items() if address}

    @cached_property
    def fetching(self) -> Fetching:
        """Who looks at the files that customers text."""
        from connectors.twilio.media import TwilioMedia

        command, largest = self.settings.twilio.scan_command, self.settings.twilio.largest_file * 1_000_000
        return Fetching(
            media=TwilioMedia(self.twilio, largest),
            reader=SentFiles(self.metered_vision),
            scanner=CommandScanner(command) if command else None,
            eyes=self.metered_vision,
        )

    @cached_property
    def file_courier(self) -> FileCourier:
        return FileCourier(fetching=self.fetching, helpdesk=self.helpdesk)

    @cached_property
    def typing(self) -> "Typing | None":
        """None where customers are shown it on no channel."""
        from connectors.twilio.messenger import TwilioTyping

        texted = self.settings.twilio.whatsapp_number and self.settings.twilio.typing
        each = [*([TwilioTyping(self.twilio)] if texted else []), *self.chat_typing]
        return AllTyping(each) if each else None

    @cached_property
    def twilio_signature(self) -> TwilioSignature:
        return TwilioSignature(self.settings.twilio.auth_token.value)

    @cached_property
    def twilio_installer(self) -> "TwilioInstaller":
        from connectors.twilio.installer import TwilioInstaller

        return TwilioInstaller(self.twilio)

    @cached_property
    def voice_twiml(self) -> "VoiceTwiml":
        from connectors.twilio.voice import VoiceTwiml

        return VoiceTwiml(self.settings.public_url)

    @cached_property
    def callers(self) -> "Mapping[Channel, Messenger]":
        """Who speaks in calls; nobody where there is no number for them."""
        if not self.settings.twilio.voice_number:
            return {}
        from connectors.twilio.voice import TwilioVoice

        return {Channel.VOICE: TwilioVoice(self.twilio, self.voice_twiml)}

    @property
    def twilio_logs(self) -> "Iterator[VendorLog]":
        """Twilio's own lists of what came in."""
        from connectors.twilio.client import connect
        from connectors.twilio.log import Calls, Messages, TwilioLog
        from webhooks.intake import read_record
        from webhooks.twilio.view import recorded_message
        from webhooks.twilio.voice import recorded_call

        client = connect(self.twilio)
        yield TwilioLog(Messages(self.twilio, client), read_record(recorded_message))
        if self.settings.twilio.voice_number:
            yield TwilioLog(Calls(self.settings.twilio.voice_number, client), read_record(recorded_call))

    # ------------------------------------------------------------ Zendesk messaging: nothing of it where no app is set

    @property
    def messaging_is_set(self) -> bool:
        return all(self.settings.texts[key] for key in (*MESSAGING, "sunshine.key_secret"))

    @cached_property
    def sunshine(self) -> "SunshineApi":
        """Raises ConfigurationError where no app is set."""
        from connectors.sunshine.api import SunshineAccount, SunshineApi

        if not self.messaging_is_set:
            raise ConfigurationError(f"messaging is not set up: it needs {', '.join(MESSAGING)} and the key's secret")
        app = self.settings.sunshine
        return SunshineApi(
            SunshineAccount(
                subdomain=self.settings.zendesk.subdomain,
                app_id=app.app_id,
                key_id=app.key_id,
                key_secret=app.key_secret.value,
                integration_id=app.integration_id,
                switchboard=app.switchboard,
                assistant=app.assistant,
                base_url=app.url or None,
            )
        )

    @cached_property
    def chat(self) -> "SunshineMessenger | None":
        from connectors.sunshine.messenger import SunshineMessenger

        return SunshineMessenger(self.sunshine) if self.messaging_is_set else None

    @cached_property
    def conversation_control(self) -> "SunshineControl | None":
        from connectors.sunshine.messenger import SunshineControl

        return SunshineControl(self.sunshine, now) if self.messaging_is_set else None

    @property
    def chat_typing(self) -> "Sequence[Typing]":
        """Who shows in the messaging windows that an answer is being written."""
        from connectors.sunshine.messenger import SunshineTyping

        return [SunshineTyping(self.sunshine.account)] if self.messaging_is_set else []

    def conversation_log(self, addresses: "Addresses") -> "ConversationLog":
        from connectors.sunshine.log import ConversationLog
        from webhooks.intake import read_record
        from webhooks.sunshine.view import recorded_message

        parse = partial(recorded_message, self.settings.sunshine.integration_id)
        return ConversationLog(self.sunshine, read_record(parse), addresses)

    @cached_property
    def sunshine_signature(self) -> SunshineSignature:
        return SunshineSignature(self.settings.sunshine.webhook_secret.value)

    @cached_property
    def sunshine_installer(self) -> "SunshineInstaller":
        from connectors.sunshine.installer import SunshineInstaller

        return SunshineInstaller(self.sunshine)

    # ------------------------------------------------------------ Slack

    @cached_property
    def slack(self) -> WebClient:
        """With the one token; with none where workspaces install the app themselves."""
        token = self.settings.slack.bot_token.value
        return connect_slack(self.slack_account(token)) if token else connect_without_token(self.slack_url)

    def slack_account(self, token: str) -> SlackAccount:
        return SlackAccount(token=token, base_url=self.slack_url)

    @property
    def slack_url(self) -> str | None:
        return self.settings.slack.url or None

    @cached_property
    def slack_signature(self) -> SlackSignature:
        return SlackSignature(self.settings.slack.signing_secret.value)

    @cached_property
    def slack_installer(self) -> SlackInstaller:
        return SlackInstaller(self.slack)

    def slack_app_installer(self, config_token: str) -> SlackAppInstaller:
        """With a token that may configure apps; a person makes one for twelve hours."""
        return SlackAppInstaller(connect_slack(self.slack_account(config_token)))

    # ------------------------------------------------------------ a model that sees

    @cached_property
    def vision(self) -> "OpenAIImageReader | None":
        """What looks at customers' pictures; nothing, unless a setting names a model for it."""
        if not self.settings.openai.vision or not self.settings.openai.base_url:
            return None
        from connectors.openai.vision import OpenAIImageReader

        return OpenAIImageReader(
            api_key=self.settings.openai.api_key.value,
            model=self.settings.openai.vision,
            base_url=self.settings.openai.base_url,
        )

    @property
    def metered_vision(self) -> "ImageReader | None":
        """The same, paid from the budget where there is one."""
        return self.vision

    # ------------------------------------------------------------ the company's own systems: None where none is set

    @cached_property
    def orders(self) -> "HttpOrders | None":
        if not self.settings.orders.url:
            return None
        from connectors.orders.orders import HttpOrders

        return HttpOrders(url=self.settings.orders.url, token=self.settings.orders.token.value)

    @cached_property
    def calendar(self) -> "HttpCalendar | None":
        if not self.settings.calendar.url:
            return None
        from connectors.calendar.http import HttpCalendar

        return HttpCalendar(url=self.settings.calendar.url, token=self.settings.calendar.token.value)

    @cached_property
    def action_systems(self) -> "Systems":
        """The systems of the settings' file; none where there is no file."""
        from connectors.actions.systems import HttpSystem, Systems, adapter_of

        made: dict[str, System] = {}
        for each in self.action_settings:
            token, headers = each.token.value, {name: value.value for name, value in each.headers.items()}
            if each.url:
                made[each.name] = HttpSystem(
                    each.name, url=each.url, token=token, headers=headers, private=each.private
                )
            elif each.mcp:
                made[each.name] = _mcp_system()(
                    each.name, url=each.mcp, token=token, headers=headers, private=each.private
                )
            else:
                made[each.name] = adapter_of(each.adapter)
        return Systems(made)

    @cached_property
    def action_settings(self) -> "tuple[SystemSettings, ...]":
        from apps.systems_file import read_systems

        toml = toml_here()
        folder = secrets_folder(os.environ, toml, read_toml(toml, []))
        return read_systems(self.settings.actions.systems, folder, os.environ, self._by_variable)

    def _by_variable(self, name: str) -> str:
        """The value of the setting that this variable sets; empty where it is none."""
        key = next((each.key for each in SETTINGS if each.variable == name), "")
        found = attrgetter(key)(self.settings) if key else ""
        return str(found.value if isinstance(found, Secret) else found)

    @cached_property
    def probe(self) -> "HttpProbe | None":
        if not self.settings.checks.url:
            return None
        from connectors.checks.http import HttpProbe

        return HttpProbe(url=self.settings.checks.url, token=self.settings.checks.token.value)

    @cached_property
    def status_page(self) -> "StatusPage | None":
        if not self.settings.status.url:
            return None
        from connectors.status.page import HttpStatusPage

        return HttpStatusPage(self.settings.status.url)

    @cached_property
    def status_places(self) -> "tuple[Place, ...]":
        """Raises ConfigurationError where the file of the places is none."""
        from connectors.status.page import read_places

        return read_places(self.settings.status.places) if self.settings.status.places else ()

    def profile_systems(self) -> "Iterator[ProfileSource]":
        """What knows facts about customers. Raises ConfigurationError where a file or an address is wrong."""
        from connectors.profile.http import HttpProfileSource
        from connectors.profile.mapping import read_mapping
        from core.profile.gather import OrderFacts

        profile = self.settings.profile
        if self.orders is not None:
            yield OrderFacts(orders=self.orders, now=now)
        if profile.url and profile.mapping:
            for mapping in read_mapping(profile.mapping):
                yield HttpProfileSource(url=profile.url, token=profile.token.value, mapping=mapping, now=now)
        if profile.sql_url:
            yield self._profile_database()

    def _profile_database(self) -> "SqlProfileSource":
        from connectors.profile.sql import SqlProfileSource

        profile = self.settings.profile
        try:
            query = (profile.sql_query or Path()).read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise ConfigurationError(f"HANDRAIL_PROFILE_SQL_QUERY cannot be read: {error}") from error
        return SqlProfileSource(
            url=profile.sql_url.value, query=query, source=profile.sql_source, name=profile.sql_name, now=now
        )


def _mcp_system() -> "type[McpSystem]":
    """Raises ConfigurationError where its SDK, which brings much, is not installed."""
    try:
        from connectors.actions.mcp import McpSystem
    except ModuleNotFoundError as error:
        raise ConfigurationError(
            f"an MCP server needs the extra mcp: pip install 'handrail[mcp]' (there is no {error.name})"
        ) from error
    return McpSystem
