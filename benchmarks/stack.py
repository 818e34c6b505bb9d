"""Handrail's real processes with the sandbox outside, as `handrail demo` starts them, on ports of their own."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from apps.demo.environment import HERE, DemoEnvironment
from apps.demo.launch import Demo, start_demo
from apps.processes import free_port
from benchmarks import machine

# Zendesk's own limits, 700 and 100 a minute, are below ten events a second; so the account is on a larger plan.
LARGER_PLAN = {"SANDBOX_ZENDESK_REQUESTS_PER_MINUTE": "100000", "SANDBOX_ZENDESK_UPDATES_PER_MINUTE": "100000"}


@dataclass(frozen=True, slots=True, kw_only=True)
class WithPolicy(DemoEnvironment):
    """The demo under a policy of its own."""

    policy: Path = field(default_factory=Path)

    def _values(self) -> dict[str, str]:
        return DemoEnvironment._values(self) | {"HANDRAIL_POLICY": str(self.policy)}


@contextmanager
def start_stack(
    folder: Path, *, rate: float | None = None, store_url: str = "", sandbox_more: Mapping[str, str] | None = None
) -> Iterator[Demo]:
    """Everything up, and down again at the end. `rate` is of texts a second, where it is not the demo's own."""
    folder.mkdir(parents=True, exist_ok=True)
    kind: Any = DemoEnvironment
    if rate is not None:
        policy = _write_policy(folder, rate)

        def kind(**known: Any) -> DemoEnvironment:
            return WithPolicy(policy=policy, **known)

    with start_demo(
        folder / "demo",
        # The usual ports are for who looks at the demo meanwhile, and could be taken while a process is down.
        web_port=free_port(None, 0),
        sandbox_port=free_port(None, 0),
        store_url=store_url,
        sandbox_more=sandbox_more,
        kind=kind,
    ) as up:
        up.reading.join()  # what goes on behind a demo's start is not to be measured
        yield up


def processor_seconds(up: Demo) -> dict[str, float]:
    """Seconds of processor time so far, by process."""
    running = up.processes.running if machine.available() else []
    return {each.name: machine.processor_seconds(machine.family(each.process.pid)) for each in running}


def _write_policy(folder: Path, rate: float) -> Path:
    """The demo's policy with this many texts a second, and no second approver however many get it."""
    fields: dict[str, Any] = yaml.safe_load((HERE / "policy.yaml").read_text(encoding="utf-8"))
    outreach = fields["outreach"] | {"rates": {"sms": rate, "whatsapp": rate}}
    outreach.pop("second_person", None)
    path = folder / "policy.yaml"
    path.write_text(yaml.safe_dump(fields | {"outreach": outreach}, sort_keys=False), encoding="utf-8")
    return path
