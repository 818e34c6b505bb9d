"""What languages are called in English."""

from collections.abc import Mapping

# By ISO 639-1.
LANGUAGES: Mapping[str, str] = {
    "en": "English", "de": "German", "es": "Spanish", "fr": "French", "it": "Italian", "pt": "Portuguese",
    "nl": "Dutch", "pl": "Polish", "sv": "Swedish", "da": "Danish", "cs": "Czech", "tr": "Turkish", "ja": "Japanese",
}  # fmt: skip
