"""Where supervisors work: the workspaces that have installed the Slack app."""

from typing import Protocol

from core.model.workspace import Workspace


class WorkspaceTable(Protocol):
    def get(self, workspace_id: str) -> Workspace | None: ...
    def all(self) -> list[Workspace]:
        """In the order in which they were first installed."""

    def save(self, workspace: Workspace) -> None:
        """Installed again it keeps its place."""

    def remove(self, workspace_id: str) -> bool: ...
