"""What the core asks of the helpdesk, against a served account with the real zenpy in between."""

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import responses

from apps.sandbox.zendesk.seed import add_brand
from connectors.zendesk import records
from connectors.zendesk.api import ZendeskAccount, connect
from connectors.zendesk.helpdesk import ZendeskHelpdesk
from core.errors import ConfigurationError, ConflictError, RejectedError, UnknownOutcome
from core.model.customer import Channel
from core.model.ids import TicketId
from tests.apps.sandbox.zendesk.larkfield import BOT, TOKEN, Larkfield, larkfield

ONE = TicketId("1")
TICKET = re.compile(r".*/api/v2/tickets/1\.json")
STAMP = "2026-11-21T09:00:00Z"
AUDIT = {"id": 41, "created_at": "2026-11-21T09:00:01Z", "events": [{"id": 42, "type": "Comment"}], "metadata": {}}


@pytest.fixture
def home() -> Iterator[Larkfield]:
    with larkfield() as served:
        yield served


@pytest.fixture
def served(home: Larkfield) -> Iterator[ZendeskHelpdesk]:
    api = connect(ZendeskAccount(subdomain="larkfield", email=BOT, token=TOKEN, base_url=home.base))
    yield ZendeskHelpdesk(api)
    api.close()


def opened(desk: ZendeskHelpdesk, key: str = "open:1", **changes: Any) -> TicketId:
    asked: dict[str, Any] = {"subject": "Late", "text": "Where is it?", "requester_id": None, "name": "Ann Field"}
    asked |= {"phone": "+447700900123", "key": key, "tags": ["sms"], **changes}
    return TicketId(desk.open_ticket(**asked).ref)


def test_a_ticket_opened_for_a_customer_says_their_words_and_is_marked_as_ours(served: ZendeskHelpdesk) -> None:
    ticket = served.ticket(opened(served))
    (said,) = ticket.comments
    assert (said.text, said.author_id, said.public, said.ours) == ("Where is it?", ticket.requester_id, True, True)
    assert served.person(ticket.requester_id).phone == "+447700900123"
    assert ticket.tags == ("sms",)


def test_opening_twice_under_one_key_is_one_ticket_and_one_requester(served: ZendeskHelpdesk) -> None:
    assert opened(served) == opened(served)
    another = opened(served, key="open:2")
    assert another != opened(served)
    assert served.ticket(another).requester_id == served.ticket(opened(served)).requester_id


def test_a_known_requester_is_used_as_given(served: ZendeskHelpdesk, home: Larkfield) -> None:
    ann = str(home.ids["ann"])
    assert served.ticket(opened(served, requester_id=ann)).requester_id == ann


def test_a_reply_is_found_again_by_its_key(served: ZendeskHelpdesk, home: Larkfield) -> None:
    ticket_id = opened(served)
    receipt = served.reply(ticket_id, "It is on its way.", public=True, key="reply:1", facts={"ai_generated": True})
    assert served.find_write(ticket_id, "reply:1") == receipt
    assert served.find_write(ticket_id, "reply:2") is None
    audit = next(each for each in home.state.audits[int(ticket_id)] if str(each["id"]) == receipt.ref)
    assert audit["metadata"]["custom"] == {"handrail": {"op": "reply:1", "ai_generated": True}}


def test_only_what_handrail_wrote_is_ours(served: ZendeskHelpdesk, home: Larkfield) -> None:
    ticket_id = opened(served)
    home.desk.receive_email("ann@mail.example", "Re", "Still waiting.", in_reply_to_ticket=int(ticket_id))
    home.desk.agent_comment(int(ticket_id), home.ids["maria"], "I am on it.", True)
    served.reply(ticket_id, "A note.", public=False, key="note:1", facts={})
    written = [(comment.text, comment.public, comment.ours) for comment in served.ticket(ticket_id).comments]
    assert written == [
        ("Where is it?", True, True),
        ("Still waiting.", True, False),
        ("I am on it.", True, False),
        ("A note.", False, True),
    ]


def test_a_mailed_ticket_costs_no_look_at_its_audits(served: ZendeskHelpdesk, home: Larkfield) -> None:
    mailed = home.desk.receive_email("ann@mail.example", "Refund", "When?")
    home.state.audits.clear()
    (asked,) = served.ticket(TicketId(str(mailed["id"]))).comments
    assert (asked.text, asked.ours, asked.channel) == ("When?", False, Channel.EMAIL)


def test_what_is_written_in_an_agents_name_is_ours_on_a_mailed_ticket_too(
    served: ZendeskHelpdesk, home: Larkfield
) -> None:
    mailed = TicketId(str(home.desk.receive_email("ann@mail.example", "Refund", "When?")["id"]))
    maria = str(home.ids["maria"])
    served.reply(mailed, "Tomorrow.", public=True, key="said:1", facts={}, author_id=maria)
    _, said = served.ticket(mailed).comments
    assert (said.text, said.author_id, said.ours) == ("Tomorrow.", maria, True)


def test_an_update_keeps_the_tags_of_others(served: ZendeskHelpdesk, home: Larkfield) -> None:
    ticket_id = opened(served, tags=["vip", "old"])
    served.update(
        ticket_id,
        key="update:1",
        group_id=str(home.ids["specialists"]),
        assignee_id=str(home.ids["tom"]),
        add_tags=["handed_over"],
        remove_tags=["old"],
        fields={str(home.ids["intent"]): "intent_billing"},
        note="The card.",
    )
    ticket = served.ticket(ticket_id)
    assert set(ticket.tags) == {"vip", "handed_over", "intent_billing"}
    assert (ticket.group_id, ticket.assignee_id) == (str(home.ids["specialists"]), str(home.ids["tom"]))
    assert (ticket.comments[-1].text, ticket.comments[-1].public) == ("The card.", False)
    assert served.find_write(ticket_id, "update:1") is not None


def test_an_update_may_raise_the_priority(served: ZendeskHelpdesk) -> None:
    ticket_id = opened(served)
    served.update(ticket_id, key="first:1", priority="urgent")
    assert served.ticket(ticket_id).priority == "urgent"


def test_an_update_of_tags_alone_touches_nothing_else(served: ZendeskHelpdesk) -> None:
    ticket_id = opened(served)
    before = served.ticket(ticket_id)
    assert served.update(ticket_id, key="tags:1", add_tags=["seen"]).ref == ticket_id
    after = served.ticket(ticket_id)
    assert after.tags == ("seen", "sms")
    assert (after.comments, after.group_id, after.status) == (before.comments, before.group_id, before.status)


def test_a_long_ticket_is_read_to_its_end(served: ZendeskHelpdesk, home: Larkfield) -> None:
    ticket_id = opened(served)
    (first,) = home.state.comments[int(ticket_id)]
    home.state.comments[int(ticket_id)] += [{**first, "id": 8_000_000 + n, "body": f"{n}"} for n in range(250)]
    assert [comment.text for comment in served.ticket(ticket_id).comments[1:]] == [str(n) for n in range(250)]


def test_groups_come_with_their_members(served: ZendeskHelpdesk, home: Larkfield) -> None:
    members = {team.name: [person.name for person in team.members] for team in served.teams()}
    assert members == {"Customer care": ["Handrail", "Maria Lopez"], "Specialists": ["Tom Okafor"]}


def test_groups_are_read_again_after_five_minutes(account: ZendeskAccount, zendesk: responses.RequestsMock) -> None:
    at = [datetime(2026, 11, 21, 9, 0, tzinfo=UTC)]
    desk = ZendeskHelpdesk(connect(account, lambda: at[0]))
    for name in ("Care", "Customer care"):
        zendesk.get(re.compile(r".*/groups\.json.*"), json={"groups": [{"id": 1, "name": name}], "next_page": None})
    zendesk.get(re.compile(r".*/groups/1/users\.json.*"), json={"users": [], "next_page": None})
    assert [team.name for team in desk.teams() + desk.teams()] == ["Care", "Care"]
    at[0] += timedelta(minutes=5)
    assert [team.name for team in desk.teams()] == ["Customer care"]


def test_customers_are_read_from_where_the_last_reading_ended(served: ZendeskHelpdesk, home: Larkfield) -> None:
    people, cursor = served.people(None)
    assert [person.name for person in people] == ["Ann Field"]
    assert served.people(cursor) == ([], cursor)
    home.clock.pass_by(minutes=5)
    consents = {"sms": {"service": True}}
    home.call(
        "PUT",
        f"users/{home.ids['ann']}.json",
        json={
            "user": {"organization_id": home.ids["harbour"], "user_fields": {"region": "north", "consents": consents}}
        },
    )
    (ann,), later = served.people(cursor)
    assert later != cursor
    assert ann.organization == "Harbour Lets"
    assert ann.fields["region"] == "north"
    assert json.loads(ann.fields["consents"]) == consents


def test_a_person_outlives_their_organization(desk: ZendeskHelpdesk, zendesk: responses.RequestsMock) -> None:
    user = {"id": 7, "name": "Ann", "role": "end-user", "organization_id": 3, "created_at": STAMP}
    zendesk.get(re.compile(r".*/users/7\.json"), json={"user": user})
    zendesk.get(re.compile(r".*/organizations/3\.json"), status=404, json={"error": "RecordNotFound"})
    assert (desk.person("7").name, desk.person("7").organization) == ("Ann", None)
    assert len(zendesk.calls) == 3


def test_a_missing_ticket_is_a_refusal_with_zendesks_own_name_for_it(served: ZendeskHelpdesk) -> None:
    with pytest.raises(RejectedError) as caught:
        served.ticket(TicketId("404"))
    assert caught.value.code == "RecordNotFound"


# ---------------------------------------------------------------- the exact requests


def arrange(zendesk: responses.RequestsMock, *writes: tuple[int, Any]) -> None:
    zendesk.get(TICKET, json={"ticket": {"id": 1, "updated_at": STAMP}})
    for status, body in writes:
        zendesk.put(TICKET, status=status, json=body)


def sent(zendesk: responses.RequestsMock, method: str) -> list[Any]:
    return [json.loads(call.request.body or "{}") for call in zendesk.calls if call.request.method == method]


def test_a_write_says_which_version_it_was_made_for(desk: ZendeskHelpdesk, zendesk: responses.RequestsMock) -> None:
    arrange(zendesk, (200, {"ticket": {"id": 1, "updated_at": STAMP}, "audit": AUDIT}))
    receipt = desk.reply(ONE, "Hi", public=False, key="k", facts={"rule": "r1"})
    assert sent(zendesk, "PUT") == [
        {
            "ticket": {
                "id": 1,
                "comment": {"body": "Hi", "public": False},
                "safe_update": True,
                "updated_stamp": STAMP,
                "metadata": {"handrail": {"op": "k", "rule": "r1"}},
            }
        }
    ]
    assert (receipt.ref, receipt.facts) == ("41", {"comment_id": "42"})
    assert receipt.at == datetime(2026, 11, 21, 9, 0, 1, tzinfo=UTC)


CONFLICT = (409, {"error": "UpdateConflict"})


def test_a_write_for_an_old_version_is_tried_once_more(desk: ZendeskHelpdesk, zendesk: responses.RequestsMock) -> None:
    arrange(zendesk, CONFLICT, (200, {"ticket": {"id": 1, "updated_at": STAMP}, "audit": AUDIT}))
    assert desk.reply(ONE, "Hi", public=True, key="k", facts={}).ref == "41"
    assert [call.request.method for call in zendesk.calls] == ["GET", "PUT", "GET", "PUT"]
    # zenpy empties a comment object that it has sent: the second try would say nothing.
    assert [put["ticket"]["comment"] for put in sent(zendesk, "PUT")] == [{"body": "Hi", "public": True}] * 2


def test_a_ticket_that_keeps_changing_is_a_conflict(desk: ZendeskHelpdesk, zendesk: responses.RequestsMock) -> None:
    arrange(zendesk, CONFLICT, CONFLICT)
    with pytest.raises(ConflictError):
        desk.reply(ONE, "Hi", public=True, key="k", facts={})
    assert len(sent(zendesk, "PUT")) == 2


def test_a_receipt_that_cannot_be_read_is_an_unknown_outcome(
    desk: ZendeskHelpdesk, zendesk: responses.RequestsMock
) -> None:
    arrange(zendesk, (200, {"ticket": {"id": 1, "updated_at": STAMP}, "audit": {"id": 41}}))
    with pytest.raises(UnknownOutcome):
        desk.reply(ONE, "Hi", public=True, key="k", facts={})


def test_a_create_carries_its_key_and_nothing_else_does(desk: ZendeskHelpdesk, zendesk: responses.RequestsMock) -> None:
    ticket = {"id": 5, "created_at": STAMP, "updated_at": STAMP}
    zendesk.post(re.compile(r".*/tickets\.json"), status=201, json={"ticket": ticket, "audit": AUDIT})
    arrange(zendesk, (200, {"ticket": {"id": 1, "updated_at": STAMP}, "audit": AUDIT}))
    desk.open_ticket(subject="s", text="t", requester_id="7", name="Ann", phone=None, key="open:1")
    desk.reply(ONE, "Hi", public=True, key="k", facts={})
    assert [call.request.headers.get("Idempotency-Key") for call in zendesk.calls] == ["open:1", None, None]


def test_tags_are_named_one_by_one_and_the_set_is_never_sent(
    desk: ZendeskHelpdesk, zendesk: responses.RequestsMock
) -> None:
    tags = re.compile(r".*/tickets/1/tags.*")
    zendesk.put(tags, json={"tags": ["a", "b"]})
    zendesk.delete(tags, json={"tags": ["a"]})
    desk.update(ONE, key="k", add_tags=["a"], remove_tags=["b"])
    assert [(call.request.method, json.loads(call.request.body or "")) for call in zendesk.calls] == [
        ("PUT", {"tags": ["a"]}),
        ("DELETE", {"tags": ["b"]}),
    ]


@pytest.mark.parametrize(
    ("via", "channel"),
    [("email", Channel.EMAIL), ("web", Channel.WEB), ("native_messaging", Channel.CHAT), ("sms", Channel.SMS),
     ("whatsapp", Channel.WHATSAPP), ("api", Channel.EMAIL), ("telepathy", Channel.EMAIL)],
)  # fmt: skip
def test_a_tickets_channel_is_one_of_ours(via: str, channel: Channel) -> None:
    assert records.channel({"via": {"channel": via}}) is channel


def test_a_ticket_names_its_brand_where_there_are_several(served: ZendeskHelpdesk, home: Larkfield) -> None:
    nest = add_brand(home.state, "Larkfield Nest", "larkfield-nest")
    ticket_id = opened(served)
    home.state.tickets.get(int(ticket_id))["brand_id"] = nest["id"]
    assert served.ticket(ticket_id).brand == "Larkfield Nest"


def test_the_only_brand_is_not_worth_a_name(served: ZendeskHelpdesk) -> None:
    assert served.ticket(opened(served)).brand == ""


SIDES = re.compile(r".*/api/v2/tickets/7/side_conversations\.json")
SIDE = {"to": "engineering@larkfield.example", "subject": "Hub offline", "text": "# Hub offline"}


def test_a_side_conversation_is_found_again_by_its_key_and_tells_what_became_of_it(
    served: ZendeskHelpdesk, home: Larkfield
) -> None:
    ticket_id = opened(served)
    made = served.open_side_conversation(ticket_id, **SIDE, key="s-1")
    assert served.find_side_conversation(ticket_id, "s-1") == made
    assert served.find_side_conversation(ticket_id, "s-2") is None
    found = served.side_conversation(ticket_id, made.ref)
    assert (found.open, found.newest, found.spoken_at) == (True, "# Hub offline", found.created_at)
    place = f"tickets/{ticket_id}/side_conversations/{made.ref}"
    home.call("PUT", place, json={"side_conversation": {"state": "closed"}})
    assert not served.side_conversation(ticket_id, made.ref).open


@pytest.mark.parametrize(("status", "kind"), [(403, ConfigurationError), (404, RejectedError), (422, RejectedError)])
def test_an_account_that_has_none_is_a_refusal(
    desk: ZendeskHelpdesk, zendesk: responses.RequestsMock, status: int, kind: type[Exception]
) -> None:
    zendesk.post(SIDES, status=status, json={"error": "Forbidden"})
    with pytest.raises(kind, match=f"open a side conversation on ticket 7: Zendesk answered {status} Forb"):
        desk.open_side_conversation(TicketId("7"), **SIDE, key="s")


def test_one_whose_answer_was_lost_is_an_unknown_outcome(
    desk: ZendeskHelpdesk, zendesk: responses.RequestsMock
) -> None:
    zendesk.post(SIDES, status=502)
    with pytest.raises(UnknownOutcome):
        desk.open_side_conversation(TicketId("7"), **SIDE, key="s")
