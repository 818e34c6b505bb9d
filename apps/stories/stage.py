"""What a story is played on: a company, a running Handrail with its vendors, and a clock that can be moved."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Protocol

from apps.bootstrap import Container
from apps.bootstrap.clock import VARIABLE
from apps.demo.environment import COMPANY as LARKFIELD
from apps.demo.environment import HERE as DEMO
from apps.demo.environment import DemoEnvironment
from apps.demo.outside import Outside
from apps.sandbox.openai.vision import VISION_MODEL
from apps.sandbox.settings import SandboxSettings
from core.errors import ConfigurationError
from core.execute.timers import Timekeeper

SEEING = "larkfield that sees"

# The companies that stories take place at: a folder of people, articles and orders, and the policy they work under.


@dataclass(frozen=True, slots=True, kw_only=True)
class Company:
    """`seed` is what its vendors' accounts begin with, `policy`, `style`, `intents` and `scenarios` what Handrail is
    given; an empty path leaves Handrail its own. `sees`: a model looks at the pictures that customers send."""

    name: str
    seed: Path
    policy: Path
    style: Path | None = None
    intents: Path | None = None
    scenarios: Path | None = None
    sees: bool = False

    def variables(self) -> dict[str, str]:
        """The settings that differ from one company to the next."""
        paths = {"POLICY": self.policy, "STYLE": self.style, "INTENTS": self.intents, "SCENARIOS": self.scenarios}
        return {
            "HANDRAIL_COMPANY": self.name,
            **{f"HANDRAIL_{name}": str(path) if path else "" for name, path in paths.items()},
        }


def find_company(name: str, folder: Path) -> Company:
    """`larkfield`, `larkfield that sees` (a vision model is set), or the folder of that name in `folder`, whose `NAME`
    holds what customers call it.

    Raises ConfigurationError when there is none."""
    if name == SEEING:
        return replace(find_company("larkfield", folder), sees=True)
    if name == "larkfield":
        return Company(
            name="Larkfield Home",
            seed=LARKFIELD,
            policy=DEMO / "policy.yaml",
            style=DEMO / "style.yaml",
            intents=LARKFIELD / "intents.yaml",
            scenarios=DEMO / "scenarios.yaml",
        )
    home = folder / name
    if not (home / "policy.yaml").exists():
        raise ConfigurationError(f"there is no company {name}: {home / 'policy.yaml'} is missing")
    return Company(
        name=(home / "NAME").read_text(encoding="utf-8").strip(),
        seed=home,
        policy=home / "policy.yaml",
        style=_there(home / "style.yaml"),
        intents=_there(home / "intents.yaml"),
        scenarios=_there(home / "scenarios.yaml"),
    )


def _there(path: Path) -> Path | None:
    return path if path.exists() else None


# The stage and its clock.


class Stage(Protocol):
    """`container` is there to be looked at after a step (owners, authorities, the chain of records), never to act."""

    @property
    def outside(self) -> Outside: ...
    @property
    def container(self) -> Container: ...
    @property
    def patience(self) -> float:
        """Seconds to wait for something that a step looks for."""

    def now(self) -> datetime: ...
    def later(self, span: timedelta) -> None:
        """Move the clock forward, and let happen what is due by then."""

    def settle(self) -> None:
        """Return when all that the last step started is done."""


def forward_by_hours(clock: "StoryClock", span: timedelta, each: Callable[[], object]) -> None:
    """Move the clock by an hour at most at a time, so that what is due on the way is done in order."""
    end = clock.now() + span
    while (left := end - clock.now()) > timedelta(0):
        clock.forward(min(left, timedelta(hours=1)))
        each()


def build_timekeeper(container: Container) -> Timekeeper:
    """The timers that the workers run on a timetable; a story cannot wait for that."""
    return Timekeeper(
        store=container.store,
        policy=container.policy,
        style=container.style,
        receipts=container.receipts,
        actions=container.actions_under(container.policy),
    )


class StoryClock:
    """The file that everybody on the stage reads the time from."""

    def __init__(self, file: Path, machine: Callable[[], datetime]) -> None:
        self.file = file
        self._machine = machine
        self._ahead = timedelta(0)
        self._write()

    def now(self) -> datetime:
        return self._machine() + self._ahead

    def forward(self, span: timedelta) -> None:
        """ValueError for a step back."""
        if span < timedelta(0):
            raise ValueError("a story's clock does not go back")
        self._ahead += span
        self._write()

    def _write(self) -> None:
        self.file.parent.mkdir(parents=True, exist_ok=True)
        fresh = self.file.with_suffix(".new")
        fresh.write_text(str(self._ahead.total_seconds()), encoding="ascii")
        fresh.replace(self.file)  # at once: nobody reads half a number


# The demo's settings for any company, with a clock that the story moves.

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
        if self.company.sees:
            ours |= {
                "HANDRAIL_OPENAI_VISION": VISION_MODEL,
                "HANDRAIL_OPENAI_BASE_URL": f"{self.sandbox_url}/openai/v1",
                "HANDRAIL_OPENAI_API_KEY": SandboxSettings().openai_key,
            }
        return DemoEnvironment.handrail(self, ours | dict(more or {}))
