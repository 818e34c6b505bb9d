"""The demo's settings for any company, with a clock that the story moves."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from apps.bootstrap.clock import VARIABLE
from apps.demo.environment import DemoEnvironment
from apps.stories.company import Company

HURRY = {  # vendors whose lists are up to date at once, and who deliver in no time
    "SANDBOX_LAG_SECONDS": "0",
    "SANDBOX_STATUS_SECONDS": "0.02",
    "SANDBOX_ZENDESK_REQUESTS_PER_MINUTE": "100000",
    "SANDBOX_ZENDESK_UPDATES_PER_MINUTE": "100000",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryEnvironment(DemoEnvironment):
    """Addresses, folders and secrets of one stage."""

    company: Company
    clock: Path

    def sandbox(self) -> dict[str, str]:
        ours = {"SANDBOX_SEED": str(self.company.seed), "SANDBOX_CLOCK_FILE": str(self.clock)}
        return DemoEnvironment.sandbox(self) | ours

    def handrail(self, more: Mapping[str, str] | None = None) -> dict[str, str]:
        ours = self.company.variables() | {VARIABLE: str(self.clock)}
        return DemoEnvironment.handrail(self, ours | dict(more or {}))
