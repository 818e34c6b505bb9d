"""Whether what may be answered automatically ever is."""

from collections.abc import Iterator

from core.model.customer import WRITTEN
from core.policy import AUTOMATIC_WAYS, Policy, Way
from core.policy.known import AUTOMATIC_REPLY, HIGHEST
from core.policy.lint.remark import Remark, error, list_names, warning
from core.policy.problem import Place

CHANNELS = ("channels", "automatic")


def check_automatic_channels(policy: Policy) -> Iterator[Remark]:
    if policy.automatic and AUTOMATIC_REPLY not in policy.standing:
        yield error(
            ("standing",),
            f"{list_names(policy.automatic)} may be answered automatically, but automatic_reply is missing here: "
            "every such answer would be refused before it is sent",
        )
    if not policy.automatic and AUTOMATIC_REPLY in policy.standing:
        yield warning(("standing",), "automatic_reply is never used: channels.automatic names no channel")
    for channel in sorted(policy.automatic & policy.shadow.channels):
        yield warning(CHANNELS, f"{channel} is never answered automatically: shadow.channels names it too")
    if not policy.automatic:
        return
    if policy.max_turns == 0:
        yield error(("assistant", "max_turns"), "0 hands over before the first automatic answer; remove the channels")
    if not any(row.way in AUTOMATIC_WAYS for row in (policy.default_owner, *policy.owners.values())):
        yield warning(CHANNELS, "nothing is answered automatically: every line of owners is hybrid or human")


def check_shadow(policy: Policy) -> Iterator[Remark]:
    for intent in sorted(policy.shadow.intents):
        row = policy.owner_of(intent)
        if row.way in (Way.HUMAN, Way.HYBRID):
            yield warning(
                ("shadow", "intents"), f"{intent} is {row.way} in owners: it is never answered automatically anyway"
            )
    if not policy.automatic and (policy.shadow.channels or policy.shadow.brands or policy.shadow.intents):
        yield warning(("shadow",), "changes nothing: channels.automatic names no channel")


def check_standing(policy: Policy) -> Iterator[Remark]:
    """What the rest of the file counts on and nobody allows."""
    place = ("standing",)
    if policy.procedures and policy.automatic and "procedure" not in policy.standing:
        yield error(place, f"procedure is missing: nobody is led through {list_names(policy.procedures)}")
    if not policy.automatic & WRITTEN:
        return
    if "handoff_notice" not in policy.standing:
        yield warning(place, "handoff_notice is missing: who texts and is handed over is not told that a person comes")
    if "agent_reply" not in policy.standing:
        yield warning(place, "agent_reply is missing: what an agent answers on the ticket does not reach the phone")


def check_dispositions(policy: Policy) -> Iterator[Remark]:
    if policy.voice.dispositions:
        text = "is written wrap_up.dispositions now, where it counts for every channel"
        yield warning(("voice", "dispositions"), text)


def check_confidence(policy: Policy) -> Iterator[Remark]:
    if policy.automatic and policy.confidence_automatic == 0:
        yield warning(("confidence", "automatic"), "0 sends every draft, however unsure")
    yield from _too_sure(policy)
    for intent in policy.intent_confidence:
        place = ("confidence", "intents", intent)
        row = policy.owner_of(intent)
        if row.way in (Way.HUMAN, Way.HYBRID):
            yield warning(place, f"is never used: {intent} is {row.way} in owners, no draft about it is sent by itself")
        elif intent in policy.shadow.intents:
            yield warning(place, f"is never used: shadow.intents names {intent}")


def _too_sure(policy: Policy) -> Iterator[Remark]:
    """Nothing that is read or written is surer than HIGHEST."""
    if policy.confidence_intent > HIGHEST:
        told = f"no intent is that sure, so owners.default has everything; write {HIGHEST:g} at most"
        yield error(("confidence", "intent"), told)
    if not policy.automatic:
        return
    asked: list[tuple[Place, float]] = [(("confidence", "automatic"), policy.confidence_automatic)]
    asked += [(("confidence", "intents", name), least) for name, least in policy.intent_confidence.items()]
    for place, least in asked:
        if least > HIGHEST:
            yield warning(place, "no draft is that sure, so none is sent; to have drafts only is what shadow is for")
