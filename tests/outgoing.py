"""A message as a messenger gets it, for the tests of messengers."""

from core.model.customer import Channel
from core.model.ids import EffectId
from core.model.outbound import Outgoing


def to_send(to: str, body: str, *, channel: Channel = Channel.SMS, effect_id: str = "fx_1") -> Outgoing:
    return Outgoing(channel=channel, to=to, body=body, effect_id=EffectId(effect_id))
