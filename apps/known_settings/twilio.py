"""The settings of the Twilio account."""

from apps.known_settings.setting import Setting
from apps.setting_forms import ACCOUNT, MEGABYTES, NUMBER, TEMPLATES, URL

TWILIO: tuple[Setting, ...] = (
    Setting(key="twilio.account_sid", form=ACCOUNT, help="the account SID, on the first page of the Twilio console"),
    Setting(key="twilio.auth_token", secret=True, help="the account's auth token"),
    Setting(key="twilio.sms_number", form=NUMBER, help="the number that texts come from, with its country"),
    Setting(key="twilio.whatsapp_number", default="", form=NUMBER, help="the WhatsApp sender, +…"),
    Setting(key="twilio.voice_number", default="", form=NUMBER, help="the number that customers call; empty: no calls"),
    Setting(
        key="twilio.whatsapp_templates",
        default="",
        form=TEMPLATES,
        help="approved WhatsApp templates by what they are for and their language: reply.en=HX…, notice.en=HX…, "
        "follow_up.de=HX…; each has one variable, {{1}}, which becomes the text",
    ),
    Setting(
        key="twilio.largest_file",
        default="5",
        form=MEGABYTES,
        help="megabytes up to which a file that a customer sends is fetched",
    ),
    Setting(
        key="twilio.scan_command",
        default="",
        help="a command that gets a customer's file on its input and ends with 0 where it is clean, with 1 where it is "
        "not (clamdscan --no-summary -); empty: files are not scanned",
    ),
    Setting(
        key="twilio.typing",
        default="true",
        choices=("true", "false"),
        help="show WhatsApp customers that their message was read and is being answered; Twilio calls it a beta, and "
        "it may not be used where health or card data is exchanged",
    ),
    Setting(key="twilio.url", default="", form=URL, help="another address for the API (the sandbox)"),
)
