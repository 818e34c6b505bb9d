"""How the tuning questions fare: `python -m benchmarks.tuning.evaluate`. For tuning only, never for reporting."""

import tempfile
from pathlib import Path
from typing import Any

import yaml

from apps.bootstrap import OfflineContainer
from apps.policy_file import read_policy
from core.decide.evaluation import TurnEvaluator
from core.model.conversation import Role
from core.model.customer import Channel
from core.model.ids import EventId
from tests.scenarios.wordings import case

ROOT = Path(__file__).parents[2]
COMPANY = ROOT / "apps" / "sandbox" / "company"


def evaluator() -> TurnEvaluator:
    container = OfflineContainer(
        folder=Path(tempfile.mkdtemp()),
        cache=ROOT / "var" / "cache",
        policy=read_policy(ROOT / "apps" / "demo" / "policy.yaml"),
        intents_file=str(COMPANY / "intents.yaml"),
    )
    container.library.add(container.articles(COMPANY / "articles").articles)
    return container.evaluator


def told(row: dict[str, Any]) -> str:
    return f"{row['subject']}\n\n{row['text']}" if row.get("subject") else str(row["text"])


def plain(text: str) -> str:
    return " ".join(text.casefold().replace("**", "").split())


def main() -> None:
    questions = yaml.safe_load((Path(__file__).parent / "questions.yaml").read_text(encoding="utf-8"))
    mind = evaluator()
    totals: dict[str, list[int]] = {}
    for kind in ("covered", "uncovered"):
        for row in questions[kind]:
            draft = _draft(mind, row)
            cited = {str(c.passage.article_id) for c in draft.cited} if draft else set()
            wanted = {str(number) for number in row.get("article_ids", ())}
            holds = all(plain(f) in plain(draft.body) for f in row.get("must_contain", ())) if draft else False
            key = f"{kind} {row['channel']}"
            found = totals.setdefault(key, [0, 0, 0, 0])
            for place, hit in enumerate(
                (True, draft is not None, bool(cited & wanted), holds and bool(cited & wanted))
            ):
                found[place] += hit
    for key, (count, drafted, cited_right, right) in totals.items():
        print(f"{key:<18} {count:3d}: drafted {drafted:3d}, right article {cited_right:3d}, with the fact {right:3d}")


def _draft(mind: TurnEvaluator, row: dict[str, Any]) -> Any:
    lines = [(Role.CUSTOMER, Channel(row["channel"]), told(row))]
    return mind.decide(EventId("tuning"), case(lines)).draft


if __name__ == "__main__":
    main()
