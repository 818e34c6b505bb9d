"""The installation and the day of the policy's own tests, with the company's intents named in a file."""

from pathlib import Path

import pytest
import yaml

from tests.apps.policy.conftest import Installation, container
from tests.apps.policy.conftest import installation as without_intents

__all__ = ["Installation", "container", "installation", "without_intents"]

INTENTS = {
    "reset": ["Reset my hub", "How do I reset it?", "Set it back", "Factory reset please", "Start it afresh"],
    "dispute": ["I dispute this", "I did not buy it", "Not my charge", "That is not mine", "Take the charge back"],
}


@pytest.fixture
def installation(without_intents: Installation, monkeypatch: pytest.MonkeyPatch) -> Installation:
    file: Path = without_intents.folder / "intents.yaml"
    rows = [{"name": name, "label": name, "examples": said} for name, said in INTENTS.items()]
    file.write_text(yaml.safe_dump({"intents": rows}), encoding="utf-8")
    monkeypatch.setenv("HANDRAIL_INTENTS", str(file))
    return without_intents
