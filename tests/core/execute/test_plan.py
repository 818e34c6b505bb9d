from dataclasses import replace
from typing import Any

import pytest

from core.answer.style import StyleCard
from core.execute.plan import Planner
from core.execute.planning import DeliverySettings
from core.model.conversation import CaseContext, Role
from core.model.customer import Channel, Identity, IdentityKind
from core.model.decision import Action, Decision
from core.model.effect_payloads import TicketUpdatePayload
from core.model.ids import TicketId
from core.model.outbound import TO_CUSTOMER, Effect, EffectKind
from core.policy.known import PARTS
from tests.core import people, samples
from tests.core.people import EMMA_PHONE, MINUTE, NOW
from tests.core.rules import policy
from tests.core.samples import payload_of, scored

TICKET = TicketId("100")


def planner(**settings: Any) -> Planner:
    return Planner(policy=policy(), settings=DeliverySettings(**settings), style=StyleCard(company="Larkfield"))


def case(channel: Channel = Channel.SMS, ticket: TicketId | None = TICKET, **changes: Any) -> CaseContext:
    conversation = samples.conversation(ticket_id=ticket, open=changes.pop("open", True))
    return samples.case(
        samples.message(1, channel=channel, text="How do I reset it?"), conversation=conversation, **changes
    )


def planned(
    action: Action, *, of: CaseContext | None = None, by: Planner | None = None, **changes: Any
) -> list[Effect]:
    return (by or planner()).effects(of or case(), samples.decision(action, **changes))


def kinds(effects: list[Effect]) -> list[tuple[EffectKind, str]]:
    return [(e.kind, e.key.split(":")[-1]) for e in effects]


def only(effects: list[Effect], kind: EffectKind) -> Effect:
    (found,) = [e for e in effects if e.kind is kind]
    return found


@pytest.mark.parametrize("action", [Action.SUGGEST, Action.SILENT])
@pytest.mark.parametrize("channel", list(Channel))
@pytest.mark.parametrize("ticket", [TICKET, None])
def test_nothing_reaches_the_customer_by_a_suggestion_or_by_silence(
    action: Action, channel: Channel, ticket: TicketId | None
) -> None:
    assert not [e for e in planned(action, of=case(channel, ticket)) if e.kind in TO_CUSTOMER]


def test_a_suggestion_for_a_mail_only_marks_the_ticket() -> None:
    effects = planned(Action.SUGGEST, of=case(Channel.EMAIL))
    assert kinds(effects) == [(EffectKind.TICKET_UPDATE, "marks")]
    assert effects[0].payload == TicketUpdatePayload(add_tags=("hr_suggested",))
    assert "hr_suggested" not in str(planned(Action.SUGGEST, of=case(Channel.EMAIL), draft=None))


def test_a_suggestion_for_a_text_shows_it_on_the_ticket() -> None:
    effects = planned(Action.SUGGEST)
    assert kinds(effects) == [(EffectKind.TICKET_NOTE, "mirror"), (EffectKind.TICKET_UPDATE, "marks")]
    assert "Emma Clarke" in payload_of(effects[0]).body
    assert "How do I reset it?" in payload_of(effects[0]).body


def test_a_text_for_an_agent_opens_the_solved_ticket_again() -> None:
    assert payload_of(only(planned(Action.SUGGEST, of=case(open=False)), EffectKind.TICKET_UPDATE)).status == "open"
    silent = planned(Action.SILENT, of=case(open=False))
    assert not [e for e in silent if isinstance(e.payload, TicketUpdatePayload) and e.payload.status]
    answered = only(planned(Action.AUTO_REPLY, of=case(open=False)), EffectKind.MESSAGE)
    assert payload_of(answered).then.status is None


def test_what_the_settings_switch_off_is_not_written() -> None:
    assert planned(Action.SUGGEST, by=planner(notes=False, tags=False)) == []


def test_fields_are_filled_by_their_ids() -> None:
    by = planner(fields={"intent": "77", "urgency": "78", "nonsense": "79"})
    assert payload_of(only(planned(Action.SUGGEST, by=by), EffectKind.TICKET_UPDATE)).fields == {
        "77": "reset",
        "78": "normal",
    }


def test_an_automatic_reply_goes_to_the_phone_with_source_and_disclosure() -> None:
    effects = planned(Action.AUTO_REPLY)
    assert kinds(effects) == [
        (EffectKind.MESSAGE, "automatic_reply"),
        (EffectKind.TICKET_NOTE, "mirror"),
    ]
    reply = effects[0]
    body = payload_of(reply).body
    assert (reply.target, payload_of(reply).channel) == (EMMA_PHONE, "sms")
    assert "Hold the button for ten seconds." in body
    assert "Source: https://help.larkfield.example/reset" in body
    assert "virtual assistant" in body
    assert "person" in body
    assert (reply.authority.rule, reply.authority.policy_version) == ("automatic_reply", policy().version)
    assert body not in payload_of(effects[1]).body
    # Not noted as answered before it has left.
    assert body in payload_of(reply).then.note
    assert payload_of(reply).then.add_tags == ("hr_answered",)


def test_an_automatic_reply_by_mail_is_a_public_comment() -> None:
    effects = planned(Action.AUTO_REPLY, of=case(Channel.EMAIL))
    assert kinds(effects) == [(EffectKind.TICKET_REPLY, "automatic_reply")]
    assert payload_of(effects[0]).then == TicketUpdatePayload(add_tags=("hr_answered",))
    assert (effects[0].target, payload_of(effects[0]).ai_generated) == ("100", True)


def test_without_phone_and_ticket_there_is_no_way_to_the_customer() -> None:
    nobody = people.customer(identities=())
    assert planned(Action.AUTO_REPLY, of=case(ticket=None, customer=nobody)) == []


def test_the_reply_goes_to_the_number_that_wrote() -> None:
    effects = planned(Action.AUTO_REPLY, of=case(reply_to="+447700900777"))
    assert only(effects, EffectKind.MESSAGE).target == "+447700900777"


def test_a_handoff_gives_the_ticket_its_group_its_card_and_opens_it() -> None:
    effects = planned(Action.HANDOFF)
    assert kinds(effects) == [
        (EffectKind.TICKET_NOTE, "mirror"),
        (EffectKind.TICKET_UPDATE, "handoff"),
        (EffectKind.MESSAGE, "handoff_notice"),
    ]
    update = payload_of(effects[1])
    assert (update.group, update.add_tags, update.status) == ("Customer care", ("hr_handoff",), "open")
    assert update.note.startswith("Handed over to Customer care")


def test_a_handoff_without_a_ticket_opens_one_with_the_whole_story() -> None:
    before = samples.message(1, text="It is offline", role=Role.CUSTOMER)
    answer = samples.message(2, text="Hold the button", role=Role.ASSISTANT, author="Virtual assistant")
    now = samples.message(3, text="I want a person")
    effects = planned(Action.HANDOFF, of=samples.case(before, answer, now))
    create = only(effects, EffectKind.TICKET_CREATE)
    assert payload_of(create).requester_id == "user-emma"
    said = [payload_of(create).text.find(words) for words in ("It is offline", "Hold the button", "I want a person")]
    assert -1 not in said
    assert said == sorted(said)
    assert payload_of(create).then.group == "Customer care"
    assert not [e for e in effects if e.kind is EffectKind.TICKET_UPDATE]


def test_the_ticket_of_a_team_that_may_not_see_the_transcript_begins_with_the_summary_alone() -> None:
    before = samples.message(1, text="It is offline", role=Role.CUSTOMER)
    parts = [part for part in PARTS if part != "transcript"]
    rules = policy(groups={"Customer care": {"may_see": parts}})
    by = Planner(policy=rules, settings=DeliverySettings(), style=StyleCard(company="Larkfield"))
    create = only(planned(Action.HANDOFF, of=samples.case(before), by=by), EffectKind.TICKET_CREATE)
    assert payload_of(create).text == samples.card().summary
    shown = only(planned(Action.HANDOFF, of=samples.case(before)), EffectKind.TICKET_CREATE)
    assert "It is offline" in payload_of(shown).text


def test_a_ticket_for_somebody_who_only_texts_names_no_helpdesk_user() -> None:
    texting = people.customer(identities=(Identity(kind=IdentityKind.PHONE, value=EMMA_PHONE, verified=True),))
    create = only(planned(Action.HANDOFF, of=case(ticket=None, customer=texting)), EffectKind.TICKET_CREATE)
    assert (payload_of(create).requester_id, payload_of(create).phone) == (None, EMMA_PHONE)


def test_the_customer_is_told_who_takes_over_and_when_only_where_that_is_promised() -> None:
    notice = only(planned(Action.HANDOFF), EffectKind.MESSAGE)
    assert "Customer care" in payload_of(notice).body
    assert "30 minutes" in payload_of(notice).body
    billing = samples.disposition(Action.HANDOFF, owner=samples.TEAM.__class__(kind=samples.TEAM.kind, name="Billing"))
    other = only(planned(Action.HANDOFF, disposition=billing), EffectKind.MESSAGE)
    assert "Billing" in payload_of(other).body
    assert "within" not in payload_of(other).body


def test_a_quiet_handoff_tells_the_customer_nothing() -> None:
    quiet = samples.disposition(Action.HANDOFF, notify_customer=False)
    assert not [e for e in planned(Action.HANDOFF, disposition=quiet) if e.kind in TO_CUSTOMER]


def test_supervisors_are_alerted_only_where_the_rule_says_so() -> None:
    assert not [e for e in planned(Action.HANDOFF) if e.kind is EffectKind.SLACK_POST]
    loud = samples.disposition(Action.HANDOFF, alert=True)
    alert = only(planned(Action.HANDOFF, disposition=loud), EffectKind.SLACK_POST)
    assert (alert.target, "Emma Clarke" in payload_of(alert).text) == ("#alerts", True)


@pytest.mark.parametrize(
    ("language", "sure", "locale", "words"),
    [
        ("de", 0.9, "en", "Unser Team"),
        ("en", 0.9, "de", "Our Customer care team"),
        ("en", 0.4, "de-AT", "Unser Team"),
        ("fr", 0.9, "en", "Notre équipe"),
        ("es", 0.9, "en", "Nuestro equipo"),
        ("pl", 0.9, "en", "Our Customer care team"),
        ("unknown", 0.0, "xx", "Our Customer care team"),
    ],
)
def test_the_customer_is_told_in_the_language_read_or_in_that_of_the_profile(
    language: str, sure: float, locale: str, words: str
) -> None:
    signals = samples.signals(language=scored(language, sure))
    effects = planned(Action.HANDOFF, of=case(customer=people.customer(locale=locale)), signals=signals)
    assert words in payload_of(only(effects, EffectKind.MESSAGE)).body


@pytest.mark.parametrize(("language", "words"), [("de", "Virtueller Assistent"), ("en", "virtual assistant")])
def test_the_disclosure_is_in_the_language_of_the_draft_whatever_was_read(language: str, words: str) -> None:
    unsure = samples.signals(language=scored("fr", 0.2))
    effects = planned(Action.AUTO_REPLY, draft=samples.draft(language=language), signals=unsure)
    assert words in payload_of(only(effects, EffectKind.MESSAGE)).body


def test_the_same_decision_is_planned_with_the_same_keys_and_bytes() -> None:
    decision: Decision = samples.decision(Action.HANDOFF)
    first, second = (planner().effects(case(), decision) for _ in range(2))
    assert [(e.id, e.digest) for e in first] == [(e.id, e.digest) for e in second]
    assert len({e.key for e in first}) == len(first)


def test_two_decisions_share_no_key() -> None:
    one = {e.key for e in planned(Action.HANDOFF)}
    assert one.isdisjoint(e.key for e in planned(Action.HANDOFF, id="de_two"))


def test_an_answer_never_stands_before_what_it_answers() -> None:
    ahead = samples.case(samples.message(1, at=NOW + 60 * MINUTE))
    assert {e.created_at for e in planned(Action.AUTO_REPLY, of=ahead)} == {NOW + 60 * MINUTE}


def test_what_jumps_the_queue_raises_the_tickets_priority_and_nothing_else_does() -> None:
    first = samples.disposition(Action.HANDOFF, first=True)
    update = only(planned(Action.HANDOFF, disposition=first), EffectKind.TICKET_UPDATE)
    assert payload_of(update).priority == "urgent"
    new = only(planned(Action.HANDOFF, of=case(ticket=None), disposition=first), EffectKind.TICKET_CREATE)
    assert payload_of(new).then.priority == "urgent"
    assert payload_of(only(planned(Action.HANDOFF), EffectKind.TICKET_UPDATE)).priority is None


def test_spam_is_tagged_and_given_to_those_who_review_it() -> None:
    aside = samples.disposition(Action.SILENT, rule="spam", owner=samples.TEAM)
    marks = only(planned(Action.SILENT, disposition=aside, of=case(Channel.EMAIL)), EffectKind.TICKET_UPDATE)
    assert (payload_of(marks).group, payload_of(marks).add_tags) == ("Customer care", ("handrail_spam",))
    nobody = samples.disposition(Action.SILENT, rule="spam")
    marks = only(planned(Action.SILENT, disposition=nobody, of=case(Channel.EMAIL)), EffectKind.TICKET_UPDATE)
    assert payload_of(marks).group is None


def test_the_notice_says_what_the_assistant_cannot_do_and_names_a_person_where_one_is_known() -> None:
    known = samples.card(agent="Maria Lopez")
    notice = payload_of(only(planned(Action.HANDOFF, handoff=known), EffectKind.MESSAGE)).body
    assert notice.startswith("I can't answer this myself. Maria Lopez from Customer care takes over")
    assert "Our Customer care team takes over" in payload_of(only(planned(Action.HANDOFF), EffectKind.MESSAGE)).body


def test_a_brand_answers_under_its_own_name() -> None:
    style = StyleCard(company="Larkfield", brands={"lark": StyleCard(company="Lark & Son")})
    by = Planner(policy=policy(), settings=DeliverySettings(), style=style)
    branded = replace(case(), conversation=samples.conversation(ticket_id=TICKET, brand="lark"))
    assert "Lark & Son" in payload_of(only(planned(Action.AUTO_REPLY, of=branded, by=by), EffectKind.MESSAGE)).body
    assert "Larkfield" in payload_of(only(planned(Action.AUTO_REPLY, by=by), EffectKind.MESSAGE)).body
