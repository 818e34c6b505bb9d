"""Faults of the source: stale, expired, not for everybody, of another brand."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from core.model.draft import Finding, Severity
from core.model.knowledge import Audience, Passage


def unfit(passage: Passage, *, now: datetime, stale_after: timedelta, brand: str = "") -> Iterator[Finding]:
    """Why a passage must not be quoted to this customer today."""
    if passage.audience is not Audience.PUBLIC:
        yield _block("internal_source", f"“{passage.title}” is not for customers.", "Quote a public article.")
    if passage.updated_at and now - passage.updated_at > stale_after:
        yield _block(
            "stale_source",
            f"“{passage.title}” was last changed on {passage.updated_at:%Y-%m-%d}.",
            "Have the article confirmed or brought up to date.",
        )
    if passage.expires_at and passage.expires_at <= now:
        yield _block(
            "expired_source", f"“{passage.title}” ended on {passage.expires_at:%Y-%m-%d}.", "Quote what holds now."
        )
    if passage.brand and passage.brand != brand:
        told = f"“{passage.title}” is for customers of {passage.brand}."
        yield _block("wrong_brand_source", told, f"Quote one of {brand or 'every brand'}.")


def _block(rule: str, text: str, remedy: str) -> Finding:
    return Finding(rule=rule, severity=Severity.BLOCK, text=text, remedy=remedy)
