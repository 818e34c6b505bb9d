"""How Slack's API shows members, channels and messages."""

from typing import Any

from apps.sandbox.slack.workspace import (
    APP_ID,
    BOT_ID,
    BOT_USER,
    DOMAIN,
    TEAM_ID,
    Channel,
    Member,
    Message,
    Workspace,
)

# Keys of a kept message that are the sandbox's own business.
PRIVATE = frozenset({"is_ephemeral", "ephemeral_to"})


def user_shown(member: Member, updated: int) -> dict[str, Any]:
    """The user object."""
    profile = {
        "avatar_hash": "",
        "display_name": member.name,
        "display_name_normalized": member.name,
        "email": member.email,
        "real_name": member.real_name,
        "real_name_normalized": member.real_name,
        "status_emoji": "",
        "status_text": "",
        "team": TEAM_ID,
        "title": member.title,
    }
    if not member.email:
        del profile["email"]
    return {
        "color": "9f69e7",
        "deleted": False,
        "id": member.user_id,
        "is_admin": member.is_admin,
        "is_app_user": False,
        "is_bot": member.is_bot,
        "is_owner": False,
        "is_primary_owner": False,
        "is_restricted": False,
        "is_ultra_restricted": False,
        "name": member.name,
        "profile": profile,
        "real_name": member.real_name,
        "team_id": TEAM_ID,
        "tz": "Europe/London",
        "tz_label": "Greenwich Mean Time",
        "tz_offset": 0,
        "updated": updated,
    }


def channel_shown(channel: Channel) -> dict[str, Any]:
    """The conversation object."""
    created = int(channel.created_at.timestamp())
    if channel.direct_to:
        return {
            "created": created,
            "id": channel.channel_id,
            "is_im": True,
            "is_org_shared": False,
            "user": channel.direct_to,
        }
    return {
        "created": created,
        "creator": channel.members[0],
        "id": channel.channel_id,
        "is_archived": False,
        "is_channel": True,
        "is_ext_shared": False,
        "is_general": False,
        "is_group": False,
        "is_im": False,
        "is_member": BOT_USER in channel.members,
        "is_mpim": False,
        "is_org_shared": False,
        "is_pending_ext_shared": False,
        "is_private": False,
        "is_shared": False,
        "name": channel.name,
        "name_normalized": channel.name,
        "num_members": len(channel.members),
        "pending_shared": [],
        "previous_names": [],
        "purpose": {"creator": channel.members[0], "last_set": created, "value": channel.purpose},
        "topic": {"creator": "", "last_set": 0, "value": ""},
        "unlinked": 0,
    }


def message_shown(message: Message, with_metadata: bool = True) -> Message:
    """The message object; its metadata only for who asked for it."""
    hidden = PRIVATE if with_metadata else PRIVATE | {"metadata"}
    return {name: value for name, value in message.items() if name not in hidden}


def bot_message(workspace: Workspace, text: str) -> Message:
    """The beginnings of a message by the app."""
    return {
        "app_id": APP_ID,
        "bot_id": BOT_ID,
        "bot_profile": {
            "app_id": APP_ID,
            "deleted": False,
            "icons": {"image_36": "", "image_48": "", "image_72": ""},
            "id": BOT_ID,
            "name": workspace.members[BOT_USER].real_name,
            "team_id": TEAM_ID,
            "updated": int(workspace.clock.now().timestamp()),
        },
        "text": text,
        "user": BOT_USER,
    }


def permalink(channel: Channel, ts: str) -> str:
    """The address of a message in the workspace."""
    return f"https://{DOMAIN}.slack.com/archives/{channel.channel_id}/p{ts.replace('.', '')}"
