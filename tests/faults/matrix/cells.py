"""Which part is broken how, and why some pairs are none. A test holds this table complete."""

from dataclasses import dataclass

OURS = ("web", "worker", "outreach", "queue", "store")
VENDORS = ("zendesk", "twilio", "slack", "sunshine")  # they post webhooks, too
SYSTEMS = ("calendar", "orders", "model")  # they are only asked
PARTS = (*OURS, *VENDORS, *SYSTEMS)

FAULTS = (
    "kill -9",
    "stop 60 s",
    "slow",
    "disk full",
    "clock jump",
    "cut in mid-answer",
    "429 storm",
    "5xx storm",
    "answer lost after the work",
    "duplicate",
    "reordered",
    "replayed after a day",
)
FLOWS = ("inbound turn", "automatic reply", "handoff", "approval", "campaign", "appointment", "sync")

_NOT_OURS_TO_KILL = "a vendor's process is not ours to kill; that it is away is the next column"
_THEIR_DISK = "a vendor's full disk reaches us as its 5xx"
_THEIR_CLOCK = "a vendor's clock that is wrong is, against ours, ours that is wrong: web, worker and outreach"
_ASKED_ALONE = "it posts nothing to us: nothing of it can come twice, in another order or again"
_ANSWERS_NOBODY = "it answers nobody: what it does and does not tell is its kill"
_NO_HTTP = "it speaks no HTTP: its refusals are the full disk and the stop"
_COMES_FROM_VENDORS = "what comes to it twice, in another order or again comes from a vendor: see there"
_HINTS = "its work comes as hints of the queue: see there"
_ASKS_NO_CLOCK = "each moment it keeps is told it by a process of ours: see web, worker and outreach"
_KEEPS_ROWS = "it is told each row by a process of ours, under a key that it has once"
_AGAIN = ("duplicate", "reordered", "replayed after a day")

NOT_APPLICABLE: dict[tuple[str, str], str] = {
    **{(part, "kill -9"): _NOT_OURS_TO_KILL for part in (*VENDORS, *SYSTEMS)},
    **{(part, "disk full"): _THEIR_DISK for part in (*VENDORS, *SYSTEMS)},
    **{(part, "clock jump"): _THEIR_CLOCK for part in (*VENDORS, *SYSTEMS)},
    **{(part, fault): _ASKED_ALONE for part in SYSTEMS for fault in _AGAIN},
    **{
        (part, fault): _ANSWERS_NOBODY
        for part in ("worker", "outreach")
        for fault in ("cut in mid-answer", "429 storm", "5xx storm", "answer lost after the work")
    },
    **{(part, fault): _HINTS for part in ("worker", "outreach") for fault in _AGAIN},
    **{("web", fault): _COMES_FROM_VENDORS for fault in _AGAIN},
    **{(part, fault): _NO_HTTP for part in ("queue", "store") for fault in ("429 storm", "5xx storm")},
    **{(part, "clock jump"): _ASKS_NO_CLOCK for part in ("queue", "store")},
    **{("store", fault): _KEEPS_ROWS for fault in _AGAIN},
}


# Which flows come to a vendor at all; those of ours take part in every one. A chat is an automatic reply by messaging.
FLOWS_OF: dict[str, tuple[str, ...]] = {
    "zendesk": ("inbound turn", "handoff", "automatic reply", "sync"),
    "twilio": ("automatic reply", "handoff", "approval", "appointment"),
    "slack": ("approval", "handoff"),
    "sunshine": ("chat", "chat"),
    "calendar": ("appointment", "appointment"),
    "orders": ("order", "order"),
    "model": ("automatic reply", "inbound turn"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    part: str
    fault: str

    @property
    def name(self) -> str:
        return f"{self.part} × {self.fault}"


def cells() -> list[Cell]:
    """Every pair that is one."""
    pairs = [Cell(part=part, fault=fault) for part in PARTS for fault in FAULTS]
    return [cell for cell in pairs if (cell.part, cell.fault) not in NOT_APPLICABLE]


def kills() -> list[tuple[str, str]]:
    """Every part that can be killed, in every flow."""
    killed = [part for part in PARTS if (part, "kill -9") not in NOT_APPLICABLE]
    return [(part, flow) for part in killed for flow in FLOWS]
