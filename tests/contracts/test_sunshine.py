"""Every request of our messaging connector, and every answer of the stand-in, against Zendesk's document."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
import requests

from apps.sandbox.sunshine.records import APP_ID, INTEGRATION_ID, KEY_ID, Thread
from connectors.sunshine.api import SunshineAccount, SunshineApi
from connectors.sunshine.installer import TRIGGERS, SunshineInstaller
from connectors.sunshine.messenger import SunshineControl, SunshineMessenger, body_of
from core.errors import RejectedError
from core.model.conversation import Control
from core.model.customer import Channel
from core.model.effect_payloads import ControlPayload
from core.model.ids import EffectId
from core.model.outbound import Outgoing
from tests.apps.sandbox.running import PUBLIC_URL, Sandbox, serving
from tests.contracts.contract import Contract
from tests.contracts.wire import check

APP = "/v2/apps/{appId}"
ONE = f"{APP}/conversations/{{conversationId}}"


@pytest.fixture
def contract() -> Contract:
    return Contract.load("zendesk_messaging.json")


@pytest.fixture
def sandbox(contract: Contract) -> Iterator[Sandbox]:
    with serving() as running:
        yield running


@pytest.fixture
def api(sandbox: Sandbox) -> SunshineApi:
    return SunshineApi(
        SunshineAccount(
            subdomain="larkfield",
            app_id=APP_ID,
            key_id=KEY_ID,
            key_secret=sandbox.world.settings.sunshine_key_secret,
            integration_id=INTEGRATION_ID,
            base_url=f"{sandbox.url}/sunshine",
        )
    )


@pytest.fixture
def thread(sandbox: Sandbox) -> Thread:
    app = sandbox.world.messaging
    opened = app.thread(app.person("emma", "Emma Clarke"), "web")
    app.write(opened, {"type": "text", "text": "Hello"})
    return opened


def outgoing(thread: Thread, **changes: object) -> Outgoing:
    fields: dict[str, object] = {
        "channel": Channel.CHAT,
        "to": thread.id,
        "body": "Hold the button for ten seconds.",
        "effect_id": EffectId("fx_1"),
        "choices": ("Agent", "It works now"),
    }
    return Outgoing(**{**fields, **changes})  # type: ignore[arg-type]


def held(sandbox: Sandbox, contract: Contract) -> set[str]:
    return check(contract, sandbox.world.recorder.exchanges("sunshine"), "/sunshine")


def test_messages_are_sent_and_found(sandbox: Sandbox, contract: Contract, api: SunshineApi, thread: Thread) -> None:
    messenger = SunshineMessenger(api)
    sent = messenger.send(outgoing(thread))
    assert messenger.find(outgoing(thread), datetime.now(UTC)) == sent
    assert messenger.find(outgoing(thread, effect_id=EffectId("fx_2")), datetime.now(UTC)) is None
    with pytest.raises(RejectedError):
        messenger.send(outgoing(thread, to="unknown"))
    assert held(sandbox, contract) == {f"POST {ONE}/messages", f"GET {ONE}/messages"}


def test_a_message_by_an_agent_and_one_of_ours_are_as_the_document_wants_them(contract: Contract) -> None:
    thread = Thread(id="1" * 24, person=None, source="web", created_at=datetime.now(UTC))  # type: ignore[arg-type]
    for author in ("", "Maria Lopez"):
        contract.check_value("messagePost", body_of(outgoing(thread, author=author), "Virtual assistant"))


def test_control_is_passed_and_told(sandbox: Sandbox, contract: Contract, api: SunshineApi, thread: Thread) -> None:
    board = SunshineControl(api, lambda: datetime.now(UTC))
    assert board.holder(thread.id) is Control.ASSISTANT
    first = str(thread.messages[0]["id"])
    wanted = ControlPayload(to=Control.AGENTS, subject="A reset", tags=("handrail_co_1",), first=first)
    board.pass_to(thread.id, wanted)
    assert board.holder(thread.id) is Control.AGENTS
    board.pass_to(thread.id, ControlPayload(to=Control.ASSISTANT))
    assert board.holder(thread.id) is Control.ASSISTANT
    assert held(sandbox, contract) == {f"GET {ONE}", f"POST {ONE}/passControl"}


def test_webhooks_are_made_and_found(sandbox: Sandbox, contract: Contract, api: SunshineApi) -> None:
    installer, target = SunshineInstaller(api), f"{PUBLIC_URL}/webhooks/sunshine"
    assert installer.hook(target) is None
    made, secret = installer.create(target)
    found = installer.hook(target)
    assert found == made
    assert secret
    assert (list(made.triggers), made.full_user, made.missing) == (list(TRIGGERS), True, [])
    assert held(sandbox, contract) == {
        f"GET {APP}/integrations/{{integrationId}}/webhooks",
        f"POST {APP}/integrations/{{integrationId}}/webhooks",
    }


def test_what_others_may_ask_of_the_stand_in(sandbox: Sandbox, contract: Contract, thread: Thread) -> None:
    session = requests.Session()
    session.auth = (KEY_ID, sandbox.world.settings.sunshine_key_secret)
    app = f"{sandbox.url}/sunshine/v2/apps/{APP_ID}"
    participants = [{"userId": thread.person.id, "subscribeSDKClient": False}]
    session.post(f"{app}/conversations", json={"type": "personal", "participants": participants})
    session.get(f"{app}/conversations", params={"filter[userId]": thread.person.id})
    session.patch(f"{app}/conversations/{thread.id}", json={"metadata": {"lang": "en"}})
    session.get(f"{app}/users/{thread.person.id}")
    session.get(f"{app}/users/nobody")
    session.post(f"{app}/conversations/{thread.id}/releaseControl", json={})
    session.post(f"{app}/conversations/{thread.id}/offerControl", json={"switchboardIntegration": "zd:agentWorkspace"})
    assert held(sandbox, contract) == {
        f"POST {APP}/conversations",
        f"GET {APP}/conversations",
        f"PATCH {ONE}",
        f"GET {APP}/users/{{userIdOrExternalId}}",
        f"POST {ONE}/releaseControl",
        f"POST {ONE}/offerControl",
    }


def test_messages_and_people_in_events_are_as_the_document_has_them(contract: Contract, thread: Thread) -> None:
    contract.check_value("message", thread.messages[0])
    contract.check_value("user", thread.person.shown())
    contract.check_value("conversationTruncated", thread.brief())
