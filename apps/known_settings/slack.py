"""The settings of the Slack app."""

from apps.known_settings.setting import Setting
from apps.setting_forms import APP_TOKEN, BOT_TOKEN, CLIENT, HEX, URL

SLACK: tuple[Setting, ...] = (
    Setting(
        key="slack.bot_token",
        secret=True,
        form=BOT_TOKEN,
        unless="slack.client_id",
        help="the bot token of the Slack app, xoxb-…",
    ),
    Setting(key="slack.signing_secret", secret=True, form=HEX, help="the signing secret of the Slack app"),
    Setting(
        key="slack.client_id",
        default="",
        form=CLIENT,
        help="the app's Client ID, where workspaces install it themselves; empty: one workspace, by slack.bot_token",
    ),
    Setting(key="slack.client_secret", default="", secret=True, help="the app's Client Secret, with slack.client_id"),
    Setting(
        key="slack.app_token",
        default="",
        secret=True,
        form=APP_TOKEN,
        help="the app-level token, xapp-…, for Socket Mode; empty: Slack calls public_url",
    ),
    Setting(key="slack.url", default="", form=URL, help="another address for the API (the sandbox)"),
)
