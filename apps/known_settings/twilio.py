"""The settings of the Twilio account."""

from apps.known_settings.setting import Setting
from apps.setting_forms import ACCOUNT, NUMBER, URL

TWILIO: tuple[Setting, ...] = (
    Setting(key="twilio.account_sid", form=ACCOUNT, help="the account SID, on the first page of the Twilio console"),
    Setting(key="twilio.auth_token", secret=True, help="the account's auth token"),
    Setting(key="twilio.sms_number", form=NUMBER, help="the number that texts come from, with its country"),
    Setting(key="twilio.whatsapp_number", default="", form=NUMBER, help="the WhatsApp sender, +…"),
    Setting(key="twilio.url", default="", form=URL, help="another address for the API (the sandbox)"),
)
