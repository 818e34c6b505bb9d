"""Who is in control of a messaging conversation, as the vendor's switchboard has it."""

from enum import StrEnum


class Control(StrEnum):
    """The one in control answers; all others only listen. OTHER is a bot that is not ours."""

    ASSISTANT = "assistant"
    AGENTS = "agents"
    OTHER = "other"
    NOBODY = "nobody"
