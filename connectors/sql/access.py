"""Who comes in: signed URLs that opened the sidebar, and the Slack workspaces that installed the app."""

from datetime import datetime
from hashlib import sha256

from sqlalchemy import delete, func, select

from connectors.sql import codec
from connectors.sql.statements import Repository, insert_once, upsert
from connectors.sql.tables import sign_ins
from connectors.sql.tables import slack_installations as installed
from core.model.workspace import Workspace

# Which signed URLs have opened the sidebar.


class SqlSignInTable(Repository):
    """`core.ports.SignInTable`."""

    def use(self, token: str, expires_at: datetime) -> bool:
        row = {"token": sha256(token.encode("utf-8", "replace")).hexdigest(), "expires_at": expires_at}
        return insert_once(self._connection, sign_ins, row)

    def forget(self, before: datetime) -> int:
        return self._connection.execute(delete(sign_ins).where(sign_ins.c.expires_at < before)).rowcount


# The Slack workspaces that have installed the app.


class SqlWorkspaceTable(Repository):
    """`core.ports.WorkspaceTable`."""

    def get(self, workspace_id: str) -> Workspace | None:
        row = self._connection.execute(select(installed).where(installed.c.id == workspace_id)).one_or_none()
        return None if row is None else codec.of_row(Workspace, row)

    def all(self) -> list[Workspace]:
        rows = self._connection.execute(select(installed).order_by(installed.c.place, installed.c.id))
        return [codec.of_row(Workspace, row) for row in rows]

    def save(self, workspace: Workspace) -> None:
        row = {**codec.to_row(workspace), "place": self._place(workspace.id)}
        upsert(self._connection, installed, row, key=["id"])

    def _place(self, workspace_id: str) -> int:
        known = select(installed.c.place).where(installed.c.id == workspace_id)
        place = self._connection.execute(known).scalar_one_or_none()
        if place is not None:
            return int(place)
        return int(self._connection.execute(select(func.coalesce(func.max(installed.c.place), 0))).scalar_one()) + 1

    def remove(self, workspace_id: str) -> bool:
        return self._connection.execute(delete(installed).where(installed.c.id == workspace_id)).rowcount > 0
