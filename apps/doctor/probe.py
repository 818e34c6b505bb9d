"""`handrail doctor --probe`: what the language model's endpoint can be trusted with.

It is asked some hundred and thirty known cases, which costs what the last lines say. What it shows is written down, and
from then on it is asked for nothing above that.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import click
import yaml
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from apps.bootstrap.model_role import ModelRole
from apps.metered import Metered
from core.answer.judge import judge
from core.errors import ConfigurationError, HandrailError
from core.model.reading import ReaderRole
from core.policy import Price
from core.ports import LanguageModel
from core.prompting.json_answer import MalformedError
from core.prompting.time_budget import TimeBudget
from core.read.model_reader import ModelReader
from core.read.probe import Mark, Probe, role_of

CASES = Path(__file__).parent / "probe_cases.yaml"
INTENTS = {
    "lend_item": "Lend or reserve a tool or a bicycle",
    "return_item": "Give something back",
    "deposit_refund": "The deposit",
    "late_fee": "A fee for giving back late",
    "report_damage": "Something is broken or lost",
    "membership_cancel": "End the membership",
    "opening_hours": "When and where it is open",
    "course_booking": "Courses in the workshop",
    "delivery_status": "Where a delivery is",
    "login_problem": "Getting into the app",
}
PATIENCE = TimeBudget(total=timedelta(seconds=90), tries=2)
PER = 1_000_000  # tokens that a price is for
MEANING: Mapping[ReaderRole, str] = {
    ReaderRole.NONE: "It is not asked to read messages.",
    ReaderRole.REWRITER: "It rewrites messages for the embedded readers, and nothing more.",
    ReaderRole.READER: "It rewrites and reads messages; it does not judge answers.",
    ReaderRole.JUDGE: "It rewrites and reads messages, and judges whether quotations answer.",
}


def cases() -> Mapping[str, Sequence[Mapping[str, Any]]]:
    """The known cases of each role."""
    found: Mapping[str, Sequence[Mapping[str, Any]]] = yaml.safe_load(CASES.read_text("utf-8"))
    return found


def probe_model(model: Metered, progress: Progress | None = None) -> list[Mark]:
    """Every mark of every role up to the first that it does not pass."""
    known = cases()
    reader = ModelReader(model=model, role=lambda: ReaderRole.JUDGE, intents=INTENTS, patience=PATIENCE)

    def judging(question: str, lines: Sequence[str]) -> bool | None:
        try:
            return judge(model, question, lines, PATIENCE.begin()) is None
        except (HandrailError, MalformedError):
            return None

    probe = Probe(reader=reader, judge=judging)
    marks: list[Mark] = []
    for role, ask in (("rewriter", probe.rewriter), ("reader", probe.reading), ("judge", probe.judging)):
        rows = progress.track(known[role], description=f"As {role}") if progress else known[role]
        marks += ask(rows)
        if role_of(marks) is not ReaderRole(role):
            break
    return marks


def probe_here(model: LanguageModel | None, kept: ModelRole, price: Price, currency: str, now: datetime) -> ReaderRole:
    """Probe, tell, and write down. Raises ConfigurationError where no model is set."""
    if model is None:
        raise ConfigurationError(
            "There is no language model to try: set HANDRAIL_OPENAI_BASE_URL and HANDRAIL_OPENAI_MODEL."
        )
    console, metered = Console(), Metered(model)
    with Progress(console=Console(stderr=True), transient=True) as progress:
        marks = probe_model(metered, progress)
    role = role_of(marks)
    kept.keep({"role": role, "at": f"{now:%Y-%m-%d}", "model": model.name, "marks": [asdict(mark) for mark in marks]})
    console.print(marks_table(marks))
    cost = (metered.read * price.read + metered.written * price.written) / PER
    asked = f"{metered.asked} requests, {metered.read:,} tokens read and {metered.written:,} written"
    priced = f"{cost:.4f} {currency}" if cost else "no price is set in the policy (models.prices)"
    click.echo(f"{asked}: {priced}.")
    click.echo(
        f"{model.name} is {'a ' + role if role is not ReaderRole.NONE else 'trusted with nothing'}. {MEANING[role]}"
    )
    return role


def marks_table(marks: Sequence[Mark]) -> Table:
    drawn = Table("role", "figure", "mark", "wanted", "")
    for mark in marks:
        wanted = f"{'at most' if mark.at_most else 'at least'} {mark.wanted:.2f}"
        drawn.add_row(
            mark.role, mark.figure, f"{mark.share:.2f} ({mark.right} of {mark.cases})", wanted,
            "[green]passed[/green]" if mark.passed else "[red]not passed[/red]",
        )  # fmt: skip
    return drawn
