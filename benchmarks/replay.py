"""How long `handrail replay` takes over the sandbox company's tickets, extractive, from its start to its report.

Ten thousand are the same tickets under other numbers and in later months: what was asked has been read before, so the
figure for many is a little kind.
"""

import json
import resource
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import yaml

from benchmarks.figures import Figure

GROUP = "replay"
ROOT = Path(__file__).parents[1]
COMPANY = ROOT / "apps" / "sandbox" / "company"
SPAN = timedelta(days=360)  # of the company's tickets, after which they begin again


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    tickets: int = 200


QUICK = Size(tickets=20)
LARGE = Size(tickets=10_000)
PROMISED = {200: 60.0, 10_000: 1_200.0}  # seconds on two cores


def measure(folder: Path, size: Size) -> list[Figure]:
    history = folder / "history.jsonl"
    history.write_text("\n".join(json.dumps(row) for row in tickets(size.tickets)), encoding="utf-8")
    handrail = str(Path(sys.executable).parent / "handrail")
    command = [handrail, "replay", "--from", str(history), "--knowledge", str(COMPANY / "articles"), "--json"]
    command += ["--articles", "today", "--policy", str(ROOT / "apps/demo/policy.yaml")]
    command += ["--intents", str(COMPANY / "intents.yaml"), "--style", str(ROOT / "apps/demo/style.yaml")]
    used, began = _processor(), time.perf_counter()
    done = subprocess.run(command, check=True, capture_output=True, cwd=folder)
    took, spent = time.perf_counter() - began, _processor() - used
    turns = json.loads(done.stdout)["turns"]
    name = f"{size.tickets} tickets"
    return [
        Figure(group=GROUP, name=f"{name}, all", value=took, unit="s", most=PROMISED.get(size.tickets)),
        Figure(group=GROUP, name=f"{name}, processor time", value=spent, unit="s"),
        Figure(group=GROUP, name=f"{name}, turns that asked something", value=turns),
    ]


def _processor() -> float:
    found = resource.getrusage(resource.RUSAGE_CHILDREN)
    return found.ru_utime + found.ru_stime


def tickets(count: int) -> Iterator[dict[str, Any]]:
    """As lines of Zendesk's export."""
    rows = yaml.safe_load((COMPANY / "tickets.yaml").read_text("utf-8"))["tickets"]
    for number in range(count):
        again, place = divmod(number, len(rows))
        yield _line(rows[place], number + 1, again * SPAN)


def _line(row: dict[str, Any], number: int, later: timedelta) -> dict[str, Any]:
    via = {"channel": row["channel"] if row["channel"] in ("email", "sms", "whatsapp") else "web"}
    people = {"customer": row["requester_id"], "agent": row["assignee_id"]}
    return {
        "id": number,
        "subject": row["subject"],
        "status": "closed",
        "created_at": _moved(row["created_at"], later),
        "requester_id": row["requester_id"],
        "tags": row["tags"],
        "via": via,
        "users": [{"id": people["customer"], "role": "end-user"}, {"id": people["agent"], "role": "agent"}],
        "comments": [
            {
                "id": number * 100 + place,
                "author_id": people[said["by"]],
                "body": said["text"],
                "created_at": _moved(said["at"], later),
                "via": via,
            }
            for place, said in enumerate(row["comments"])
        ],
    }


def _moved(at: object, later: timedelta) -> str:
    return (datetime.fromisoformat(str(at).replace("Z", "+00:00")) + later).isoformat()
