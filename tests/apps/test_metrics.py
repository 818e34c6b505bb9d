import fcntl
import os
import socket
import subprocess
import sys
from pathlib import Path

from apps.metrics import FOLDER, count_together

ROOT = Path(__file__).parents[2]
# Two processes count, a third tells: prometheus_client reads its variable when it is imported, so all of it is apart.
COUNTING = """
import os, sys
from pathlib import Path
from apps.metrics import count_together, count_all
count_together(Path(sys.argv[1]), "web")
from prometheus_client import Counter
received = Counter("handrail_received", "Webhook events", ["source"])
for _ in range(2):
    child = os.fork()
    if not child:
        received.labels("zendesk").inc(3)
        os._exit(0)
    os.waitpid(child, 0)
print(count_all().decode())
"""


def test_what_several_processes_count_is_added_up(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", COUNTING, str(tmp_path)],
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=True,
    )
    host = socket.gethostname()
    assert f'handrail_received_total{{process="web@{host}",source="zendesk"}} 6.0' in done.stdout


def test_the_counts_of_those_that_are_gone_are_forgotten_and_of_those_that_live_kept(tmp_path: Path) -> None:
    host = socket.gethostname()
    for name in ("4711", f"worker@{host}", f"web@{host}"):
        (tmp_path / "metrics" / name).mkdir(parents=True)
        (tmp_path / "metrics" / name / "counter_1.db").touch()
    living = (tmp_path / "metrics" / f"worker@{host}.lock").open("a")
    fcntl.flock(living, fcntl.LOCK_EX)
    try:
        for _ in range(2):  # two of a kind on one machine
            count_together(tmp_path, "web")
        folders = {each.name: len(list(each.iterdir())) for each in (tmp_path / "metrics").iterdir() if each.is_dir()}
        assert folders == {f"worker@{host}": 1, f"web@{host}": 0, f"web@{host}.2": 0}
    finally:
        os.environ.pop(FOLDER, None)
        living.close()
