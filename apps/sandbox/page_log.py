"""Everything that the account was given to send, to the microsecond: what a run is held against."""

from flask import Blueprint, jsonify, request

from apps.sandbox.page_api import Answer
from apps.sandbox.twilio import TwilioAccount

MOST = 20_000


def add_log(page: Blueprint, account: TwilioAccount) -> None:
    @page.get("/texts")
    def texts() -> Answer:
        """Outbound messages from the one with the number `after` on, oldest first."""
        after = int(request.args.get("after", 0))
        sent = [each for each in account.kept() if each.outbound]
        shown = sent[after : after + MOST]
        rows = [
            {"to": each.to, "at": each.created_at.isoformat(), "status": each.status, "body": each.body}
            for each in shown
        ]
        return jsonify(texts=rows, all=len(sent))
