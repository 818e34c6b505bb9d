"""One person of several: merged profiles, a campaign's other recipients, and articles made of tickets."""

import numpy as np

from connectors.sql.store import SqlStore
from core.govern.audit import Audit
from core.model.customer import Identity, IdentityKind
from core.model.ids import ArticleId, CustomerId, TicketId
from core.model.knowledge import Audience
from core.privacy.erase import Erasing
from core.profile.merge import merge
from tests.apps.ledger.conftest import campaign_leaves
from tests.connectors.sql import samples
from tests.core import people
from tests.core.campaigns import person, phone
from tests.core.container import Container


def erase(container: Container, customer_id: CustomerId) -> None:
    erasing = Erasing(store=container.store, vendors=(), clean=lambda _: {}, now=container.clock)
    with container.store.read() as unit:
        customer = unit.customers.get(customer_id)
    assert customer is not None
    erasing.finish(erasing.begin(customer, "dpo@larkfield.example", anyway=True))


def faults(container: Container) -> list[str]:
    with container.store.read() as unit:
        audit = Audit(unit=unit, standing_of=lambda _: container.policy.standing)
        return [each.text for each in audit.faults()]


def test_a_sealed_campaign_is_proved_when_one_of_its_recipients_was_erased(store: SqlStore) -> None:
    container = Container(store)
    campaign = campaign_leaves(container)
    before = faults(container)
    erase(container, person(2).id)
    with store.read() as unit:
        lines = unit.campaigns.lines(campaign, -1, 10)
        assert unit.privacy.find(phone(2)) == []
    assert [each.address for each in lines] == ["erased:1", phone(3), phone(4)]
    assert lines[0].fields == {}
    assert faults(container) == before


def test_profiles_that_were_merged_go_together(store: SqlStore) -> None:
    container = Container(store)
    mail = Identity(kind=IdentityKind.EMAIL, value="second@example.com")
    with store.begin() as unit:
        unit.customers.save(people.customer())
        unit.customers.save(people.customer("second", identities=(mail,)))
        merge(unit, CustomerId("cu_emma"), CustomerId("cu_second"), "Maria", "the same person", container.clock())
    erase(container, CustomerId("cu_second"))
    with store.read() as unit:
        assert unit.customers.get(CustomerId("cu_emma")) is None
        assert unit.customers.get(CustomerId("cu_second")) is None
        assert unit.privacy.suppressed([mail])


def test_a_solved_ticket_of_theirs_is_no_article_any_more(store: SqlStore) -> None:
    container = Container(store)
    article = samples.article("kept", id=ArticleId("zendesk:ticket:4462"), audience=Audience.INTERNAL)
    passage = samples.passage(1, article_id=article.id)
    with store.begin() as unit:
        unit.customers.save(samples.customer())
        unit.conversations.add(samples.conversation(ticket_id=TicketId("4462")))
        unit.articles.save(article, [passage], np.ones((1, 4), dtype=np.float32), "encoder")
    erase(container, samples.customer().id)
    with store.read() as unit:
        assert unit.articles.get(article.id) is None
        assert unit.articles.passages([passage.id]) == []
