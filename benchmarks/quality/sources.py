"""Where the labelled rows lie: what is tuned on in DATA, what is reported on in HELDOUT or in a part kept apart."""

import gzip
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

Row = dict[str, Any]
HELD = ("test*", "*_test*", "*heldout*")
ENDINGS = (".jsonl", ".jsonl.gz", ".json", ".json.gz")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sources:
    """`data` holds a folder for each set; `heldout`, where there is one, folders of the same names."""

    data: Path
    heldout: Path | None = None
    cache: Path = Path("var/cache")

    def tuning(self, name: str, pattern: str = "*") -> list[Row]:
        """The rows of DATA/<name>/<pattern>, file after file."""
        return list(rows_of(files(self.data / name, pattern)))

    def reported(self, name: str, having: str) -> list[Row]:
        """The rows of HELDOUT/<name>/ that have the column `having`; empty without HELDOUT or without its files.

        A held-out folder may hold conversations and the knowledge for them: the column tells them apart."""
        if self.heldout is None:
            return []
        found = {path: None for pattern in HELD for path in files(self.heldout / name, pattern)}
        return [row for row in rows_of(found) if having in row]

    def kept(self, name: str, having: str) -> list[Row]:
        """All rows of HELDOUT/<name>/ with a column, whatever the file is called: its own articles, for example."""
        if self.heldout is None:
            return []
        return [row for row in rows_of(files(self.heldout / name, "*")) if having in row]


def files(folder: Path, pattern: str) -> list[Path]:
    if not folder.is_dir():
        return []
    return sorted(path for path in folder.glob(pattern) if path.name.endswith(ENDINGS))


def rows_of(paths: Iterable[Path]) -> Iterator[Row]:
    for path in paths:
        with gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8") as lines:
            if ".jsonl" in path.name:
                yield from (json.loads(line) for line in lines if line.strip())
            else:
                whole = json.load(lines)
                yield from whole if isinstance(whole, list) else [whole]
