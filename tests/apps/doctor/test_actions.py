"""The systems in which actions are done, before a customer finds out that one is away."""

from apps.doctor.lines import State
from tests.apps.doctor.ward import Ward


def test_systems_that_answer_are_well(here: Ward) -> None:
    seen = here.see("actions", "systems")
    assert [(each.state, each.found) for each in seen] == [
        (State.OK, "office answers and takes the token"),
        (State.OK, "orders answers and takes the token"),
    ]


def test_a_token_that_is_refused_fails(here: Ward) -> None:
    assert here.faults("actions", "systems", HANDRAIL_ORDERS_TOKEN="another") == [
        (State.FAILING, "orders: orders refuses the token (HTTP 401)")
    ]


def test_a_secret_that_is_missing_fails(here: Ward) -> None:
    ((state, found),) = here.faults("actions", "systems", HANDRAIL_ORDERS_TOKEN="")
    assert (state, found.startswith("HANDRAIL_ORDERS_TOKEN is missing")) == (State.FAILING, True)


def test_actions_without_a_file_of_systems_are_a_warning(here: Ward) -> None:
    ((state, found),) = here.faults("actions", "systems", HANDRAIL_ACTIONS_SYSTEMS="")
    assert state is State.WARNING
    assert "none of these can be done: cancel_order" in found
