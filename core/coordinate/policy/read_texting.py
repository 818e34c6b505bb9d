"""The sections `sms` and `whatsapp` of the policy file."""

from core.coordinate.keys import Keys
from core.coordinate.kinds import AT_LEAST_ONE, some_of
from core.coordinate.policy.values_texting import Texting
from core.model.outbound import Occasion


def texting(keys: Keys) -> Texting:
    usual = Texting()
    named = keys.within("whatsapp").at("templates", some_of(Occasion), frozenset(map(str, usual.templates)))
    return Texting(
        most_segments=keys.within("sms").at("most_segments", AT_LEAST_ONE, usual.most_segments),
        templates=frozenset(Occasion(name) for name in named or ()),
    )
