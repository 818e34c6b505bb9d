"""What is said before anybody asks: plays that nobody may approve, that no law lets go, or whose hour never comes."""

from collections.abc import Iterator
from datetime import datetime, time, timedelta

from core.calendar.spans import Rule
from core.model.campaign import Variant, Weight, variant_name
from core.model.customer import TEXTED, Purpose
from core.outreach.law.findings import findings_of
from core.outreach.law.people import EARLIEST, LATEST
from core.policy import Outreach, Play, Policy
from core.policy.lint.remark import Remark, error, list_names, warning
from core.policy.outreach import RULE, Consenting

AT = ("outreach",)
A_WEEK = [datetime(2026, 6, 1) + timedelta(days=day) for day in range(7)]  # noqa: DTZ001 - any week of no zone
# Found in every text of a policy that does not say what we are called: the company's name is in its settings.
UNNAMED = "sender_identity"


def check_outreach(policy: Policy) -> Iterator[Remark]:
    found = policy.outreach
    yield from _approval(found)
    yield from _test_message(policy)
    yield from _hours(found)
    yield from _unused(found)
    for name, play in found.plays.items():
        place = (*AT, "plays", name)
        if play.channel not in TEXTED:
            yield error((*place, "channel"), f"nothing is sent by {play.channel}: write sms or whatsapp")
            continue
        yield from _law(policy, name, play)
        rule = f"{RULE}{name}"
        if rule in policy.standing and play.approval is Consenting.PERSON:
            yield warning(("standing",), f"{rule} changes nothing: {name} waits for a person (approval: person)")
        if play.approval is Consenting.STANDING and play.purpose is Purpose.MARKETING:
            yield warning((*place, "approval"), "standing: advertising leaves without anybody having looked at it")


def _approval(found: Outreach) -> Iterator[Remark]:
    asked = [name for name, play in found.plays.items() if play.approval is Consenting.PERSON]
    place = (*AT, "approval", "approvers")
    if asked and not found.approvers:
        yield error(place, f"nobody may approve {list_names(asked)}: name a person, or take the plays out")
    elif asked and len(found.approvers) < 2 and (found.second_above, found.second_above_cost) != (None, None):
        told = "two people have to approve what is large, and only one may: name another, or take it out"
        yield error((*AT, "second_person"), told)


def _test_message(policy: Policy) -> Iterator[Remark]:
    phones = [approver.email for approver in policy.outreach.roles.values() if approver.phone]
    if phones and "test_message" not in policy.standing:
        yield warning(("standing",), f"test_message is missing: Test to me sends nothing to {list_names(phones)}")


def _hours(found: Outreach) -> Iterator[Remark]:
    if found.plays and (found.opens < EARLIEST or found.closes > LATEST):
        told = f"wider than {EARLIEST:%H:%M} to {LATEST:%H:%M}: nothing to people in the United States can be approved"
        yield warning((*AT, "hours"), told)
    for country, own in found.hours_in.items():
        rule = Rule(opens=found.opens, closes=found.closes, own=own)
        if not any(rule.on(day.date()) for day in A_WEEK):
            told = f"never open: hours are {found.opens:%H:%M} to {found.closes:%H:%M}, and these lie outside of them"
            yield error((*AT, "hours_in", country), told)
        shifts = [shift for day in own.days for shift in day]
        beyond = any(s.opens < found.opens or (s.closes or time.max) > found.closes for s in shifts)
        if beyond and any(rule.on(day.date()) for day in A_WEEK):
            told = f"only what lies inside of {found.opens:%H:%M} to {found.closes:%H:%M} counts: hours takes the rest"
            yield warning((*AT, "hours_in", country), told)


def _unused(found: Outreach) -> Iterator[Remark]:
    purposes = {play.purpose for play in found.plays.values()}
    for number, cap in enumerate(found.caps):
        if found.plays and cap.purpose not in purposes:
            yield warning((*AT, "caps", number), f"is never reached: no play is for {cap.purpose}")
    if not found.vip_tiers:
        for name, play in found.plays.items():
            if not play.vip:
                yield warning((*AT, "plays", name, "vip"), "leaves nobody out: no tier is under vip_tiers or vip.tiers")


def _law(policy: Policy, name: str, play: Play) -> Iterator[Remark]:
    """What the law's checks would find in each campaign of it, whatever the facts are."""
    worded = {policy.language: ("texts", play.texts)} | {
        language: (f"texts_in.{language}", texts) for language, texts in play.texts_in.items()
    }
    for language, (key, texts) in worded.items():
        for segment, text in texts.items():
            variant = Variant(
                name=variant_name(segment, play.channel, language),
                segment=segment,
                channel=play.channel,
                language=language,
                text=text,
            )
            place = (*AT, "plays", name, *key.split("."), segment)
            for finding in findings_of(variant, play.purpose, policy, "", play=play):
                if finding.rule == UNNAMED and not policy.outreach.law.sender:
                    continue
                if finding.weight is Weight.BLOCKS:
                    yield error(place, f"could not be approved ({finding.rule}): {_small(finding.text)}")
                elif finding.weight is Weight.WARNS:
                    yield warning(place, f"{_small(finding.text)} ({finding.rule})")


def _small(text: str) -> str:
    """A finding as part of a line of ours."""
    first = text[0].lower() if text[:2] not in ("A ", "I ") and text[1:2].islower() else text[0]
    return f"{first}{text[1:]}".rstrip(".")
