"""The settings of the Zendesk account."""

from apps.known_settings.setting import Setting
from apps.setting_forms import EMAIL, SUBDOMAIN, URL

ZENDESK: tuple[Setting, ...] = (
    Setting(key="zendesk.subdomain", form=SUBDOMAIN, help="the part before .zendesk.com"),
    Setting(key="zendesk.email", form=EMAIL, help="the e-mail address of the integration user"),
    Setting(key="zendesk.token", secret=True, help="an API token of the integration user"),
    Setting(key="zendesk.webhook_secret", secret=True, help="the webhook's signing secret, which connect reads"),
    Setting(key="zendesk.user_id", default="", help="the integration user's id: its own events are echoes"),
    Setting(key="zendesk.app_id", default="", help="the sidebar app's id; connect fetches its public key"),
    Setting(key="zendesk.app_audience", default="", help="the sidebar installation's audience, for signed URLs"),
    Setting(key="zendesk.app_key_file", default="", help="the sidebar app's public key (PEM)"),
    Setting(
        key="zendesk.lead_roles",
        default="Team lead",
        help="names of the custom roles in Zendesk whose members lead a team, separated by commas",
    ),
    Setting(key="zendesk.url", default="", form=URL, help="another address for the API (the sandbox)"),
    Setting(key="zendesk.help_center", default="true", choices=("true", "false"), help="whether to read articles"),
)
