"""Who comes in: signed URLs that opened the sidebar, and the Slack workspaces that installed the app."""

from datetime import datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection, Row, delete, func, select

from connectors.sql.statements import insert_once, upsert
from connectors.sql.tables import sign_ins
from connectors.sql.tables import slack_installations as installed
from core.model.workspace import Workspace

# Which signed URLs have opened the sidebar.


class SqlSignInTable:
    """`core.ports.SignInTable`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def use(self, token: str, expires_at: datetime) -> bool:
        row = {"token": sha256(token.encode("utf-8", "replace")).hexdigest(), "expires_at": expires_at}
        return insert_once(self._connection, sign_ins, row)

    def forget(self, before: datetime) -> int:
        return self._connection.execute(delete(sign_ins).where(sign_ins.c.expires_at < before)).rowcount


# The Slack workspaces that have installed the app.


class SqlWorkspaceTable:
    """`core.ports.WorkspaceTable`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def get(self, workspace_id: str) -> Workspace | None:
        row = self._connection.execute(select(installed).where(installed.c.id == workspace_id)).one_or_none()
        return None if row is None else _workspace(row)

    def all(self) -> list[Workspace]:
        rows = self._connection.execute(select(installed).order_by(installed.c.place, installed.c.id))
        return [_workspace(row) for row in rows]

    def save(self, workspace: Workspace) -> None:
        row = {
            "id": workspace.id,
            "place": self._place(workspace.id),
            "name": workspace.name,
            "enterprise_id": workspace.enterprise_id,
            "bot_user_id": workspace.bot_user_id,
            "scopes": list(workspace.scopes),
            "sealed": workspace.sealed,
            "installed_by": workspace.installed_by,
            "installed_at": workspace.installed_at,
            "expires_at": workspace.expires_at,
        }
        upsert(self._connection, installed, row, key=["id"])

    def _place(self, workspace_id: str) -> int:
        known = select(installed.c.place).where(installed.c.id == workspace_id)
        place = self._connection.execute(known).scalar_one_or_none()
        if place is not None:
            return int(place)
        return int(self._connection.execute(select(func.coalesce(func.max(installed.c.place), 0))).scalar_one()) + 1

    def remove(self, workspace_id: str) -> bool:
        return self._connection.execute(delete(installed).where(installed.c.id == workspace_id)).rowcount > 0


def _workspace(row: Row[Any]) -> Workspace:
    return Workspace(
        id=row.id,
        name=row.name,
        enterprise_id=row.enterprise_id,
        bot_user_id=row.bot_user_id,
        scopes=tuple(row.scopes),
        sealed=row.sealed,
        installed_by=row.installed_by,
        installed_at=row.installed_at,
        expires_at=row.expires_at,
    )
