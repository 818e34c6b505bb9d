"""An appointment as a step: offered, held, confirmed, arranged; moved, given up, and taken by somebody else."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from core.model.appointment import Appointment, Do
from core.model.decision import Outcome, Progress
from core.policy import Procedure, ProcedureStep, StepKind
from core.policy.self_service import Visit
from core.procedure.booking import MOST_OFFERS, NO_ANSWER, NOTHING_FITS, NOTHING_FREE, Booking
from core.procedure.guide import guide_turn
from core.procedure.run import NO_CALENDAR, TWO_UNCLEAR, Doing, begin, continue_from
from tests.core.calendar.diary import Diary, slots
from tests.core.people import NOW
from tests.core.rules import policy
from tests.core.samples import case, message, scored, signals

VISIT = Procedure(
    name="visit",
    intents=frozenset({"installer_booking"}),
    steps=(
        ProcedureStep(id="device", kind=StepKind.ASK, text="Which device?", into="device"),
        ProcedureStep(id="time", kind=StepKind.APPOINTMENT, name="installer"),
        ProcedureStep(id="ready", kind=StepKind.SAY, text="Please keep the way free."),
    ),
)
VISITS = {"installer": Visit(notice=timedelta(hours=1))}


def nothing(_: str) -> str:
    return "unknown"


def asked(diary: Diary | None, said: str = "I want a visit", now: timedelta = timedelta()) -> Booking | None:
    told = replace(case(message(1, text=said)), now=NOW + now)
    return Booking(calendar=diary, case=told, visits=VISITS) if diary else None


def talked(diary: Diary | None, *said: str, procedure: Procedure = VISIT) -> Progress:
    """The customer's words, one turn each, the first to the question about the device."""
    progress = begin(procedure, Doing(check=nothing, booking=asked(diary)))
    for words in said:
        progress = continue_from(procedure, progress, words, Doing(check=nothing, booking=asked(diary)))
    return progress


def test_three_times_are_offered_on_the_customers_clock_and_held_while_they_choose() -> None:
    diary = Diary()
    offered = talked(diary, "Warm")
    assert offered.say == (
        "Which of these times suits you?\n1. Wednesday 11 March, 12:00\n2. Wednesday 11 March, 13:00\n"
        "3. Wednesday 11 March, 14:00\n4. None of these",
    )
    assert offered.choices[-1] == "None of these"
    assert set(diary.held) == {"s1", "s2", "s3"}
    assert (offered.outcome, offered.at) == (Outcome.WAITING, "time")


def test_a_chosen_time_is_confirmed_before_anything_is_booked() -> None:
    diary = Diary()
    confirming = talked(diary, "Warm", "2")
    assert confirming.say == ("That is Wednesday 11 March, 13:00. Shall I book it?",)
    assert confirming.choices == ("Yes", "No")
    assert confirming.booking is None
    assert not diary.appointments


def test_an_explicit_yes_arranges_it_and_the_procedure_goes_on() -> None:
    diary = Diary()
    done = talked(diary, "Warm", "at 13:00", "yes please")
    assert done.booking is not None
    assert (done.booking.do, done.booking.slot, done.booking.visit) == (Do.BOOK, diary.times[1], "installer")
    assert done.say == ("Booked: Wednesday 11 March, 13:00.", "Please keep the way free.")
    assert done.outcome is Outcome.DONE
    assert done.known["device"] == "warm"
    assert not diary.appointments  # the outbox books, not the thinking


@pytest.mark.parametrize(
    "words",
    ["ok", "OK 👍", "okay please", "go ahead", "Y", "gerne", "vale, gracias", "d’accord", "pode ser", "お願いします"],
)
def test_a_short_consent_to_what_we_asked_to_do_is_a_yes(words: str) -> None:
    assert talked(Diary(), "Warm", "2", words).booking is not None


@pytest.mark.parametrize("words", ["ok?", "ok but later", "not ok", "ok what does it cost"])
def test_more_than_a_short_consent_is_none(words: str) -> None:
    assert talked(Diary(), "Warm", "2", words).booking is None


@pytest.mark.parametrize("words", ["hm", "what does it cost?"])
def test_what_is_no_yes_books_nothing_and_is_asked_once_more(words: str) -> None:
    again = talked(Diary(), "Warm", "2", words)
    assert again.booking is None
    assert again.say == ("That is Wednesday 11 March, 13:00. Shall I book it?",)
    assert talked(Diary(), "Warm", "2", words, words).reason == TWO_UNCLEAR


def test_a_no_offers_other_times() -> None:
    again = talked(Diary(), "Warm", "2", "no")
    assert again.say[0].startswith("Then one of these?")
    assert again.booking is None


def test_another_of_the_offered_times_may_be_named_instead_of_a_yes() -> None:
    other = talked(Diary(), "Warm", "2", "rather the third")
    assert other.say == ("That is Wednesday 11 March, 14:00. Shall I book it?",)


def test_none_of_these_shows_later_ones_and_three_lists_are_enough() -> None:
    later = talked(Diary(), "Warm", "none of these")
    assert "15:00" in later.say[0]
    assert talked(Diary(), "Warm", "4").say == later.say
    tired = talked(Diary(slots(24)), "Warm", *["none of these"] * MOST_OFFERS)
    assert (tired.outcome, tired.reason, tired.say) == (Outcome.PERSON, NOTHING_FITS, ())


def test_a_time_that_is_gone_when_it_is_chosen_is_offered_again() -> None:
    diary = Diary()
    offered = talked(diary, "Warm")
    diary.taken_by_another(diary.times[1])
    again = continue_from(VISIT, offered, "2", Doing(check=nothing, booking=asked(diary)))
    assert again.say[0].startswith("I am sorry, that time has just been taken.")
    assert "13:00" not in again.say[0]


def test_a_time_that_is_gone_when_it_is_confirmed_is_offered_again() -> None:
    diary = Diary()
    confirming = talked(diary, "Warm", "2")
    diary.taken_by_another(diary.times[1])
    again = continue_from(VISIT, confirming, "yes", Doing(check=nothing, booking=asked(diary)))
    assert again.booking is None
    assert again.say[0].startswith("I am sorry, that time has just been taken.")


def test_whoever_answers_days_later_is_not_booked_into_the_past() -> None:
    diary = Diary(slots(200))
    confirming = talked(diary, "Warm", "2")
    late = continue_from(VISIT, confirming, "yes", Doing(check=nothing, booking=asked(diary, now=timedelta(days=3))))
    assert late.booking is None
    assert late.say[0].startswith("I am sorry, that time has just been taken.")
    assert "13 March" in late.say[0]


ONLY = replace(VISIT, steps=VISIT.steps[1:])


def with_one(said: str, *more: str) -> tuple[Diary, Progress]:
    diary = Diary()
    diary.appointments["ap-9"] = ("cu_emma", Appointment(ref="ap-9", slot=diary.times[4]))
    progress = begin(ONLY, Doing(check=nothing, booking=asked(diary, said)))
    for words in more:
        progress = continue_from(ONLY, progress, words, Doing(check=nothing, booking=asked(diary, said)))
    return diary, progress


def test_what_is_booked_already_may_be_moved_given_up_or_kept() -> None:
    _, progress = with_one("About my appointment")
    assert progress.say == (
        "You have an appointment on Wednesday 11 March, 16:00. Shall I move it, call it off or keep it?",
    )
    assert progress.choices == ("Move", "Call it off", "Keep")


@pytest.mark.parametrize("words", ["Call it off", "call my visit off please", "2", "Cancel", "cancel it"])
def test_whoever_taps_or_says_that_it_is_to_be_given_up_is_asked_for_a_yes(words: str) -> None:
    _, progress = with_one("About my appointment", words)
    assert progress.say == ("You have Wednesday 11 March, 16:00. Shall I call it off?",)
    # The same button twice is no yes.
    assert with_one("About my appointment", words, "Call it off")[1].booking is None


def test_giving_up_takes_a_yes_of_its_own() -> None:
    _, progress = with_one("Please cancel my visit")
    assert progress.say == ("You have Wednesday 11 March, 16:00. Shall I call it off?",)
    _, gone = with_one("Please cancel my visit", "yes")
    assert gone.booking is not None
    assert (gone.booking.do, gone.booking.ref, gone.booking.slot) == (Do.CANCEL, "ap-9", None)
    _, kept = with_one("Please cancel my visit", "no")
    assert kept.booking is None
    assert kept.say[0] == "Your appointment stays on Wednesday 11 March, 16:00."


def test_moving_names_both_times() -> None:
    diary, progress = with_one("Can I move my appointment?", "1", "yes")
    assert progress.booking is not None
    assert (progress.booking.do, progress.booking.ref, progress.booking.slot) == (Do.MOVE, "ap-9", diary.times[0])
    assert progress.say[0] == (
        "Changed: your appointment is now Wednesday 11 March, 12:00, not Wednesday 11 March, 16:00."
    )


def outcomes(progress: Progress) -> tuple[Outcome, str, Sequence[str]]:
    return progress.outcome, progress.reason, progress.say


def test_without_a_calendar_an_answer_or_a_free_time_a_person_arranges_it() -> None:
    assert outcomes(talked(None, "Warm")) == (Outcome.PERSON, NO_CALENDAR, ())
    assert outcomes(talked(Diary(away=True), "Warm")) == (Outcome.PERSON, NO_ANSWER, ())
    past = slots(2, NOW - timedelta(days=2))
    assert outcomes(talked(Diary(past), "Warm")) == (Outcome.PERSON, NOTHING_FREE, ())


def after_booking(words: str, intent: str = "order_status") -> Progress | None:
    """What comes of words that are said when a visit was booked by the procedure."""
    diary = Diary()
    done = talked(diary, "Warm", "at 13:00", "yes please")
    diary.appointments["ap-9"] = ("cu_emma", Appointment(ref="ap-9", slot=diary.times[1]))
    read = signals(intents=(scored(intent, 0.4),), language=scored("en"))
    with_visit = replace(policy(), procedures={"visit": VISIT})
    return guide_turn(
        case(message(1, text=words)), read, done, with_visit, Doing(check=nothing, booking=asked(diary, words))
    )


def test_what_was_booked_is_changed_later_and_the_rest_is_not_asked_again() -> None:
    moved = after_booking("Sorry, I have to change my visit")
    assert moved is not None
    assert moved.at == "time"
    assert moved.say[0].startswith("Which of these times suits you?")
    assert moved.known["device"] == "warm"
    given_up = after_booking("Please cancel the appointment")
    assert given_up is not None
    assert given_up.say == ("You have Wednesday 11 March, 13:00. Shall I call it off?",)


@pytest.mark.parametrize("words", ["Please cancel my subscription", "When is my visit?", "Thanks", "I changed my mail"])
def test_other_words_after_a_booking_leave_it_alone(words: str) -> None:
    assert after_booking(words) is None
