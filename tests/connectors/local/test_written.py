from importlib import resources
from pathlib import Path

import pytest
import yaml

from connectors.local.written import read_plain

FOLDER = Path(str(resources.files("connectors.local")))
FILES = sorted(FOLDER.rglob("*.yaml"))


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(FOLDER)))
def test_every_lesson_reads_as_with_the_usual_loader(file: Path) -> None:
    assert read_plain(file) == yaml.safe_load(file.read_text(encoding="utf-8"))
