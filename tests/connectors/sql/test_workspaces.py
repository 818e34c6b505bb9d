from dataclasses import replace
from datetime import timedelta

from connectors.sql.store import SqlStore
from core.model.workspace import Workspace
from tests.clock import NOW

LARKFIELD = Workspace(
    id="T0LARK",
    name="Larkfield \ud83d",
    bot_user_id="U0HAND",
    scopes=("chat:write", "commands"),
    sealed="c2VhbGVk",
    installed_by="U0PRIYA",
    installed_at=NOW,
)
NORTH = replace(LARKFIELD, id="T0NORTH", name="North", enterprise_id="E1", expires_at=NOW + timedelta(hours=12))


def test_what_was_installed_is_found_until_it_is_removed(store: SqlStore) -> None:
    with store.begin() as unit:
        unit.workspaces.save(NORTH)
        assert unit.workspaces.get("T0NORTH") == NORTH
        assert unit.workspaces.get("T0LARK") is None
        assert [unit.workspaces.remove("T0NORTH") for _ in range(2)] == [True, False]
        assert unit.workspaces.all() == []


def test_installed_again_a_workspace_keeps_its_place(store: SqlStore) -> None:
    with store.begin() as unit:
        for each in (NORTH, LARKFIELD, replace(NORTH, sealed="bmV3ZXI=", installed_at=NOW + timedelta(days=1))):
            unit.workspaces.save(each)
    with store.read() as unit:
        assert [(each.id, each.sealed) for each in unit.workspaces.all()] == [
            ("T0NORTH", "bmV3ZXI="),
            ("T0LARK", "c2VhbGVk"),
        ]


def test_the_sealed_token_is_not_shown() -> None:
    assert "c2VhbGVk" not in repr(LARKFIELD)
