"""The sign that an answer is being written: shown where a window can, and nobody waits for it."""

import time
from dataclasses import replace

from connectors.sunshine.messenger import SunshineTyping
from core.model.customer import Channel
from tests.connectors.scripted import Answer, scripted
from tests.connectors.sunshine.test_messenger import account
from tests.core import samples

CHATTED = samples.message(channel=Channel.CHAT, address="c1")


def shown(sign: SunshineTyping, times: int, asked: list[object]) -> None:
    end = time.monotonic() + 5
    while len(asked) < times and time.monotonic() < end:
        time.sleep(0.01)


def test_the_sign_appears_in_the_window_that_was_written_in() -> None:
    with scripted() as script:
        script.say(Answer())
        sign = SunshineTyping(account(base_url=script.url))
        sign.show(CHATTED)
        shown(sign, 1, script.asked)  # type: ignore[arg-type]
        assert [each.path for each in script.asked] == ["/v2/apps/app1/conversations/c1/activity"]


def test_other_channels_have_no_such_window() -> None:
    with scripted() as script:
        script.say(Answer())
        sign = SunshineTyping(account(base_url=script.url))
        for other in (replace(CHATTED, channel=Channel.SMS), replace(CHATTED, address="")):
            sign.show(other)
        time.sleep(0.05)
        assert script.asked == []


def test_a_window_that_cannot_show_it_troubles_nobody_and_the_next_sign_goes() -> None:
    with scripted() as script:
        script.say(Answer(status=500))
        sign = SunshineTyping(account(base_url=script.url))
        for number in range(1, 7):
            sign.show(CHATTED)
            shown(sign, number, script.asked)  # type: ignore[arg-type]
        assert len(script.asked) == 6
