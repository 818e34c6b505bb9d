"""The page's helpdesk: mails, tickets, the sidebar's opening, the people, and the company's own systems."""

import uuid
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, Response, jsonify, request

from apps.sandbox.clock import Clock
from apps.sandbox.company_rows import company_rows, status_events
from apps.sandbox.page_api import Answer, PageError, read_body, require
from apps.sandbox.settings import SandboxSettings
from apps.sandbox.slack.workspace import APP_ID, BOT_USER, MEMBERS, TEAM_ID
from apps.sandbox.twilio.account import SMS_NUMBER, WHATSAPP_SENDER
from apps.sandbox.zendesk.answers import RefusedError
from apps.sandbox.zendesk.desk import Desk

# What the page must know before it can draw: addresses, senders, and who may be played.


def add_config(page: Blueprint, settings: SandboxSettings) -> None:
    """GET config."""

    @page.get("/config")
    def config() -> Response:
        return jsonify(
            company="Larkfield Home",
            sandbox_url=settings.own_url,
            handrail_url=settings.handrail_url,
            handrail_public_url=settings.public_url,
            sidebar_url=f"{settings.handrail_url.rstrip('/')}/sidebar/",
            zendesk={"subdomain": "larkfield", "url": f"{settings.own_url}/zendesk"},
            twilio={
                "url": f"{settings.own_url}/twilio",
                "sms_number": SMS_NUMBER,
                "whatsapp_sender": WHATSAPP_SENDER,
            },
            slack={"url": f"{settings.own_url}/slack/api/", "team_id": TEAM_ID, "app_id": APP_ID},
            openai={"url": f"{settings.own_url}/openai/v1"},
            slack_users=[
                {"id": member.user_id, "name": member.real_name, "approver": member.is_admin}
                for member in MEMBERS
                if member.user_id != BOT_USER
            ],
            story=choose_story_customers(settings.seed),
        )


def choose_story_customers(folder: Path) -> dict[str, Any]:
    """Two customers for the story: the ones the company marks so, else the first who can be reached both ways."""
    rows = company_rows(folder, "customers")
    marked = {row["story"]: str(row["id"]) for row in rows if row.get("story")}
    reachable = [str(row["id"]) for row in rows if row.get("email") and row.get("phone")]
    story = marked.get("story") or next(iter(reachable), None)
    other = marked.get("other") or next((each for each in reachable if each != story), None)
    return {"story": story, "other": other}


# Mails, tickets and the sidebar.

Row = dict[str, Any]


def add_desk(page: Blueprint, desk: Desk, settings: SandboxSettings) -> None:
    """Mails in and out, tickets and their comments, and the token that opens the sidebar."""

    @page.errorhandler(RefusedError)
    def refused(error: RefusedError) -> Answer:
        return jsonify(error={"message": "Zendesk refused.", "answer": error.answer.body}), error.answer.status

    @page.post("/email")
    def email() -> Answer:
        given = read_body()
        ticket = desk.receive_email(
            require(given, "from"),
            str(given.get("subject") or "(no subject)"),
            require(given, "body"),
            str(given["name"]) if given.get("name") else None,
            _number(given["ticket_id"]) if given.get("ticket_id") else None,
        )
        return jsonify(ticket_id=str(ticket["id"])), 201

    @page.get("/mails")
    def mails() -> Answer:
        return jsonify(mails=desk.mails_to(request.args.get("to", "")))

    _add_tickets(page, desk)
    _add_sidebar(page, desk, settings)


def _add_tickets(page: Blueprint, desk: Desk) -> None:
    @page.get("/agents")
    def agents() -> Answer:
        return jsonify(agents=[{**agent, "id": str(agent["id"])} for agent in desk.agents()])

    @page.get("/tickets")
    def tickets() -> Answer:
        done = request.args.get("done") in {"1", "true"}
        rows = desk.tickets_view(include_done=done, limit=request.args.get("limit", 200, int))
        return jsonify(tickets=[_row(ticket) for ticket in rows])

    @page.get("/tickets/<ticket_id>")
    def ticket(ticket_id: str) -> Answer:
        whole = desk.ticket_view(_number(ticket_id))
        comments = [_comment(each) for each in whole["comments"]]
        return jsonify({**whole, **_row(whole), "comments": comments})

    @page.post("/tickets/<ticket_id>/comments")
    def comment(ticket_id: str) -> Answer:
        given = read_body()
        made = desk.agent_comment(
            _number(ticket_id),
            _number(given.get("agent_id")),
            require(given, "body"),
            bool(given.get("public", True)),
            str(given["status"]) if given.get("status") else None,
        )
        return jsonify(id=str(made["id"])), 201

    @page.get("/tickets/<ticket_id>/macros/<macro_id>/apply")
    def applied(ticket_id: str, macro_id: str) -> Answer:
        agent = _number(request.args.get("agent_id"))
        shown = desk.apply_macro(_number(ticket_id), _number(macro_id), agent)
        return jsonify(result={"ticket": shown})


def _add_sidebar(page: Blueprint, desk: Desk, settings: SandboxSettings) -> None:
    @page.post("/tickets/<ticket_id>/sidebar")
    def sidebar(ticket_id: str) -> Answer:
        return opened(_number(ticket_id))

    @page.post("/nav_bar")
    def nav_bar() -> Answer:
        return opened(None)

    def opened(ticket_id: int | None) -> Answer:
        guid = str(uuid.uuid4())
        # The token covers the query of the page it opens, so both must name the same host page.
        query = urlencode({"origin": request.headers.get("Origin", settings.own_url), "app_guid": guid})
        token = desk.signed_app_token(ticket_id, _number(read_body().get("agent_id")), query)
        return jsonify(url=f"{settings.handrail_url.rstrip('/')}/sidebar/?{query}", token=token, app_guid=guid)


def _number(value: Any) -> int:
    try:
        return int(value)
    except (TypeError, ValueError) as error:
        raise PageError(400, f"{value!r} is not an id.") from error


def _row(ticket: Row) -> Row:
    requester, assignee = ticket["requester"] or {}, ticket["assignee"] or {}
    return {
        **ticket,
        "id": str(ticket["id"]),
        "requester": {**requester, "id": str(requester.get("id", ""))},
        "assignee": assignee.get("name"),
        "assignee_id": str(assignee["id"]) if assignee else None,
    }


def _comment(comment: Row) -> Row:
    author = comment["author"]
    return {
        **comment,
        "id": str(comment["id"]),
        "author": {**author, "id": str(author.get("id") or "")},
        "via": (comment.get("via") or {}).get("channel"),
    }


def add_company(page: Blueprint, settings: SandboxSettings, clock: Clock) -> None:
    """The customers one may play, and what happens to the company's services."""

    @page.get("/people")
    def people() -> Answer:
        names = ("name", "email", "phone", "tier", "locale", "time_zone", "country", "region")
        rows = company_rows(settings.seed, "customers")
        return jsonify(people=[{"id": str(row["id"]), **{name: row.get(name) for name in names}} for row in rows])

    @page.get("/status_events")
    def events() -> Answer:
        return jsonify(events=status_events(settings.seed, clock.now()))
