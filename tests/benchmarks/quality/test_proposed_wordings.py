"""What agents say of a month's alarms, and which of the wordings that come of it are right."""

import random

from apps.bootstrap.policies import candidate
from benchmarks.quality.month import case_of
from benchmarks.quality.proposed_wordings import POLICY, Found, Read, judge, play
from core.decide.evaluation import circumstances_of
from core.model.decision import Action
from core.model.ids import DecisionId
from core.model.lesson import ProposalKind
from core.model.signals import Evidence
from tests.core import samples

TRIGGERS = candidate(POLICY).policy.triggers
ALARMS = {"fraud": frozenset({"stolen"}), "account_lockout": frozenset({"blocked"})}
MISSED = [
    "A pickpocket took it.",
    "There was a pickpocket in the tram!",
    "Yesterday a pickpocket got my bag",
    "It was a pickpocket, I think.",
]


def read(place: int, text: str, meant: str, heard: str = "") -> Read:
    case = case_of(place, 100, text)
    evidence = (Evidence(start=0, end=len(text), words=text),)
    risks = (samples.scored(heard, evidence=evidence),) if heard else ()
    action = Action.HANDOFF if heard else Action.SUGGEST
    decision = samples.decision(
        action,
        id=DecisionId(f"de_{place}"),
        conversation_id=case.conversation.id,
        message_id=case.timeline[0].id,
        signals=samples.signals(risks=risks),
        disposition=samples.disposition(action, **({"rule": f"trigger:{heard}"} if heard else {})),
        handoff=samples.card(group=TRIGGERS[heard].group) if heard else None,
        draft=None,
        at=case.now,
        circumstances=circumstances_of(case),
    )
    return Read(case=case, decision=decision, meant=meant)


def test_agents_pass_on_what_was_missed_and_give_back_what_was_no_alarm() -> None:
    missed = [read(place, text, "stolen") for place, text in enumerate(MISSED)]
    false = [read(place, f"The anti fraud leaflet {place}", "leaflet", "fraud") for place in range(10, 15)]
    found = {
        each.kind: each
        for each in play(candidate(POLICY).policy, [*missed, *false], ALARMS, random.Random(3), says=1.0)
    }
    assert found[ProposalKind.TRIGGER_MISSED].says == "pickpocket"
    assert found[ProposalKind.TRIGGER_MISSED].change["trigger"] == {"name": "fraud", "list": "words"}
    assert "fraud leaflet" in found[ProposalKind.TRIGGER_FALSE].says
    assert found.keys() == {ProposalKind.TRIGGER_MISSED, ProposalKind.TRIGGER_FALSE}


def test_a_wording_is_right_where_most_alarms_that_it_changes_are_right_after_it() -> None:
    missed = [read(place, text, "stolen") for place, text in enumerate(MISSED)]
    (proposal,) = play(candidate(POLICY).policy, missed, ALARMS, random.Random(3), says=1.0)
    better, worse, other = (
        read(20, "A pickpocket was at work", "stolen"),
        read(21, "Is a pickpocket insured?", "insurance"),
        read(22, "Good morning", "greeting"),
    )
    for unseen, right in (([better, other], True), ([better, worse], False), ([other], False)):
        found = Found()
        judge([proposal], TRIGGERS, unseen, ALARMS, found)
        assert found.right == {ProposalKind.TRIGGER_MISSED: [right]}
    judge([proposal], TRIGGERS, [better, worse], ALARMS, found := Found())
    assert found.changed == [True, False]
    assert [sum(each) for each in (*found.heard, *found.false)] == [0, 1, 0, 1]
    assert [len(each) for each in (*found.heard, *found.false)] == [1, 1, 3, 3]
