"""Conversations from before Handrail, from a file: what it would have decided about each."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from apps.run.conversations import BadLine, cases_from
from core.errors import ConfigurationError
from core.measure.pilot.observe import Observed, imagined
from core.model.ids import EventId, derived
from core.policy import Policy

if TYPE_CHECKING:
    from core.thinking import Thinking


def turns_before(file: Path, thinking: "Thinking", policy: Policy) -> Iterator[Observed]:
    """Each conversation as far as the file tells it, in the form that `handrail run` reads.

    Raises:
        ConfigurationError: naming the first line that cannot be read.
    """
    for item in cases_from(file):
        if isinstance(item, BadLine):
            raise ConfigurationError(f"{file.name}: line {item.number}: {item.reason}")
        number, case = item
        decision = thinking.decide(EventId(derived("ev", str(file), str(number))), case)
        turn = imagined(decision, case, policy.confidence_intent)
        if turn is not None:
            yield turn
