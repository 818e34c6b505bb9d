"""Actions beside the ticket, over HTTP, done in the sandbox's back office."""

import json
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

from apps.sandbox.settings import SandboxSettings
from apps.zendesk.session import Visitor
from connectors.actions.systems import HttpSystem, System, Systems
from core.actions.examine import Actions
from core.execute.actions import ActionCourier
from core.govern.action_approvals import settle_action
from core.model.action import RunState
from core.model.conversation import Attachment
from core.model.customer import Identity, IdentityKind
from core.model.effect_payloads import TicketUpdatePayload
from core.model.event import EventKind
from core.model.event_payloads import SupervisorAsked, Wanted
from core.model.ids import ApprovalId, ConversationId, CustomerId, TicketId
from core.model.outbound import EffectKind
from core.model.outreach import Click, Verdict
from core.outreach.office import Office
from core.policy import Policy
from tests.apps.sandbox.running import serving
from tests.apps.zendesk.desk import MARIA, TICKET, Desk
from tests.clock import NOW
from tests.connectors.sql.samples import SECOND
from tests.core import people, rules
from tests.core.container import Container
from tests.core.fakes import FakeDesk
from tests.core.samples import event

PATH = f"tickets/{TICKET}/actions"
SAM, ORDER = "900004", "LK-10478"
MAIL = "maria@larkfield.example"
BOSS = "priya@larkfield.example"
CLICK = "click-one-1"
OTHER = Visitor(agent_id="505", name="Priya Nair", role="admin")


def demo(*approvers: str, **changes: Any) -> Policy:
    actions = yaml.safe_load(Path("apps/demo/policy.yaml").read_text(encoding="utf-8"))["actions"]
    actions = {name: {**each, **changes.get(name, {})} for name, each in actions.items()}
    outreach = {**rules.POLICY["outreach"], "approval": {**rules.POLICY["outreach"]["approval"]}}
    outreach["approval"]["approvers"] = list(approvers or (BOSS, MAIL))
    verification = {**rules.POLICY.get("verification", {}), "accept": ["login", "code"]}
    return rules.policy(
        actions=actions,
        standing=[*rules.POLICY["standing"], "action"],
        outreach=outreach,
        verification=verification,
    )


class Doing:
    """A desk whose customer is Sam, over the sandbox's systems."""

    def __init__(self, desk: Desk, made: dict[str, System], sandbox: Any) -> None:
        self.desk, self.made, self.systems, self.sandbox = desk, made, Systems(made), sandbox
        self.under(demo())
        desk.action_systems = self.systems
        known = Identity(kind=IdentityKind.HELPDESK, value=SAM, verified=True)
        with desk.store.begin() as unit:
            dana = unit.customers.get(CustomerId("cu_dana"))
            assert dana is not None
            unit.customers.save(replace(dana, identities=(*dana.identities, known)))

    def under(self, policy: Policy) -> None:
        self.desk.policy = policy

    def proves(self) -> None:
        """The customer writes while they are signed in."""
        signed_in = Identity(kind=IdentityKind.HELPDESK, value=SAM, verified=True)
        self.desk.say(2, text=f"It is me, about {ORDER}", proved=(signed_in,), at=NOW + 2 * SECOND)

    def listed(self) -> dict[str, dict[str, Any]]:
        answer = self.desk.get(PATH)
        assert answer.status_code == 200, answer.text
        return {each["name"]: each for each in answer.get_json()["actions"]}

    def examine(self, name: str, **given: str) -> dict[str, Any]:
        answer = self.desk.post(f"{PATH}/{name}/examine", {"input": given})
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.get_json()
        return found

    def run(self, name: str, digest: str, click: str = CLICK, **given: Any) -> Any:
        seen = given.pop("seen", False)
        body = {"input": given, "digest": digest, "click": click, "seen": seen}
        return self.desk.post(f"{PATH}/{name}/run", body)

    def asked(self, name: str, click: str = CLICK, **given: str) -> dict[str, Any]:
        """Examined and asked for."""
        answer = self.run(name, self.examine(name, **given)["digest"], click, **given)
        assert answer.status_code == 202, answer.text
        found: dict[str, Any] = answer.get_json()
        return found

    def runs(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.desk.get(f"{PATH}/runs").get_json()["runs"]
        return found

    def work(self) -> None:
        """A worker carries out what it was told of."""
        container = Container(self.desk.store, self.desk.policy, self.desk.clock())
        container.helpdesk.adds(people.person("Dana Kim", id=SAM))
        actions = Actions(systems=self.systems, store=self.desk.store, policy=self.desk.policy, now=self.desk.clock)
        senders = replace(container.delivery.senders, actions=ActionCourier(actions=actions))
        container.delivery = replace(container.delivery, senders=senders)
        told, self.desk.told.effects = self.desk.told.effects, []
        for each in told:
            container.delivery.deliver(each)

    @property
    def journal(self) -> list[str]:
        return [str(row["what"]) for row in self.sandbox.world.office.journal()]

    def ledger(self, kind: str) -> list[dict[str, Any]]:
        with self.desk.store.read() as unit:
            return [dict(each.said) for each in unit.ledger.records(0, 1000) if each.kind == kind]

    def clicks(self, run: str, email: str) -> str:
        with self.desk.store.begin() as unit:
            known = unit.actions.get(ApprovalId(run))
            assert known is not None
            click = Click(
                approval_id=known.id,
                verdict=Verdict.APPROVE,
                digest=known.call.digest,
                user_id="U1",
                user_name=email,
                channel="C1",
                ts="1.0",
            )
            settled, _ = settle_action(unit, click, email, self.desk.policy, self.desk.clock())
            fresh = [each for each in settled.effects if unit.outbox.add(each)]
        self.desk.told.effects += [each.id for each in fresh]
        return settled.result


@contextmanager
def doing_over(desk: Desk, **changes: Any) -> Iterator[Doing]:
    with serving(seed=SandboxSettings().seed, **changes) as sandbox:
        settings = sandbox.world.settings
        made: dict[str, System] = {
            name: HttpSystem(name, url=f"{sandbox.url}/{path}", token=token, headers={}, private=True)
            for name, path, token in (
                ("orders", "orders", settings.orders_token),
                ("office", "systems", settings.systems_token),
            )
        }
        yield Doing(desk, made, sandbox)


@pytest.fixture
def doing(desk: Desk) -> Iterator[Doing]:
    with doing_over(desk) as made:
        yield made


# ------------------------------------------------ what can be done


def test_each_action_says_whether_it_can_be_done_and_else_why_not(doing: Doing) -> None:
    found = doing.listed()
    assert (found["goodwill_credit"]["possible"], found["goodwill_credit"]["why"]) == (True, "")
    assert found["unlock_account"]["why"].startswith("It is not proved who the customer is")
    doing.proves()
    found = doing.listed()
    assert found["unlock_account"]["why"] == "The account is not locked"
    assert found["cancel_subscription"]["possible"] is not bool(found["cancel_subscription"]["why"])


def test_the_form_holds_what_the_record_tells(doing: Doing) -> None:
    doing.proves()
    credit = {each["name"]: each for each in doing.listed()["goodwill_credit"]["inputs"]}
    assert [credit["amount"][name] for name in ("value", "kind", "says")] == ["5.00", "money", "Amount (GBP)"]
    cancel = doing.listed()["cancel_order"]
    assert (cancel["possible"], cancel["needs"], cancel["digest"]) == (True, ["order"], None)
    reason = next(each for each in cancel["inputs"] if each["name"] == "reason")
    assert {"value": "takes too long", "says": "takes too long"} in reason["options"]


def test_a_rule_that_no_missing_input_changes_is_told_at_once(doing: Doing) -> None:
    doing.proves()
    doing.under(demo(change_plan={"rules": {"none": {"holds": "account.status != 'none'", "otherwise": "No plan"}}}))
    assert doing.listed()["change_plan"]["why"] == "No plan"
    assert doing.listed()["cancel_order"]["possible"]


def test_what_only_takes_another_one_back_is_none_of_its_own(doing: Doing) -> None:
    assert {"goodwill_credit", "cancel_order"} <= set(doing.listed())
    assert not {"withdraw_credit", "reopen_order", "resume_subscription"} & set(doing.listed())


def test_a_system_that_is_away_leaves_the_others(doing: Doing) -> None:
    doing.proves()
    away = HttpSystem("office", url="http://127.0.0.1:9", token="t", headers={}, private=True)
    doing.desk.action_systems = Systems({**doing.made, "office": away})
    found = doing.listed()
    assert "does not answer just now" in found["goodwill_credit"]["why"]
    assert found["cancel_order"]["possible"]


def test_a_ticket_that_nobody_knows_has_none(doing: Doing) -> None:
    assert doing.desk.get("tickets/9999/actions").status_code == 404
    assert doing.desk.post("tickets/9999/actions/goodwill_credit/examine", {}).status_code == 404
    assert doing.desk.post(f"{PATH}/no_such/examine", {}).status_code == 404


def test_a_filled_form_is_shown_before_and_after_with_the_question(doing: Doing) -> None:
    doing.proves()
    made = doing.examine("cancel_order", order=ORDER)
    assert made["changes"][0] == {"says": "Status", "before": "processing", "after": "cancelled"}
    assert made["approver"] == "agent"
    assert made["question"].startswith(f"Shall I cancel your order {ORDER}?")
    assert (made["digest"] is not None, made["can_undo"], doing.journal) == (True, True, [])


def test_sums_are_told_as_money_in_the_agents_language(doing: Doing) -> None:
    doing.proves()
    assert doing.examine("cancel_order", order=ORDER)["changes"][1] == {
        "says": "Paid back",
        "before": "£0.00",
        "after": "£75.00",
    }
    doing.desk.language = "de"
    made = doing.examine("cancel_order", order=ORDER)["changes"]
    assert (made[0]["before"], made[1]["before"], made[1]["after"]) == ("processing", "0,00 £", "75,00 £")
    assert doing.asked("goodwill_credit", amount="7.5")["inputs"][0] == "7,50 £"
    doing.work()
    with doing.desk.store.read() as unit:
        rows = unit.outbox.of_conversation(ConversationId("co_one"))
    (note,) = [row.effect.payload for row in rows if row.effect.kind is EffectKind.TICKET_UPDATE]
    assert isinstance(note, TicketUpdatePayload)
    assert "amount 7.50 GBP" in (note.note or "")


def test_a_form_that_is_wrong_or_against_a_rule_says_so(doing: Doing) -> None:
    doing.proves()
    assert "a sum is expected" in doing.examine("goodwill_credit", amount="much")["why"]
    assert doing.examine("goodwill_credit", amount="500")["why"] == "more than 20 at once"
    assert doing.examine("cancel_order", order="LK-10466")["why"] == "The order is another customer's"


# ------------------------------------------------ doing it


def test_a_click_has_it_done_once_read_back_and_noted(doing: Doing) -> None:
    asked = doing.asked("goodwill_credit", amount="7.50")
    assert (asked["state"], asked["by"]) == ("ready", MAIL)
    doing.work()
    (run,) = doing.runs()
    assert (run["state"], run["why"], doing.journal) == ("done", "", ["account.credit"])
    assert run["changes"] == [{"says": "Credits", "before": "0", "after": "1"}]
    (agreed,) = doing.ledger("action_agreed")
    assert agreed["by"] == MAIL
    assert len(doing.ledger("action_done")) == 1
    with doing.desk.store.read() as unit:
        rows = unit.outbox.of_conversation(ConversationId("co_one"))
    (told,) = [row.effect.payload for row in rows if row.effect.kind is EffectKind.TICKET_UPDATE]
    assert isinstance(told, TicketUpdatePayload)
    assert "was done, and the system was read back" in (told.note or "")
    assert f"Asked for by {MAIL}" in (told.note or "")


def test_by_what_the_customer_was_known_is_on_the_ledger(doing: Doing) -> None:
    doing.proves()
    doing.asked("cancel_order", order=ORDER)
    assert doing.ledger("action_agreed")[0]["identity"] == "proved by login"


def test_the_same_click_twice_does_it_once_whenever_the_second_comes(doing: Doing) -> None:
    digest = doing.examine("goodwill_credit")["digest"]
    first = doing.run("goodwill_credit", digest)
    second = doing.run("goodwill_credit", digest)
    assert first.get_json()["id"] == second.get_json()["id"]
    doing.work()
    third = doing.run("goodwill_credit", digest)
    assert (third.status_code, third.get_json()["state"]) == (202, "done")
    doing.work()
    assert doing.journal == ["account.credit"]


def test_two_clicks_at_the_same_time_do_it_once(doing: Doing) -> None:
    digest = doing.examine("goodwill_credit")["digest"]
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda n: doing.run("goodwill_credit", digest, f"click-{n:04}"), range(4)))
    doing.work()
    assert sorted(each.status_code for each in answers) == [202, 409, 409, 409]
    assert all("on its way already" in each.text for each in answers if each.status_code == 409)
    assert doing.journal == ["account.credit"]


def test_what_is_not_as_it_was_shown_is_refused(doing: Doing) -> None:
    seen = doing.examine("goodwill_credit")["digest"]
    doing.asked("goodwill_credit")
    doing.work()
    stale = doing.run("goodwill_credit", seen, "click-two-2")
    assert (stale.status_code, stale.get_json()["error"]["code"]) == (409, "invalid")
    assert "not as it was shown any more. Nothing was done" in stale.get_json()["error"]["message"]
    assert doing.journal == ["account.credit"]


def test_another_form_or_another_policy_than_was_shown_is_refused(doing: Doing) -> None:
    seen = doing.examine("goodwill_credit", amount="5")["digest"]
    assert doing.run("goodwill_credit", seen, amount="19").status_code == 409
    doing.under(demo(goodwill_credit={"most": 10}))
    assert doing.run("goodwill_credit", seen, amount="5").status_code == 409
    assert (doing.runs(), doing.journal) == ([], [])


def test_who_may_not_read_the_ticket_can_do_nothing_on_it(doing: Doing) -> None:
    run = doing.asked("goodwill_credit")["id"]
    doing.desk.access.hidden.add((MARIA.agent_id, TicketId(TICKET)))
    assert doing.desk.get(PATH).status_code == 403
    assert doing.desk.get(f"{PATH}/runs").status_code == 403
    assert doing.run("goodwill_credit", "x" * 10).status_code == 403
    assert doing.desk.post(f"{PATH}/runs/{run}/undo").status_code == 403


def test_a_limit_holds_for_what_agents_start_too(doing: Doing) -> None:
    doing.asked("goodwill_credit", amount="15")
    doing.work()
    assert doing.examine("goodwill_credit", amount="10")["why"] == "more than 20 in one day"


def test_an_agent_whose_address_nobody_tells_starts_nothing(doing: Doing) -> None:
    doing.desk.staff.emails = {}
    answer = doing.run("goodwill_credit", doing.examine("goodwill_credit")["digest"])
    assert (answer.status_code, "e-mail address" in answer.text, doing.runs()) == (409, True, [])


@pytest.mark.parametrize("body", [{}, {"digest": "x", "click": "a b c d e f"}, {"digest": "x", "click": "short"}])
def test_a_click_without_a_name_or_a_digest_is_no_click(doing: Doing, body: dict[str, Any]) -> None:
    assert doing.desk.post(f"{PATH}/goodwill_credit/run", body).status_code == 400


# ------------------------------------------------ approvals


def test_who_asked_cannot_approve_it_themselves_and_somebody_else_can(doing: Doing) -> None:
    doing.under(demo(cancel_order={"approve": "supervisor"}))
    doing.proves()
    assert doing.examine("cancel_order", order=ORDER)["approver"] == "supervisor"
    asked = doing.asked("cancel_order", order=ORDER)
    doing.work()
    assert (asked["state"], doing.journal) == ("awaiting", [])
    assert doing.clicks(asked["id"], MAIL.title()) == "own_request"
    assert doing.runs()[0]["state"] == "awaiting"
    assert doing.clicks(asked["id"], BOSS) == "approved"
    doing.work()
    (run,) = doing.runs()
    assert (run["state"], run["approved_by"], doing.journal) == ("done", [BOSS], ["order.cancel"])


def test_a_picture_takes_the_agents_word(doing: Doing) -> None:
    doing.proves()
    image = Attachment(name="broken.jpg", type="image/jpeg")
    doing.desk.say(3, text="Look", attachments=(image,), at=NOW + 3 * SECOND, proved=())
    wanted = demo(goodwill_credit={"evidence": {"picture": {"asks": {"en": "A photo?"}, "shows": "the damage"}}})
    doing.under(wanted)
    made = doing.examine("goodwill_credit")
    assert made["picture"] == "the damage"
    refused = doing.run("goodwill_credit", made["digest"])
    assert (refused.status_code, "your word" in refused.text) == (409, True)
    assert doing.run("goodwill_credit", made["digest"], seen=True).status_code == 202
    with doing.desk.store.read() as unit:
        run = unit.actions.get(ApprovalId(doing.runs()[0]["id"]))
    assert run is not None
    assert run.call.evidence["picture"] == f"me_3: seen by {MAIL}"


def test_an_account_is_unlocked_once_the_customer_has_proved_who_they_are(doing: Doing) -> None:
    doing.sandbox.world.office.arrange(("access", SAM), locked=True, locked_reason="too many tries")
    assert "It is not proved" in doing.listed()["unlock_account"]["why"]
    assert doing.examine("unlock_account")["digest"] is None
    doing.proves()
    assert doing.examine("unlock_account")["changes"] == [{"says": "Account", "before": "locked", "after": "open"}]
    doing.asked("unlock_account")
    doing.work()
    assert (doing.runs()[0]["state"], doing.journal) == ("done", ["access.unlock"])


def test_diagnostics_come_with_their_log_without_what_names_a_device(doing: Doing) -> None:
    doing.asked("run_diagnostics")
    doing.work()
    (run,) = doing.runs()
    assert (run["state"], run["changes"]) == ("done", [])
    log = "\n".join(run["found"])
    assert "cloud session" in log
    assert "serial" in log
    assert "sam.whitcombe@example.com" not in log


# ------------------------------------------------ taking it back


def test_what_was_done_is_taken_back_once_by_one_click(doing: Doing) -> None:
    asked = doing.asked("goodwill_credit")
    doing.work()
    (run,) = doing.runs()
    assert run["undo"]["says"] == "Take a goodwill credit back"
    undo = f"{PATH}/runs/{asked['id']}/undo"
    first, second = doing.desk.post(undo), doing.desk.post(undo)
    assert (first.status_code, first.get_json()["id"]) == (202, second.get_json()["id"])
    doing.work()
    back, run = doing.runs()
    assert (back["state"], back["undoes"], back["undo"]) == ("done", run["id"], None)
    assert (run["undone"], run["undo"]) == (True, None)
    assert doing.journal == ["account.credit", "account.uncredit"]
    assert doing.ledger("action_agreed")[1]["action"] == "withdraw_credit"


def test_a_cancelled_order_is_put_back_though_the_proof_has_ended(doing: Doing) -> None:
    doing.proves()
    asked = doing.asked("cancel_order", order=ORDER)
    doing.work()
    doing.desk.say(4, text="From another address", at=NOW + 4 * SECOND)
    assert doing.desk.post(f"{PATH}/runs/{asked['id']}/undo").status_code == 202
    doing.work()
    assert doing.journal == ["order.cancel", "order.reopen"]
    assert doing.ledger("action_agreed")[1]["identity"] == "as for what it takes back"


def test_nothing_is_taken_back_too_late_or_that_was_never_done(doing: Doing) -> None:
    asked = doing.asked("goodwill_credit")
    undo = f"{PATH}/runs/{asked['id']}/undo"
    assert "nothing to take back" in doing.desk.post(undo).text
    doing.work()
    doing.desk.clock.forward(timedelta(minutes=61))
    assert doing.runs()[0]["undo"] is None
    assert "is over" in doing.desk.post(undo).text
    assert doing.journal == ["account.credit"]


def test_what_came_of_it_is_told_with_the_exact_state(doing: Doing) -> None:
    doing.asked("goodwill_credit")
    doing.sandbox.world.faults.set("office", says_yes=1)
    doing.work()
    (run,) = doing.runs()
    assert run["state"] in (RunState.READY, RunState.UNCLEAR)
    assert doing.journal == []


def test_why_not_is_told_in_the_agents_language(doing: Doing) -> None:
    doing.desk.language = "de"
    assert "nicht nachgewiesen" in doing.listed()["unlock_account"]["why"]


# ------------------------------------------------ in Slack


class Heard(FakeDesk):
    heard: Sequence[Any] = ()

    def answer(self, address: str, text: str, blocks: Sequence[Any] = ()) -> None:
        self.heard = blocks


def in_slack(doing: Doing, words: str, user: str = "U0PRIYA") -> str:
    """What `/handrail WORDS` answers."""
    people = Heard({"U0PRIYA": BOSS, "U0TOM": "tom@larkfield.example"})
    office = Office(
        store=doing.desk.store,
        desk=people,
        publisher=doing.desk.told,
        policy=doing.desk.policy,
        now=doing.desk.clock,
        by_agent=doing.desk.by_agent(),
    )
    told = SupervisorAsked(wanted=Wanted.COMMAND, user_id=user, text=words, address="https://hooks.slack.com/1")
    office.hear(event(EventKind.SUPERVISOR_ASKED, user, words, payload=told))
    return json.dumps(people.heard, ensure_ascii=False)


def test_a_supervisor_asks_in_slack_what_can_be_done_and_why_not(doing: Doing) -> None:
    doing.proves()
    said = in_slack(doing, f"actions #{TICKET}")
    assert "Give a goodwill credit" in said
    assert "Cancel an order (needs Order)" in said
    assert "• Unlock the account: The account is not locked" in said
    with doing.desk.store.read() as unit:
        (look,) = unit.privacy.accesses(CustomerId("cu_dana"), NOW - timedelta(days=1), 10)
    assert (look.who, look.what) == (f"Slack {BOSS}", "actions")


def test_only_those_whom_the_policy_names_are_told_in_slack(doing: Doing) -> None:
    assert "Only the people whom the policy names" in in_slack(doing, f"actions {TICKET}", "U0TOM")
    assert "No ticket 999 is known here" in in_slack(doing, "actions 999")
    assert "Which ticket?" in in_slack(doing, "actions")
