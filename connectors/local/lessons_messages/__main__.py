"""Trains the message reader on the lessons and writes connectors/local/message_reader.npz: half an hour on two cores.

pip install jax optax, then python -m connectors.local.lessons_messages
"""

import sys
from pathlib import Path

import numpy as np

from connectors.local.classifiers import keep
from connectors.local.lessons_messages import fingerprint
from connectors.local.lessons_messages.material import rows, trigger_names
from connectors.local.lessons_messages.training import LENGTHS, Sample, train
from connectors.local.message_reader import FILE, KINDS, PREFIX, round_weights
from connectors.local.multilingual_encoder import SHARED, MultilingualEncoder

# Where a trigger's score begins to count, set on labelled conversations of two companies: what is rare is heard
# earlier, what sounds like much that is ordinary later.
LINE = 0.5
LINES = {
    "account_lockout": 0.3,
    "churn": 0.5,
    "exception": 0.8,
    "formal_complaint": 0.3,
    "fraud": 0.75,
    "high_risk_transaction": 0.8,
    "human_request": 0.75,
    "negotiation": 1.5,
    "press": 0.0,
    "prior_dissatisfaction": 2.0,
    "special_request": 0.8,
    "upsell": 0.8,
    "vulnerable_customer": -0.75,
}


def main() -> None:
    encoder = MultilingualEncoder()
    made, longest = rows(), LENGTHS[-1]
    samples = []
    for row in made:
        ids = encoder.pieces.ids(PREFIX + row.text)
        ids = ids if len(ids) <= longest else [*ids[: longest - 1], ids[-1]]
        samples.append(Sample(row, encoder.first_layers(ids).astype(np.float16)))
    sys.stdout.write(f"{len(samples)} texts\n")
    weights = {name: np.asarray(part) for name, part in train(samples, encoder.last_weights(), SHARED).items()}
    names = trigger_names()
    keep(Path(__file__).parent.parent / FILE, packed(weights, names))


def packed(weights: dict[str, np.ndarray], names: list[str]) -> dict[str, np.ndarray]:
    """As shipped: layers in eight bits, the heads that are used in sixteen."""
    told = len(names) + len(KINDS) + 1
    found: dict[str, np.ndarray] = {
        "head.w": weights["head.w"].T[:told].astype(np.float16),
        "head.b": weights["head.b"][:told].astype(np.float16),
        "names": np.array(names, dtype=np.str_),
        "lines": np.array([LINES.get(name, LINE) for name in names], dtype=np.float32),
        "taught": np.array(fingerprint()),
    }
    for name, part in weights.items():
        if name.startswith("head"):
            continue
        if part.ndim == 2:
            found |= {f"{name.removesuffix('.w')}.{key}": value for key, value in round_weights(part).items()}
        else:
            found[name] = part.astype(np.float32)
    return found


if __name__ == "__main__":
    main()
