"""A picture as evidence, over the sandbox's order system: only what came counts, and only for what it shows."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path

import pytest
import yaml

from apps.sandbox.settings import SandboxSettings
from connectors.actions.systems import HttpSystem, Systems
from connectors.local.spoken import CldrSpoken
from connectors.sql.store import SqlStore
from core.actions.examine import Actions
from core.context.attachments import Fetching
from core.errors import TransientError
from core.model.action import ActionCall, ActionRun, RunState, SeenPicture
from core.model.conversation import Attachment, CaseContext, Message
from core.model.customer import Identity, IdentityKind
from core.model.decision import Outcome, Progress
from core.model.ids import ApprovalId
from core.model.profile import Proving
from core.policy import Policy, PolicyError, Procedure
from core.procedure.acting import SENT_BEFORE, Acting
from core.procedure.run import Doing, begin, continue_from
from core.text.action_lines import ACTION_LINES
from tests.apps.sandbox.running import Sandbox, serving
from tests.core import people, rules, samples
from tests.core.people import NOW

DEMO = Path("apps/demo/policy.yaml")
ORDER = "LK-10387"  # Jack Pemberton's, delivered, 33.95 for one thing
JACK = "900033"
PHOTO = Attachment(name="broken.png", type="image/png", ref="https://api.twilio.com/media/1")
PAYS = "Shall I pay back"
SHOWN = SeenPicture(words="A cracked battery pack.", shows=True, fits=True, sure=0.93, made_by="eyes-1")


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with serving(seed=SandboxSettings().seed) as running:
        yield running


def policy(**changes: object) -> Policy:
    """The demo's own action in a procedure of one step."""
    refund = {**yaml.safe_load(DEMO.read_text(encoding="utf-8"))["actions"]["refund"], **changes}
    steps = [{"id": "pay", "act": "refund"}]
    verification = {"intents": ["damaged_item"], "accept": ["number"]}
    procedures = {"damaged": {"intents": ["damaged_item"], "steps": steps}}
    standing = [*rules.POLICY["standing"], "action"]
    return rules.policy(actions={"refund": refund}, procedures=procedures, verification=verification, standing=standing)


@dataclass(kw_only=True)
class Talk:
    """Turns of one procedure; what was looked at is kept."""

    store: SqlStore
    sandbox: Sandbox
    seen: SeenPicture | None = None
    why: str = "damaged"
    policy: Policy = field(default_factory=policy)
    said: list[Message] = field(default_factory=list)
    looked: list[tuple[str, str, str]] = field(default_factory=list)
    progress: Progress | None = None

    def write(self, words: str, *files: Attachment) -> Progress:
        number = len(self.said) + 1
        at = NOW + timedelta(minutes=number)
        self.said.append(samples.message(number, text=words, at=at, attachments=files))
        doing = Doing(check=lambda _: "", actions=self.policy.actions, acting=self.acting())
        if self.progress is None:
            self.progress = begin(self.procedure, doing, words=words)
        else:
            self.progress = continue_from(self.procedure, self.progress, words, doing)
        return self.progress

    @property
    def procedure(self) -> Procedure:
        found = self.policy.procedures["damaged"]
        return replace(found, steps=(replace(found.steps[0], fixed={"order": ORDER, "reason": self.why}),))

    def acting(self) -> Acting:
        settings = self.sandbox.world.settings
        url = f"{self.sandbox.url}/orders"
        orders = HttpSystem("orders", url=url, token=settings.orders_token, headers={}, private=True)
        actions = Actions(systems=Systems({"orders": orders}), store=self.store, policy=self.policy, now=lambda: NOW)
        return Acting(actions, CldrSpoken(), self.case, look=self.look)

    @property
    def case(self) -> CaseContext:
        known = Identity(kind=IdentityKind.HELPDESK, value=JACK, verified=True)
        made = samples.case(*self.said, customer=replace(people.customer("jack"), identities=(known,)))
        return replace(made, now=self.said[-1].at, proving=Proving(assumed=True))

    def look(self, picture: Attachment, shows: str, of: str) -> SeenPicture | None:
        self.looked.append((picture.name, shows, of))
        return self.seen


Starts = Callable[..., Talk]


@pytest.fixture
def talk(store: SqlStore, sandbox: Sandbox) -> Starts:
    return lambda **given: Talk(store=store, sandbox=sandbox, **given)


def test_a_picture_is_asked_for_before_anything_is_offered(talk: Starts) -> None:
    asked = talk().write("It arrived broken")
    assert asked.outcome is Outcome.WAITING
    assert "photo" in asked.say[-1]
    assert PAYS not in asked.say[-1]


def test_words_about_a_picture_are_none(talk: Starts) -> None:
    told = talk(seen=SHOWN)
    told.write("It arrived broken")
    again = told.write("I attached a photo of it, it shows the damage clearly")
    assert again.say[-1].startswith(ACTION_LINES["en"].no_picture)
    last = told.write("I sent you the photo")
    assert (last.outcome, told.looked) == (Outcome.PERSON, [])
    assert any("33.95" in wish for wish in last.wants)


def test_who_has_no_picture_gets_a_person(talk: Starts) -> None:
    told = talk()
    told.write("It arrived broken")
    left = told.write("No, sorry")
    assert (left.outcome, "none" in left.reason) == (Outcome.PERSON, True)


def test_what_a_model_surely_sees_is_evidence_and_the_question_follows(talk: Starts) -> None:
    told = talk(seen=SHOWN)
    told.write("It arrived broken")
    asked = told.write("Here", PHOTO)
    assert asked.say[-1].startswith(PAYS)
    assert told.looked == [("broken.png", "damage to the item", "Larkfield Door battery pack")]
    agreed = told.write("yes").call
    assert agreed is not None
    assert agreed.evidence["picture"].endswith("eyes-1, 93% sure: “A cracked battery pack.”")
    assert agreed.evidence["amount"] == "the record"
    assert agreed.evidence["reason"] == "the procedure"
    assert agreed.approvers == 1  # a picture is no supervisor


def test_a_picture_that_came_with_the_first_words_is_not_asked_for(talk: Starts) -> None:
    assert talk(seen=SHOWN).write("It arrived broken", PHOTO).say[-1].startswith(PAYS)


@pytest.mark.parametrize(
    ("seen", "why"),
    [
        (None, "A person looks whether broken.png shows damage to the item (Larkfield Door battery pack)."),
        (replace(SHOWN, sure=0.79), "79% sure"),
        (replace(SHOWN, shows=False), "which does not show it"),
        (replace(SHOWN, fits=False), "which may be another thing"),
    ],
)
def test_what_no_model_surely_sees_is_a_persons_with_the_action_filled_in(
    talk: Starts, seen: SeenPicture | None, why: str
) -> None:
    told = talk(seen=seen)
    left = told.write("It arrived broken", PHOTO)
    assert (left.outcome, left.call) == (Outcome.PERSON, None)
    assert why in left.reason
    assert left.wants == (
        f"Pay back a part of an order: order {ORDER}, reason damaged, amount 33.95 GBP (Paid back: 0.00 → 33.95)",
    )


def test_an_old_picture_proves_nothing(talk: Starts) -> None:
    told = talk(seen=SHOWN)
    told.said.append(samples.message(99, text="Look", attachments=(PHOTO,), at=NOW - timedelta(days=1)))
    assert "photo" in told.write("It arrived broken").say[-1]


def test_one_picture_proves_one_thing(talk: Starts, store: SqlStore) -> None:
    told = talk(seen=SHOWN)
    told.write("It arrived broken", PHOTO)
    used = told.write("yes").call
    assert used is not None
    with store.begin() as unit:
        unit.customers.save(told.case.customer)
        unit.conversations.add(replace(told.case.conversation, customer_id=told.case.customer.id))
        unit.actions.add(run_of(used, told.case))
    told.progress = None
    assert "photo" in told.write("And another one").say[-1]


def test_the_same_picture_sent_again_is_a_persons_to_look_at(talk: Starts, store: SqlStore) -> None:
    """Under another name and address it is the same: its content says so."""
    seen = replace(PHOTO, digest="d1")
    told = talk(seen=SHOWN)
    told.write("It arrived broken", seen)
    used = told.write("yes").call
    assert used is not None
    with store.begin() as unit:
        unit.customers.save(told.case.customer)
        unit.conversations.add(replace(told.case.conversation, customer_id=told.case.customer.id))
        for message in told.said:
            unit.conversations.add_message(message)
        unit.actions.add(run_of(used, told.case))
    told.progress, told.looked = None, []
    assert "photo" in told.write("And another one").say[-1]
    again = told.write("Here", replace(seen, name="other.png", ref="https://api.twilio.com/media/2"))
    assert (again.outcome, again.reason, told.looked) == (Outcome.PERSON, SENT_BEFORE, [])
    assert any("33.95" in wish for wish in again.wants)
    told.progress = None
    assert told.write("And this", replace(PHOTO, digest="d2")).say[-1].startswith(PAYS)


def test_the_same_picture_twice_is_looked_at_once(talk: Starts) -> None:
    told = talk(seen=replace(SHOWN, sure=0.1))
    told.write("It arrived broken", replace(PHOTO, digest="d1"), replace(PHOTO, name="again.png", digest="d1"))
    assert [name for name, _, _ in told.looked] == ["broken.png"]


def run_of(call: ActionCall, case: CaseContext) -> ActionRun:
    return ActionRun(
        id=ApprovalId("ac_1"),
        call=call,
        customer_id=case.customer.id,
        conversation_id=case.conversation.id,
        policy_version="1",
        created_at=NOW,
        expires_at=NOW + timedelta(hours=1),
        state=RunState.DONE,
    )


def test_where_nothing_is_claimed_to_be_damaged_no_picture_is_asked_for(talk: Starts) -> None:
    assert talk(why="missing").write("It is missing").say[-1].startswith(PAYS)


def test_a_picture_that_cannot_be_had_is_a_persons_to_look_at() -> None:
    class Gone:
        def fetch(self, ref: str) -> bytes:
            raise TransientError("the file server does not answer")

        def delete(self, ref: str) -> None:
            raise AssertionError(ref)

    class Eyes:
        name = "eyes-1"

        def describe(self, content: bytes, media_type: str) -> str:
            return ""

        def examine(self, content: bytes, media_type: str, shows: str, of: str) -> SeenPicture:
            return SHOWN

    class NoFiles:
        def wants(self, attachment: Attachment) -> bool:
            return False

        def read(self, attachment: Attachment, content: bytes) -> Attachment:
            return attachment

    files = Fetching(media=Gone(), reader=NoFiles(), eyes=Eyes())
    assert files.examine(PHOTO, "damage", "a box") is None
    assert replace(files, eyes=None).examine(PHOTO, "damage", "a box") is None


def test_a_sum_of_a_record_is_told_in_its_currency(talk: Starts) -> None:
    asks = policy(question={"en": "{order.refundable} of {order.total}, card {order.payment.ends}?"})
    assert talk(why="missing", policy=asks).write("It is missing").say[-1].startswith("£33.95 of £33.95, card ")


@pytest.mark.parametrize(
    ("picture", "told"),
    [
        ({"asks": {}}, "evidence.picture.asks: found nothing, expected what asks for it, by language"),
        ({"asks": {"en": "A photo of {input.thing}, please"}}, "evidence: found {input.thing}"),
        ({"sure": 2}, "evidence.picture.sure: found 2, expected a number from 0 to 1"),
        ({"when": "input.reason =="}, "evidence.picture.when: found"),
    ],
)
def test_a_picture_that_cannot_be_asked_for_is_told_before_the_policy_is_used(
    picture: dict[str, object], told: str
) -> None:
    refund = yaml.safe_load(DEMO.read_text(encoding="utf-8"))["actions"]["refund"]
    with pytest.raises(PolicyError, match=re.escape(told)):
        policy(evidence={"picture": {**refund["evidence"]["picture"], **picture}})
