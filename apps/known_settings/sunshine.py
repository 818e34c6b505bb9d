"""The settings of Zendesk messaging, which is spoken to through the Sunshine Conversations API."""

from apps.known_settings.setting import Setting
from apps.setting_forms import URL

SUNSHINE: tuple[Setting, ...] = (
    Setting(key="sunshine.app_id", default="", help="the messaging app's id; empty: messaging is not used"),
    Setting(key="sunshine.key_id", default="", help="the id of the Conversations API key, app_…"),
    Setting(key="sunshine.key_secret", secret=True, default="", help="the secret of that key"),
    Setting(
        key="sunshine.integration_id", default="", help="the id of the conversations integration made for Handrail"
    ),
    Setting(key="sunshine.switchboard", default="handrail", help="the name of that integration in the switchboard"),
    Setting(
        key="sunshine.assistant", default="Virtual assistant", help="the name that stands over the assistant's messages"
    ),
    Setting(
        key="sunshine.webhook_secret", secret=True, default="", help="the secret of its webhook; connect fills it in"
    ),
    Setting(key="sunshine.url", default="", form=URL, help="another address for the API (the sandbox)"),
)
