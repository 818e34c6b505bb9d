"""Moderation by word lists: coarse, and honest about being only that."""

from typing import Any

from apps.sandbox.openai.words import words

CATEGORIES = (
    "harassment",
    "harassment/threatening",
    "hate",
    "hate/threatening",
    "illicit",
    "illicit/violent",
    "self-harm",
    "self-harm/instructions",
    "self-harm/intent",
    "sexual",
    "sexual/minors",
    "violence",
    "violence/graphic",
)
TELLING: dict[str, tuple[str, ...]] = {
    "harassment": ("idiot", "moron", "stupid", "scum", "worthless"),
    "harassment/threatening": ("hurt you", "find you", "kill you"),
    "self-harm": ("suicide", "kill myself", "hurt myself", "end my life"),
    "self-harm/intent": ("kill myself", "hurt myself", "end my life"),
    "sexual": ("porn", "nude"),
    "violence": ("kill", "murder", "bomb", "shoot", "stab"),
}
FLAGGED = 0.5


def moderate(text: str) -> dict[str, Any]:
    """One moderation result."""
    plain = " ".join(words(text))
    scores = {name: _score(plain, TELLING.get(name, ())) for name in CATEGORIES}
    categories = {name: score >= FLAGGED for name, score in scores.items()}
    return {
        "flagged": any(categories.values()),
        "categories": categories,
        "category_scores": scores,
        "category_applied_input_types": {name: ["text"] for name in CATEGORIES},
    }


def _score(plain: str, phrases: tuple[str, ...]) -> float:
    hits = sum(f" {' '.join(words(phrase))} " in f" {plain} " for phrase in phrases)
    return round(1 - 0.4**hits, 4) if hits else 0.0001
