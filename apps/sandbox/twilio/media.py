"""The files of messages: listed, sent on to where they lie, deleted."""

from email.utils import format_datetime
from typing import Any

from flask import Blueprint, Response, jsonify, redirect, request
from werkzeug.wrappers import Response as Redirect

from apps.sandbox.twilio.account import TwilioAccount
from apps.sandbox.twilio.errors import TwilioError
from apps.sandbox.twilio.paging import old_page
from apps.sandbox.twilio.records import API_VERSION, MediaFile, TextMessage

Answer = Response | Redirect | tuple[Response, int] | tuple[str, int]
OPEN = "media_content"  # a signed address needs no credentials; here the file's own id is the secret


def add_media(twilio: Blueprint, account: TwilioAccount) -> None:
    """Twilio answers the plain address with a redirect to its file store, and with `.json` with the record."""
    files = f"/{API_VERSION}/Accounts/<account_sid>/Messages/<sid>/Media"

    def found(sid: str, media_sid: str) -> tuple[TextMessage, MediaFile]:
        message = account.messages.get(sid)
        file = next((each for each in message.files if each.sid == media_sid), None) if message else None
        if message is None or file is None:
            raise TwilioError(20404, request.path.removeprefix("/twilio"))
        return message, file

    @twilio.get(f"{files}.json")
    def list_media(account_sid: str, sid: str) -> Answer:
        if sid not in account.messages:
            raise TwilioError(20404, request.path.removeprefix("/twilio"))
        shown = [_shown(account, sid, file) for file in account.messages[sid].files]
        return jsonify(old_page("media_list", shown, request.path.removeprefix("/twilio")))

    @twilio.get(f"{files}/<media_sid>.json")
    def media_record(account_sid: str, sid: str, media_sid: str) -> Answer:
        return jsonify(_shown(account, sid, found(sid, media_sid)[1]))

    @twilio.get(f"{files}/<media_sid>")
    def media_redirect(account_sid: str, sid: str, media_sid: str) -> Answer:
        found(sid, media_sid)
        return redirect(f"/twilio/media/{sid}/{media_sid}", code=307)

    @twilio.delete(f"{files}/<media_sid>.json")
    def delete_media(account_sid: str, sid: str, media_sid: str) -> Answer:
        message, file = found(sid, media_sid)
        with account.lock:
            message.files.remove(file)
        return "", 204

    @twilio.get("/media/<sid>/<media_sid>", endpoint=OPEN)
    def stored(sid: str, media_sid: str) -> Answer:
        file = found(sid, media_sid)[1]
        return Response(file.content, mimetype=file.content_type)


def _shown(account: TwilioAccount, sid: str, file: MediaFile) -> dict[str, Any]:
    moment = format_datetime(file.created_at)
    return {
        "account_sid": account.sid,
        "content_type": file.content_type,
        "date_created": moment,
        "date_updated": moment,
        "parent_sid": sid,
        "sid": file.sid,
        "uri": f"/{API_VERSION}/Accounts/{account.sid}/Messages/{sid}/Media/{file.sid}.json",
    }
