"""A number is easily made up: an appointment that is booked is told to, and changed for, nobody who only calls."""

from core.answer.answer import Answered
from core.decide.evaluation import conclude
from core.model.appointment import Appointment
from core.model.conversation import CaseContext
from core.model.customer import Channel
from core.model.decision import Progress
from core.policy import Procedure, ProcedureStep, StepKind
from core.procedure.booking import Booking
from core.procedure.guide import draft_of
from core.procedure.run import Doing, begin
from tests.core import rules
from tests.core.calendar.diary import Diary, slots
from tests.core.people import EMMA_PHONE
from tests.core.samples import case, message, scored, signals

VISIT = Procedure(
    name="visit",
    intents=frozenset({"reset"}),
    steps=(ProcedureStep(id="time", kind=StepKind.APPOINTMENT, name="installer"),),
)
POLICY = rules.policy(
    channels__automatic=["sms", "voice"],
    verification={"intents": []},
    standing=["procedure", "appointment", "verification_code", "handoff_notice", "automatic_reply"],
)
READ = signals(intents=(scored("reset"),))


def asks(channel: Channel, address: str) -> CaseContext:
    return case(message(1, text="About my visit", channel=channel, address=address))


def asked(told: CaseContext, *, booked: bool) -> Progress:
    diary = Diary()
    if booked:
        diary.appointments["k"] = (told.customer.id, Appointment(ref="a1", slot=slots()[0]))
    return begin(VISIT, Doing(check=lambda _: "unknown", booking=Booking(calendar=diary, case=told, visits={})))


def rule(channel: Channel, address: str, *, booked: bool = True) -> tuple[str, str]:
    """What it is decided by, and what is said."""
    told = asks(channel, address)
    led = asked(told, booked=booked)
    draft = draft_of(led, told, READ, "1")
    made = conclude(told, READ, POLICY, Answered(draft=draft, abstained=None), led)
    said = " ".join(s.text for s in made.answered.draft.sentences) if made.answered.draft else ""
    return made.disposition.rule, said


def test_a_caller_hears_of_no_appointment_before_they_are_proved() -> None:
    named, said = rule(Channel.VOICE, "CA" + "1a" * 16)
    assert named in ("verification", "unverified")
    assert "11 March" not in said


def test_whoever_texts_from_their_own_number_is_told_of_it() -> None:
    named, said = rule(Channel.SMS, EMMA_PHONE)
    assert named not in ("verification", "unverified")
    assert "11 March" in said


def test_a_caller_without_an_appointment_is_offered_times_as_anybody_is() -> None:
    named, said = rule(Channel.VOICE, "CA" + "1a" * 16, booked=False)
    assert named not in ("verification", "unverified")
    assert "11 March" in said
