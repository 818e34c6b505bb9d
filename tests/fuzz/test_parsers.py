"""Whatever comes from outside is read or refused in words: every parser over inputs of its own grammar, made odd."""

from functools import cache
from random import Random

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.fuzz.odd import mutate
from tests.fuzz.parsers import PARSERS, Parser, Subject

SHORT = 12  # examples of each in `make test`; the long profile of `make fuzz` has its own


@cache
def ready(parser: Parser) -> Subject:
    return parser.ready()


@st.composite
def inputs(draw: st.DrawFn, seeds: tuple[bytes, ...]) -> bytes:
    data, random = draw(st.sampled_from(seeds)), Random(draw(st.integers(min_value=0, max_value=2**64 - 1)))
    for _ in range(draw(st.integers(min_value=0, max_value=4))):
        data = mutate(data, random)
    return data


@pytest.mark.parametrize("parser", PARSERS, ids=lambda parser: parser.name)
def test_whatever_comes_is_read_or_refused_in_words(parser: Parser) -> None:
    subject = ready(parser)
    known = settings.get_current_profile_name() != "long"
    limit = settings(
        max_examples=SHORT if known else settings.default.max_examples,  # type: ignore[union-attr]
        deadline=None,
        phases=[Phase.explicit, Phase.reuse, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )

    @limit
    @given(st.one_of(inputs(subject.seeds), st.binary(max_size=200)))
    def check(data: bytes) -> None:
        subject.read(data)

    for seed in subject.seeds:
        subject.read(seed)
    check()


def test_a_genuine_request_is_taken() -> None:
    """The seeds are what the vendors send: a receiver that refuses them is not tested by what is near them."""
    for parser in PARSERS:
        if parser.name in ("zendesk_events", "twilio_message", "sunshine", "slack", "journey_steps"):
            subject = ready(parser)
            assert {int(str(subject.read(seed))) // 100 for seed in subject.seeds} == {2}, parser.name
