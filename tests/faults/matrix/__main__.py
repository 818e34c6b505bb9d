"""`python -m tests.faults.matrix kills|cells|store|report`: see docs/reliability.md."""

import argparse
import signal
import sys
from pathlib import Path

from tests.faults.matrix.report import write
from tests.faults.matrix.runner import KILLS, run

FOLDER = Path("var") / "faults"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("which", choices=["kills", "cells", "store", "report"], nargs="+")
    parser.add_argument("--kills", type=int, default=KILLS)
    parser.add_argument("--minutes", type=float, default=120.0, help="begin no batch after this time")
    parser.add_argument("--share", default="1/1", help="2/3: be the second of three runs side by side")
    parser.add_argument("--only", action="append", default=[], help="this batch, again: 'kills 3', 'slack × slow'")
    asked = parser.parse_args()
    number, _, of = asked.share.partition("/")
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # so that a run that is ended cleans up

    def say(line: str) -> None:
        sys.stdout.write(f"{line}\n")
        sys.stdout.flush()

    fell = 0
    for each in asked.which:
        if each == "report":
            say(write(FOLDER))
        else:
            fell += run(
                each,
                FOLDER,
                kills=asked.kills,
                minutes=asked.minutes,
                share=(int(number), int(of)),
                only=asked.only,
                say=say,
            )
    return min(1, fell)


if __name__ == "__main__":
    sys.exit(main())
