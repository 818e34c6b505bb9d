import os
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
count_together(Path(sys.argv[1]))
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
    assert 'handrail_received_total{source="zendesk"} 6.0' in done.stdout


def test_the_counts_of_a_server_that_is_gone_are_forgotten(tmp_path: Path) -> None:
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    for name in (str(gone.pid), "not a number"):
        (tmp_path / "metrics" / name).mkdir(parents=True)
    try:
        count_together(tmp_path)
        assert [left.name for left in (tmp_path / "metrics").iterdir()] == [str(os.getpid())]
    finally:
        os.environ.pop(FOLDER, None)
