"""The settings of what is written on tickets, and of where the sidebar page and texts point."""

from apps.known_settings.setting import Setting
from apps.setting_forms import URL

ZAF_SDK = "https://static.zdassets.com/zendesk_app_framework_sdk/2.0/zaf_sdk.min.js"

DELIVERY: tuple[Setting, ...] = (
    Setting(key="delivery.notes", default="true", choices=("true", "false"), help="write internal notes on tickets"),
    Setting(key="delivery.tags", default="true", choices=("true", "false"), help="set the policy's tags on tickets"),
    Setting(key="zaf_sdk_url", default=ZAF_SDK, form=URL, help="where the sidebar page loads the ZAF client from"),
    Setting(key="help_center_url", default="", help="the public address of the Help Center, for links in texts"),
)
