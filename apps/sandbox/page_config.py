"""What the page must know before it can draw: addresses, senders, and who may be played."""

from pathlib import Path
from typing import Any

from flask import Blueprint, Response, jsonify

from apps.sandbox.company_rows import company_rows
from apps.sandbox.settings import SandboxSettings
from apps.sandbox.slack.workspace import APP_ID, BOT_USER, MEMBERS, TEAM_ID
from apps.sandbox.twilio.account import SMS_NUMBER, WHATSAPP_SENDER


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
            story=cast(settings.seed),
        )


def cast(folder: Path) -> dict[str, Any]:
    """Two customers for the story: the ones the company marks so, else the first who can be reached both ways."""
    rows = company_rows(folder, "customers")
    marked = {row["story"]: str(row["id"]) for row in rows if row.get("story")}
    reachable = [str(row["id"]) for row in rows if row.get("email") and row.get("phone")]
    story = marked.get("story") or next(iter(reachable), None)
    other = marked.get("other") or next((each for each in reachable if each != story), None)
    return {"story": story, "other": other}
