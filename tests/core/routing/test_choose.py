from dataclasses import replace
from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from core.model.agent import Agent, Handled
from core.policy import Routing
from core.routing import HandleTimes, Need, choose, learn_handle_times
from core.routing.choose import has_room, is_skilled, speaks
from tests.core.routing.people import NEEDS, NOW, TEAM, agent, agents, need

ROUTING = Routing(capacity=6)
FEW = settings(max_examples=60, deadline=None)
PAST = learn_handle_times(
    [Handled(agent=str(n % 9), intent="invoice_copy", minutes=4 + n % 7, complexity=n % 2) for n in range(60)]
)


# ---------------------------------------------------------------- what always holds


@FEW
@given(agents(), NEEDS)
def test_nobody_who_is_away_full_or_of_another_team_is_chosen(people: list[Agent], wanted: Need) -> None:
    chosen = choose(TEAM, wanted, people, ROUTING, PAST).agent
    assert chosen is None or (chosen.available and has_room(chosen, ROUTING) and TEAM in chosen.groups)


@FEW
@given(agents(), NEEDS)
def test_somebody_is_chosen_unless_all_who_can_are_full(people: list[Agent], wanted: Need) -> None:
    at_work = [each for each in people if each.available and TEAM in each.groups]
    spoken = [each for each in at_work if speaks(each, wanted, ROUTING)] or at_work
    seniors = [each for each in spoken if each.senior and wanted.senior]
    # Those with the skill where anybody has it: among the seniors, then among all.
    able = [a for pool in (seniors, spoken) for a in [s for s in pool if is_skilled(s, wanted, ROUTING)] or pool]
    choice = choose(TEAM, wanted, people, ROUTING, PAST)
    roomy = [each for each in able if has_room(each, ROUTING)]
    assert (choice.agent is not None) == bool(roomy)
    assert choice.overload == (bool(at_work) and not roomy)


@FEW
@given(agents().flatmap(lambda people: st.tuples(st.just(people), st.permutations(people))), NEEDS)
def test_the_order_in_which_the_agents_are_named_changes_nothing(
    pair: tuple[list[Agent], list[Agent]], wanted: Need
) -> None:
    people, shuffled = pair
    assert choose(TEAM, wanted, people, ROUTING, PAST) == choose(TEAM, wanted, shuffled, ROUTING, PAST)


@FEW
@given(agents(), NEEDS)
def test_of_two_who_are_alike_the_one_who_speaks_the_language_is_chosen(people: list[Agent], wanted: Need) -> None:
    wanted = replace(wanted, language="de", owner="")
    speaks = agent(1, id="900", languages=frozenset({"de"}))
    silent = agent(1, id="100", languages=frozenset({"en"}))
    assert choose(TEAM, wanted, [*people, silent, speaks], ROUTING, PAST).agent != silent
    assert choose(TEAM, wanted, [silent, speaks], ROUTING, PAST).agent == speaks


@FEW
@given(agents(), NEEDS)
def test_nobody_is_chosen_who_does_not_speak_while_somebody_at_work_does(people: list[Agent], wanted: Need) -> None:
    chosen = choose(TEAM, wanted, people, ROUTING, PAST).agent
    at_work = [each for each in people if each.available and TEAM in each.groups]
    spoken = any(wanted.language in each.languages for each in at_work)
    assert chosen is None or not wanted.language or not spoken or wanted.language in chosen.languages


@FEW
@given(agents(), NEEDS)
def test_who_is_chosen_has_the_most_points(people: list[Agent], wanted: Need) -> None:
    choice = choose(TEAM, wanted, people, ROUTING, PAST)
    mine = round(sum(ground.points for ground in choice.grounds), 9)
    assert all(other.points <= mine for other in choice.alternatives if not other.passed)


@FEW
@given(agents(), NEEDS)
def test_more_work_in_hand_never_makes_somebody_the_choice(people: list[Agent], wanted: Need) -> None:
    before = choose(TEAM, wanted, people, ROUTING, PAST).agent
    if before is None:
        return
    busier = [each if each is before else replace(each, open=each.open + 1) for each in people]
    after = choose(TEAM, wanted, busier, ROUTING, PAST).agent
    assert after is not None
    assert after.id == before.id


# ---------------------------------------------------------------- which ground decides


def test_the_skill_counts_more_than_a_shorter_queue() -> None:
    able = agent(1, skills=frozenset({"invoices"}), open=5)
    assert choose(TEAM, need(), [able, agent(2)], ROUTING).agent == able


def test_who_helped_this_customer_lately_gets_them_again() -> None:
    wanted = need(helped={"Agent 2": NOW - timedelta(days=3)})
    choice = choose(TEAM, wanted, [agent(1), agent(2)], ROUTING)
    assert choice.agent is not None
    assert choice.agent.id == "2"
    assert "helped this customer on 2026-11-18" in choice.reason


def test_help_of_long_ago_is_forgotten() -> None:
    wanted = need(helped={"2": NOW - timedelta(days=31)})
    chosen = choose(TEAM, wanted, [agent(1), agent(2)], ROUTING).agent
    assert chosen is not None
    assert chosen.id == "1"


def test_of_two_alike_the_one_who_needs_less_time_is_chosen() -> None:
    past = learn_handle_times(
        [Handled(agent="1", intent="invoice_copy", minutes=12) for _ in range(30)]
        + [Handled(agent="2", intent="invoice_copy", minutes=6) for _ in range(30)]
    )
    choice = choose(TEAM, need(), [agent(1), agent(2)], ROUTING, past)
    assert choice.agent is not None
    assert choice.agent.id == "2"
    assert choice.minutes is not None
    assert 6 < choice.minutes < 9


def test_a_weight_of_nothing_takes_a_ground_out() -> None:
    able = agent(1, skills=frozenset({"invoices"}), open=1)
    routing = replace(ROUTING, weights=replace(ROUTING.weights, skill=0.0))
    assert choose(TEAM, need(), [able, agent(2)], routing).agent == agent(2)


def test_an_important_customer_gets_a_senior_even_a_busier_one() -> None:
    senior = agent(2, senior=True, open=5)
    assert choose(TEAM, need(senior=True), [agent(1), senior], ROUTING).agent == senior


def test_where_no_senior_has_room_an_important_customer_gets_whoever_has() -> None:
    senior = agent(2, senior=True, open=6)
    assert choose(TEAM, need(senior=True), [agent(1), senior], ROUTING).agent == agent(1)


def test_whoever_has_the_conversation_keeps_it_even_when_full() -> None:
    owner = agent(2, open=9)
    choice = choose(TEAM, need(owner="Agent 2"), [agent(1), owner], ROUTING)
    assert choice.agent == owner
    assert "has this conversation already" in choice.reason


def test_an_owner_who_is_away_does_not_keep_it() -> None:
    away = agent(2, available=False)
    assert choose(TEAM, need(owner="2"), [agent(1), away], ROUTING).agent == agent(1)


def test_a_speaker_is_chosen_where_nobody_has_the_skill_however_short_the_other_queues() -> None:
    speaks_it = agent(2, languages=frozenset({"de"}), open=5)
    others = [agent(1, languages=frozenset({"en"})), agent(3, skills=frozenset({"invoices"}))]
    for skills in ((), ("warranty",), ("invoice_copy",)):
        wanted = need(language="de", skills=skills, helped={"1": NOW, "3": NOW})
        choice = choose(TEAM, wanted, [*others, speaks_it], ROUTING)
        assert choice.agent == speaks_it
        assert "does not speak de" in choice.alternatives[0].passed


def test_of_the_speakers_the_one_with_the_skill_is_chosen() -> None:
    able = agent(2, languages=frozenset({"de"}), skills=frozenset({"invoices"}), open=5)
    assert choose(TEAM, need(language="de"), [agent(1, languages=frozenset({"de"})), able], ROUTING).agent == able


def test_a_senior_who_does_not_speak_the_language_is_not_preferred() -> None:
    speaks_it = agent(2, languages=frozenset({"de"}))
    senior = agent(1, languages=frozenset({"en"}), senior=True, skills=frozenset({"invoices"}))
    assert choose(TEAM, need(senior=True, language="de"), [senior, speaks_it], ROUTING).agent == speaks_it
    assert choose(TEAM, need(senior=True, language="fr"), [senior, speaks_it], ROUTING).agent == senior


def test_where_the_helpdesk_does_not_tell_who_is_at_work_nobody_is_named() -> None:
    unknown = [agent(1, available=None), agent(2, available=None)]
    choice = choose(TEAM, need(), unknown, ROUTING)
    assert (choice.agent, choice.overload) == (None, False)
    assert choice.reason == "the helpdesk does not tell who is at work"
    # Who has it already keeps it: it is not taken from them because of what nobody knows.
    assert choose(TEAM, need(owner="2"), unknown, ROUTING).agent == unknown[1]


# ---------------------------------------------------------------- explained


def test_what_is_not_known_is_no_reason() -> None:
    assert choose(TEAM, need(), [agent(1, languages=frozenset({"en"}))], ROUTING).reason == (
        "Agent 1 speaks en and has 0 of 6 open"
    )


def test_a_tie_goes_to_the_longer_pause_and_says_so() -> None:
    rested = agent(2, last_assigned_at=NOW - timedelta(hours=2))
    busy = agent(1, last_assigned_at=NOW - timedelta(minutes=5))
    choice = choose(TEAM, need(), [busy, rested], ROUTING)
    assert choice.agent == rested
    assert choice.reason.endswith("Agent 1 came to the same points, and Agent 2 has had the longer pause")


def test_a_tie_after_equal_pauses_goes_to_the_lower_id_and_says_so() -> None:
    choice = choose(TEAM, need(), [agent(10), agent(9)], ROUTING)
    assert choice.agent == agent(9)
    assert choice.reason.endswith("after as long a pause, so the lower id decides")


def test_where_all_who_can_are_full_it_waits_for_them_rather_than_going_to_somebody_who_cannot() -> None:
    able = agent(1, skills=frozenset({"invoices"}), languages=frozenset({"en"}), open=6)
    idle = agent(2, skills=frozenset({"fraud"}), languages=frozenset({"en"}))
    choice = choose(TEAM, need(), [able, idle], ROUTING)
    assert (choice.agent, choice.overload) == (None, True)
    assert choice.reason.startswith("those of Billing who can do it are full: Agent 1 has 6 of 6")
    assert choice.alternatives[1].passed == "has not the skill"


def test_where_nobody_at_work_can_somebody_gets_it_all_the_same() -> None:
    away = agent(1, skills=frozenset({"invoices"}), languages=frozenset({"en"}), available=False)
    assert choose(TEAM, need(), [away, agent(2)], ROUTING).agent == agent(2)


def test_overload_names_who_is_full_and_gives_it_to_nobody() -> None:
    full = [agent(1, open=6), agent(2, open=3, capacity=3), agent(3, available=False)]
    choice = choose(TEAM, need(), full, ROUTING)
    assert (choice.agent, choice.overload) == (None, True)
    assert "Agent 1 has 6 of 6 and Agent 2 has 3 of 3" in choice.reason
    assert [(other.agent, other.passed) for other in choice.alternatives] == [
        ("Agent 1", "full, 6 of 6"),
        ("Agent 2", "full, 3 of 3"),
        ("Agent 3", "not at work"),
    ]


def test_a_team_without_anybody_at_work_is_no_overload() -> None:
    choice = choose(TEAM, need(), [agent(1, available=False)], ROUTING)
    assert (choice.overload, choice.reason) == (False, "nobody of Billing is at work")
    assert choose(TEAM, need(), [], ROUTING).reason == "the helpdesk reports nobody in Billing"


def test_every_ground_is_kept_with_its_weight() -> None:
    grounds = choose(TEAM, need(), [agent(1, skills=frozenset({"invoices"}))], ROUTING, HandleTimes()).grounds
    assert [(ground.name, ground.weight) for ground in grounds] == [
        ("skill", 3.0),
        ("language", 2.0),
        ("prior", 2.0),
        ("load", 2.0),
        ("handle_time", 1.0),
    ]
