"""The text message with a one-time code. The code itself is filled in where it leaves, and stands nowhere before."""

from datetime import datetime, timedelta

from core.execute.planning import Planning
from core.model.customer import Channel
from core.model.ids import ConversationId, CustomerId, VerificationId, derive_id
from core.model.outbound import Effect, EffectKind
from core.model.profile import Verification
from core.ports import Unit
from core.procedure.verify_identity import sends_code
from core.profile.codes import CODE_OF, HIDDEN
from core.text.verification import words_in

STANDING = "verification_code"


def plan_code(plan: Planning) -> list[Effect]:
    """The code that the draft announces; nothing for any other draft."""
    draft, proving, rules = plan.decision.draft, plan.case.proving, plan.policy.verification
    if draft is None or not sends_code(draft) or proving.customer_id is None:
        return []
    minutes = round(rules.code_lives.total_seconds() / 60)
    words = words_in(draft.language).code
    payload = {
        "channel": Channel.SMS,
        "body": words.format(code=HIDDEN, company=plan.style.company, minutes=minutes),
        "ai_generated": True,
        "language": draft.language,
        CODE_OF: derive_id("vf", plan.decision.id),
        "proves": proving.customer_id,
        "minutes": minutes,
    }
    return [plan.effect(EffectKind.MESSAGE, "code", proving.number, payload, STANDING)]


def worthless(effect: Effect, at: datetime) -> bool:
    """Whether the effect brings a code that no longer counts at that time."""
    payload = effect.payload
    return CODE_OF in payload and at >= effect.created_at + timedelta(minutes=payload["minutes"])


def expect(unit: Unit, effect: Effect) -> None:
    """Wait for the code of an effect that was planned, if it has one."""
    payload = effect.payload
    if CODE_OF not in payload or effect.conversation_id is None:
        return
    unit.verifications.add(
        Verification(
            id=VerificationId(payload[CODE_OF]),
            conversation_id=ConversationId(effect.conversation_id),
            customer_id=CustomerId(payload["proves"]),
            channel=Channel(payload["channel"]),
            hint=effect.target[-2:],
            sent_at=effect.created_at,
            expires_at=effect.created_at + timedelta(minutes=payload["minutes"]),
        )
    )
