"""The policy as people read it: what is in force, who decided that, and what was before."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import Response, jsonify

from apps.zendesk.parts import Route
from apps.zendesk.session import Visitor
from core.errors import HandrailError, RejectedError
from core.model.enacted import Enactment, SignOff
from core.policy import OwnerRow, Policy
from core.policy.known import TRIGGERS
from core.ports import Store

Json = dict[str, Any]
MOST_SIGNOFFS = 50
MOST_VERSIONS = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Policies:
    """`differs` says where the file is not what is in force; empty where it is."""

    store: Store
    policy: Callable[[], Policy]
    labels: Callable[[], Mapping[str, str]]
    differs: Callable[[str], str]

    def routes(self) -> Sequence[Route]:
        return (
            Route("overview/policy", "GET", self.in_force, "lead"),
            Route("overview/policy/<version>", "GET", self.text, "lead"),
        )

    def in_force(self, _: Visitor) -> Response:
        policy = self.policy()
        with self.store.read() as unit:
            enactments = unit.policies.enactments()
            signed = unit.policies.list_sign_offs(MOST_SIGNOFFS)
        return jsonify(
            version=policy.version,
            history=[_enactment_row(one) for one in enactments[:MOST_VERSIONS]],
            older=max(0, len(enactments) - MOST_VERSIONS),
            differs=self.differs(policy.version),
            limits=_limits(policy),
            owners=self._owners(policy),
            triggers=[_trigger_row(policy, name) for name in policy.triggers],
            signoffs=_signoffs(policy),
            signed=[_signed_row(one) for one in signed],
        )

    def text(self, _: Visitor, version: str) -> Response:
        """The file of a version as it was applied. RejectedError where there is no such version."""
        with self.store.read() as unit:
            stored = unit.policies.text(version[:100])
        if stored is None:
            raise RejectedError("There is no such version of the policy.")
        return jsonify(version=stored.version, at=stored.at.isoformat(), text=stored.text)

    def _owners(self, policy: Policy) -> list[Json]:
        labels = self._labels()
        rows = [_owner_row(policy, name, labels.get(name, name), row) for name, row in policy.owners.items()]
        return [*rows, _owner_row(policy, "", "", policy.default_owner)]

    def _labels(self) -> Mapping[str, str]:
        try:
            return self.labels()
        except HandrailError:
            return {}  # the names of the file will do


def _owner_row(policy: Policy, intent: str, label: str, row: OwnerRow) -> Json:
    """Without an intent it is the row for everything else."""
    return {
        "intent": intent,
        "label": label,
        "way": row.way.value,
        "group": row.group,
        "tier": row.tier,
        "why": row.why,
        "automatic_from": policy.automatic_from(intent),
        "shadow": intent in policy.shadow.intents,
    }


def _trigger_row(policy: Policy, name: str) -> Json:
    trigger, known = policy.triggers[name], TRIGGERS.get(name)
    return {
        "name": name,
        "label": name,
        "why": trigger.why,
        "group": trigger.group,
        "tier": trigger.tier,
        "threshold": trigger.threshold,
        "unit": known.unit.name.lower() if known else "none",
        "alert": trigger.alert,
        "first": trigger.first,
    }


def _limits(policy: Policy) -> Json:
    shadow = policy.shadow
    return {
        "automatic": sorted(channel.value for channel in policy.automatic),
        "confidence": policy.confidence_automatic,
        "shadow": sorted([*(channel.value for channel in shadow.channels), *shadow.brands]),
        "approvers": list(policy.outreach.approvers),
        "per_day": policy.models.per_day,
        "currency": policy.models.currency,
    }


def _signoffs(policy: Policy) -> list[Json]:
    roles = policy.signoffs.roles
    return [
        {"section": section, "roles": [{"role": role, "people": list(roles.get(role, ()))} for role in needed]}
        for section, needed in policy.signoffs.sections.items()
    ]


def _enactment_row(one: Enactment) -> Json:
    return {
        "version": one.version,
        "how": one.how.value,
        "by": one.by,
        "at": one.at.isoformat(),
        "note": one.note,
        "replaced": one.replaced,
    }


def _signed_row(one: SignOff) -> Json:
    return {
        "section": one.section,
        "role": one.role,
        "person": one.person,
        "version": one.version,
        "at": one.at.isoformat(),
    }
