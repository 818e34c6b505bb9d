"""How the values of settings must look, and how a person is told."""

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Form:
    """How a value must look, and how a person is told."""

    pattern: str
    words: str

    def fits(self, value: str) -> bool:
        return re.fullmatch(self.pattern, value) is not None


URL = Form(r"https?://[^\s/?#]+(/[^\s?#]*)?", "write an address such as https://desk.example.com")
ADDRESS = Form(r"\S+:\d{1,5}", "write host:port")
NUMBER = Form(r"\+\d{6,15}", "write the number with its country, +15005550006")
ACCOUNT = Form(r"AC[0-9a-fA-F]{32}", "copy the account SID, AC and 32 digits")
BOT_TOKEN = Form(r"xoxb-\S+", "copy the token that begins with xoxb-")  # of a secret, only what is typed is held to it
APP_TOKEN = Form(r"xapp-\S+", "copy the token that begins with xapp-")
CLIENT = Form(r"\d+\.\d+", "copy the Client ID, two numbers with a dot between them")
HEX = Form(r"[0-9a-f]{32,}", "copy the 32 letters and digits that Slack shows")
EMAIL = Form(r"[^@\s/]+@[^@\s/]+", "write an e-mail address, such as handrail@example.com")
SUBDOMAIN = Form(r"[A-Za-z0-9][A-Za-z0-9-]*", "write only the part before .zendesk.com")
TEMPLATES = Form(
    r"((reply|notice|follow_up)\.[a-z]{2}\s*=\s*HX[0-9a-fA-F]{32}(\s*,\s*|$))*",
    "write reply.en=HX…, notice.en=HX…, follow_up.en=HX…, each with the template's own SID",
)
MEGABYTES = Form(r"[1-9]\d?", "write a number of megabytes from 1 to 99")
SECONDS = Form(r"[1-9]\d{1,3}", "write a number of seconds from 10 to 9999")
