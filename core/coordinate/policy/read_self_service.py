"""What the assistant does alone with a customer: asking back, disclosing, appointments, receipts."""

from datetime import timedelta

from core.coordinate.keys import Keys, Kind
from core.coordinate.kinds import DAYS, HOURS, LANGUAGE, MINUTES, NAME, NAME_SET, TEXT, member, whole
from core.coordinate.policy.values_self_service import ReceiptOffer, SelfService, Visit

CLARIFY = Kind(expected="0, 1 or 2: more questions back try anybody's patience", read=whole(0, 2))
MATTER = 'what customers call it, by language, such as {en: "a late parcel"}'
OFFERED = Kind(expected="a number of times from 1 to 5", read=whole(1, 5))


def self_service(keys: Keys) -> SelfService:
    """From the sections `self_service` and `receipt`."""
    own, receipt, usual = keys.within("self_service"), keys.within("receipt"), SelfService()
    matters = own.tables("matters", NAME, (LANGUAGE, TEXT), MATTER)
    confirm = own.at("confirm", NAME_SET, frozenset())
    for intent in sorted(set(confirm or ()) - set(matters)):
        own.problem(("confirm",), f"found {intent}, expected an intent that `matters` has words for")
    return SelfService(
        matters=matters,
        confirm=confirm,
        clarify=own.at("clarify", CLARIFY, usual.clarify),
        disclose_after=own.at("disclose_hours", HOURS, usual.disclose_after),
        receipt=receipt.at("offer", member(ReceiptOffer), usual.receipt),
        receipt_days=receipt.at("days", DAYS, usual.receipt_days),
    )


def appointments(keys: Keys) -> dict[str, Visit]:
    return {name: _visit(row) for name, row in keys.rows("appointments", NAME).items()}


def _visit(keys: Keys) -> Visit:
    usual = Visit()
    notice, ahead = keys.at("notice_hours", HOURS, usual.notice), keys.at("ahead_days", DAYS, usual.ahead)
    if isinstance(notice, timedelta) and isinstance(ahead, timedelta) and ahead <= notice:
        keys.problem(("ahead_days",), "found an end before the first time that notice_hours leaves to offer")
    return Visit(
        place=keys.at("place", TEXT, ""),
        notice=notice,
        ahead=ahead,
        offer=keys.at("offer", OFFERED, usual.offer),
        hold=keys.at("hold_minutes", MINUTES, usual.hold),
    )
