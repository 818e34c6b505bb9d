"""Reading a file in a process of its own, with bounds on its time and memory: the file may be hostile."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from connectors.local.reading.written import UnreadableError

SECONDS = 60
_HERE = Path(__file__).parent


def read_apart(script: str, content: bytes, seconds: float = SECONDS) -> dict[str, Any]:
    """What the script in this folder prints as JSON for these bytes.

    Raises UnreadableError when it says that it cannot, takes longer than `seconds`, or dies."""
    try:
        command = [sys.executable, "-I", str(_HERE / script)]  # our own script, run by our own Python
        done = subprocess.run(command, input=content, capture_output=True, timeout=seconds, check=False)  # noqa: S603 - our own interpreter and our own file
    except subprocess.TimeoutExpired:
        raise UnreadableError(f"takes longer than {seconds:g} seconds to read") from None
    try:
        answer = json.loads(done.stdout)
    except ValueError:
        raise UnreadableError("takes more time or memory to read than a file may") from None
    if "error" in answer:
        raise UnreadableError(str(answer["error"]))
    return dict(answer)
