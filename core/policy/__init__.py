"""`policy.yaml` as values whose fields say what may stand in it, and how it is read."""

from core.policy.actions import ActionSpec
from core.policy.alerts import Alerts, ErrorRate, Sla, Spike
from core.policy.channels import Burst, Voice
from core.policy.examples import PolicyTest
from core.policy.known import FACTS, FROM_WORDS, STANDING, TRIGGERS, Known, Unit
from core.policy.outreach import Outreach, Play
from core.policy.owners import AUTOMATIC_WAYS, Group, OwnerRow, Shadow, Tier, Trigger, Vip, Way
from core.policy.problem import PolicyError, PolicyProblem, Source
from core.policy.procedures import ANY_LANGUAGE, ARTICLES, DONE, Procedure, ProcedureStep, StepKind
from core.policy.running import Models, Price, Routing, SignOffs, Timers, Weights
from core.policy.values import Policy, read

__all__ = [
    "ANY_LANGUAGE",
    "ARTICLES",
    "AUTOMATIC_WAYS",
    "DONE",
    "FACTS",
    "FROM_WORDS",
    "STANDING",
    "TRIGGERS",
    "ActionSpec",
    "Alerts",
    "Burst",
    "ErrorRate",
    "Group",
    "Known",
    "Models",
    "Outreach",
    "OwnerRow",
    "Play",
    "Policy",
    "PolicyError",
    "PolicyProblem",
    "PolicyTest",
    "Price",
    "Procedure",
    "ProcedureStep",
    "Routing",
    "Shadow",
    "SignOffs",
    "Sla",
    "Source",
    "Spike",
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
