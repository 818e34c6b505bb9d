from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from core.answer.answer import FOUND_OTHERWISE
from core.decide.table import decide
from core.model.conversation import Role
from core.model.customer import Channel
from core.model.decision import Action, Disposition, Outcome, Progress, Taken
from core.model.draft import Finding, Sentence, SentenceKind, Severity
from core.model.knowledge import Citation
from core.model.signals import Scored
from tests.core import samples
from tests.core.rules import policy

BOTH = "How do I reset it? Do you ship to Norway?"
LATE = samples.scored("assistant_minutes", 1.0, amount=31.0)


def decided(channel: Channel = Channel.SMS, late: timedelta = timedelta(0), **draft: Any) -> Disposition:
    case = replace(samples.case(samples.message(1, text=BOTH, channel=channel)), late=late)
    signals = samples.signals(intents=(samples.scored("reset", label="Reset"),))
    return decide(case, signals, samples.draft(**draft), policy())


def test_half_an_answer_is_not_sent_alone_and_the_person_sees_what_is_open() -> None:
    assert decided().action is Action.AUTO_REPLY
    half = decided(unknown=("Do you ship to Norway?",))
    assert (half.action, half.rule, half.owner.name) == (Action.HANDOFF, "half_answered", "Technical support")
    assert "“Do you ship to Norway?”" in half.reason


def test_in_another_language_nothing_is_sent_without_a_sure_intent() -> None:
    case = samples.case(samples.message(1, text="Wie setze ich es zurück?", channel=Channel.SMS))
    german = samples.scored("de")

    def rule(*intents: Scored) -> str:
        return decide(case, samples.signals(language=german, intents=intents), samples.draft(), policy()).rule

    assert rule(samples.scored("reset", 0.9, label="Reset")) == "automatic_reply"
    assert rule(samples.scored("reset", 0.2, label="Reset")) == "unsure_in_language"


def test_by_mail_half_an_answer_is_a_suggestion_as_any_other() -> None:
    half = decided(Channel.EMAIL, unknown=("Do you ship to Norway?",))
    assert half.action is Action.SUGGEST


def led(words: str, outcome: Outcome, say: tuple[str, ...] = ()) -> Disposition:
    """At minute 31, under a policy that gives the assistant half an hour."""
    rules = policy(standing=["procedure"], triggers={"assistant_time": {"group": "Customer care", "tier": 1}})
    case = samples.case(
        samples.message(1, text="Is it online again?", role=Role.ASSISTANT), samples.message(2, text=words)
    )
    answer = Taken(step="again", kind="answer", what=words)
    progress = Progress(procedure="offline", version="1", outcome=outcome, say=say, taken=(answer,))
    draft = samples.draft() if say else None
    return decide(case, samples.signals(facts=(LATE,)), draft, rules, led=progress)


@pytest.mark.parametrize(
    ("words", "outcome", "say", "rule"),
    [
        ("Yes, it is. Thanks!", Outcome.DONE, (), "procedure:offline"),
        ("Yes, it is. Thanks!", Outcome.DONE, ("Good to hear.",), "procedure:offline"),
        ("Yes. And how do I pair the bell?", Outcome.DONE, (), "trigger:assistant_time"),
        ("No", Outcome.WAITING, ("Restart it.",), "trigger:assistant_time"),
    ],
)
def test_whom_a_procedure_helped_is_not_handed_over_for_the_time_it_took(
    words: str, outcome: Outcome, say: tuple[str, ...], rule: str
) -> None:
    assert led(words, outcome, say).rule == rule


DIFFER = samples.scored("readers_differ", 1.0, label="Only the language model hears fraud.")
OTHERWISE = Finding(rule=FOUND_OTHERWISE, severity=Severity.WARN, text="This was found for “X”.", remedy="Read it.")


def test_where_a_language_model_reads_it_otherwise_nothing_is_sent_by_itself_and_the_reason_says_so() -> None:
    case = samples.case(samples.message(1, text="How do I reset it?", channel=Channel.SMS))
    signals = samples.signals(intents=(samples.scored("reset"),), facts=(DIFFER,))
    decided_ = decide(case, signals, samples.draft(), policy())
    assert (decided_.action, decided_.rule) == (Action.HANDOFF, "readers_differ")
    assert decided_.reason == "Only the language model hears fraud. A person answers."


def test_what_only_the_reworded_words_find_is_not_sent_by_itself() -> None:
    found = decided(findings=(OTHERWISE,))
    assert (found.rule, found.reason) == ("readers_differ", "This was found for “X”. A person answers.")


@pytest.mark.parametrize(
    ("lines", "sent"),
    [
        (["It takes one day.", "It takes two days.", "It takes three days.", "It takes four days."], True),
        (["It takes one day.", "It takes two days.", "It takes three days.", "It takes four days.", "Or five."], False),
        (["1. Open it.", "2. Close it.", "3. Turn it.", "4. Lift it.", "5. Drop it.", "6. Look."], True),
        (["- A key", "- A card", "- A bill", "- A photo", "- A pen", "- A form"], True),
        (["A | 1", "B | 2", "C | 3", "D | 4", "E | 5"], False),
    ],
)
def test_what_quotes_all_around_a_question_is_read_by_a_person_first(lines: list[str], sent: bool) -> None:
    text = "\n".join(lines)
    passage = samples.passage(text=text, end=len(text))
    cited = [Citation(passage=passage, start=text.index(line), end=text.index(line) + len(line)) for line in lines]
    sentences = tuple(
        Sentence(text=line, kind=SentenceKind.CITED, paragraph=0, citation=citation)
        for line, citation in zip(lines, cited, strict=True)
    )
    found = decided(sentences=sentences)
    assert (found.action is Action.AUTO_REPLY) is sent
    if not sent:
        assert (found.rule, found.reason) == (
            "unfocused",
            "The draft quotes 5 sentences; the policy sends at most 4 by itself.",
        )


@pytest.mark.parametrize(("hours", "sent"), [(1.9, True), (5.2, False)])
def test_what_comes_hours_after_it_was_written_is_answered_by_a_person(hours: float, sent: bool) -> None:
    found = decided(late=timedelta(hours=hours))
    assert (found.action is Action.AUTO_REPLY) is sent
    if not sent:
        reason = "This was written 5.2 hours before it reached the assistant; a person answers."
        assert (found.action, found.rule, found.reason) == (Action.HANDOFF, "late", reason)
