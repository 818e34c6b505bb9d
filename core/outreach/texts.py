"""The texts of a campaign: for whom each is, which of them say the same, and how people name what they are about."""

from collections.abc import Iterable, Sequence

from core.model.campaign import Campaign, Variant
from core.model.languages import LANGUAGES

ABBREVIATED = {"csat": "CSAT", "vip": "VIP", "url": "URL"}
CHANNELS = {"sms": "SMS", "whatsapp": "WhatsApp", "email": "e-mail"}


def display_name(name: str) -> str:
    """A name as a person would write it, for plain text: expected_fix becomes Expected fix."""
    words = str(name).replace("_", " ").strip()
    return ABBREVIATED.get(words.casefold(), words.capitalize())


def channel_name(channel: str) -> str:
    return CHANNELS.get(channel, display_name(channel))


def language_name(language: str) -> str:
    return LANGUAGES.get(language, language or "unknown")


def list_received(campaign: Campaign) -> list[Variant]:
    """Those that somebody gets; all of them where the audience has not been counted."""
    counted = campaign.counts.get("variant")
    return [each for each in campaign.variants if not counted or counted.get(each.name)]


def readers(campaign: Campaign, variants: Iterable[Variant]) -> int:
    """How many people get one of them."""
    counted = campaign.counts.get("variant", {})
    return sum(counted.get(each.name, 0) for each in variants)


def most_first(campaign: Campaign, variants: Iterable[Variant]) -> list[list[Variant]]:
    """Variants that say the same together; what most people get comes first, what nobody gets last."""
    return sorted(alike(variants), key=lambda group: -readers(campaign, group))


def alike(variants: Iterable[Variant]) -> list[list[Variant]]:
    """Variants that say the same are read once: the same words from the same sources, with the same findings."""
    groups: dict[object, list[Variant]] = {}
    for variant in variants:
        groups.setdefault((variant.language, variant.text, variant.sources, variant.findings), []).append(variant)
    return list(groups.values())


def for_whom(variants: Sequence[Variant]) -> str:
    """Standard, Plus · SMS, WhatsApp · English. For plain text."""
    segments = ", ".join(dict.fromkeys(display_name(v.segment) for v in variants))
    channels = ", ".join(dict.fromkeys(channel_name(v.channel) for v in variants))
    return f"{segments[:200]} · {channels} · {language_name(variants[0].language)}"
