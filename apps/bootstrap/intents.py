"""What the commands on intents need of the connectors: an encoder, and a model of somebody's labelled messages."""

from collections.abc import Sequence
from pathlib import Path

from apps.intents_file import Labelled, by_label
from connectors.local.cache import CachedEncoder
from connectors.local.encoder import MiniLmEncoder
from connectors.local.intents import IntentModel
from connectors.local.intents_trained import cross_judged
from connectors.local.layered import LayeredEncoder
from core.ports import Encoder

__all__ = ["encoder_of", "judged_by_the_others", "reader_of"]


def encoder_of(cache: Path | None) -> Encoder:
    return CachedEncoder(MiniLmEncoder(), cache / "vectors.db" if cache else None)


def reader_of(rows: Sequence[Labelled], oos: str, folder: Path) -> IntentModel:
    """A model of these rows, not trained yet; those of the label `oos` are out of scope."""
    return IntentModel(
        LayeredEncoder(MiniLmEncoder()),
        by_label(row for row in rows if not oos or row.label != oos),
        out_of_scope=[row.text for row in rows if oos and row.label == oos],
        folder=folder,
    )


def judged_by_the_others(rows: Sequence[Labelled], cache: Path | None) -> list[str]:
    """For each row the label that a model of all the other rows gives it."""
    encoder = CachedEncoder(LayeredEncoder(MiniLmEncoder()), cache / "vectors.db" if cache else None)
    return cross_judged(encoder, [(row.text, row.label) for row in rows])
