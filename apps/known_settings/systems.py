"""The settings of the company's own systems: where orders are looked up."""

from apps.known_settings.setting import Setting
from apps.setting_forms import URL

SYSTEMS: tuple[Setting, ...] = (
    Setting(key="orders.url", default="", form=URL, help="the order system's address; empty: no orders are looked up"),
    Setting(key="orders.token", secret=True, default="", help="the bearer token that the order system asks for"),
)
