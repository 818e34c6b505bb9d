"""A small policy to test with."""

import copy
from typing import Any

from core.policy import Policy, read

POLICY: dict[str, Any] = {
    "version": 1,
    "channels": {"automatic": ["sms", "whatsapp"]},
    "shadow": {"channels": [], "brands": [], "intents": []},
    "confidence": {"automatic": 0.5, "at_most_wrong": 1.0, "intent": 0.4},
    "mood": {"floor": -0.8},
    "assistant": {"max_turns": 3},
    "ownership": {"hand_back_on_solve": True, "same_matter_hours": 72},
    "burst": {"quiet_seconds": 0},
    "owners": {
        "default": {"owner": "assistant_with_fallback", "group": "Customer care", "tier": 0},
        "intents": {
            "reset": {"owner": "assistant", "group": "Technical support", "tier": 0},
            "upgrade": {"owner": "hybrid", "group": "Billing", "tier": 1},
            "dispute": {"owner": "human", "group": "Billing", "tier": 2, "why": "it needs empathy"},
        },
    },
    "triggers": {
        "fraud": {"group": "Specialists", "tier": 2, "alert": True, "why": "Possible fraud"},
        "human_request": {"group": "Customer care", "tier": 1, "alert": True, "why": "The customer asked for a person"},
        "repeated_question": {"group": "Customer care", "tier": 1, "why": "The same question again"},
    },
    "vip": {"tiers": ["business"], "group": "Specialists"},
    "groups": {"Customer care": {"reply_within": "30 minutes"}},
    "verification": {"accept": ["number", "login", "code"]},
    "standing": ["automatic_reply", "handoff_notice", "agent_reply", "clarifying_question", "appointment", "receipt"],
    "tags": {"suggest": "hr_suggested", "auto_reply": "hr_answered", "handoff": "hr_handoff"},
    "alerts": {"channel": "#alerts"},
    "outreach": {
        "hours": {"opens": "08:00", "closes": "20:00"},
        "approval": {"channel": "#approvals", "expires_minutes": 120, "approvers": ["Priya@larkfield.example"]},
        "plays": {
            "outage": {
                "match": "region",
                "purpose": "service",
                "channel": "sms",
                "texts": {
                    "default": "{service} has a fault in {region}. Reply STOP to opt out.",
                    "business": "For Business: {service} has a fault in {region}. Reply STOP to opt out.",
                },
            },
            "usage_friction": {
                "match": "customers",
                "purpose": "service",
                "channel": "sms",
                "texts": {"default": "Trouble with {feature}? Reply to this message, or STOP to opt out."},
            },
        },
    },
}


def policy_fields(**changes: Any) -> dict[str, Any]:
    """The policy with keys such as `mood__floor` set to other values; tables on the way there are made."""
    fields = copy.deepcopy(POLICY)
    for path, value in changes.items():
        *above, last = path.split("__")
        place = fields
        for name in above:
            place = place.setdefault(name, {})
        place[last] = value
    return fields


def policy(**changes: Any) -> Policy:
    return read(policy_fields(**changes))
