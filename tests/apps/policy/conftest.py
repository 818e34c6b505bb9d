"""An installation with a policy in force and a day's work in its store, as an admin finds it at a terminal."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from apps.bootstrap.policies import enacter
from apps.policy_file import read_policy
from apps.proof import key_file, make_key
from apps.slack.cards.renderer import SlackCards
from connectors.sql.store import SqlStore
from core.govern.proof import add_person
from tests.clock import NOW, Clock
from tests.core.container import Container
from tests.core.day import RESET, answers, known, mails, texts
from tests.keys import KEY, master_keys
from tests.policies import PRIYA, TOM, policy_text


class Installation:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.file = folder / "policy.yaml"

    def write(self, name: str = "policy.yaml", **sections: Any) -> Path:
        """The small policy with other sections."""
        path = self.folder / name
        path.write_text(f"# Ours.\n{policy_text(**sections)}", encoding="utf-8")
        return path


@pytest.fixture
def installation(migrated: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Installation:
    """With an empty store, and nothing set but its folder and its file."""
    for name in [name for name in os.environ if name.startswith("HANDRAIL_")]:
        monkeypatch.delenv(name)
    shutil.copy(migrated, tmp_path / "handrail.db")
    found = Installation(tmp_path)
    found.write()
    monkeypatch.setenv("HANDRAIL_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("HANDRAIL_POLICY", str(found.file))
    monkeypatch.setenv("HANDRAIL_MASTER_KEY", KEY)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "own"))
    monkeypatch.chdir(tmp_path)
    know(found.folder, PRIYA, TOM)
    return found


def know(folder: Path, *emails: str) -> None:
    """Each has a key in their own folder, as `handrail people add` makes it."""
    store = SqlStore(f"sqlite:///{folder / 'handrail.db'}", keys=master_keys)
    with store.begin() as unit:
        for email in emails:
            add_person(unit, email, make_key(key_file(email)), "", NOW)
    store.close()


@pytest.fixture
def container(installation: Installation) -> Iterator[Container]:
    """What runs there after a day's work."""
    running = after_a_day(installation)
    yield running
    running.store.close()


def after_a_day(installation: Installation) -> Container:
    """Emma mails, texts, thanks, and reports a stolen card."""
    store = SqlStore(f"sqlite:///{installation.folder / 'handrail.db'}", keys=master_keys, cards=SlackCards())
    enacter(store, Clock()).start(installation.file.read_text(encoding="utf-8"))
    running = Container(store, read_policy(installation.file))
    known(running)
    ticket = mails(running)
    texts(running, RESET)
    texts(running, "Thanks, that worked")
    answers(running, ticket, "Glad to hear it.", status="solved")
    texts(running, "I think my card was stolen")
    return running
