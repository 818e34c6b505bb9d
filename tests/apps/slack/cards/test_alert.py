import json
from datetime import timedelta
from typing import Any

import pytest
from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View

from apps.sandbox.slack.blocks import block_faults, view_faults
from apps.slack.cards.alert import alert_card, moved_card, ticket_address, whisper_view
from core.model.alert import Alert, AlertKind, AlertState, Hit, Raised
from core.model.ids import AlertId, ConversationId
from tests.core.people import NOW

LONG = "<!channel> & " * 900
CASE = ConversationId("co_1")


def raised(**changes: Any) -> Raised:
    fields: dict[str, Any] = {
        "kind": AlertKind.LEGAL,
        "key": "legal:co_1",
        "source": "s",
        "text": "Emma Clarke: The customer speaks of legal steps",
        "why": "“my lawyer”",
        "who": "Emma Clarke",
        "tier": "plus",
        "conversation_id": CASE,
        "ticket": "35",
        "tickets_at": "https://larkfield.zendesk.com/agent/tickets/{ticket}",
        "facts": {"Besides": "Asks for a person", "Wants": ""},
    }
    return Raised(**(fields | changes))


def alert(said: Raised | None = None, **changes: Any) -> Alert:
    fields: dict[str, Any] = {
        "id": AlertId("al_1"),
        "said": said or raised(),
        "count": 1,
        "first_at": NOW,
        "last_at": NOW,
    }
    return Alert(**(fields | changes))


def shown(of: Alert, *hits: Hit) -> str:
    return json.dumps(alert_card(of, hits).blocks, ensure_ascii=False)


def sound(blocks: Any) -> bool:
    for block in Block.parse_all(blocks):
        block.validate_json()
    return block_faults(blocks) == []


@pytest.mark.parametrize("kind", AlertKind)
@pytest.mark.parametrize("state", AlertState)
def test_slack_takes_the_card_of_every_kind_in_every_state(kind: AlertKind, state: AlertState) -> None:
    one = alert(raised(kind=kind), state=state, count=3, notes=("Priya snoozed it.",))
    hits = [Hit(at=NOW, text=f"Thing {number}", ticket=str(number)) for number in range(3)]
    assert sound(alert_card(one, hits).blocks)
    assert sound(moved_card(one).blocks)


def test_slack_takes_the_longest_texts_of_strangers_and_reads_no_mention_in_them() -> None:
    said = raised(text=LONG, why=LONG, who=LONG[:200], facts={"Wants": LONG, "Rule": LONG})
    one = alert(said, count=99, notes=(LONG[:900],) * 6)
    blocks = alert_card(one, [Hit(at=NOW, text=f"{LONG}{number}", ticket="<35>") for number in range(5)]).blocks
    assert sound(blocks)
    assert "<!channel>" not in json.dumps(blocks)
    assert view_faults(whisper_view(one)) == []


def test_it_says_who_what_and_why_with_a_link() -> None:
    text = shown(alert())
    assert ":scales: *Emma Clarke: The customer speaks of legal steps*" in text
    assert "*Why:* “my lawyer”\\n*Besides:* Asks for a person\\n*Asked of you:* Read it before anybody answers." in text
    assert "Plus customer" in text
    assert "<https://larkfield.zendesk.com/agent/tickets/35|Ticket #35>" in text
    assert "*Wants:*" not in text


@pytest.mark.parametrize(
    ("tickets_at", "ticket"), [("", "35"), ("https://x/{ticket}", "3|5"), ("https://x/{ticket}", "")]
)
def test_where_nobody_knows_the_address_there_is_no_link(tickets_at: str, ticket: str) -> None:
    assert ticket_address(tickets_at, ticket) == ""
    assert "<https" not in shown(alert(raised(tickets_at=tickets_at, ticket=ticket)))


def test_the_card_is_short_and_the_rest_stands_behind_its_details() -> None:
    grounds = {"Message": "fx_12", "Code": "30007", "Besides": "Asks for a person"}
    one = alert(raised(facts=grounds, reasons=("legal_threat",)), notes=("One.", "Two.", "Three."), count=9)
    text = shown(one, *(Hit(at=NOW, text=f"Thing {number}") for number in range(3)))
    for hidden in ("fx_12", "30007", "legal_threat", "One."):
        assert hidden not in text
    assert "Two." in text
    assert "and 6 before that" in text
    assert json.loads(details_of(one)["value"]) == {"card": "alert", "id": "al_1"}


def details_of(of: Alert) -> Any:
    (found,) = [block["accessory"] for block in alert_card(of).blocks if "accessory" in block]
    return found


@pytest.mark.parametrize("kind", AlertKind)
def test_every_open_alert_says_what_is_asked(kind: AlertKind) -> None:
    assert "*Asked of you:* " in shown(alert(raised(kind=kind)))
    assert "*Asked of you:* " not in shown(alert(raised(kind=kind), state=AlertState.RESOLVED))


def test_what_was_not_sent_is_asked_with_the_command_that_lists_it() -> None:
    said = raised(kind=AlertKind.DELIVERY, facts={"Send again or dismiss": "/handrail parked"})
    assert "*Asked of you:* Send it again or dismiss it: `/handrail parked`" in shown(alert(said))


def test_nothing_is_said_twice_on_a_card() -> None:
    said = raised(text="Emma Clarke: legal steps (“my lawyer”)", why="“my lawyer”")
    assert shown(alert(said)).count("my lawyer") == 1
    assert "*Who:*" not in shown(alert(said))
    assert "*Who:* Emma Clarke" in shown(alert(raised(text="Legal steps")))


def test_how_often_and_since_when_is_on_the_readers_own_clock() -> None:
    text = shown(alert(count=4, last_at=NOW + timedelta(minutes=9)))
    assert "×4" in text
    assert f"4 times since <!date^{int(NOW.timestamp())}^" in text
    assert "(4 times)" in alert_card(alert(count=4)).text


def test_what_is_about_several_conversations_is_nobodys_to_take_over() -> None:
    several = alert(raised(key="delivery:code:30007"), count=2)
    assert "Take over" not in shown(several)
    assert "Take over" in shown(alert(raised(key="delivery:code:30007")))
    assert "Take over" in shown(alert(count=2))


def test_without_a_ticket_the_card_says_when_there_is_something_to_whisper_on() -> None:
    text = shown(alert(raised(ticket="")))
    assert "Whisper comes with its ticket" in text
    assert '"text": "Whisper"' not in text
    assert "Whisper comes" not in shown(alert())


def test_a_settled_alert_has_no_buttons() -> None:
    text = shown(alert(state=AlertState.RESOLVED, notes=("Priya marked it as done.",)))
    assert ":white_check_mark:" in text
    assert '"actions"' not in text
    assert "Priya marked it as done." in text
    assert alert_card(alert(state=AlertState.RESOLVED)).text.startswith("Settled: ")


@pytest.mark.parametrize(("reasons", "there"), [(("legal_threat",), True), (("mood_drop",), False), ((), False)])
def test_only_what_was_read_from_words_can_be_a_false_alarm(reasons: tuple[str, ...], there: bool) -> None:
    assert ('"text": "False alarm"' in shown(alert(raised(reasons=reasons)))) == there
    assert block_faults(alert_card(alert(raised(reasons=reasons))).blocks) == []


def test_the_buttons_name_the_alert() -> None:
    (row,) = [block for block in alert_card(alert()).blocks if block["type"] == "actions"]
    assert {json.loads(each["value"])["alert"] for each in row["elements"]} == {"al_1"}
    assert len({each["action_id"] for each in row["elements"]}) == 5


def test_the_modal_of_a_whisper_names_the_alert_and_says_who_reads_it() -> None:
    view = whisper_view(alert())
    assert view_faults(view) == []
    View(**view).validate_json()
    assert json.loads(view["private_metadata"]) == {"alert": "al_1"}
    assert "The customer never sees it" in json.dumps(view)
