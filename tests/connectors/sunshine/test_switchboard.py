"""Who has control, as the app's switchboard says it, and how it is passed."""

import json
from typing import Any

import pytest
import responses

from connectors.sunshine.api import SunshineApi
from connectors.sunshine.messenger import SunshineControl, control_of
from core.errors import ConfigurationError, RejectedError, TransientError
from core.model.conversation import Control
from core.model.effect_payloads import ControlPayload
from tests.connectors.sunshine.test_messenger import NOW, URL, account

ONE = f"{URL}/conversations/c1"


@pytest.fixture
def board() -> SunshineControl:
    return SunshineControl(SunshineApi(account()), lambda: NOW)


@pytest.mark.parametrize(
    ("active", "control"),
    [
        ({"integrationId": "int1", "integrationType": "custom"}, Control.ASSISTANT),
        ({"integrationId": "int2", "integrationType": "zd:agentWorkspace"}, Control.AGENTS),
        ({"integrationId": "int3", "integrationType": "zd:answerBot"}, Control.OTHER),
        (None, Control.NOBODY),
    ],
)
def test_whoever_is_active_has_control(active: Any, control: Control) -> None:
    assert control_of(active, "int1") is control


@responses.activate
def test_the_conversation_is_asked(board: SunshineControl) -> None:
    active = {"integrationId": "int1", "integrationType": "custom"}
    responses.get(ONE, json={"conversation": {"id": "c1", "activeSwitchboardIntegration": active}})
    assert board.holder("c1") is Control.ASSISTANT


@responses.activate
def test_control_goes_to_the_agents_with_what_their_ticket_begins_with(board: SunshineControl) -> None:
    responses.post(f"{ONE}/passControl", json={})
    wanted = ControlPayload(to=Control.AGENTS, subject="A reset", tags=("handrail_co_1", "b"), first="m1")
    receipt = board.pass_to("c1", wanted)
    assert json.loads(responses.calls[0].request.body or "") == {
        "switchboardIntegration": "zd:agentWorkspace",
        "metadata": {
            "dataCapture.systemField.subject": "A reset",
            "dataCapture.systemField.tags": "handrail_co_1,b",
            "first_message_id": "m1",
        },
    }
    assert (receipt.ref, receipt.at) == ("c1", NOW)


@responses.activate
def test_control_comes_back_by_our_name_in_the_switchboard(board: SunshineControl) -> None:
    responses.post(f"{ONE}/passControl", json={})
    board.pass_to("c1", ControlPayload(to=Control.ASSISTANT))
    assert json.loads(responses.calls[0].request.body or "") == {"switchboardIntegration": "handrail"}


def test_control_goes_to_nobody_else(board: SunshineControl) -> None:
    with pytest.raises(ConfigurationError):
        board.pass_to("c1", ControlPayload(to=Control.OTHER))


@pytest.mark.parametrize(("status", "kind"), [(404, RejectedError), (500, TransientError), (429, TransientError)])
@responses.activate
def test_passing_again_does_no_harm_so_nothing_about_it_is_unknown(
    board: SunshineControl, status: int, kind: type[Exception]
) -> None:
    responses.post(f"{ONE}/passControl", status=status)
    with pytest.raises(kind) as raised:
        board.pass_to("c1", ControlPayload(to=Control.AGENTS))
    assert type(raised.value) is kind
