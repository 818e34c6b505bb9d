"""The standing rules that a policy version grants, read off the text that was applied."""

from apps.policy_file import parse_policy
from core.errors import ConfigurationError
from core.model.enacted import version_of
from core.policy.values import ALWAYS
from core.ports import Unit


def granted_by(unit: Unit, version: str) -> frozenset[str] | None:
    """None where the version's text is not kept, or is not that version's: it is named after what it says. A version
    that this Handrail would not accept any more granted what it granted."""
    kept = unit.policies.text(version)
    if kept is None:
        return None
    try:
        fields = parse_policy(kept.text, version).fields
    except ConfigurationError:
        return None
    if version_of(fields) != version:
        return None
    rules = fields.get("standing", ALWAYS)
    return frozenset(str(rule) for rule in rules) if isinstance(rules, list | frozenset) else None
