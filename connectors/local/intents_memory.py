"""What agents corrected, laid over a trained model: it counts at once, and nothing is trained anew.

The model's error on each corrected message is spread to messages of nearly the same meaning and to no others. That is
one step of kernel regression on the residuals, over the corrections alone: some dozens of rows, not thousands."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from connectors.local.intents_ridge import Ridge, gaussian
from core.model.signals import Correction
from core.ports import Encoder, Vector

WIDTH = 5.0  # narrower than the model's own likeness: a cosine of 0.9 shares a third, one of 0.5 next to nothing
PENALTY = 0.02
MOST = 2_000  # the newest ones; older ones belong into the examples


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Memory:
    vectors: Vector  # of the corrected messages, centred as the model's, at the encoder's own depth
    weights: Vector  # corrections x classes

    def scores(self, centred: Vector) -> Vector:
        """What to add to the model's scores of these vectors."""
        near = gaussian(centred[:, : self.vectors.shape[1]], self.vectors, WIDTH)
        return np.asarray(near @ self.weights, dtype=np.float32)


def memory(
    corrections: Sequence[Correction], ridge: Ridge, encoder: Encoder, classes: Mapping[str, int]
) -> Memory | None:
    """None where nothing was corrected to an intent that is still known."""
    last = {one.text: one for one in corrections if one.intent in classes and one.text.strip()}
    kept = list(last.values())[-MOST:]
    if not kept:
        return None
    texts = [one.text for one in kept]
    # One at a time: several at once would be kept on disk, and these are customers' words.
    vectors = np.concatenate([encoder.encode([text]) for text in texts])
    centred = ridge.centred(vectors)[:, : ridge.widths[0]]
    wanted = np.eye(len(classes), dtype=np.float32)[[classes[one.intent] for one in kept]]
    missed = wanted - ridge.scores(vectors, texts)
    likeness = gaussian(centred, centred, WIDTH) + PENALTY * np.eye(len(kept), dtype=np.float32)
    return Memory(vectors=centred, weights=np.linalg.solve(likeness, missed).astype(np.float32))
