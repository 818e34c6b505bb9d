"""The settings of what starts proactive messages: the company's status page."""

from apps.known_settings.setting import Setting
from apps.setting_forms import SECONDS, URL

OUTREACH: tuple[Setting, ...] = (
    Setting(
        key="status.url",
        default="",
        form=URL,
        help="the status page: its address where Statuspage serves it, else its RSS or Atom feed; empty: none is read",
    ),
    Setting(
        key="status.places",
        default="",
        help="JSON file that says which of the page's components is which service in which region; see "
        "docs/connect/signals.md",
    ),
    Setting(
        key="status.seconds",
        default="60",
        form=SECONDS,
        help="how often the status page and the timetable of the plays are looked at",
    ),
)
