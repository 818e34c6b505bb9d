"""The settings of the company's own systems: where orders are looked up."""

from apps.known_settings.setting import Setting
from apps.setting_forms import URL

SYSTEMS: tuple[Setting, ...] = (
    Setting(key="orders.url", default="", form=URL, help="the order system's address; empty: no orders are looked up"),
    Setting(key="orders.token", secret=True, default="", help="the bearer token that the order system asks for"),
    Setting(
        key="calendar.url", default="", form=URL, help="the calendar's address; empty: people arrange appointments"
    ),
    Setting(key="calendar.token", secret=True, default="", help="the bearer token that the calendar asks for"),
    Setting(
        key="checks.url",
        default="",
        form=URL,
        help="where procedures look how a customer's devices and accounts are; empty: what no other system knows",
    ),
    Setting(key="checks.token", secret=True, default="", help="the bearer token that those checks ask for"),
)
