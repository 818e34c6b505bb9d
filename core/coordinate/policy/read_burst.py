"""The section `burst` of a policy file."""

from datetime import timedelta
from typing import Any

from core.coordinate.keys import Keys, Kind
from core.coordinate.kinds import between
from core.coordinate.policy.values_burst import Burst

LONGEST = 60  # seconds: a customer who writes by phone does not wait longer for any sign of life


def _seconds(value: Any) -> timedelta:
    return timedelta(seconds=between(0, LONGEST)(value))


SECONDS = Kind(expected=f"seconds from 0 to {LONGEST}", read=_seconds)


def burst(keys: Keys) -> Burst:
    usual = Burst()
    return Burst(
        quiet=keys.at("quiet_seconds", SECONDS, usual.quiet),
        unfinished=keys.at("unfinished_seconds", SECONDS, usual.unfinished),
        longest=keys.at("longest_seconds", SECONDS, usual.longest),
    )
