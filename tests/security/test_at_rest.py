"""What lies on the disk after a day of stories: no customer's words, name, number or address stands in it in clear."""

import json
import os
import re
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from apps.bootstrap import Container, Knowledge
from apps.settings import read_settings
from apps.stories.command import read_stories
from apps.stories.in_process import ProcessStage, open_in_process
from apps.stories.runner import play
from apps.stories.stage import find_company
from connectors.sql.columns import Private, Token, metadata
from connectors.sql.tables import customers, identities, messages
from core.model.conversation import Role
from core.model.customer import IdentityKind
from tests.stack import warmed

STORIES = Path(__file__).parents[1] / "scenarios" / "stories"
COMPANIES = STORIES.parent / "companies"
# The company's own articles and models, shared between tests; a system of the company's own.
NOT_OURS = ("models", "vocabulary", "index", "analytics.db")
SHORTEST = 12  # characters of a message: what is shorter stands in articles, too
pytestmark = pytest.mark.timeout(300)


@pytest.fixture(scope="module", params=["fraud_call", "clinic_booking"])
def stage(request: pytest.FixtureRequest) -> Iterator[ProcessStage]:
    folder = Path(request.config.rootpath) / "var" / "test-at-rest" / request.param
    warmed(folder)
    begins = datetime.now(UTC).replace(hour=10, minute=0) + timedelta(days=1)
    (story,) = read_stories([STORIES / f"{request.param}.yaml"])
    with open_in_process(folder, find_company(story.company, COMPANIES), begins) as opened:
        played = play(story, opened)
        assert not played.wrong, played.wrong
        yield opened


def private_words(container: Container) -> set[str]:
    """What customers wrote and who they are, as it reads for whoever has the key."""
    said = set()
    with container.store.read() as unit:
        theirs = select(messages.c.text).where(messages.c.role == Role.CUSTOMER.value)
        for text in unit.connection.execute(theirs).scalars():
            said |= {line.strip() for line in re.split(r"[\n.!?]", text) if len(line.strip()) >= SHORTEST}
        kinds = (IdentityKind.EMAIL.value, IdentityKind.PHONE.value)
        known = select(identities.c.value_sealed).where(identities.c.kind.in_(kinds))
        said |= set(unit.connection.execute(known).scalars())
        said |= {name for name in unit.connection.execute(select(customers.c.name)).scalars() if len(name) > 5}
    return said


def files(folder: Path) -> Iterator[Path]:
    yield from (p for p in sorted(folder.rglob("*")) if not p.is_symlink() and not {*NOT_OURS} & {*p.parts})


def test_no_customers_word_number_or_address_stands_in_a_file(stage: ProcessStage) -> None:
    container = stage.container
    words = private_words(container)
    assert len(words) >= 7
    # All of it into the one file, and away from what was deleted.
    connection = sqlite3.connect(container.settings.data_dir / "handrail.db")
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    forms = {form: word for word in words for form in (word.encode(), json.dumps(word)[1:-1].encode())}
    found = [
        f"{path.name}: {word}"
        for path in files(container.settings.data_dir)
        if path.is_file()
        for content in [path.read_bytes()]
        for form, word in forms.items()
        if form in content
    ]
    assert found == []


@pytest.mark.timeout(900)
def test_nothing_that_a_whole_demo_writes_is_open_to_others(tmp_path: Path, request: pytest.FixtureRequest) -> None:
    """Queue, sandbox, web and workers as processes of their own, started by somebody whose files are for everybody."""
    if not request.config.getoption("--long", default=False):
        pytest.skip("a whole demo takes minutes: --long")
    command = [sys.executable, "-m", "apps.cli", "demo", "--check", "--folder", str(tmp_path / "demo")]
    before = os.umask(0o022)
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    finally:
        os.umask(before)
    assert done.returncode == 0, done.stdout + done.stderr
    found = [path for path in files(tmp_path / "demo") if path.stat().st_mode & 0o077]
    assert [f"{path}: {stat.S_IMODE(path.stat().st_mode):o}" for path in found] == []


def test_what_was_open_to_others_is_closed_at_the_start(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    (folder / "models").mkdir(parents=True)
    (folder / "models" / "weights").write_bytes(b"1")
    (folder / "elsewhere").symlink_to(tmp_path)
    for path in (folder, folder / "models", folder / "models" / "weights"):
        path.chmod(0o755)
    outside = tmp_path.stat().st_mode
    Knowledge(read_settings({"HANDRAIL_DATA_DIR": str(folder)}, needed=())).open_store()
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert stat.S_IMODE((folder / "models" / "weights").stat().st_mode) == 0o700
    assert tmp_path.stat().st_mode == outside


def test_the_page_says_of_every_column_how_it_is_kept() -> None:
    """A new column needs a decision: encrypted, hashed, or in clear with a reason."""
    page = (Path(__file__).parents[2] / "docs" / "data-at-rest.md").read_text(encoding="utf-8")
    told = {}
    for line in page.splitlines():
        if match := re.match(r"\| `(\w+)` \| (.*) \| (.*) \| (.*) \| (.+) \|$", line):
            name, *kept, _ = match.groups()
            told[name] = tuple({*re.findall(r"`(\w+)`", each)} for each in kept)
    found = {}
    for table in metadata.sorted_tables:
        hidden = {c.name for c in table.c if isinstance(c.type, Private)}
        hashed = {c.name for c in table.c if isinstance(c.type, Token)}
        found[table.name] = (hidden, hashed, {c.name for c in table.c} - hidden - hashed)
    assert told == found
