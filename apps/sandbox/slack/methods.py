"""The Web API's methods about messages, conversations and people, as one table."""

from collections.abc import Callable
from typing import Any

from apps.sandbox.slack.arguments import Arguments, SlackError
from apps.sandbox.slack.blocks import block_faults
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
    with_block_ids,
)

# How Slack's API shows members, channels and messages.

# Keys of a kept message that are the sandbox's own business.
PRIVATE = frozenset({"is_ephemeral", "ephemeral_to"})


def show_user(member: Member, updated: int) -> dict[str, Any]:
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


def show_channel(channel: Channel) -> dict[str, Any]:
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


def show_message(message: Message, with_metadata: bool = True) -> Message:
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


# The methods.

LONGEST_TEXT = 40_000
Answer = dict[str, Any]
Method = Callable[[Workspace, Arguments], Answer]


def content_of(given: Arguments) -> Message:
    """Text, blocks, attachments and metadata of a message to be. Raises SlackError."""
    text = given.text("text")
    blocks = given.structure("blocks", "invalid_blocks_format")
    attachments = given.structure("attachments", "invalid_attachments")
    if not text and not blocks and not attachments:
        raise SlackError("no_text")
    if len(text) > LONGEST_TEXT:
        raise SlackError("msg_too_long")
    if blocks and (faults := block_faults(blocks)):
        raise SlackError("invalid_blocks", faults)
    content: Message = {"text": text}
    if blocks:
        content["blocks"] = blocks
    if attachments:
        content["attachments"] = [{"id": number, **each} for number, each in enumerate(attachments, 1)]
    if metadata := given.structure("metadata", "invalid_metadata_format"):
        if not {"event_type", "event_payload"} <= set(metadata):
            raise SlackError("invalid_metadata_schema")
        content["metadata"] = metadata
    return content


def post_message(workspace: Workspace, given: Arguments) -> Answer:
    channel = workspace.channel(given.needed("channel", "channel_not_found"))
    message = bot_message(workspace, "") | content_of(given)
    if thread_ts := given.text("thread_ts"):
        message["thread_ts"] = workspace.message(channel, thread_ts, "thread_not_found")["ts"]
    kept = workspace.post(channel, message)
    return {"channel": channel.channel_id, "ts": kept["ts"], "message": show_message(kept)}


def post_ephemeral(workspace: Workspace, given: Arguments) -> Answer:
    channel = workspace.channel(given.needed("channel", "channel_not_found"))
    user_id = given.text("user")
    if user_id not in channel.members:
        raise SlackError("user_not_in_channel")
    message = bot_message(workspace, "") | content_of(given)
    kept = workspace.post(channel, message | {"is_ephemeral": True, "ephemeral_to": user_id})
    return {"message_ts": kept["ts"]}


def update(workspace: Workspace, given: Arguments) -> Answer:
    channel = workspace.channel(given.needed("channel", "channel_not_found"))
    message = workspace.message(channel, given.text("ts"))
    if message.get("bot_id") != BOT_ID or message.get("is_ephemeral"):
        raise SlackError("cant_update_message")
    content = content_of(given)
    rewrite(workspace, message, content)
    return {
        "channel": channel.channel_id,
        "ts": message["ts"],
        "text": message["text"],
        "message": show_message(message),
    }


def rewrite(workspace: Workspace, message: Message, content: Message) -> None:
    """Put new content in a message's place; a text without blocks takes the old blocks away."""
    with workspace.lock:
        for name in ("blocks", "attachments"):
            message.pop(name, None)
        message |= content
        if "blocks" in message:
            message["blocks"] = with_block_ids(message["blocks"])
        message["edited"] = {"user": BOT_USER, "ts": workspace.next_ts()}


def delete(workspace: Workspace, given: Arguments) -> Answer:
    channel = workspace.channel(given.needed("channel", "channel_not_found"))
    message = workspace.message(channel, given.text("ts"))
    if message.get("bot_id") != BOT_ID:
        raise SlackError("cant_delete_message")
    with workspace.lock:
        channel.messages.remove(message)
    return {"channel": channel.channel_id, "ts": message["ts"]}


def get_permalink(workspace: Workspace, given: Arguments) -> Answer:
    channel = workspace.channel(given.needed("channel", "channel_not_found"))
    message = workspace.message(channel, given.text("message_ts"))
    return {"channel": channel.channel_id, "permalink": permalink(channel, message["ts"])}


def add_reaction(workspace: Workspace, given: Arguments) -> Answer:
    channel = workspace.channel(given.needed("channel", "channel_not_found"))
    message = workspace.message(channel, given.text("timestamp"))
    name = given.needed("name", "invalid_name").strip(":")
    with workspace.lock:
        reactions = message.setdefault("reactions", [])
        known = next((each for each in reactions if each["name"] == name), None)
        if known and BOT_USER in known["users"]:
            raise SlackError("already_reacted")
        if known:
            known["users"].append(BOT_USER)
            known["count"] += 1
        else:
            reactions.append({"name": name, "users": [BOT_USER], "count": 1})
    return {}


def _page(items: list[Any], given: Arguments, default: int) -> tuple[list[Any], str]:
    """One page of a list and the cursor of the next, empty at the end."""
    limit = max(1, min(given.number("limit", default), 999))
    cursor = given.text("cursor")
    if cursor and not cursor.removeprefix("next:").isdigit():
        raise SlackError("invalid_cursor")
    start = int(cursor.removeprefix("next:") or 0) if cursor else 0
    end = start + limit
    return items[start:end], f"next:{end}" if end < len(items) else ""


def list_channels(workspace: Workspace, given: Arguments) -> Answer:
    kinds = given.text("types", "public_channel").split(",")
    wanted = [
        channel for channel in workspace.channels.values() if ("im" if channel.direct_to else "public_channel") in kinds
    ]
    page, cursor = _page(wanted, given, 100)
    shown = [show_channel(channel) for channel in page]
    return {"channels": shown, "response_metadata": {"next_cursor": cursor}}


def channel_info(workspace: Workspace, given: Arguments) -> Answer:
    return {"channel": show_channel(workspace.channel(given.needed("channel", "channel_not_found")))}


def _between(messages: list[Message], given: Arguments) -> list[Message]:
    oldest, latest = given.text("oldest", "0"), given.text("latest") or "9999999999.999999"
    try:
        low, high = float(oldest), float(latest)
    except ValueError as error:
        raise SlackError("invalid_ts_oldest") from error
    inside = given.yes("inclusive")
    return [
        message
        for message in messages
        if low < float(message["ts"]) < high or (inside and float(message["ts"]) in (low, high))
    ]


def history(workspace: Workspace, given: Arguments) -> Answer:
    channel = workspace.channel(given.needed("channel", "channel_not_found"))
    top = [each for each in workspace.listed(channel) if each.get("thread_ts", each["ts"]) == each["ts"]]
    return _messages(_between(top, given), given) | {
        "pin_count": 0,
        "channel_actions_ts": None,
        "channel_actions_count": 0,
    }


def replies(workspace: Workspace, given: Arguments) -> Answer:
    channel = workspace.channel(given.needed("channel", "channel_not_found"))
    ts = given.text("ts")
    thread = [each for each in reversed(workspace.listed(channel)) if ts in (each["ts"], each.get("thread_ts"))]
    if not thread:
        raise SlackError("thread_not_found")
    return _messages(thread, given)


def _messages(messages: list[Message], given: Arguments) -> Answer:
    page, cursor = _page(messages, given, 100)
    metadata = given.yes("include_all_metadata")
    answer: Answer = {
        "messages": [show_message(each, metadata) for each in page],
        "has_more": bool(cursor),
    }
    return answer | ({"response_metadata": {"next_cursor": cursor}} if cursor else {})


def open_conversation(workspace: Workspace, given: Arguments) -> Answer:
    if given.text("channel"):
        channel = workspace.channel(given.text("channel"))
    else:
        users = [each for each in given.text("users").split(",") if each]
        if len(users) != 1:
            raise SlackError("users_list_not_supplied" if not users else "method_not_supported_for_channel_type")
        channel = workspace.direct_channel(workspace.member(users[0]).user_id)
    shown = show_channel(channel) if given.yes("return_im") else {"id": channel.channel_id}
    return {"channel": shown}


def channel_members(workspace: Workspace, given: Arguments) -> Answer:
    channel: Channel = workspace.channel(given.needed("channel", "channel_not_found"))
    page, cursor = _page(channel.members, given, 100)
    return {"members": page, "response_metadata": {"next_cursor": cursor}}


def user_info(workspace: Workspace, given: Arguments) -> Answer:
    return {"user": show_user(workspace.member(given.text("user")), _now(workspace))}


def list_users(workspace: Workspace, given: Arguments) -> Answer:
    page, cursor = _page(list(workspace.members.values()), given, 200)
    shown = [show_user(member, _now(workspace)) for member in page]
    return {"members": shown, "cache_ts": _now(workspace), "response_metadata": {"next_cursor": cursor}}


def user_by_email(workspace: Workspace, given: Arguments) -> Answer:
    email = given.needed("email", "users_not_found").lower()
    for member in workspace.members.values():
        if member.email.lower() == email:
            return {"user": show_user(member, _now(workspace))}
    raise SlackError("users_not_found")


def auth_test(workspace: Workspace, given: Arguments) -> Answer:
    return {
        "url": f"https://{DOMAIN}.slack.com/",
        "team": "Larkfield",
        "user": "handrail",
        "team_id": TEAM_ID,
        "user_id": BOT_USER,
        "bot_id": BOT_ID,
        "is_enterprise_install": False,
    }


def team_info(workspace: Workspace, given: Arguments) -> Answer:
    icon = {"image_default": True}
    team = {"id": TEAM_ID, "name": "Larkfield", "domain": DOMAIN, "email_domain": "larkfield.example"}
    return {"team": {**team, "icon": icon}}


def bot_info(workspace: Workspace, given: Arguments) -> Answer:
    if given.text("bot") != BOT_ID:
        raise SlackError("bot_not_found")
    return {"bot": bot_message(workspace, "")["bot_profile"] | {"user_id": BOT_USER}}


def api_test(workspace: Workspace, given: Arguments) -> Answer:
    if error := given.text("error"):
        raise SlackError(error)
    return {}


def _now(workspace: Workspace) -> int:
    return int(workspace.clock.now().timestamp())


METHODS: dict[str, Method] = {
    "api.test": api_test,
    "auth.test": auth_test,
    "bots.info": bot_info,
    "chat.delete": delete,
    "chat.getPermalink": get_permalink,
    "chat.postEphemeral": post_ephemeral,
    "chat.postMessage": post_message,
    "chat.update": update,
    "conversations.history": history,
    "conversations.info": channel_info,
    "conversations.list": list_channels,
    "conversations.members": channel_members,
    "conversations.open": open_conversation,
    "conversations.replies": replies,
    "reactions.add": add_reaction,
    "team.info": team_info,
    "users.info": user_info,
    "users.list": list_users,
    "users.lookupByEmail": user_by_email,
}


# The bot comes into channels and leaves them.


def join(workspace: Workspace, given: Arguments) -> Answer:
    channel = workspace.channel(given.needed("channel", "channel_not_found"))
    with workspace.lock:
        if BOT_USER not in channel.members:
            channel.members.append(BOT_USER)
            return {"channel": show_channel(channel)}
    return {"channel": show_channel(channel), "warning": "already_in_channel"}


def leave(workspace: Workspace, given: Arguments) -> Answer:
    channel = workspace.channel(given.needed("channel", "channel_not_found"))
    with workspace.lock:
        if BOT_USER not in channel.members:
            return {"not_in_channel": True}
        channel.members.remove(BOT_USER)
    return {}


MEMBERSHIP_METHODS: dict[str, Method] = {"conversations.join": join, "conversations.leave": leave}
