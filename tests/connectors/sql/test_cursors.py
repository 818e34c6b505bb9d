from connectors.sql.store import SqlStore


def test_a_cursor_is_remembered_and_moved(store: SqlStore) -> None:
    with store.begin() as unit:
        assert unit.cursors.get("articles") is None
        unit.cursors.set("articles", "1700000000")
        unit.cursors.set("people", "5")
        unit.cursors.set("articles", "1700000060")
    with store.read() as unit:
        assert unit.cursors.get("articles") == "1700000060"
        assert unit.cursors.get("people") == "5"
