"""The policy of a pilot: the one in force with everything but the pilot's matters in the shadow, the rest of its text
and its comments as they are."""

import copy
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from apps.policy_file import check_policy, parse_policy
from apps.policy_rewrite import rewrite
from core.decide.policy_tests import run
from core.decide.turn import MESSAGING
from core.errors import ConfigurationError
from core.measure.pilot.verdict import Phase
from core.model.customer import Channel
from core.model.decision import Action
from core.policy import AUTOMATIC_WAYS, Policy, Way

OURS = "Pilot: "  # how the names of a pilot's own examples begin
SURE = 0.99
NO_INTENTS = (
    "No intents are set, so none is recognised and none can be piloted: `handrail intents propose` makes a first list "
    "from your tickets; name its file under intents in handrail.toml."
)


def pilot_text(base: str, phase: Phase, channel: Channel, intents: Sequence[str], known: Collection[str]) -> str:
    """`base` is the text that was in force before any pilot; `known` are all intents of the company.

    Examples of the base that the pilot makes untrue are left out: they come back with the base when the pilot stops.

    Raises:
        ConfigurationError: an intent is not known, or is a person's under the policy.
    """
    found = parse_policy(base, "the policy in force")
    policy = check_policy(found)
    check_intents(intents, policy, known)
    wanted = _shadow(found.fields) if phase is Phase.SHADOW else _live(found.fields, policy, channel, intents)
    sections = {name: value for name, value in wanted.items() if found.fields.get(name) != value}
    text = rewrite(base, sections)
    examples = [*_those_that_hold(text, found.fields.get("tests") or []), *_own(phase, channel, intents)]
    return rewrite(text, {"tests": examples})


def check_intents(intents: Sequence[str], policy: Policy, known: Collection[str]) -> None:
    """Raises ConfigurationError for one that cannot be piloted."""
    for intent in intents:
        if known and intent not in known:
            raise ConfigurationError(f"no intent is called {intent}; they are {', '.join(sorted(known))}")
        row = policy.owner_of(intent)
        if row.way not in AUTOMATIC_WAYS:
            raise ConfigurationError(f"{intent} is a person's under the policy ({row.why or row.way.value})")


def _shadow(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Drafts only, everywhere: agents see what the assistant would say, and nothing leaves without them."""
    shadow = dict(fields.get("shadow") or {}) | {"channels": [each.value for each in Channel]}
    return {"channels": dict(fields.get("channels") or {}) | {"automatic": []}, "shadow": shadow}


def _live(fields: Mapping[str, Any], policy: Policy, channel: Channel, intents: Sequence[str]) -> dict[str, Any]:
    """The pilot's matters are answered by themselves on its channel; every other, and what is not recognised, is
    not."""
    others = sorted(set(policy.owners) - set(intents))
    shadow = {
        "channels": [each.value for each in Channel if each is not channel],
        "brands": sorted(policy.shadow.brands),
        # Those without a line of their own are closed by a person, as the default says below.
        "intents": [intent for intent in others if policy.owners[intent].way in AUTOMATIC_WAYS],
    }
    return {
        "channels": dict(fields.get("channels") or {}) | {"automatic": [channel.value]},
        "shadow": shadow,
        "owners": _owners(fields, policy, intents),
        "standing": list(dict.fromkeys([*(fields.get("standing") or []), "automatic_reply"])),
    }


def _owners(fields: Mapping[str, Any], policy: Policy, intents: Sequence[str]) -> dict[str, Any]:
    """With a line for each of the pilot's intents, and the rest closed by a person."""
    owners = copy.deepcopy(dict(fields["owners"]))
    default = owners["default"]
    rows = dict(owners.get("intents") or {})
    for intent in intents:
        rows.setdefault(intent, dict(default))
    if policy.default_owner.way in AUTOMATIC_WAYS:
        owners["default"] = default | {"owner": Way.HYBRID.value}
    return owners | {"intents": rows}


def _those_that_hold(text: str, examples: Sequence[Any]) -> list[Any]:
    """Those that come out under the text."""
    fields = parse_policy(rewrite(text, {"tests": list(examples) or None}), "the pilot's policy")
    outcomes = run(check_policy(fields))
    return [examples[outcome.number] for outcome in outcomes if outcome.passed]


def _by_a_person(channel: Channel) -> str:
    """Where nobody watches a sidebar, a draft that may not leave goes to a person."""
    return Action.HANDOFF.value if channel in MESSAGING else Action.SUGGEST.value


def _own(phase: Phase, channel: Channel, intents: Sequence[str]) -> list[dict[str, Any]]:
    """What the pilot promises, as examples that must come out before it goes live."""
    first = intents[0]
    if phase is Phase.SHADOW:
        return [
            {
                "name": f"{OURS}nothing is sent by {each.value} however sure the draft",
                "given": {"intent": first, "channel": each.value, "draft": SURE},
                "expect": {"action": _by_a_person(each)},
            }
            for each in Channel
        ]
    elsewhere = next(each for each in Channel if each is not channel)
    return [
        *(
            {
                "name": f"{OURS}{intent} is answered by {channel.value}",
                "given": {"intent": intent, "channel": channel.value, "draft": SURE},
                "expect": {"action": "auto_reply"},
            }
            for intent in intents
        ),
        {
            "name": f"{OURS}by {elsewhere.value} a person answers",
            "given": {"intent": first, "channel": elsewhere.value, "draft": SURE},
            "expect": {"action": _by_a_person(elsewhere)},
        },
        {
            "name": f"{OURS}what is not recognised is a person's",
            "given": {"channel": channel.value, "draft": SURE},
            "expect": {"action": _by_a_person(channel)},
        },
    ]
