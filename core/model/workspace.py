"""A Slack workspace that has installed the app."""

import re
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Workspace:
    """`sealed` is what lets us speak there: encrypted, and bound to this workspace."""

    id: str
    name: str
    bot_user_id: str
    scopes: tuple[str, ...]
    sealed: str = field(repr=False)
    installed_by: str
    installed_at: datetime
    enterprise_id: str = ""
    expires_at: datetime | None = None  # of the token; None: it does not


_NAMED = re.compile(r"[TE][A-Z0-9]{2,20}")


def split_workspace(name: str) -> tuple[str, str]:
    """`T0123ABC/#care-approvals` → the workspace, empty where none is named, and what is there. Without one it is in
    the only workspace, or in the first that installed the app."""
    team, slash, rest = name.partition("/")
    return (team, rest) if slash and _NAMED.fullmatch(team) else ("", name)


def within(team: str, name: str) -> str:
    """The name with its workspace, where there are several."""
    return f"{team}/{name}" if team and name else name
