"""The Web API's methods about modals and home tabs."""

import secrets
from typing import Any

from apps.sandbox.slack.arguments import Arguments, SlackError
from apps.sandbox.slack.blocks import view_faults
from apps.sandbox.slack.methods import Answer, Method
from apps.sandbox.slack.workspace import APP_ID, BOT_ID, TEAM_ID, Workspace, new_id, with_block_ids

View = dict[str, Any]


def check_view(view: Any) -> View:
    """A view that Slack would take. Raises SlackError."""
    if faults := view_faults(view):
        raise SlackError("invalid_arguments", faults)
    kept: View = view
    return kept


def keep_view(workspace: Workspace, view: View, user_id: str, over: View | None = None) -> View:
    """Keep a view under a fresh id, or in the place of an older one."""
    view_id = over["id"] if over else new_id("V")
    kept = {
        "private_metadata": "",
        "callback_id": "",
        "external_id": "",
        "clear_on_close": False,
        "notify_on_close": False,
        "close": None,
        "submit": None,
        **view,
        "id": view_id,
        "team_id": TEAM_ID,
        "app_id": APP_ID,
        "bot_id": BOT_ID,
        "blocks": with_block_ids(view["blocks"]),
        "hash": f"{int(workspace.clock.now().timestamp())}.{secrets.token_hex(4)}",
        "root_view_id": over["root_view_id"] if over else view_id,
        "previous_view_id": None,
        "state": {"values": {}},
    }
    with workspace.lock:
        workspace.views[view_id] = kept
        workspace.view_users[view_id] = user_id
    return kept


def open_view(workspace: Workspace, given: Arguments) -> Answer:
    view = check_view(given.structure("view"))
    user_id = workspace.use_trigger(given.needed("trigger_id"))
    return {"view": keep_view(workspace, view, user_id)}


def push_view(workspace: Workspace, given: Arguments) -> Answer:
    """On top of the one from which the trigger came."""
    view = check_view(given.structure("view"))
    user_id = workspace.use_trigger(given.needed("trigger_id"))
    under = [each for each in workspace.views.values() if each["type"] == "modal" and _is_of(workspace, each, user_id)]
    if not under:
        raise SlackError("not_found")
    kept = keep_view(workspace, view, user_id)
    kept |= {"previous_view_id": under[-1]["id"], "root_view_id": under[-1]["root_view_id"]}
    return {"view": kept}


def _is_of(workspace: Workspace, view: View, user_id: str) -> bool:
    return workspace.view_users[view["id"]] == user_id


def update_view(workspace: Workspace, given: Arguments) -> Answer:
    view = check_view(given.structure("view"))
    old = _find_view(workspace, given)
    if given.text("hash") and given.text("hash") != old["hash"]:
        raise SlackError("hash_conflict")
    return {"view": keep_view(workspace, view, workspace.view_users[old["id"]], over=old)}


def _find_view(workspace: Workspace, given: Arguments) -> View:
    external = given.text("external_id")
    for view in workspace.views.values():
        if given.text("view_id") == view["id"] or (external and external == view["external_id"]):
            return view
    raise SlackError("not_found")


def publish_view(workspace: Workspace, given: Arguments) -> Answer:
    view = check_view(given.structure("view"))
    user_id = workspace.member(given.needed("user_id")).user_id
    if view["type"] != "home":
        raise SlackError("invalid_arguments", ["only a home view can be published [json-pointer:/view/type]"])
    old = workspace.views.get(workspace.homes.get(user_id, ""))
    if old and given.text("hash") and given.text("hash") != old["hash"]:
        raise SlackError("hash_conflict")
    kept = keep_view(workspace, view, user_id, over=old)
    workspace.homes[user_id] = kept["id"]
    return {"view": kept}


VIEW_METHODS: dict[str, Method] = {
    "views.open": open_view,
    "views.publish": publish_view,
    "views.push": push_view,
    "views.update": update_view,
}
