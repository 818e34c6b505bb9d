"""`policy.yaml` as values, and how it is read."""

from core.coordinate.keys import PolicyError, Problem, Source
from core.coordinate.policy.known import FACTS, FROM_WORDS, STANDING, TRIGGERS, Known, Unit
from core.coordinate.policy.read import read
from core.coordinate.policy.values import (
    AUTOMATIC_WAYS,
    Example,
    Group,
    OwnerRow,
    Policy,
    Shadow,
    Tier,
    Trigger,
    Vip,
    Way,
)
from core.coordinate.policy.values_alerts import Alerts, ErrorRate, Sla, Spike
from core.coordinate.policy.values_burst import Burst
from core.coordinate.policy.values_outreach import Outreach, Play
from core.coordinate.policy.values_procedure import ARTICLES, DONE, Procedure, Step, StepKind
from core.coordinate.policy.values_running import ActionLimit, Models, Price, Routing, SignOffs, Timers, Weights
from core.coordinate.policy.values_voice import Voice

__all__ = [
    "ARTICLES",
    "AUTOMATIC_WAYS",
    "DONE",
    "FACTS",
    "FROM_WORDS",
    "STANDING",
    "TRIGGERS",
    "ActionLimit",
    "Alerts",
    "Burst",
    "ErrorRate",
    "Example",
    "Group",
    "Known",
    "Models",
    "Outreach",
    "OwnerRow",
    "Play",
    "Policy",
    "PolicyError",
    "Price",
    "Problem",
    "Procedure",
    "Routing",
    "Shadow",
    "SignOffs",
    "Sla",
    "Source",
    "Spike",
    "Step",
    "StepKind",
    "Tier",
    "Timers",
    "Trigger",
    "Unit",
    "Vip",
    "Voice",
    "Way",
    "Weights",
    "read",
]
