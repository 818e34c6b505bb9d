"""The names of what supervisors press and fill in, shared by the cards and by those who listen for it."""

from core.handoff.brief import FaultStatus
from core.model.alert import Wish
from core.model.outreach import Verdict
from core.model.parked import ParkedWish

APPROVE = "handrail_approve"
REJECT = "handrail_reject"
HOLD = "handrail_hold"
TEST = "handrail_test"
EDIT = "handrail_edit"
PAUSE = "handrail_pause"
RESUME = "handrail_resume"
STOP = "handrail_stop"

# Of an approval card's buttons, each with the verdict that it brings.
VERDICTS = {
    APPROVE: Verdict.APPROVE,
    REJECT: Verdict.REJECT,
    HOLD: Verdict.HOLD,
    TEST: Verdict.TEST,
    EDIT: Verdict.EDIT,
    PAUSE: Verdict.PAUSE,
    RESUME: Verdict.RESUME,
    STOP: Verdict.STOP,
}

TAKE_OVER = "handrail_take_over"
WHISPER = "handrail_whisper"
SNOOZE = "handrail_snooze"
SNOOZE_LONG = "handrail_snooze_long"
DONE = "handrail_done"
FALSE_ALARM = "handrail_false_alarm"

# Of an alert's buttons, each with what it asks for. WHISPER comes with the words of its modal.
ALERT_WISHES = {
    TAKE_OVER: Wish.TAKE_OVER,
    WHISPER: Wish.WHISPER,
    SNOOZE: Wish.SNOOZE,
    SNOOZE_LONG: Wish.SNOOZE_LONG,
    DONE: Wish.DONE,
    FALSE_ALARM: Wish.FALSE_ALARM,
}

PARKED_SEND = "handrail_parked_send"
PARKED_DISMISS = "handrail_parked_dismiss"

# Of what did not reach a customer, each with the wish that its button brings.
PARKED_WISHES = {PARKED_SEND: ParkedWish.SEND, PARKED_DISMISS: ParkedWish.DISMISS}

PROPOSAL_ACCEPT = "handrail_proposal_accept"
PROPOSAL_REFUSE = "handrail_proposal_refuse"
PROPOSAL_SHOW = "handrail_proposal_show"
PROPOSAL_EDIT = "handrail_proposal_edit"

# Of a proposal's buttons, each with the word of `/handrail improve` that it stands for. EDIT opens a modal.
PROPOSAL_WISHES = {PROPOSAL_ACCEPT: "accept", PROPOSAL_REFUSE: "refuse", PROPOSAL_SHOW: "show"}

FAULT_FIXED = "handrail_fault_fixed"
FAULT_NEWS = "handrail_fault_news"

# Of a brief's buttons, each with how the fault stands.
FAULT_STATUSES = {FAULT_FIXED: FaultStatus.FIXED, FAULT_NEWS: FaultStatus.NEWS}

DETAILS = "handrail_details"  # the button of every card behind which the rest of it stands

CONFIRM = "handrail_confirm"  # the button by which somebody says that a command is theirs

DO = "handrail_do"  # an action of a ticket is to be filled in
UNDO = "handrail_undo"  # one that was done is to be taken back

REASON = "handrail_reason"  # the field of a card in which a supervisor may say why

# Modals, by their callback id. `private_metadata` carries the value of the button that opened them.
EDITED = "handrail_edited"
WHISPERED = "handrail_whispered"
SENT_AGAIN = "handrail_sent_again"
PROPOSAL_EDITED = "handrail_proposal_edited"
FILLED = "handrail_filled"  # an action's form: what it would change is to be shown
AGREED = "handrail_agreed"  # exactly what was shown is to be done
REFILL = "handrail_refill"  # the button that goes back from there to the form
SEEN = "handrail_seen"  # the field in which somebody says that they have seen the customer's picture
PICK = "handrail_pick"  # the menu of a modal that has more texts than fit; its value is the page
TEXT = "handrail_text"  # the action id of a modal's text field; its block id says which one

# The app's home
SEARCH = "handrail_search"
REFRESH = "handrail_refresh"
LINK = "handrail_link"  # a button that only opens an address; followed by anything that makes it unique

COMMAND = "/handrail"
