"""The bot comes into channels and leaves them."""

from apps.sandbox.slack.arguments import Arguments
from apps.sandbox.slack.methods import Answer, Method
from apps.sandbox.slack.shapes import channel_shown
from apps.sandbox.slack.workspace import BOT_USER, Workspace


def join(workspace: Workspace, given: Arguments) -> Answer:
    channel = workspace.channel(given.needed("channel", "channel_not_found"))
    with workspace.lock:
        if BOT_USER not in channel.members:
            channel.members.append(BOT_USER)
            return {"channel": channel_shown(channel)}
    return {"channel": channel_shown(channel), "warning": "already_in_channel"}


def leave(workspace: Workspace, given: Arguments) -> Answer:
    channel = workspace.channel(given.needed("channel", "channel_not_found"))
    with workspace.lock:
        if BOT_USER not in channel.members:
            return {"not_in_channel": True}
        channel.members.remove(BOT_USER)
    return {}


MEMBERSHIP_METHODS: dict[str, Method] = {"conversations.join": join, "conversations.leave": leave}
