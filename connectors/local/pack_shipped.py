"""Makes anew what is learned from the shipped sentences, or kept of them: `python -m connectors.local.pack_shipped`."""

from pathlib import Path

from connectors.local.emotions import taught
from connectors.local.encoder import MiniLmEncoder
from connectors.local.multilingual_encoder import MultilingualEncoder
from connectors.local.sentiment import load_examples
from connectors.local.sentiment_multilingual import FILE as LINES
from connectors.local.sentiment_multilingual import lines_lessons, pack_lines
from connectors.local.shipped import FILE, pack


def main() -> None:
    texts = [text for text, _ in load_examples()] + [text for some in taught().values() for text, _ in some]
    pack(texts, MiniLmEncoder(), Path(__file__).with_name(FILE))
    pack_lines(MultilingualEncoder().questions, lines_lessons(), Path(__file__).with_name(LINES))


if __name__ == "__main__":
    main()
