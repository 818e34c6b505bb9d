from datetime import timedelta

import pytest

from connectors.sql.store import SqlStore
from core.model.customer import Channel, Customer
from core.model.ids import CustomerId
from core.model.profile import Asked, FactSource, ProfileFact
from core.profile.facts import preferences, quiet_time, weigh_facts
from core.profile.identity import add_known_facts
from tests.core.people import NOW

DAY = timedelta(days=1)


def fact(value: str, source: FactSource = FactSource.CRM, days: int = 0, name: str = "plan") -> ProfileFact:
    return ProfileFact(name=name, value=value, source=source, at=NOW + DAY * days)


def test_the_newest_word_of_the_most_trusted_source_holds() -> None:
    facts = [
        fact("Plus", FactSource.BILLING, -5),
        fact("Business", FactSource.CRM, 3),
        fact("Basic", FactSource.BILLING, -9),
    ]
    (known,) = weigh_facts(facts)
    assert known.fact.value == "Plus"
    assert [other.value for other in known.others] == ["Business"]


def test_the_order_of_trust_is_the_company_s() -> None:
    (known,) = weigh_facts([fact("Plus", FactSource.BILLING), fact("Pro")], (FactSource.CRM, FactSource.BILLING))
    assert known.fact.value == "Pro"


def test_who_says_the_same_in_other_letters_does_not_disagree() -> None:
    (known,) = weigh_facts([fact("plus ", FactSource.CRM), fact("Plus", FactSource.BILLING)])
    assert known.others == ()


def test_a_fact_that_an_agent_emptied_is_gone_while_nobody_else_says_it() -> None:
    assert weigh_facts([fact("", FactSource.AGENT)]) == []
    (known,) = weigh_facts([fact("", FactSource.AGENT), fact("Plus")])
    assert (known.fact.value, [other.value for other in known.others]) == ("", ["Plus"])


def test_preferences_are_the_last_word_of_the_customer_or_an_agent() -> None:
    found = preferences(
        [
            fact("sms", FactSource.AGENT, 2, "preferred_channel"),
            fact("whatsapp", FactSource.SAID, 1, "preferred_channel"),
            fact("email", FactSource.CRM, 3, "preferred_channel"),
            fact("20:00-09:00", FactSource.SAID, 0, "quiet_hours"),
        ]
    )
    assert found.channel is Channel.SMS
    assert found.quiet == quiet_time("20:00-09:00")


def test_a_language_that_was_written_as_a_word_is_read_and_what_is_none_says_nothing() -> None:
    assert preferences([fact("German", FactSource.AGENT, name="language")]).language == "de"
    assert preferences([fact("as before", FactSource.AGENT, name="language")]).language is None


@pytest.mark.parametrize("text", ["", "at night", "25:00-09:00", "20:00"])
def test_what_is_no_time_is_no_quiet_time(text: str) -> None:
    assert quiet_time(text) is None


def test_quiet_time_may_span_midnight() -> None:
    night, noon = quiet_time("20:00-09:00"), quiet_time("12:00-13:00")
    assert night is not None
    assert noon is not None
    hours = [quiet_time(f"{hour:02}:30-23:59") for hour in (0, 8, 9, 12, 19, 20, 23)]
    clocks = [each.starts for each in hours if each is not None]
    assert [night.covers(clock) for clock in clocks] == [True, True, False, False, False, True, True]
    assert [noon.covers(clock) for clock in clocks] == [False, False, False, True, False, False, False]


def test_who_decides_knows_what_other_systems_say(store: SqlStore) -> None:
    dana = Customer(id=CustomerId("cu_dana"), name="Dana", attributes={"region": "north"})
    with store.begin() as unit:
        unit.customers.save(dana)
        assert add_known_facts(unit, dana, NOW) == dana
        value = fact("9640", FactSource.CRM, name="lifetime_value")
        unit.profiles.keep(dana.id, Asked(source="CRM", at=NOW, facts=(value,)))
        assert add_known_facts(unit, dana, NOW).attributes == {"region": "north", "lifetime_value": "9640"}
