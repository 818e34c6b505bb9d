"""The settings of the language model's endpoint."""

from apps.known_settings.setting import Setting
from apps.setting_forms import URL

OPENAI: tuple[Setting, ...] = (
    Setting(
        key="openai.base_url", default="", form=URL, help="an OpenAI-compatible endpoint; empty: answers are extractive"
    ),
    Setting(key="openai.api_key", secret=True, default="", help="the endpoint's key"),
    Setting(key="openai.model", default="", help="the model's name at the endpoint"),
    Setting(key="openai.strong_model", default="", help="a stronger model for hard cases; empty: the same for all"),
    Setting(
        key="openai.vision",
        default="",
        help="a model that sees: customers' pictures are then sent to the endpoint; empty: none leaves the house",
    ),
)
