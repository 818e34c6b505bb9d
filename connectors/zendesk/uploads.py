"""Files for a comment: uploaded first, then named by their tokens. One that no comment names is gone after an hour."""

from urllib.parse import quote

from connectors.zendesk.api import ZendeskApi
from core.errors import RejectedError


def upload(api: ZendeskApi, name: str, media_type: str, content: bytes) -> str:
    """The token of the uploaded file. Uploaded twice it is there twice, and only the one that is named is shown."""
    with api.writing("upload a file", repeatable=True):
        answer = api.session.post(
            f"{api.account.origin}/api/v2/uploads.json?filename={quote(name, safe='')}",
            data=content,
            headers={"Content-Type": media_type or "application/octet-stream"},
            timeout=api.account.timeout,
        )
        answer.raise_for_status()
        token = answer.json().get("upload", {}).get("token")
    if not isinstance(token, str) or not token:
        raise RejectedError("upload a file: Zendesk answered without a token")
    return token
