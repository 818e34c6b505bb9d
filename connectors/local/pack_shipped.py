"""Makes the file of `connectors.local.shipped` anew: `python -m connectors.local.pack_shipped`."""

from pathlib import Path

from connectors.local.emotions import taught
from connectors.local.encoder import MiniLmEncoder
from connectors.local.sentiment import load_examples
from connectors.local.shipped import FILE, pack


def main() -> None:
    texts = [text for text, _ in load_examples()] + [text for some in taught().values() for text, _ in some]
    pack(texts, MiniLmEncoder(), Path(__file__).with_name(FILE))


if __name__ == "__main__":
    main()
