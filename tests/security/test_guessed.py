"""Numbers are few: whoever has the database and no key guesses one after another. No row confirms a guess."""

from dataclasses import replace
from hashlib import sha256

from sqlalchemy import Text, select, type_coerce

from connectors.sql.columns import metadata
from connectors.sql.store import SqlStore
from connectors.sql.tables import outbox
from core.execute.settle import settle_sent
from core.govern.audit import Audit
from core.model.campaign import Campaign, message_digest
from core.model.customer import IdentityKind
from core.model.helpdesk import Receipt
from core.model.ids import EffectId, derive_id
from core.model.outbound import EffectState
from core.voice.steps import _somebody
from tests.core import campaigns, people
from tests.core.container import Container

TEXTED, CALLED = "+447700900771", "+447700900772"


def everything(store: SqlStore) -> str:
    """Each table as it lies on the disk."""
    told = []
    with store.read() as unit:
        for table in metadata.sorted_tables:
            rows = unit.connection.execute(select(*(type_coerce(column, Text) for column in table.c)))
            told += [str(value) for row in rows for value in row]
    return "\n".join(told)


def sent_campaign(container: Container) -> Campaign:
    """To Emma and one more; its messages have left."""
    with container.store.begin() as unit:
        made = campaigns.campaign(salt=unit.keys.keyed_hash("campaign", "ap_one"))
        lines = [campaigns.line(made, number) for number in (1, 2)]
        unit.customers.save(campaigns.person(2))
        for effect in campaigns.sending(unit, made, lines, now=container.clock()):
            unit.outbox.claim(effect.id, container.clock())
            unit.outbox.mark(effect.id, EffectState.SENT, container.clock(), vendor_ref=f"SM{effect.id}")
            settle_sent(unit, effect, Receipt(ref=f"SM{effect.id}"), container.clock())
    return made


def test_no_id_and_no_digest_confirms_a_guess(container: Container) -> None:
    container.wait(minutes=1)
    container.text("How do I reset it?", phone=TEXTED)
    container.drain()
    with container.store.begin() as unit:
        caller = _somebody(unit, CALLED)
    campaign = sent_campaign(container)
    with container.store.read() as unit:
        names = list(unit.connection.execute(select(outbox.c.id)).scalars())
        effects = [row.effect for row in unit.outbox.many([EffectId(name) for name in names])]
        lines = unit.campaigns.lines(campaign.id, -1, 10)
        assert unit.customers.get(caller.id) is not None
    known = everything(container.store)
    numbers = (TEXTED, CALLED, people.EMMA_PHONE, campaigns.phone(2))
    guesses = {derive_id("cu", IdentityKind.PHONE, number) for number in numbers}
    guesses |= {derive_id("fx", f"{campaign.id}:{number}") for number in numbers}
    guesses |= {effect.digest for effect in effects}
    unsalted = replace(campaign, salt="")
    guesses |= {message_digest(unsalted, each) for each in lines}
    guesses |= {unsalted.digest, *(sha256(number.encode()).hexdigest() for number in numbers)}
    assert len(effects) > 3
    assert [guess for guess in guesses if guess in known] == []


def test_the_ledger_still_proves_what_left(container: Container) -> None:
    sent_campaign(container)
    with container.store.read() as unit:
        audit = Audit(unit=unit, standing_of=lambda _: container.policy.standing)
        assert [each.text for each in audit.faults() if "in force" not in each.text] == []
        assert audit.found.by_seal == 2


def test_one_number_is_one_person_however_often_it_is_met_first(store: SqlStore) -> None:
    with store.begin() as unit:
        identity = people.customer().identities[-1]
        assert unit.customers.name_for(identity) == unit.customers.name_for(replace(identity, verified=False))
        assert unit.customers.name_for(identity) != unit.customers.name_for(replace(identity, value=TEXTED))
