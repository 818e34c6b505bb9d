"""Approved WhatsApp templates: the only messages allowed a day after the customer last wrote."""

from dataclasses import dataclass
from typing import Any

from twilio.rest import Client  # type: ignore[import-untyped]
from twilio.rest.content.v1.content import ContentList  # type: ignore[import-untyped]
from twilio.rest.content.v1.content.approval_create import ApprovalCreateList  # type: ignore[import-untyped]

from connectors.twilio.account import TwilioAccount
from connectors.twilio.client import connect
from connectors.twilio.errors import MalformedAnswerError, translated

UTILITY = "UTILITY"  # WhatsApp's category for word on something the customer has going on


@dataclass(frozen=True, slots=True, kw_only=True)
class TextOnly:
    """A template's text, sent as it is: the SDK would add a null for every other kind of content."""

    body: str

    def to_dict(self) -> dict[str, Any]:
        return {"twilio/text": {"body": self.body}}


@dataclass(frozen=True, slots=True, kw_only=True)
class Tapped:
    """A text with buttons under it; what is tapped comes back as the customer's own message."""

    body: str
    choices: tuple[str, ...]

    def to_dict(self) -> dict[str, Any]:
        actions = [{"type": "QUICK_REPLY", "title": each, "id": str(n)} for n, each in enumerate(self.choices, 1)]
        return {"twilio/quick-reply": {"body": self.body, "actions": actions}}


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A text with a menu that `button` opens."""

    body: str
    choices: tuple[str, ...]
    button: str

    def to_dict(self) -> dict[str, Any]:
        items = [{"id": str(n), "item": each} for n, each in enumerate(self.choices, 1)]
        return {"twilio/list-picker": {"body": self.body, "button": self.button, "items": items}}


class TwilioTemplates:
    """Makes templates and asks WhatsApp for its approval. Errors are those of `core.errors`."""

    def __init__(self, account: TwilioAccount, client: Client | None = None) -> None:
        self._client = client or connect(account)

    def ensure(self, name: str, *, language: str, body: str, samples: dict[str, str], category: str = UTILITY) -> str:
        """The sid of the template of this name and language, made and handed in for approval if there is none.

        `samples` are example values for the variables in `body`; WhatsApp wants to see some."""
        return self._found(name, language) or self._made(name, language, body, samples, category)

    def made(self, name: str, language: str, shape: TextOnly | Tapped | Listed) -> str:
        """The sid of new content, for which no approval is asked: it may be sent inside a customer's window."""
        asked: dict[str, Any] = {"friendly_name": name, "language": language, "variables": {}, "types": shape}
        with translated("make content", write=True):
            return sid_of(self._client.content.v1.contents.create(ContentList.ContentCreateRequest(asked)))

    def approval(self, sid: str) -> str:
        """What WhatsApp says of it: `approved`, `pending`, `rejected` …; empty when it was never asked."""
        with translated("read a template's approval"):
            answer = self._client.content.v1.contents(sid).approval_fetch().fetch()
            if sid_of(answer) != sid or not isinstance(answer.whatsapp, dict):
                raise MalformedAnswerError("an approval of another template")
            return str(answer.whatsapp.get("status") or "")

    def _found(self, name: str, language: str) -> str | None:
        with translated("read the templates"):
            known = self._client.content.v1.contents.list(limit=1000)
            return next(
                (sid_of(each) for each in known if (each.friendly_name, each.language) == (name, language)), None
            )

    def _made(self, name: str, language: str, body: str, samples: dict[str, str], category: str) -> str:
        asked = {"friendly_name": name, "language": language, "variables": samples, "types": TextOnly(body=body)}
        with translated("make a template", write=True):
            sid = sid_of(self._client.content.v1.contents.create(ContentList.ContentCreateRequest(asked)))
            approval = ApprovalCreateList.ContentApprovalRequest({"name": name, "category": category})
            self._client.content.v1.contents(sid).approval_create.create(approval)
            return sid


def sid_of(template: Any) -> str:
    if not isinstance(template.sid, str) or not template.sid:
        raise MalformedAnswerError("a template without a sid")
    return template.sid
