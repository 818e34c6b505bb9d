"""A stranger's words on what supervisors are shown in Slack: no line, sign, mention or link of theirs looks like ours.

Every method of `CardRenderer` and every modal is drawn with them in every text; a new one has to be added here."""

import inspect
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from apps.slack.cards import details, doing
from apps.slack.cards.alert import whisper_view
from apps.slack.cards.blocks import escape, quote_whole
from apps.slack.cards.edit import edit_view
from apps.slack.cards.proposals import edit_proposal_view
from apps.slack.cards.renderer import SlackCards
from connectors.slack.desk import escape as escape_notification
from core.actions.examine import Examined
from core.execute.by_agent import Looked, Option
from core.govern.campaign_cards import card_of
from core.model.action import ActionCall, ActionRun, RunState, Yes
from core.model.alert import Hit
from core.model.campaign import CampaignState, LawFinding, Weight
from core.model.ids import ApprovalId, ConversationId, CustomerId
from core.model.lesson import ProposalState
from core.model.outreach import Pause, Verdict
from core.model.proof import Question
from core.model.request import RequestState, Ruling
from core.policy.actions import ActionInput, ActionSpec, Approver, InputKind, PictureWanted
from core.ports.cards import (
    AlertDetails,
    Bar,
    CardRenderer,
    Chart,
    Course,
    Doable,
    FaultCard,
    Found,
    Home,
    Queued,
    Rendered,
    Sign,
    Status,
    TicketHistory,
    Undoable,
)
from tests.apps.slack.cards.test_alert import alert, raised
from tests.apps.slack.cards.test_campaign import frozen
from tests.apps.slack.cards.test_details import PARKED
from tests.apps.slack.cards.test_progress import HALF
from tests.apps.slack.cards.test_proposals import GREETING
from tests.apps.slack.cards.test_request import REQUEST
from tests.clock import NOW
from tests.core import samples
from tests.core.campaigns import standing, vote
from tests.core.people import customer
from tests.core.rules import policy
from tests.security.hostile import LINK, WORDS, hostile

CARDS = SlackCards()
OF = frozen()
ASKED, RUNNING, HELD = (
    standing(OF, state, reason="put aside by Tom")
    for state in (CampaignState.PENDING, CampaignState.RUNNING, CampaignState.HELD)
)
FINDING = LawFinding(rule="hours", weight=Weight.BLOCKS, text="too early")
ALERT = alert(raised(facts={"Besides": "a person", "Wants": "x", "Send again or dismiss": "/handrail parked"}), count=3)
HITS = [Hit(at=NOW, text="One thing", ticket="35"), Hit(at=NOW, text="Another", ticket="36")]
CALL = ActionCall(
    action="refund",
    label="Pay back",
    arguments={"order": "LK-1", "reason": "damaged"},
    spec="s1",
    evidence={"order": "the customer: LK-1"},
    changes={"Paid back": ("0.00", "5.00")},
    approvers=2,
)
RUN = ActionRun(
    id=ApprovalId("ac_1"),
    call=CALL,
    customer_id=CustomerId("cu_1"),
    customer="Emma",
    conversation_id=ConversationId("co_1"),
    policy_version="p1",
    created_at=NOW,
    expires_at=NOW + timedelta(hours=2),
    state=RunState.AWAITING,
    yes=(Yes(email="tom@larkfield.example", name="Tom", at=NOW),),
)
FAULT = FaultCard(
    conversation_id=ConversationId("co_1"),
    ticket="42",
    tickets_at="https://larkfield.zendesk.com/agent/tickets/{ticket}",
    title="Hub offline",
    impact=("Vip customer",),
    parts=(("Error codes", ("E14",)), ("Log hub.log", ("ERROR E14", "INFO ok"))),
    by="Maria Lopez",
)
INPUTS = {
    "reason": ActionInput(kind=InputKind.TEXT, says="Reason"),
    "order": ActionInput(kind=InputKind.ID, says="Order"),
    "why": ActionInput(kind=InputKind.CHOICE, of=(WORDS[:140], "other")),
}
SPEC = ActionSpec(name="refund", says=WORDS, input=INPUTS, undo="charge")
LOOKED = [
    Looked(
        spec=replace(SPEC, picture=wanted),
        known={"reason": WORDS, "order": WORDS},
        fits=True,
        why=why,
        made=Examined(spec=SPEC, call=hostile(CALL), facts={}, approver=Approver.SUPERVISOR, picture=wanted),
        options={"order": [Option(value="LK-1", label=WORDS)]},
        question=WORDS,
    )
    for wanted in (None, PictureWanted(asks={"en": WORDS}, shows=WORDS))
    for why in ("", WORDS)
]
ENDED = replace(RUN, state=RunState.REFUSED, error="no")
RULED = Ruling(request=REQUEST, state=RequestState.REJECTED, reason="no", decided_name="Tom")
PAUSE = Pause(by="priya@larkfield.example", why="wrong texts", at=NOW)
MADE = samples.decision(draft=None, abstained="nothing fits")
TALK, SAID = samples.conversation(), samples.message(text="Where is it?")
HISTORY = TicketHistory(ticket="42", conversation=TALK, decisions=(MADE, MADE), about=SAID, seen=("tone",))
QUEUED = Queued(standing=ASKED, progress=HALF)
HOME = Home(
    at=NOW,
    asked=[QUEUED],
    running=[Queued(standing=RUNNING, progress=HALF)],
    ended=[QUEUED],
    pause=PAUSE,
    charts=[Chart(title="Intents", bars=[Bar(name="refund", count=3)])],
    courses=[Course(title="Answered", days=[1, 2])],
    told=["a line"],
    sought="ann",
    found=[Found(standing=ASKED), Found(conversation=TALK, customer=customer()), Found(customer=customer())],
)


def card(of: Any) -> Any:
    return hostile(card_of(of, (vote(OF), vote(OF, yes=False, reason="no")), policy(), NOW))


DRAWN: Mapping[str, Callable[[], Any]] = {
    "campaign": lambda: [CARDS.campaign(card(of)) for of in (ASKED, RUNNING, HELD)],
    "alert": lambda: CARDS.alert(hostile(ALERT), hostile(HITS)),
    "moved_alert": lambda: CARDS.moved_alert(hostile(ALERT)),
    "action": lambda: [CARDS.action(hostile(each), NOW) for each in (RUN, ENDED)],
    "fault": lambda: CARDS.fault(hostile(FAULT)),
    "fault_said": lambda: [CARDS.fault_said(CARDS.fault(FAULT).payload, WORDS, over=over) for over in (True, False)],
    "request": lambda: CARDS.request(hostile(REQUEST)),
    "ruled_request": lambda: CARDS.ruled_request(hostile(RULED), WORDS),
    "notice": lambda: [CARDS.notice(WORDS, sign) for sign in (None, *Sign)],
    "words_sent": lambda: CARDS.words_sent("They are on their way.", hostile(list(OF.variants))),
    "words_shown": lambda: CARDS.words_shown("As a test.", hostile(list(OF.variants))),
    "blocked": lambda: CARDS.blocked([hostile(FINDING)]),
    "not_sayable": lambda: CARDS.not_sayable([WORDS]),
    "how_it_stands": lambda: [CARDS.how_it_stands(hostile(of), (vote(OF),), Verdict.EDIT) for of in (HELD, RUNNING)],
    "result_lines": list,  # sentences of our own with figures in them
    "moment": list,
    "home": lambda: CARDS.home(hostile(HOME)),
    "help": lambda: CARDS.help(WORDS),
    "denied": CARDS.denied,
    "status": lambda: CARDS.status(
        hostile(Status(at=NOW, pause=PAUSE, asked=[ASKED], running=[QUEUED], told=["a line"]))
    ),
    "switch": lambda: CARDS.switch(hostile(PAUSE)),
    "paused": lambda: [CARDS.paused(hostile(PAUSE), already=each) for each in (True, False)],
    "resumed": lambda: CARDS.resumed(hostile(PAUSE), 3),
    "history": lambda: [CARDS.history(hostile(HISTORY)), CARDS.history(TicketHistory(ticket=WORDS))],
    "doable": lambda: CARDS.doable(
        WORDS,
        [Doable(name=WORDS, label=WORDS, why=why, needs=[WORDS]) for why in ("", WORDS) for _ in range(40)],
        [Undoable(run=hostile(each), undo=WORDS, until=NOW) for each in (RUN, ENDED)],
    ),
    "started": lambda: [CARDS.started(hostile(each), WORDS) for each in (RUN, ENDED)],
    "confirming": lambda: [
        CARDS.confirming(hostile(Question(code="123456", by="p@x", what="policy apply", at=NOW)), confirmed=each)
        for each in (True, False)
    ],
    "parked": lambda: CARDS.parked([hostile(PARKED)], WORDS),
    "proposals": lambda: CARDS.proposals([hostile(GREETING)], WORDS),
    "proposal": lambda: [
        CARDS.proposal(hostile(replace(GREETING, state=each, decided_by="tom"))) for each in ProposalState
    ],
}
MODALS: Mapping[str, Callable[[], Any]] = {
    "alert_details": lambda: details.alert_details(
        hostile(AlertDetails(alert=ALERT, hits=HITS, reasons={"legal": "legal steps"}, decision=MADE))
    ),
    "request_details": lambda: details.request_details(hostile(RULED), hostile(SAID)),
    "campaign_details": lambda: [details.campaign_details(card(of)) for of in (ASKED, RUNNING)],
    "parked_details": lambda: details.parked_details(hostile(PARKED)),
    "whisper_view": lambda: whisper_view(hostile(ALERT)),
    "edit_view": lambda: edit_view(hostile(ASKED)),
    "edit_proposal_view": lambda: edit_proposal_view(hostile(GREETING)),
    "form_view": lambda: [doing.form_view(each, WORDS) for each in LOOKED],
    "confirm_view": lambda: [doing.confirm_view(each, WORDS, {"reason": WORDS[:50]}) for each in LOOKED],
    "waiting_view": lambda: [doing.waiting_view(WORDS, long=each) for each in (True, False)],
    "told_view": lambda: doing.told_view(WORDS, WORDS),
    "started_view": lambda: doing.started_view(hostile(ENDED), WORDS),
}


def test_every_renderer_is_drawn_here() -> None:
    asked = {name for name, each in inspect.getmembers(CardRenderer, inspect.isfunction) if not name.startswith("_")}
    assert asked == DRAWN.keys()
    assert {name for name in vars(details) if name.endswith("_details")} <= MODALS.keys()
    assert {name for name in vars(doing) if name.endswith("_view") and name[0] != "_"} <= MODALS.keys()


def texts(shown: Any, kind: str) -> Iterator[Mapping[str, Any]]:
    """Every text object of this kind, wherever it stands."""
    if isinstance(shown, Rendered):
        shown = shown.blocks
    if isinstance(shown, Mapping):
        if shown.get("type") == kind and isinstance(shown.get("text"), str):
            yield shown
        for each in shown.values():
            yield from texts(each, kind)
    elif isinstance(shown, list | tuple):
        for each in shown:
            yield from texts(each, kind)


@pytest.mark.parametrize("name", [*DRAWN, *MODALS])
def test_a_strangers_words_are_words(name: str) -> None:
    shown = {**DRAWN, **MODALS}[name]()
    for text in texts(shown, "mrkdwn"):
        said = text["text"]
        assert text.get("verbatim") is True, said  # a bare address becomes no link
        for forged in ("<!channel", "<@U1>", f"<{LINK}", "\u202e", "\u2028", "\x00"):
            assert forged not in said
        for line in said.split("\n"):
            if line.startswith(">"):  # quoted whole, as it will be sent: it stays within its quote
                continue
            assert not line.startswith(
                ("*Asked of you:* approve", ":white_check_mark: *Settled", ":white_check_mark: ∗")
            )
            assert "*Settled*" not in line
            assert ":white_check_mark: ∗Settled" not in line
            assert "`rm -rf`" not in line
    for text in texts(shown, "plain_text"):
        assert not {"\n", "\u202e", "\u2028", "\x00"} & set(text["text"])


@pytest.mark.parametrize("name", DRAWN)
def test_a_notification_is_one_line_that_mentions_nobody(name: str) -> None:
    shown = DRAWN[name]()
    for each in shown if isinstance(shown, list) else [shown]:
        told = escape_notification(each.text)
        assert not {"\n", "\u202e", "\u2028", "\x00", "<"} & set(told)


def test_the_words_that_are_approved_are_shown_to_the_letter_with_what_nobody_sees_named() -> None:
    (shown,) = quote_whole("Pay \u202egnp.exe\u2066 now\u200b")
    assert shown == ">Pay [U+202E]gnp.exe[U+2066] now[U+200B]"


def test_a_name_in_letters_of_any_language_stays_a_name() -> None:
    for name in ("Zoë O’Brien-Łukasz", "أحمد", "می‌خواهم", "李小龍", "Ann 👩‍💻", "mail_me@x.example", "10:30:00"):
        assert escape(name) == name
