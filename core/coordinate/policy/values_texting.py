"""Text messages and WhatsApp: how long, and in which approved forms."""

from dataclasses import dataclass

from core.model.outbound import Occasion


@dataclass(frozen=True, slots=True, kw_only=True)
class Texting:
    """`most_segments` is how many SMS an answer of the assistant may take. `templates` are the occasions on which an
    approved WhatsApp template is used when free words are not taken any more: each of them is paid for."""

    most_segments: int = 6
    templates: frozenset[Occasion] = frozenset({Occasion.REPLY, Occasion.NOTICE})
