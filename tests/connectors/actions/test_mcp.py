"""An MCP server as a source of actions, against a real one of the SDK."""

import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from apps.bootstrap.vendors import Vendors
from apps.settings import read_settings
from connectors.actions.mcp import McpSystem
from connectors.sql.store import SqlStore
from core.errors import ConfigurationError, RejectedError, TransientError, UnknownOutcome
from core.policy.actions import ActionRequest
from tests.connectors.actions.doing import Doing, doing
from tests.connectors.actions.mcp_server import INJECTED, TOKEN, Shop, serving

SHORT = timedelta(seconds=1)
ORDER: dict[str, Any] = {"system": "desk", "tool": "get_order", "body": {"order": "{input.order}"}}
CANCEL: dict[str, Any] = {
    "input": {"order": {"kind": "id"}},
    "reads": {"order": ORDER},
    "rules": {
        "own": {"holds": "order.owner == customer.helpdesk_id", "otherwise": "Another's"},
        "placed": {"holds": "order.status == 'placed'", "otherwise": "It has left"},
    },
    "changes": {"Status": {"from": "order.status", "to": "'cancelled'"}},
    "approve": "nobody",
    "question": {"en": "Shall I cancel {order}?"},
    "done": {"en": "{order} is cancelled."},
    "call": {"system": "desk", "tool": "cancel_order", "body": {"order": "{input.order}", "reason": "asked in {run}"}},
    "read_back": {**ORDER, "holds": "back.status == 'cancelled' && back.reason == 'asked in ' + run"},
}


@pytest.fixture(scope="module")
def server() -> Iterator[Shop]:
    with serving() as shop:
        yield shop


@pytest.fixture
def shop(server: Shop) -> Shop:
    server.orders = {"A1": {"id": "A1", "owner": "77", "status": "placed", "reason": ""}}
    for kept in (server.work, server.keys, server.calls):
        kept.clear()
    server.cut, server.status, server.location = "", 0, ""
    return server


def system(shop: Shop, **changes: Any) -> McpSystem:
    return McpSystem("desk", **{"url": shop.url, "token": TOKEN, "headers": {}, "private": True, **changes})


def ask(shop: Shop, tool: str, key: str = "", within: timedelta = timedelta(seconds=10), **body: Any) -> dict[str, Any]:
    request = ActionRequest(system="desk", method="call", tool=tool, body={"order": "A1", **body})
    return system(shop).ask(request, {}, key, within)


@pytest.fixture
def desk(shop: Shop, store: SqlStore, tmp_path: Path) -> Doing:
    return doing(store, tmp_path, {"cancel_order": CANCEL}, {"desk": system(shop)})


# ---------------------------------------------------------------- whole


def test_an_action_is_examined_done_once_and_read_back(desk: Doing, shop: Shop) -> None:
    run = desk.agree("cancel_order", order="A1")
    assert desk.courier.carry(run).ref == "A1"
    assert shop.work == [("A1", run)]  # with the key, which the tool takes
    assert not desk.examine("cancel_order", order="A1").allowed


def test_a_record_that_the_server_does_not_have_is_a_refusal_on_one_line_without_tags(desk: Doing) -> None:
    found = desk.examine("cancel_order", order="B7")
    assert [each.rule for each in found.refused] == ["record"]
    assert "no such order b B7 /b sorry" in found.refused[0].why


def test_an_answer_cut_off_after_the_work_is_looked_up_and_nothing_is_done_twice(desk: Doing, shop: Shop) -> None:
    run = desk.agree("cancel_order", order="A1")
    shop.cut = "get_order"
    with pytest.raises(TransientError):
        desk.courier.carry(run)  # of the read before it: nothing has left
    assert not shop.work
    assert desk.courier.find(run) is None
    shop.cut = "cancel_order"
    with pytest.raises(UnknownOutcome):
        desk.courier.carry(run)
    assert desk.courier.find(run) is not None
    assert shop.work == [("A1", run)]


# ---------------------------------------------------------------- one tool


def test_a_result_is_what_is_structured_or_the_one_json_text(shop: Shop) -> None:
    assert ask(shop, "get_order")["owner"] == "77"
    assert ask(shop, "hold_order", "k") == {"id": "A1", "held": True}  # it takes no key, and got none


def test_the_key_does_nothing_twice_where_the_tool_takes_it(shop: Shop) -> None:
    assert ask(shop, "cancel_order", "k") == ask(shop, "cancel_order", "k")
    assert shop.work == [("A1", "k")]


def test_a_tool_that_fails_says_no(shop: Shop) -> None:
    ask(shop, "cancel_order", "k1")
    with pytest.raises(RejectedError, match="it has left already"):
        ask(shop, "cancel_order", "k2")


def test_prose_is_no_answer_and_of_a_change_nobody_knows(shop: Shop) -> None:
    with pytest.raises(RejectedError) as read:
        ask(shop, "thank")
    with pytest.raises(UnknownOutcome) as change:
        ask(shop, "thank", "k")
    assert INJECTED not in str(read.value) + str(change.value)


def test_a_tool_that_hangs_is_left_after_the_time_limit(shop: Shop) -> None:
    with pytest.raises(UnknownOutcome):
        ask(shop, "sleep", "k", SHORT)
    with pytest.raises(TransientError) as read:
        ask(shop, "sleep", "", SHORT)
    assert not isinstance(read.value, UnknownOutcome)


def test_a_connection_lost_in_the_middle_of_an_answer(shop: Shop) -> None:
    shop.cut = "hold_order"
    with pytest.raises(UnknownOutcome):
        ask(shop, "hold_order", "k")
    shop.cut = "get_order"
    with pytest.raises(TransientError) as read:
        ask(shop, "get_order")
    assert not isinstance(read.value, UnknownOutcome)
    assert shop.work == [("A1", "")]  # nobody asked again by themselves


def test_of_a_server_that_is_not_there_nothing_was_asked() -> None:
    with serving() as gone:
        pass
    for key in ("", "k"):
        with pytest.raises(TransientError) as error:
            ask(gone, "hold_order", key)
        assert not isinstance(error.value, UnknownOutcome)


@pytest.mark.parametrize(
    ("status", "kind"),
    [(401, ConfigurationError), (404, ConfigurationError), (429, TransientError), (503, TransientError)],
)
def test_what_the_server_answers_before_any_work(shop: Shop, status: int, kind: type[Exception]) -> None:
    shop.status = status
    with pytest.raises(kind) as error:
        ask(shop, "hold_order", "k")
    assert not isinstance(error.value, UnknownOutcome)


def test_another_token_is_refused(shop: Shop) -> None:
    with pytest.raises(ConfigurationError, match="refuses the token"):
        system(shop, token="another").tools()


def test_a_tool_that_is_not_there_is_a_mistake_of_the_policy(shop: Shop) -> None:
    with pytest.raises(ConfigurationError, match="no tool 'cancel'"):
        ask(shop, "cancel", "k")


def test_a_path_is_no_tool(shop: Shop) -> None:
    with pytest.raises(ConfigurationError, match="tools, and no paths"):
        system(shop).ask(ActionRequest(system="desk", method="get", path="/orders"), {}, "", SHORT)


# ---------------------------------------------------------------- where it is, and what it says


def test_a_machine_of_the_own_network_is_spoken_to_only_where_it_may_be(shop: Shop) -> None:
    with pytest.raises(ConfigurationError, match="private network"):
        system(shop, private=False).tools()


@pytest.mark.parametrize("status", [302, 307])
def test_no_redirect_is_followed_elsewhere(shop: Shop, status: int) -> None:
    with serving() as other:
        shop.status, shop.location = status, other.url
        with pytest.raises(ConfigurationError, match="sends us elsewhere"):
            ask(shop, "get_order")
        assert not other.calls


def test_the_tools_are_listed_with_their_inputs(shop: Shop) -> None:
    found = {each.name: each for each in system(shop).tools()}
    assert {"get_order", "cancel_order", "wipe_everything"} <= set(found)
    assert "order" in found["cancel_order"].input_schema["properties"]
    assert INJECTED in found["cancel_order"].description  # told as it is, to people


def test_a_tool_that_the_policy_does_not_name_is_never_called(desk: Doing, shop: Shop) -> None:
    run = desk.agree("cancel_order", order="A1")
    desk.courier.carry(run)
    assert set(shop.calls) == {"get_order", "cancel_order"}


@pytest.fixture
def vendors(shop: Shop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Vendors:
    file = tmp_path / "systems.yaml"
    file.write_text(
        "version: 1\nsystems: {desk: {mcp: DESK_URL, token: DESK_TOKEN, private: true}}\n", encoding="utf-8"
    )
    monkeypatch.setenv("DESK_URL", shop.url)
    monkeypatch.setenv("DESK_TOKEN", TOKEN)
    return Vendors(read_settings({"HANDRAIL_ACTIONS_SYSTEMS": str(file)}, needed=()))


def test_the_file_of_systems_names_a_server_its_token_and_where_it_may_stand(vendors: Vendors) -> None:
    request = ActionRequest(system="desk", method="call", tool="get_order", body={"order": "A1"})
    assert vendors.action_systems.read(request, {}, SHORT * 5)["id"] == "A1"


def test_without_the_sdk_it_is_told_what_to_install(vendors: Vendors, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "mcp", None)
    monkeypatch.delitem(sys.modules, "connectors.actions.mcp")
    with pytest.raises(ConfigurationError, match=r"handrail\[mcp\]"):
        _ = vendors.action_systems
