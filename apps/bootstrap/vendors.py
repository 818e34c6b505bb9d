"""The vendors' accounts, and what speaks to them.

Their SDKs take long to import, so that is done at the first use: the web process needs little of it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any

from slack_sdk import WebClient

from apps.bootstrap.clock import now
from apps.bootstrap.messaging import Messaging, Signs
from apps.bootstrap.telephone import Telephone
from connectors.slack.account import SlackAccount, connect_without_token
from connectors.slack.account import connect as slack_client
from connectors.slack.signature import SlackSignature
from connectors.twilio.client import TwilioAccount
from connectors.twilio.forms import read_forms
from connectors.twilio.signature import TwilioSignature
from connectors.zendesk.api import ZendeskAccount
from connectors.zendesk.signature import ZendeskSignature
from core.model.customer import CHATTED, TEXTED, Channel

if TYPE_CHECKING:
    from connectors.calendar.http import HttpCalendar
    from connectors.checks.http import HttpProbe
    from connectors.openai.vision import OpenAIImageReader
    from connectors.orders.orders import HttpOrders
    from connectors.slack.installer import SlackAppInstaller, SlackInstaller
    from connectors.twilio.installer import TwilioInstaller
    from connectors.zendesk.agents import ZendeskAgents, ZendeskStaff
    from connectors.zendesk.api import ZendeskApi
    from connectors.zendesk.helpdesk import ZendeskHelpdesk
    from connectors.zendesk.installer import TriggerPlan, ZendeskAppInstaller, ZendeskInstaller
    from core.context.attachments import Fetching
    from core.execute.files import FileCourier
    from core.model.outreach import Place
    from core.ports import ImageReader, Messenger, StatusPage, Typing

SOON = timedelta(seconds=2)  # that an agent waits for Zendesk's word on their role


@dataclass(frozen=True)
class Vendors(Messaging, Telephone):
    """Each built at its first use."""

    @cached_property
    def zendesk(self) -> "ZendeskApi":
        from connectors.zendesk.api import ZendeskApi

        return ZendeskApi(
            ZendeskAccount(
                subdomain=self.settings["zendesk.subdomain"],
                email=self.settings["zendesk.email"],
                token=self.settings.secret("zendesk.token"),
                base_url=self.settings["zendesk.url"] or None,
            )
        )

    @cached_property
    def helpdesk(self) -> "ZendeskHelpdesk":
        from connectors.local.sent_files import SentFiles
        from connectors.zendesk.helpdesk import ZendeskHelpdesk

        return ZendeskHelpdesk(self.zendesk, SentFiles(self.paid_eyes))

    @property
    def paid_eyes(self) -> "ImageReader | None":
        """The eyes, paid from the purse where there is one."""
        return self.eyes

    @cached_property
    def eyes(self) -> "OpenAIImageReader | None":
        """Who looks at customers' pictures; nobody, unless a setting names a model for it."""
        if not self.settings["openai.vision"] or not self.settings["openai.base_url"]:
            return None
        from connectors.openai.vision import OpenAIImageReader

        return OpenAIImageReader(
            api_key=self.settings.secret("openai.api_key"),
            model=self.settings["openai.vision"],
            base_url=self.settings["openai.base_url"],
        )

    @cached_property
    def agents(self) -> "ZendeskAgents":
        from connectors.zendesk.agents import ZendeskAgents

        return ZendeskAgents(self.zendesk)

    @cached_property
    def staff(self) -> "ZendeskStaff":
        """Asked while an agent waits for the sidebar: it has its own connections, which give up early."""
        from connectors.zendesk.agents import ZendeskStaff
        from connectors.zendesk.api import ZendeskApi

        leads = [name.strip() for name in self.settings["zendesk.lead_roles"].split(",")]
        return ZendeskStaff(ZendeskApi(replace(self.zendesk.account, connect_timeout=SOON, read_timeout=SOON)), leads)

    @cached_property
    def twilio(self) -> TwilioAccount:
        return TwilioAccount(
            sid=self.settings["twilio.account_sid"],
            auth_token=self.settings.secret("twilio.auth_token"),
            sms_sender=self.settings["twilio.sms_number"],
            whatsapp_sender=self.settings["twilio.whatsapp_number"],
            status_url=f"{self.settings['public_url']}/webhooks/twilio/status",
            forms=read_forms(self.settings["twilio.whatsapp_templates"]),
            base_url=self.settings["twilio.url"] or None,
        )

    @cached_property
    def fetching(self) -> "Fetching":
        """Who looks at the files that customers text."""
        from connectors.local.scan import CommandScanner
        from connectors.local.sent_files import SentFiles
        from connectors.twilio.media import TwilioMedia
        from core.context.attachments import Fetching

        command, largest = self.settings["twilio.scan_command"], int(self.settings["twilio.largest_file"]) * 1_000_000
        return Fetching(
            media=TwilioMedia(self.twilio, largest),
            reader=SentFiles(self.paid_eyes),
            scanner=CommandScanner(command) if command else None,
        )

    @cached_property
    def typing(self) -> "Typing | None":
        """None where customers are shown it on no channel."""
        from connectors.twilio.messenger import TwilioTyping

        texted = self.settings["twilio.whatsapp_number"] and self.settings.on("twilio.typing")
        signs = [*([TwilioTyping(self.twilio)] if texted else []), *self.chat_signs]
        return Signs(signs) if signs else None

    @cached_property
    def file_courier(self) -> "FileCourier":
        from core.execute.files import FileCourier

        return FileCourier(fetching=self.fetching, helpdesk=self.helpdesk)

    @cached_property
    def messengers(self) -> "Mapping[Channel, Messenger]":
        """Who sends on which channel."""
        from connectors.twilio.messenger import TwilioMessenger

        chatted = dict.fromkeys(CHATTED, self.chat) if self.chat is not None else {}
        return {**dict.fromkeys(TEXTED, TwilioMessenger(self.twilio, now=now)), **chatted, **self.speaking}

    @property
    def senders(self) -> "Mapping[Channel, str]":
        """The address that the messages of a channel come from: what leaves from one address shares its rate."""
        known = {Channel.SMS: self.twilio.sms_sender, Channel.WHATSAPP: self.twilio.whatsapp_sender}
        return {channel: f"{channel}:{address}" for channel, address in known.items() if address}

    @cached_property
    def slack(self) -> WebClient:
        """With the one token; with none where workspaces install the app themselves."""
        token = self.settings.secret("slack.bot_token")
        return slack_client(self.slack_account(token)) if token else connect_without_token(self.slack_url)

    def slack_account(self, token: str) -> SlackAccount:
        return SlackAccount(token=token, base_url=self.slack_url)

    @property
    def slack_url(self) -> str | None:
        return self.settings["slack.url"] or None

    @cached_property
    def zendesk_signature(self) -> ZendeskSignature:
        return ZendeskSignature(self.settings.secret("zendesk.webhook_secret"))

    @cached_property
    def slack_signature(self) -> SlackSignature:
        return SlackSignature(self.settings.secret("slack.signing_secret"))

    @cached_property
    def twilio_signature(self) -> TwilioSignature:
        return TwilioSignature(self.settings.secret("twilio.auth_token"))

    @cached_property
    def zendesk_installer(self) -> "ZendeskInstaller":
        from connectors.zendesk.installer import ZendeskInstaller

        return ZendeskInstaller(self.zendesk)

    @cached_property
    def twilio_installer(self) -> "TwilioInstaller":
        from connectors.twilio.installer import TwilioInstaller

        return TwilioInstaller(self.twilio)

    @cached_property
    def zendesk_app_installer(self) -> "ZendeskAppInstaller":
        from connectors.zendesk.installer import ZendeskAppInstaller

        return ZendeskAppInstaller(self.zendesk)

    def zendesk_trigger(self, **fields: Any) -> "TriggerPlan":
        """A trigger for the installer to declare."""
        from connectors.zendesk.installer import TriggerPlan

        return TriggerPlan(**fields)

    @cached_property
    def slack_installer(self) -> "SlackInstaller":
        from connectors.slack.installer import SlackInstaller

        return SlackInstaller(self.slack)

    def slack_app_installer(self, config_token: str) -> "SlackAppInstaller":
        """With a token that may configure apps; a person makes one for twelve hours."""
        from connectors.slack.installer import SlackAppInstaller

        account = SlackAccount(token=config_token, base_url=self.settings["slack.url"] or None)
        return SlackAppInstaller(slack_client(account))

    @cached_property
    def calendar(self) -> "HttpCalendar | None":
        """None where no calendar is set."""
        if not self.settings["calendar.url"]:
            return None
        from connectors.calendar.http import HttpCalendar

        return HttpCalendar(url=self.settings["calendar.url"], token=self.settings.secret("calendar.token"))

    @cached_property
    def probe(self) -> "HttpProbe | None":
        """None where no checks are set."""
        if not self.settings["checks.url"]:
            return None
        from connectors.checks.http import HttpProbe

        return HttpProbe(url=self.settings["checks.url"], token=self.settings.secret("checks.token"))

    @cached_property
    def status_page(self) -> "StatusPage | None":
        from apps.bootstrap.watching import status_page

        return status_page(self.settings["status.url"])

    @cached_property
    def status_places(self) -> "tuple[Place, ...]":
        from apps.bootstrap.watching import status_places

        return status_places(self.settings["status.places"])

    @cached_property
    def orders(self) -> "HttpOrders | None":
        """None where no order system is set."""
        if not self.settings["orders.url"]:
            return None
        from connectors.orders.orders import HttpOrders

        return HttpOrders(url=self.settings["orders.url"], token=self.settings.secret("orders.token"))
