from dataclasses import replace

import pytest

from connectors.sql.store import SqlStore
from core.govern.approvers import Settled
from core.model.campaign import Campaign, CampaignState, variant_name
from core.model.customer import Channel
from core.model.outbound import Effect, EffectKind, Occasion, outgoing
from core.model.outreach import Verdict
from core.outreach.decide import RULE, TO_A_PHONE, rehearsal_words
from core.policy import Policy
from core.policy.outreach import Approver
from tests.core.campaigns import asked, campaign, line, variant
from tests.core.outreach.clicking import BOTH, LONELY, PRIYA, TOM, click, press, said, stands
from tests.core.outreach.slack_limits import shown
from tests.core.samples import payload_of

PHONE = "+447700900777"
SMS = variant(text="{first_name}, your <order> is late. Reply STOP to opt out.", personal=("first_name",))
OF = campaign(variants=(SMS, replace(SMS, name="default/whatsapp/en", channel=Channel.WHATSAPP)))
ALLOWED = replace(
    BOTH,
    standing=BOTH.standing | {RULE},
    outreach=replace(
        BOTH.outreach,
        roles={PRIYA: Approver(email=PRIYA, phone=PHONE), TOM: Approver(email=TOM, phone="+447700900778")},
    ),
)


@pytest.fixture
def shown_card(store: SqlStore) -> Campaign:
    with store.begin() as unit:
        stored = asked(unit, OF, [line(OF, n, fields={"first_name": "Emma"}) for n in range(1, 4)])
        unit.campaigns.note_post(stored.id, "C1", "1.0")
    return stored


def attempt(store: SqlStore, of: Campaign, rules: Policy = ALLOWED, **changes: str) -> Settled:
    email = changes.pop("email", PRIYA)
    return press(store, click(of, Verdict.TEST, **changes), email, rules)


def messages(settled: Settled) -> list[Effect]:
    return [effect for effect in settled.effects if effect.kind is EffectKind.MESSAGE]


def test_each_text_comes_to_the_phone_of_whoever_asks_marked_as_a_test(store: SqlStore, shown_card: Campaign) -> None:
    settled = attempt(store, shown_card)
    assert [(m.target, payload_of(m).channel, payload_of(m).body) for m in messages(settled)] == [
        (PHONE, "sms", "TEST (Default · SMS · English): [first name], your <order> is late. Reply STOP to opt out."),
        (
            PHONE,
            "whatsapp",
            "TEST (Default · WhatsApp · English): [first name], your <order> is late. Reply STOP to opt out.",
        ),
    ]
    assert "your phone ending in 77" in said(settled)
    assert PHONE not in said(settled)


def test_a_test_leaves_under_its_own_standing_rule_and_is_nobodys_message_of_the_campaign(
    store: SqlStore, shown_card: Campaign
) -> None:
    for message in messages(attempt(store, shown_card)):
        assert (message.authority.rule, message.authority.approval_id) == ("test_message", None)
        assert outgoing(message, payload_of(message)).occasion is Occasion.NOTICE
    assert stands(store).state is CampaignState.PENDING
    with store.read() as unit:
        assert unit.campaigns.progress(OF.id).recipients == {"planned": 3}


def test_nothing_of_a_customers_own_is_in_a_test(store: SqlStore, shown_card: Campaign) -> None:
    assert not [m for m in messages(attempt(store, shown_card)) if "Emma" in str(m.payload)]


def test_the_same_words_are_tested_once_by_each_person(store: SqlStore, shown_card: Campaign) -> None:
    attempt(store, shown_card)
    again = attempt(store, shown_card, event_id="ev_again")
    assert (again.result, messages(again)) == ("tested_before", [])
    assert "sent this test before" in said(again)
    other = attempt(store, shown_card, email=TOM, user="U-TOM")
    assert {m.target for m in messages(other)} == {"+447700900778"}


@pytest.mark.parametrize(
    ("rules", "why"),
    [
        (LONELY, "no phone number for you"),
        (replace(ALLOWED, standing=BOTH.standing - {RULE}), "gives no standing approval to `test_message`"),
    ],
)
def test_without_a_phone_or_leave_the_words_are_shown_to_whoever_asked_alone(
    store: SqlStore, shown_card: Campaign, rules: Policy, why: str
) -> None:
    settled = attempt(store, shown_card, rules)
    (told,) = settled.effects
    assert (settled.result, payload_of(told).ephemeral_to) == ("tested", "U-PRIYA")
    words = shown(payload_of(told).blocks)
    assert why in words
    assert "[first name], your &lt;order&gt; is late." in words


def test_a_campaign_with_many_texts_does_not_flood_a_phone(store: SqlStore) -> None:
    of = campaign(
        variants=tuple(
            variant(name=variant_name(f"s{n}", Channel.SMS, "en"), segment=f"s{n}", text=f"Text {n}") for n in range(60)
        )
    )
    with store.begin() as unit:
        stored = asked(unit, of, [line(of)])
    settled = attempt(store, stored)
    assert len(messages(settled)) == TO_A_PHONE
    words = shown(payload_of(settled.effects[-1]).blocks)
    assert ("Text 7" in words, "Text 8" in words) == (False, True)
    assert "Text 30" in shown(payload_of(attempt(store, stored, LONELY, event_id="ev_shown").effects[0]).blocks)


def test_a_test_of_what_is_being_sent_comes_too_late(store: SqlStore, shown_card: Campaign) -> None:
    press(store, click(shown_card))
    assert attempt(store, shown_card, event_id="ev_late").result == "settled_before"


def test_a_place_is_named_as_a_person_would() -> None:
    assert rehearsal_words(variant(text="{order_number}: {x}")) == "[order number]: [x]"
