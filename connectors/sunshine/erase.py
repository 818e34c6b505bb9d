"""One person's user and conversations, deleted in Zendesk messaging."""

from collections.abc import Mapping
from urllib.parse import quote

from connectors.sunshine.api import SunshineApi
from core.errors import RejectedError
from core.model.customer import IdentityKind
from core.model.privacy import Subject

OURS = "sunshine:"  # begins an identity that messaging gave


class SunshineEraser:
    """Implements `core.ports.Eraser`. Deleting a user deletes the conversations in which nobody else takes part."""

    name = "messaging"

    def __init__(self, api: SunshineApi) -> None:
        self._api = api

    def erase(self, subject: Subject) -> Mapping[str, int]:
        users = [v.removeprefix(OURS) for v in subject.values(IdentityKind.EXTERNAL) if v.startswith(OURS)]
        gone = 0
        for user in users:
            try:
                self._api.delete(f"/users/{quote(user, safe='')}", "delete a messaging user")
                gone += 1
            except RejectedError as error:
                if "not_found" not in (error.code or "") and error.code != "404":
                    raise
        return {"users": gone} if gone else {}

    def left(self) -> str:
        return "Zendesk messaging: what the vendor of the customer's own app (WhatsApp, Messenger …) keeps on its side."
