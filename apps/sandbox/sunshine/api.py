"""The Sunshine Conversations API, version 2, as far as a bot in the switchboard needs it."""

import hmac
from typing import Any

from flask import Blueprint, Response, jsonify, request

from apps.sandbox.sunshine.app import MessagingApp
from apps.sandbox.sunshine.records import APP_ID, KEY_ID, SWITCHBOARD, Row, SunshineError, bad, unknown

# What somebody posts over the API, checked as the API checks it.

KINDS = ("text", "image", "file", "location", "carousel", "list", "form", "template")
LONGEST = 4096
MOST_METADATA = 4096  # bytes, about


def read_message(given: Row) -> Row:
    """Author, content and metadata of a message. Raises SunshineError."""
    author, content = given.get("author"), given.get("content")
    if not isinstance(author, dict) or author.get("type") not in ("business", "user"):
        raise bad("author.type must be business or user")
    if not isinstance(content, dict) or content.get("type") not in KINDS:
        raise bad("content.type is missing or not known")
    if content["type"] == "text" and not (content.get("text") or content.get("actions")):
        raise bad("content.text is required")
    if len(str(content.get("text") or "")) > LONGEST:
        raise bad(f"content.text must be at most {LONGEST} characters")
    for action in content.get("actions") or ():
        _check_action(action)
    metadata = given.get("metadata") or {}
    if not all(isinstance(value, str | int | float | bool) for value in metadata.values()):
        raise bad("metadata must be flat")
    return {"author": author, "content": content, "metadata": metadata}


def _check_action(action: Any) -> None:
    if not isinstance(action, dict) or not action.get("type") or not action.get("text"):
        raise bad("an action needs its type and text")
    if action["type"] in ("reply", "postback") and not action.get("payload"):
        raise bad("a reply needs its payload")


# The endpoints.

Answer = Response | tuple[Response, int]
PAGE = 100
MOST = 30_000  # messages of a conversation


def sunshine_blueprint(app: MessagingApp) -> Blueprint:
    """One app, one key."""
    api = Blueprint("sunshine", __name__)

    @api.before_request
    def check_credentials() -> None:
        given = request.authorization
        good = (
            given is not None
            and given.type == "basic"
            and hmac.compare_digest((given.username or "").encode(), KEY_ID.encode())
            and hmac.compare_digest((given.password or "").encode(), app.key_secret.encode())
        )
        if not good:
            raise SunshineError(401, "unauthorized", "Authorization is required")
        if (request.view_args or {}).get("app_id", APP_ID) != APP_ID:
            raise unknown("app")

    @api.errorhandler(SunshineError)
    def refuse(error: SunshineError) -> Answer:
        return jsonify(error.body()), error.status

    @api.route("/<path:path>", methods=["GET", "POST", "PATCH", "DELETE"])
    def not_here(path: str) -> Answer:
        raise SunshineError(404, "not_found", "Resource not found")

    _add_conversations(api, app)
    _add_deletion(api, app)
    _add_messages(api, app)
    _add_switchboard(api, app)
    _add_hooks(api, app)
    return api


def read_body() -> Row:
    """The JSON object of the request. Raises SunshineError."""
    given = request.get_json(silent=True)
    if not isinstance(given, dict):
        raise bad("The body must be a JSON object")
    return given


def _add_conversations(api: Blueprint, app: MessagingApp) -> None:
    @api.post("/v2/apps/<app_id>/conversations")
    def open_conversation(app_id: str) -> Answer:
        given = read_body()
        named = [each.get("userId") for each in given.get("participants") or () if isinstance(each, dict)]
        if given.get("type") != "personal" or len(named) != 1:
            raise bad("A personal conversation needs exactly one participant")
        if named[0] not in app.people:
            raise unknown("user")
        return jsonify(conversation=app.open_thread(app.people[named[0]]).shown()), 201

    @api.get("/v2/apps/<app_id>/conversations")
    def conversations(app_id: str) -> Answer:
        user = request.args.get("filter[userId]", "")
        if user not in app.people:
            raise unknown("user")
        rows = [each.shown() for each in app.threads.values() if each.person.id == user]
        return jsonify(conversations=rows, meta={"hasMore": False})

    @api.get("/v2/apps/<app_id>/conversations/<thread_id>")
    def conversation(app_id: str, thread_id: str) -> Answer:
        return jsonify(conversation=app.get(thread_id).shown())

    @api.patch("/v2/apps/<app_id>/conversations/<thread_id>")
    def change_conversation(app_id: str, thread_id: str) -> Answer:
        thread = app.get(thread_id)
        thread.metadata.update(read_body().get("metadata") or {})
        return jsonify(conversation=thread.shown())

    @api.get("/v2/apps/<app_id>/users/<user_id>")
    def user(app_id: str, user_id: str) -> Answer:
        found = next((each for each in app.people.values() if user_id in (each.id, each.external_id)), None)
        if found is None:
            raise unknown("user")
        return jsonify(user=found.shown())


def _add_deletion(api: Blueprint, app: MessagingApp) -> None:
    @api.delete("/v2/apps/<app_id>/users/<user_id>")
    def delete_user(app_id: str, user_id: str) -> Answer:
        """With the conversations in which nobody else takes part. No contract describes this route."""
        if user_id not in app.people:
            raise unknown("user")
        for thread in [each for each in app.threads.values() if each.person.id == user_id]:
            del app.threads[thread.id]
        del app.people[user_id]
        return jsonify({})


def _add_messages(api: Blueprint, app: MessagingApp) -> None:
    @api.post("/v2/apps/<app_id>/conversations/<thread_id>/messages")
    def post_message(app_id: str, thread_id: str) -> Answer:
        thread = app.get(thread_id)
        if len(thread.messages) >= MOST:
            raise SunshineError(423, "locked", f"Message limit of {MOST} per conversation reached.")
        return jsonify(messages=[app.post(thread, read_message(read_body()))]), 201

    @api.get("/v2/apps/<app_id>/conversations/<thread_id>/messages")
    def messages(app_id: str, thread_id: str) -> Answer:
        rows, before = list(app.get(thread_id).messages), request.args.get("page[before]", "")
        ids = [row["id"] for row in rows]
        if before:
            if before not in ids:
                raise bad("Invalid page query parameters")
            rows = rows[: ids.index(before)]
        page, more = rows[-PAGE:], len(rows) > PAGE
        meta = {"hasMore": more, **({"beforeCursor": page[0]["id"]} if more else {})}
        return jsonify(messages=page, meta=meta)

    @api.post("/v2/apps/<app_id>/conversations/<thread_id>/activity")
    def activity(app_id: str, thread_id: str) -> Answer:
        thread, kind = app.get(thread_id), read_body().get("type")
        if kind not in ("typing:start", "typing:stop", "conversation:read"):
            raise bad("type is not one of typing:start, typing:stop, conversation:read")
        if kind != "conversation:read":
            app.show_typing(thread, kind == "typing:start")
        return jsonify({})


def _add_switchboard(api: Blueprint, app: MessagingApp) -> None:
    @api.post("/v2/apps/<app_id>/conversations/<thread_id>/passControl")
    def pass_control(app_id: str, thread_id: str) -> Answer:
        thread, given = app.get(thread_id), read_body()
        app.pass_control(thread, _place(given), given.get("metadata") or {})
        return jsonify({})

    @api.post("/v2/apps/<app_id>/conversations/<thread_id>/offerControl")
    def offer_control(app_id: str, thread_id: str) -> Answer:
        thread, given = app.get(thread_id), read_body()
        app.pass_control(thread, _place(given), given.get("metadata") or {})
        return jsonify({})

    @api.post("/v2/apps/<app_id>/conversations/<thread_id>/releaseControl")
    def release_control(app_id: str, thread_id: str) -> Answer:
        app.release(app.get(thread_id))
        return jsonify({})


def _place(given: Row) -> Row:
    """By id, by name or by type, in this order."""
    name: Any = given.get("switchboardIntegration")
    for field in ("id", "name", "integrationType"):
        found = next((each for each in SWITCHBOARD if each[field] == name), None)
        if found is not None:
            return found
    raise SunshineError(404, "switchboard_integration_not_found", "Switchboard integration not found")


def _add_hooks(api: Blueprint, app: MessagingApp) -> None:
    @api.post("/v2/apps/<app_id>/integrations/<integration_id>/webhooks")
    def create_hook(app_id: str, integration_id: str) -> Answer:
        app.integration(integration_id)
        return jsonify(webhook=app.hooks.create(read_body())), 201

    @api.get("/v2/apps/<app_id>/integrations/<integration_id>/webhooks")
    def hooks(app_id: str, integration_id: str) -> Answer:
        app.integration(integration_id)
        return jsonify(webhooks=app.hooks.all())

    @api.patch("/v2/apps/<app_id>/integrations/<integration_id>/webhooks/<hook_id>")
    def change_hook(app_id: str, integration_id: str, hook_id: str) -> Answer:
        app.integration(integration_id)
        return jsonify(webhook=app.hooks.change(hook_id, read_body()))

    @api.delete("/v2/apps/<app_id>/integrations/<integration_id>/webhooks/<hook_id>")
    def delete_hook(app_id: str, integration_id: str, hook_id: str) -> Answer:
        app.integration(integration_id)
        app.hooks.delete(hook_id)
        return jsonify({})
