"""The small policy as a file that may be put in force: its groups are there, its examples come out."""

import copy
from typing import Any

import yaml

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


def policy_text(**sections: Any) -> str:
    """With other sections."""
    return yaml.safe_dump(copy.deepcopy(SOUND) | sections, sort_keys=False)


def other_triggers() -> dict[str, Any]:
    """Fraud is another team's."""
    triggers: dict[str, Any] = copy.deepcopy(SOUND["triggers"])
    triggers["fraud"]["group"] = "Billing"
    return triggers
