from datetime import timedelta

import pytest

from core.model.conversation import Attachment, CaseContext, Earlier, Owner, OwnerKind, Role
from core.model.customer import Channel
from core.model.ids import ConversationId, TicketId
from core.model.journey import JourneyStep, JourneyStepKind
from core.model.signals import Scored, Signals
from core.read.axes import complexity, figure
from core.read.course import mood_drop, wants_something
from core.read.reader import Sense, assistant_minutes
from core.read.turn_input import describe_file
from tests.core import samples
from tests.core.encoder import WordEncoder
from tests.core.people import MINUTE, NOW, customer

ABOUT_THE_PAST = ("repeat_contact", "escalation_history", "prior_dissatisfaction")


class Plain:
    """Knows what has to do with an order, and hears the mood in "good" and "awful"."""

    def language(self, text: str) -> Scored:
        return samples.scored("en")

    def intents(self, text: str, earlier: str = "") -> tuple[Scored, ...]:
        return (samples.scored("order_status"),) if "order" in text.casefold() else ()

    def sentiment(self, text: str) -> tuple[Scored, float]:
        mood = 0.6 * ("good" in text) - 0.8 * ("awful" in text)
        return samples.scored("negative" if mood < 0 else "positive" if mood else "neutral"), mood


class Heard:
    """Some triggers and an emotion for whatever is written."""

    def __init__(self, *names: str) -> None:
        self.names = names

    def triggers(self, text: str) -> tuple[Scored, ...]:
        return tuple(samples.risk(name) for name in self.names)

    def emotions(self, text: str) -> tuple[Scored, ...]:
        return (samples.scored("anger", amount=0.5),)


def read(*turns: str, **changes: object) -> Signals:
    """A turn that begins with "- " is the assistant's."""
    return Sense(Plain(), Plain(), Plain(), encoder=WordEncoder()).read(talk(*turns, **changes))


def talk(*turns: str, **changes: object) -> CaseContext:
    timeline = [
        samples.message(
            number, text=turn.removeprefix("- "), role=Role.ASSISTANT if turn[:2] == "- " else Role.CUSTOMER
        )
        for number, turn in enumerate(turns, 1)
    ]
    return samples.case(*timeline, **changes)


def earlier(words: str, **changes: object) -> Earlier:
    given = {"id": ConversationId("co_past"), "subject": "", "words": words, "at": NOW - timedelta(days=3), **changes}
    return Earlier(**given)  # type: ignore[arg-type]


# ---------------------------------------------------------------- in every turn


def test_every_turn_has_the_four_axes_and_the_tier() -> None:
    found = read("Where is my order?")
    names = [fact.value for fact in found.facts]
    assert names[:5] == ["complexity", "emotional_weight", "business_risk", "resolution_pattern", "account_tier"]
    assert all(fact.made_by for fact in found.facts)


def test_other_readers_are_heard_beside_the_rules() -> None:
    heard = Heard("churn", "upsell")
    sense = Sense(Plain(), Plain(), Plain(), triggers=heard, emotions=heard)
    found = sense.read(talk("These words are the last. No more texts, please."))
    assert {risk.value for risk in found.risks} >= {"churn", "upsell", "opt_out"}
    assert [emotion.value for emotion in found.emotions] == ["anger"]
    assert found.amount("emotional_weight") > 0.2
    assert found.amount("upsell") == 0.9


def test_what_failed_on_our_pages_just_before_is_known_and_weighs() -> None:
    gone_wrong = (JourneyStepKind.PAGE, JourneyStepKind.FAILED, JourneyStepKind.FAILED, JourneyStepKind.ERROR)
    visit = tuple(
        JourneyStep(visitor="v", kind=kind, page="/checkout", at=NOW, name="payment" * (kind is JourneyStepKind.FAILED))
        for kind in gone_wrong
    )
    found, calm = read("My order?", visit=visit), read("My order?", visit=visit[:1])
    fact = found.fact("page_trouble")
    assert fact is not None
    assert (fact.amount, fact.label) == (3, "An error on /checkout")
    assert fact.records == ("page:/checkout payment ×2", "page:/checkout error ×1")
    assert calm.fact("page_trouble") is None
    assert (found.amount("low_satisfaction") or 0) > (calm.amount("low_satisfaction") or 0) + 0.1


# ---------------------------------------------------------------- the axes


def test_one_plain_matter_is_not_complex_however_long() -> None:
    story = "I had such a lovely day in the garden and the birds were singing above my head. " * 8
    assert complexity(story + "How do I reset the hub?").amount < 0.5  # type: ignore[operator]


def test_several_matters_conditions_and_steps_are_and_say_why() -> None:
    found = complexity(
        "I reset the hub twice and re-paired both sensors, but if the camera is on, the thermostat loses its schedule. "
        "Also invoice 10233 lists 5.99 and 14.99, and my landlord needs the refund before the 14th."
    )
    assert found.label == "high"
    assert any("steps already tried" in record for record in found.records)
    assert all(evidence.words for evidence in found.evidence)


def test_risk_for_the_company_counts_the_law_the_public_and_money() -> None:
    calm = read("Where is my order?")
    sense = Sense(Plain(), Plain(), Plain(), triggers=Heard("legal_threat"))
    grave = sense.read(talk("My lawyer will sue you for 6,000 euros and I will post a bad review on Facebook."))
    assert calm.amount("business_risk") == 0
    assert grave.amount("business_risk") > 0.9


@pytest.mark.parametrize(
    ("text", "pattern"),
    [
        ("Thanks!", "conversation"),
        ("Where is my order?", "lookup"),
        ("Please cancel my subscription", "action"),
        ("The hub is offline", "troubleshooting"),
        ("How long is the warranty?", "answer"),
        ("Mein Hub funktioniert nicht", "troubleshooting"),
    ],
)
def test_the_wording_shows_how_it_is_resolved(text: str, pattern: str) -> None:
    found = read(text).fact("resolution_pattern")
    assert found is not None
    assert found.label == pattern


def test_a_complaint_is_a_matter_of_judgement() -> None:
    sense = Sense(Plain(), Plain(), Plain(), triggers=Heard("formal_complaint"))
    found = sense.read(talk("This is a formal complaint.")).fact("resolution_pattern")
    assert found is not None
    assert found.label == "judgement"


@pytest.mark.parametrize(
    ("text", "amount"),
    [("1,234.50", 1234.5), ("1.234,50", 1234.5), ("12 400", 12400), ("£99", 99), ("3,000", 3000), ("none", 0)],
)
def test_figures_are_read_as_people_write_them(text: str, amount: float) -> None:
    assert figure(text) == amount


# ---------------------------------------------------------------- profile and records


def test_worth_and_flags_come_from_the_profile_and_never_from_the_words() -> None:
    valued = customer(attributes={"lifetime_value": "12,400", "vip": "true", "organization.tags": "key_account uk"})
    found = read("Hello", customer=valued)
    assert found.amount("lifetime_value") == 12400
    assert {fact.label for fact in found.facts if fact.value == "vip"} == {"vip", "key_account"}
    assert read("I am a VIP and spent 12,400 pounds here").fact("vip") is None


def test_earlier_handoffs_and_a_bad_rating_are_remembered() -> None:
    past = (earlier("a", escalated=True), earlier("b", satisfaction="bad"))
    found = read("Hello there", past=past)
    assert found.amount("escalation_history") == 1
    prior = found.fact("prior_dissatisfaction")
    assert prior is not None
    assert prior.confidence >= 0.5
    assert read("Hello there", past=(earlier("a", escalated=True),)).fact("prior_dissatisfaction") is None


def test_the_assistants_time_counts_from_its_first_word_and_ends_with_a_person() -> None:
    turns = ("order?", "- Soon.", "When?")
    now = NOW + 42 * MINUTE
    assert read(*turns, now=now).amount("assistant_minutes") == 40
    assert read(*turns, now=now).amount("open_minutes") == 41
    taken = samples.conversation(owner=Owner(kind=OwnerKind.AGENT, id="m", name="Maria"))
    assert read(*turns, now=now, conversation=taken).fact("assistant_minutes") is None
    assert read("order?", now=now).fact("assistant_minutes") is None


@pytest.mark.parametrize(
    ("said", "wrote", "after", "minutes"),
    [
        ("It ships on Monday.", "And the other one?", 69 * 60, 5),
        ("It ships on Monday.", "And the other one?", 59, 64),
        ("It ships on Monday.", "And the other one?", 61, 5),
        ("Is the ring green?", "Yes", 59, 64),
        ("Is the ring green?", "Yes", 18 * 60, 5),  # the answer of the next morning
        ("See https://larkfield.example/a?b=1", "And the other one?", 61, 5),
    ],
)
def test_a_pause_after_an_answer_is_not_the_assistants_time(said: str, wrote: str, after: int, minutes: int) -> None:
    answer = samples.message(2, text=said, role=Role.ASSISTANT, at=NOW)
    again = samples.message(3, text=wrote, at=NOW + after * MINUTE)
    case = samples.case(samples.message(1, at=NOW - MINUTE), answer, again, now=NOW + (after + 5) * MINUTE)
    assert assistant_minutes(case) == minutes


def test_after_thanks_the_assistants_time_begins_again() -> None:
    answer = samples.message(2, text="On Monday.", role=Role.ASSISTANT, at=NOW)
    thanks = samples.message(3, text="Thanks!", at=NOW + MINUTE)
    again = samples.message(4, text="One more thing: where is my invoice?", at=NOW + 40 * MINUTE)
    case = samples.case(samples.message(1, at=NOW - MINUTE), answer, thanks, again, now=NOW + 41 * MINUTE)
    assert assistant_minutes(case) == 1


def test_thanks_after_hours_are_no_time_of_the_assistant() -> None:
    answer = samples.message(2, text="On Monday.", role=Role.ASSISTANT, at=NOW)
    thanks = samples.message(3, text="Thanks!", at=NOW + 120 * MINUTE)
    case = samples.case(samples.message(1, at=NOW - MINUTE), answer, thanks, now=NOW + 121 * MINUTE)
    assert assistant_minutes(case) is None


def test_the_same_matter_of_last_week_is_a_repeat_contact_and_another_is_none() -> None:
    again = read("The hub is still offline", past=(earlier("My hub is offline", subject="Hub offline"),))
    assert again.amount("repeat_contact") == 1
    assert again.fact("repeat_contact").records == ("conversation of 7 March 2026",)  # type: ignore[union-attr]
    old = earlier("My hub is offline", at=NOW - timedelta(days=40))
    assert read("The hub is still offline", past=(old,)).fact("repeat_contact") is None
    other = earlier("Where is my order LK-20114?")
    assert read("Where is my order LK-30500?", past=(other,)).fact("repeat_contact") is None


def test_earlier_conversations_are_told_of_by_ticket_and_day_and_never_by_our_ids() -> None:
    past = earlier("My hub is offline", ticket_id=TicketId("35"), escalated=True, satisfaction="bad")
    told = [fact for fact in read("The hub is still offline", past=(past,)).facts if fact.records]
    about = {fact.value: fact.records for fact in told if fact.value in ABOUT_THE_PAST}
    assert about == dict.fromkeys(ABOUT_THE_PAST, ("ticket 35 of 7 March 2026",))
    assert not [record for fact in told for record in fact.records if record.startswith(("conversation:", "message:"))]


# ---------------------------------------------------------------- the course


def test_attempts_that_did_not_help_are_counted_until_one_does() -> None:
    turns = ["The hub is offline", "- Unplug it.", "Still offline", "- Press reset.", "That did not help either"]
    assert read(*turns).amount("failed_cycles") == 2
    assert read(*turns, "- Update it.", "Now it works, thanks!").fact("failed_cycles") is None


def test_waiting_to_try_it_is_no_failure() -> None:
    assert read("The hub is offline", "- Unplug it.", "I will try that tonight").fact("failed_cycles") is None


def test_a_question_of_ours_is_no_attempt() -> None:
    turns = ("The hub is offline", "- Which light do you see?", "None at all, it is not on")
    assert read(*turns).fact("failed_cycles") is None


def test_an_attempt_that_ends_with_a_question_of_ours_is_one() -> None:
    turns = ("The hub is offline", "- Sorry to hear that. Unplug it for a minute. Is it back?", "No, still offline")
    assert read(*turns).amount("failed_cycles") == 1
    asked = ("The hub is offline", "- I am sorry to hear that. Which light do you see?", "None, it is not on")
    assert read(*asked).fact("failed_cycles") is None


def test_turns_without_a_known_wish_are_counted_in_a_row() -> None:
    assert read("Fizz the left blorp", "- Sorry?", "Fizz it, the blorp").amount("unrecognised_turns") == 2
    assert read("Where is my order?", "- Soon.", "Fizz the blorp").amount("unrecognised_turns") == 1
    assert read("Fizz the blorp", "- Sorry?", "my order").fact("unrecognised_turns") is None
    assert read("Fizz the blorp", "- Sorry?", "thanks").fact("unrecognised_turns") is None


@pytest.mark.parametrize("text", ["", "thanks!", "👍", "LK-20114", "ok", "yes", "Hello"])
def test_nothing_is_wanted_with_these(text: str) -> None:
    assert not wants_something(text)


@pytest.mark.parametrize(
    ("moods", "amount"),
    [
        ((0.5, -0.5), 1.0),
        ((-0.3, -0.5, -0.7), 0.6),
        ((-0.8, -0.8), None),
        ((0.9, 0.1), None),
        ((0.5, -0.9, 0.4), None),
        ((-0.9,), None),
        ((), None),
    ],
)
def test_the_mood_drops_when_it_falls_below_neutral_or_worsens_twice(
    moods: tuple[float, ...], amount: float | None
) -> None:
    found = mood_drop(moods)
    assert (found and found.amount) == amount


def test_the_moods_of_all_turns_are_there_the_newest_last() -> None:
    found = read("good order", "- Soon.", "awful")
    assert found.moods == (0.6, -0.8)
    assert found.amount("mood_drop") > 1


# ---------------------------------------------------------------- forecasts


def test_the_longer_they_wait_the_likelier_a_promise_breaks() -> None:
    fresh = read("Where is my order?", now=NOW + MINUTE)
    late = read("Where is my order?", now=NOW + timedelta(hours=9))
    assert fresh.amount("sla_breach") < 0.1 < 0.7 < late.amount("sla_breach")
    promised = Sense(Plain(), Plain(), Plain(), promised=timedelta(minutes=30))
    assert promised.read(talk("Where is my order?", now=NOW + timedelta(hours=1))).amount("sla_breach") > 0.9


def test_a_bad_course_makes_a_bad_rating_likely_and_says_why() -> None:
    well = read("Where is my order? All good so far.")
    badly = read(
        "good order", "- Unplug it.", "awful, still offline", "- Press reset.", "awful! It did not help either"
    )
    assert well.amount("low_satisfaction") < 0.1
    assert badly.amount("low_satisfaction") > 0.7
    assert badly.fact("low_satisfaction").records  # type: ignore[union-attr]


# ---------------------------------------------------------------- files


def test_each_file_is_a_fact_and_is_told_to_the_person_who_takes_over() -> None:
    photo = Attachment(name="box.jpg", type="image/jpeg", size=240_000)
    log = Attachment(name="hub.log", type="text/plain", size=900, text="E42")
    case = samples.case(samples.message(text="See here", channel=Channel.EMAIL, attachments=(photo, log)))
    found = [fact for fact in Sense(Plain(), Plain(), Plain()).read(case).facts if fact.value == "attachment"]
    assert [(fact.label, fact.records[0], fact.amount) for fact in found] == [
        ("image/jpeg", "box.jpg", 240_000),
        ("text/plain", "hub.log", 900),
    ]
    assert describe_file(photo) == "Photo box.jpg, 240 kB, not seen by the assistant"
    assert describe_file(log) == "File hub.log, 900 bytes, read"
