"""The names that a policy may use: triggers (docs/triggers.md), standing rules, the facts and risks that are sensed."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

HIGHEST = 0.99  # no reader and no draft is surer than this


class Unit(StrEnum):
    """What a trigger's threshold counts. NONE: the trigger has no threshold of its own."""

    CONFIDENCE = "a confidence from 0 to 1"
    DEGREE = "a degree from 0 to 1"
    FALL = "a fall of the mood, over 0 and up to 2"
    COUNT = "a whole number from 1 up"
    MINUTES = "minutes, a number over 0"
    NONE = "no threshold"


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """A trigger as it is where the policy says no more. `reads` names the fact that it looks at where it is not read
    from the words; `most` is the highest threshold at which it still fires; `decides` names what says
    how much is enough where no threshold does."""

    why: str
    unit: Unit = Unit.CONFIDENCE
    threshold: float = 0.5
    reads: str = ""
    most: float = HIGHEST
    decides: str = ""


TRIGGERS: Mapping[str, Known] = {
    "human_request": Known(why="The customer asked for a person"),
    "formal_complaint": Known(why="A formal complaint"),
    "special_request": Known(why="A request that only a person may grant"),
    "negotiation": Known(why="The customer negotiates"),
    "legal_threat": Known(why="The customer speaks of legal steps"),
    "press": Known(why="A journalist or an authority writes, or is threatened with"),
    "churn": Known(why="The customer may leave"),
    "high_risk_transaction": Known(why="A step that is costly to undo"),
    "fraud": Known(why="Possible fraud"),
    "account_lockout": Known(why="The customer is locked out of the account"),
    "health_urgency": Known(why="Somebody may be in danger"),
    "vulnerable_customer": Known(why="The customer may need special care"),
    "abuse": Known(why="Abusive language"),
    "exception": Known(why="The normal process does not cover it"),
    "prior_dissatisfaction": Known(why="Earlier contacts went badly"),
    "upsell": Known(why="The customer could use more"),
    "repeated_question": Known(why="The same question again"),
    "not_understood": Known(
        why="Nobody understood what the customer wants", unit=Unit.COUNT, threshold=2, reads="unrecognised_turns"
    ),
    "mood_drop": Known(why="The customer's mood fell", unit=Unit.FALL, reads="mood_drop"),
    "complexity": Known(why="Several things hang together here", unit=Unit.DEGREE, threshold=0.7, reads="complexity"),
    "high_value": Known(why="An important customer", unit=Unit.NONE, reads="vip", decides="vip says"),
    "repeat_contact": Known(why="The same matter came up before", unit=Unit.COUNT, threshold=1, reads="repeat_contact"),
    "assistant_time": Known(
        why="The assistant's time is up", unit=Unit.MINUTES, threshold=30, reads="assistant_minutes"
    ),
    "time_to_resolve": Known(why="It has been open for long", unit=Unit.MINUTES, threshold=2880, reads="open_minutes"),
    "low_confidence": Known(why="The draft is not sure enough", unit=Unit.NONE, decides="confidence says"),
    "failed_cycles": Known(why="What was tried did not help", unit=Unit.COUNT, threshold=2, reads="failed_cycles"),
}

FROM_WORDS = frozenset(name for name, known in TRIGGERS.items() if known.unit is Unit.CONFIDENCE)

# What may reach a customer without a person's approval of each text.
AUTOMATIC_REPLY = "automatic_reply"
STANDING: Mapping[str, str] = {
    AUTOMATIC_REPLY: "an answer of the assistant, where the rest of the policy allows it",
    "handoff_notice": "one line that a person takes over",
    "agent_reply": "an agent's own words, carried to the customer's phone",
    "procedure": "the questions and steps of a procedure",
    "verification_code": "a one-time code to a number that is proved to be the customer's, and the request for it",
    "clarifying_question": "one question back, where it is unclear what is meant",
    "appointment": "a time that the customer said yes to is booked, moved or given up in the calendar",
    "action": "an action of the section actions that the customer said yes to, and what they are told of it",
    "receipt": "where a customer can read how their matter was decided, when they ask",
    "instruction": "an answer from the article that an agent picked when they gave the conversation back",
    "journey_offer": "one line on the company's own pages that offers help, by the rules of `journey`",
    "call": "the fixed words of a call: the greeting, please wait, please say it again, putting through",
    "opt_out_confirmation": "one line that an opt-out or its end was heard, where the provider does not say it",
    "test_message": "a campaign's words, marked as a test, to the phone of the supervisor who asks for it",
    "follow_up": "one question whether it is solved, when the timer is up",
}

# The parts of a handoff that a team may be kept from seeing. What is wanted, why, and what was said on the ticket is
# always seen.
PARTS: Mapping[str, str] = {
    "profile": "who the customer is: tier, languages, facts of the profile",
    "contact": "their e-mail addresses and phone numbers",
    "activity": "their other conversations and what came of them",
    "orders": "what they bought",
    "consent": "which messages they agreed to",
    "diagnostics": "versions, error codes and files",
    "transcript": "what was said before there was a ticket: it begins with the summary alone",
}

RISKS = FROM_WORDS | {"auto_reply", "opt_out", "spam"}

FACTS = frozenset(
    [
        "complexity",
        "emotional_weight",
        "business_risk",
        "resolution_pattern",
        "account_tier",
        "lifetime_value",
        "vip",
        "repeat_contact",
        "escalation_history",
        "prior_dissatisfaction",
        "page_trouble",
        "assistant_minutes",
        "open_minutes",
        "unrecognised_turns",
        "failed_cycles",
        "mood_drop",
        "sla_breach",
        "low_satisfaction",
        "upsell",
        "attachment",
        "bounce_loop",
    ]
)
