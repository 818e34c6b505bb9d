"""The settings of the Slack app."""

from apps.known_settings.setting import Setting
from apps.setting_forms import BOT_TOKEN, HEX, URL

SLACK: tuple[Setting, ...] = (
    Setting(key="slack.bot_token", secret=True, form=BOT_TOKEN, help="the bot token of the Slack app, xoxb-…"),
    Setting(key="slack.signing_secret", secret=True, form=HEX, help="the signing secret of the Slack app"),
    Setting(key="slack.url", default="", form=URL, help="another address for the API (the sandbox)"),
)
