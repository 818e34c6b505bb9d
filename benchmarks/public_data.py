"""Public data as conversation files for `handrail run`.

`python -m benchmarks.public_data SHARED_DATA OUT [--limit 1000]` writes `dstc11.jsonl` (dialogues of DSTC11 track 5,
whose last turn is the customer's) and `banking77.jsonl` (single messages). Their articles are read as they are:
`dstc11_track5/knowledge.jsonl.gz` and `tau2_banking_kb/documents.jsonl.gz`.
"""

import argparse
import gzip
import json
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

ROLES = {"U": "customer", "S": "assistant"}


def rows(path: Path) -> Iterator[dict[str, Any]]:
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def dialogues(data: Path) -> Iterator[dict[str, Any]]:
    for row in rows(data / "dstc11_track5" / "conversations_dev.jsonl.gz"):
        messages = [{"role": ROLES[who], "text": text} for who, text in row["turns"]]
        yield {"id": str(row["id"]), "channel": "web", "customer": {}, "messages": messages}


def messages(data: Path) -> Iterator[dict[str, Any]]:
    # Every tenth message: the file is sorted by intent, so its beginning would be a few intents only.
    spread = islice(rows(data / "banking77" / "train.jsonl.gz"), 0, None, 10)
    for place, row in enumerate(spread):
        turn = {"role": "customer", "text": row["text"]}
        yield {"id": f"b{place}", "channel": "web", "customer": {}, "messages": [turn]}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--limit", type=int, default=1000)
    wish = parser.parse_args()
    wish.out.mkdir(parents=True, exist_ok=True)
    for name, source in (("dstc11", dialogues), ("banking77", messages)):
        chosen = islice(source(wish.data), wish.limit)
        lines = [json.dumps(row, ensure_ascii=False) for row in chosen]
        (wish.out / f"{name}.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
