"""Which worker does what, and that only one on a machine carries campaigns on."""

import subprocess
import sys
from pathlib import Path

from apps.worker import alone

HOLD = """
import sys, time
from pathlib import Path
from apps.worker import alone
with alone(Path(sys.argv[1])) as first:
    print(first, flush=True)
    time.sleep(60)
"""


def test_a_second_one_in_the_same_process_is_not_alone(tmp_path: Path) -> None:
    with alone(tmp_path / "a" / "lock") as first, alone(tmp_path / "a" / "lock") as second:
        assert (first, second) == (True, False)
    with alone(tmp_path / "a" / "lock") as again:
        assert again


def test_whoever_is_killed_lets_go(tmp_path: Path) -> None:
    other = subprocess.Popen([sys.executable, "-c", HOLD, str(tmp_path / "lock")], stdout=subprocess.PIPE, text=True)
    assert other.stdout is not None
    assert other.stdout.readline() == "True\n"
    with alone(tmp_path / "lock") as first:
        assert not first
    other.kill()
    other.wait(30)
    other.stdout.close()
    with alone(tmp_path / "lock") as first:
        assert first
