"""The board on which a coach hangs out exercises: it keeps what it is told and judges nothing."""

import pytest
import requests

from tests.apps.sandbox.running import Sandbox

BOARD = {"exercises": [{"id": "source"}], "sittings": [], "scores": []}
BEGIN = {"kind": "begin", "exercise": "source", "agent_id": "81"}


def ask(sandbox: Sandbox, method: str, path: str, body: object = None) -> requests.Response:
    return requests.request(method, f"{sandbox.url}/sandbox/api/training{path}", json=body, timeout=5)


def test_without_a_coach_there_is_no_training(sandbox: Sandbox) -> None:
    assert ask(sandbox, "GET", "").json() == {"on": False, "wishes": 0}
    assert ask(sandbox, "POST", "/wishes", BEGIN).status_code == 409


def test_what_the_coach_hangs_out_is_what_the_page_reads(sandbox: Sandbox) -> None:
    ask(sandbox, "PUT", "", BOARD)
    assert ask(sandbox, "GET", "").json() == {"on": True, "wishes": 0, **BOARD}


def test_the_coach_hears_each_wish_once_and_in_order(sandbox: Sandbox) -> None:
    ask(sandbox, "PUT", "", BOARD)
    assert ask(sandbox, "POST", "/wishes", BEGIN).json() == {"number": 1}
    ask(sandbox, "POST", "/wishes", BEGIN | {"kind": "done"})
    heard = ask(sandbox, "GET", "/wishes").json()["wishes"]
    assert [(wish["number"], wish["kind"]) for wish in heard] == [(1, "begin"), (2, "done")]
    assert ask(sandbox, "GET", "/wishes?after=1").json()["wishes"] == heard[1:]


@pytest.mark.parametrize("wrong", [{}, BEGIN | {"kind": "grade"}, {"kind": "done", "exercise": "source"}])
def test_a_wish_that_is_none_is_refused(sandbox: Sandbox, wrong: dict[str, str]) -> None:
    ask(sandbox, "PUT", "", BOARD)
    assert ask(sandbox, "POST", "/wishes", wrong).status_code == 400


def test_a_coach_that_leaves_takes_everything_down(sandbox: Sandbox) -> None:
    ask(sandbox, "PUT", "", BOARD)
    ask(sandbox, "DELETE", "")
    assert ask(sandbox, "GET", "").json() == {"on": False, "wishes": 0}
