"""The vendors seen from outside, over their own HTTP APIs, and the people who use them.

The story looks only through this window: nothing here reads Handrail's tables.
"""

import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

import requests

from apps.demo.environment import DemoEnvironment

T = TypeVar("T")
Json = dict[str, Any]
PATIENCE = 30.0


class NotSeenError(Exception):
    """What a step waits for did not come, or was not as it should be."""


def wait_for(what: str, look: Callable[[], T | None], patience: float = PATIENCE) -> T:
    """Look until something is there.

    Raises:
        NotSeenError: it did not come in time.
    """
    until = time.monotonic() + patience
    while True:
        found = look()
        if found:
            return found
        if time.monotonic() > until:
            raise NotSeenError(f"not seen within {patience:.0f} s: {what}")
        time.sleep(0.1)


def require(holds: bool, what: str) -> None:
    """Raises NotSeenError with what should have been."""
    if not holds:
        raise NotSeenError(what)


@dataclass(slots=True, kw_only=True)
class Outside:
    environment: DemoEnvironment
    session: requests.Session = field(default_factory=requests.Session)

    # ------------------------------------------------ what people do, at the sandbox's page

    def people(self, method: str, path: str, **body: Any) -> Json:
        url = f"{self.environment.sandbox_url}/sandbox/api/{path}"
        answer = self.session.request(method, url, json=body or None, timeout=15)
        if not answer.ok:
            raise NotSeenError(f"{method} {path} answered {answer.status_code}: {answer.text[:200]}")
        result: Json = answer.json()
        return result

    def email(self, sender: str, subject: str, text: str, name: str = "") -> str:
        """Write an e-mail to the company; the id of the ticket that it became. `name` is what the sender's mail program
        gives, where the company does not know the address yet."""
        ticket = self.people("POST", "email", **{"from": sender, "subject": subject, "body": text, "name": name})
        return str(ticket["ticket_id"])

    def text(self, phone: str, text: str, channel: str = "sms") -> None:
        self.people("POST", "phone", **{"from": phone, "channel": channel, "body": text})

    # ------------------------------------------------ Zendesk

    def zendesk(self, path: str) -> Json:
        auth = ("integration@larkfield.example/token", self.environment.zendesk_token)
        answer = self.session.get(f"{self.environment.sandbox_url}/zendesk/api/v2/{path}", auth=auth, timeout=10)
        answer.raise_for_status()
        result: Json = answer.json()
        return result

    def ticket(self, ticket_id: str) -> Json:
        ticket: Json = self.zendesk(f"tickets/{ticket_id}.json")["ticket"]
        return ticket

    def comments(self, ticket_id: str, *, public: bool | None = None) -> list[Json]:
        rows: list[Json] = self.zendesk(f"tickets/{ticket_id}/comments.json")["comments"]
        return [row for row in rows if public is None or row["public"] is public]

    def file(self, content_url: str) -> bytes:
        """What lies behind the address of an attachment."""
        url = content_url if content_url.startswith("http") else f"{self.environment.sandbox_url}{content_url}"
        answer = self.session.get(url, timeout=10)
        answer.raise_for_status()
        return answer.content

    def group(self, group_id: int | None) -> str:
        if group_id is None:
            return ""
        name: str = self.zendesk(f"groups/{group_id}.json")["group"]["name"]
        return name

    # ------------------------------------------------ Twilio and Slack

    def sent_to(self, phone: str) -> list[Json]:
        """Messages to a number, oldest first. Twilio's list lags behind its writes."""
        account = "AC" + "0" * 32
        url = f"{self.environment.sandbox_url}/twilio/2010-04-01/Accounts/{account}/Messages.json"
        auth = (account, self.environment.twilio_token)
        headers = {"X-Original-Host": "api.twilio.com"}
        wanted: dict[str, str] = {"To": phone, "PageSize": "200"}
        answer = self.session.get(url, params=wanted, auth=auth, headers=headers, timeout=10)
        answer.raise_for_status()
        rows: list[Json] = [m for m in answer.json()["messages"] if m["direction"].startswith("outbound")]
        return rows[::-1]

    def slack(self, channel: str) -> list[Json]:
        """A channel's messages, oldest first."""
        listed = self._slack("conversations.list", {"limit": 200})["channels"]
        found = next((c["id"] for c in listed if c["name"] == channel), None)
        require(found is not None, f"Slack has no channel {channel}")
        rows: list[Json] = self._slack("conversations.history", {"channel": found, "limit": 100})["messages"]
        return [row | {"channel": found} for row in rows[::-1]]

    def _slack(self, method: str, body: Json) -> Json:
        url = f"{self.environment.sandbox_url}/slack/api/{method}"
        headers = {"Authorization": f"Bearer {self.environment.slack_token}"}
        answer: Json = self.session.post(url, data=body, headers=headers, timeout=10).json()
        require(bool(answer.get("ok")), f"Slack answered {method} with {answer.get('error')}")
        return answer

    # ------------------------------------------------ the sidebar, as an agent's browser opens it

    def sidebar(self, ticket_id: str, agent_id: str) -> "SidebarWindow":
        """Open the page by its signed URL and keep the bearer token that it holds."""
        opened = self.people("POST", f"tickets/{ticket_id}/sidebar", agent_id=agent_id)
        answer = self.session.post(opened["url"], data={"token": opened["token"]}, timeout=10)
        require(answer.status_code == requests.codes.ok, f"the sidebar answered {answer.status_code}")
        token = re.search(r'"token": "([^"]+)"', answer.text)
        if token is None:
            raise NotSeenError("the sidebar's page holds no session")
        return SidebarWindow(base=self.environment.web_url, ticket_id=ticket_id, token=token[1], session=self.session)


@dataclass(frozen=True, slots=True, kw_only=True)
class SidebarWindow:
    base: str
    ticket_id: str
    token: str
    session: requests.Session

    def view(self) -> Json:
        return self.get(f"tickets/{self.ticket_id}")

    def get(self, path: str) -> Json:
        """Any other answer of the sidebar's API; empty where it has none."""
        answer = self._call("GET", path)
        return answer.json() if answer.status_code == requests.codes.ok else {}

    def ready(self) -> Json | None:
        """The view, once the newest message has its decision."""
        view = self.view()
        return view if view.get("state") in ("ready", "silent") else None

    def moves(self) -> list[Json]:
        """What was moved from this ticket's conversation or to it, and not put back; newest first."""
        found: list[Json] = self._call("GET", f"tickets/{self.ticket_id}/threads").json()["moves"]
        return found

    def do(self, path: str, **body: Any) -> None:
        answer = self._call("POST", f"tickets/{self.ticket_id}/{path}", body)
        require(answer.ok, f"the sidebar answered {path} with {answer.status_code}: {answer.text[:200]}")

    def _call(self, method: str, path: str, body: Json | None = None) -> requests.Response:
        headers = {"Authorization": f"Bearer {self.token}"}
        url = f"{self.base}/sidebar/api/{path}"
        return self.session.request(method, url, json=body, headers=headers, timeout=10)
