"""How long the command line and the web process take to come up."""

import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from apps.bootstrap import embedded_queue
from apps.demo.environment import DemoEnvironment
from apps.processes import answers, free_port
from benchmarks.figures import Figure, median

GROUP = "starting"
WAIT_AT_MOST = 30.0  # seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """`warm` starts are not counted: they fill the caches of the system and make the database."""

    times: int = 5
    warm: int = 1


QUICK = Size(times=1, warm=0)


def measure(folder: Path, size: Size) -> list[Figure]:
    """Medians of so many starts each."""
    helps = [_show_help() for _ in range(size.warm + size.times)]
    webs = _start_web_often(folder, size.warm + size.times)
    return [
        Figure(group=GROUP, name="handrail --help", value=median(helps[size.warm :]), unit="s", most=0.4),
        Figure(group=GROUP, name="web process ready", value=median(webs[size.warm :]), unit="s", most=3),
        Figure(group=GROUP, name="web process ready, first start with an empty database", value=webs[0], unit="s"),
    ]


def _show_help() -> float:
    began = time.perf_counter()
    subprocess.run([str(Path(sys.executable).parent / "handrail"), "--help"], capture_output=True, check=True)
    return time.perf_counter() - began


def _start_web_often(folder: Path, times: int) -> list[float]:
    """Seconds from starting `handrail web` to its first answer. Nobody is called at a start, so no vendor runs."""
    queue = embedded_queue(folder / "queue")
    try:
        return [_start_web(folder, queue.url) for _ in range(times)]
    finally:
        queue.stop()


def _start_web(folder: Path, queue_url: str) -> float:
    environment = DemoEnvironment(
        folder=folder / "state", web_port=free_port(None, 0), sandbox_port=free_port(None, 0), queue_url=queue_url
    )
    began = time.perf_counter()
    with (folder / "web.log").open("ab") as log:
        web = subprocess.Popen(
            [sys.executable, "-m", "apps.cli", "web"],
            env=environment.handrail(),
            stdout=log,
            stderr=subprocess.STDOUT,
            process_group=0,
        )
    try:
        while not answers(f"{environment.web_url}/healthz"):
            if web.poll() is not None or time.perf_counter() - began > WAIT_AT_MOST:
                raise RuntimeError(f"the web process did not come up:\n{(folder / 'web.log').read_text()[-2000:]}")
            time.sleep(0.01)
        return time.perf_counter() - began
    finally:
        _stop(web)


def _stop(web: "subprocess.Popen[bytes]") -> None:
    """It and its workers, which are in a group of their own."""
    web.terminate()
    try:
        web.wait(10)
    except subprocess.TimeoutExpired:
        os.killpg(web.pid, 9)
        web.wait()
