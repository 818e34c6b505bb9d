"""The companies that stories take place at: a folder of people, articles and orders, and the policy they work under."""

from dataclasses import dataclass
from pathlib import Path

from apps.demo.environment import COMPANY as LARKFIELD
from apps.demo.environment import HERE as DEMO
from core.errors import ConfigurationError


@dataclass(frozen=True, slots=True, kw_only=True)
class Company:
    """`seed` is what its vendors' accounts begin with, `policy`, `style`, `intents` and `scenarios` what Handrail is
    given; an empty path leaves Handrail its own."""

    name: str
    seed: Path
    policy: Path
    style: Path | None = None
    intents: Path | None = None
    scenarios: Path | None = None

    def variables(self) -> dict[str, str]:
        """The settings that differ from one company to the next."""
        paths = {"POLICY": self.policy, "STYLE": self.style, "INTENTS": self.intents, "SCENARIOS": self.scenarios}
        return {
            "HANDRAIL_COMPANY": self.name,
            **{f"HANDRAIL_{name}": str(path) if path else "" for name, path in paths.items()},
        }


def company(name: str, folder: Path) -> Company:
    """`larkfield`, or the folder of that name in `folder`, whose `NAME` holds what customers call it.

    Raises ConfigurationError when there is none."""
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
