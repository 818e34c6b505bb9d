import os
import warnings
from pathlib import Path

import pytest

from apps.server import train_apart


class OfflineTraining:
    def __init__(self, folder: Path, *, fails: bool = False) -> None:
        self.folder = folder
        self.fails = fails

    def train(self) -> None:
        if self.fails:
            raise OSError("no room on the disk")
        (self.folder / "trained").write_text(str(os.getpid()))


@pytest.fixture(autouse=True)
def _threads_of_other_tests() -> None:
    # A worker trains before it has threads; this process may have some left.
    warnings.filterwarnings("ignore", message=".*fork.*", category=DeprecationWarning)


def test_the_models_are_trained_in_a_process_that_has_ended(tmp_path: Path) -> None:
    train_apart(OfflineTraining(tmp_path))  # type: ignore[arg-type]
    trainer = int((tmp_path / "trained").read_text())
    assert trainer != os.getpid()
    with pytest.raises(ProcessLookupError):
        os.kill(trainer, 0)


def test_a_training_that_fails_leaves_the_worker_to_start(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    train_apart(OfflineTraining(tmp_path, fails=True))  # type: ignore[arg-type]
    assert "no room on the disk" in capfd.readouterr().err
