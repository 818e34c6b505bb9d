"""The section `verification`."""

from core.coordinate.keys import Keys, Kind
from core.coordinate.kinds import HOURS, MINUTES, NAME_SET, some_of, whole
from core.coordinate.policy.values_verification import VerificationRules
from core.model.profile import Proof

PROOFS = some_of(Proof)
FEW = Kind(expected="a number from 1 to 10", read=whole(1, 10))


def verification(keys: Keys) -> VerificationRules:
    usual = VerificationRules()
    accept = keys.at("accept", PROOFS, usual.accept)
    return VerificationRules(
        intents=keys.at("intents", NAME_SET, usual.intents),
        accept=frozenset(Proof(name) for name in accept or ()),
        code_lives=keys.at("code_minutes", MINUTES, usual.code_lives),
        tries=keys.at("tries", FEW, usual.tries),
        codes_per_hour=keys.at("codes_per_hour", FEW, usual.codes_per_hour),
        valid=keys.at("valid_hours", HOURS, usual.valid),
    )
