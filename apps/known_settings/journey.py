"""The settings of the beacon on the company's own pages."""

from apps.known_settings.setting import Setting

JOURNEY: tuple[Setting, ...] = (
    Setting(
        key="journey.origins",
        default="",
        help="the company's pages that carry the beacon, e.g. https://shop.example.com, separated by commas; "
        "empty: there is none",
    ),
)
