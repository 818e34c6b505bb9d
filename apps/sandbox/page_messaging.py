"""The page's chat window on the company's site, and its Messenger."""

from typing import Any

from flask import Blueprint, jsonify, request

from apps.sandbox.page_api import Answer, PageError, needed, wish
from apps.sandbox.sunshine import MessagingApp
from apps.sandbox.sunshine.errors import SunshineError
from apps.sandbox.sunshine.records import AGENTS, Row, Thread

SOURCES = {"chat": "web", "messenger": "messenger"}
FILES = {"image": "image/jpeg", "file": "application/pdf"}


def add_messaging(page: Blueprint, app: MessagingApp) -> None:
    """Write as a visitor or a customer who is logged in, press a button, look at the window."""

    @page.errorhandler(SunshineError)
    def messaging_refused(error: SunshineError) -> Answer:
        return jsonify(error={"message": error.title}), error.status

    @page.post("/messaging")
    def chat() -> Answer:
        given = wish()
        thread = _thread(app, given)
        message = app.write(thread, _content(given))
        return jsonify(_bubble(thread, message)), 201

    @page.get("/messaging/<person>/messages")
    def chat_window(person: str) -> Answer:
        source = _source(request.args.get("channel"))
        thread = next((t for t in app.threads.values() if t.person.page_id == person and t.source == source), None)
        if thread is None:
            return jsonify(messages=[], with_agents=False, typing=False, signed_in=False)
        if request.args.get("open") in {"1", "true"}:
            app.read(thread)
        return jsonify(
            conversation=thread.id,
            messages=[_bubble(thread, each) for each in list(thread.messages)],
            with_agents=thread.active is AGENTS,
            typing=app.is_typing(thread, app.clock.now()),
            signed_in=thread.person.authenticated,
            ticket_id=str(thread.ticket_id) if thread.ticket_id else None,
        )

    @page.post("/messaging/<person>/sign_in")
    def chat_sign_in(person: str) -> Answer:
        given = wish()
        found = app.log_in(person, needed(given, "name"), str(given.get("email") or ""), needed(given, "account"))
        return jsonify(id=found.id, signed_in=True)


def _thread(app: MessagingApp, given: Row) -> Thread:
    name = str(given.get("name") or "Visitor")
    account = str(given.get("account") or "")
    email = str(given.get("email") or "")
    person = app.person(needed(given, "person"), name, email, account)
    return app.thread(person, _source(given.get("channel")))


def _source(channel: Any) -> str:
    name = str(channel or "chat")
    if name not in SOURCES:
        raise PageError(400, "channel must be chat or messenger.")
    return SOURCES[name]


def _content(given: Row) -> Row:
    """Words, a pressed button (words with its payload), or a file at an address."""
    kind = str(given.get("kind") or "text")
    if kind == "text":
        button = {"payload": str(given["payload"])} if given.get("payload") else {}
        return {"type": "text", "text": needed(given, "body"), **button}
    if kind == "location":
        return {"type": "location", "coordinates": {"lat": float(given["lat"]), "long": float(given["long"])}}
    if kind not in FILES:
        raise PageError(400, "kind must be text, image, file or location.")
    media = {"mediaUrl": needed(given, "url"), "mediaType": str(given.get("type") or FILES[kind])}
    return {"type": kind, **media, "altText": str(given.get("file") or ""), "text": str(given.get("body") or "")}


def _bubble(thread: Thread, message: Row) -> Row:
    """A message as the window draws it."""
    content, author = message["content"], message["author"]
    mine = author["type"] == "user"
    return {
        "id": message["id"],
        "mine": mine,
        "by": author.get("displayName") or "",
        "ai": "AI" in (author.get("subtypes") or ()),
        "agent": message["source"]["type"] == "zd:agentWorkspace",
        "body": content.get("text") or content.get("mediaUrl") or "",
        "kind": content["type"],
        "choices": [each["text"] for each in content.get("actions") or () if each["type"] == "reply"],
        "status": "sent" if mine else thread.statuses.get(message["id"], "sent"),
        "at": message["received"],
    }
