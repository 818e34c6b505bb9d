"""The small policy as a file that may be put in force: its groups are there, its examples come out."""

import copy
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from apps.policy_file import read_policy
from apps.style_file import read_style
from core.answer.style import StyleCard
from core.policy import Policy
from tests.core.rules import POLICY

PRIYA, TOM, MARIA = "priya@larkfield.example", "tom@larkfield.example", "maria@larkfield.example"
STOLEN = {
    "name": "A stolen card",
    "given": {"intent": "reset", "risks": ["fraud"], "channel": "sms"},
    "expect": {"action": "handoff", "rule": "trigger:fraud"},
}
SOUND: dict[str, Any] = POLICY | {
    "groups": POLICY["groups"] | {"Technical support": {}, "Billing": {}, "Specialists": {}},
    "signoffs": {"roles": {"cx": [PRIYA], "legal": [TOM]}, "sections": {"triggers": ["cx", "legal"]}},
    "tests": [STOLEN],
}


@cache
def demo_policy() -> Policy:
    """Read once for each worker: hundreds of tests ask for it."""
    return read_policy(Path("apps/demo/policy.yaml"))


@cache
def demo_style() -> StyleCard:
    return read_style("apps/demo/style.yaml", "Larkfield Home")


def policy_text(**sections: Any) -> str:
    """With other sections."""
    return yaml.safe_dump(copy.deepcopy(SOUND) | sections, sort_keys=False)


def other_triggers() -> dict[str, Any]:
    """Fraud is another team's."""
    triggers: dict[str, Any] = copy.deepcopy(SOUND["triggers"])
    triggers["fraud"]["group"] = "Billing"
    return triggers
