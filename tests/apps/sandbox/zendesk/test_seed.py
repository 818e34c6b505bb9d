from datetime import timedelta
from pathlib import Path

import pytest

from apps.sandbox.zendesk.desk import Desk
from apps.sandbox.zendesk.seed import seed
from apps.sandbox.zendesk.state import Account, ZendeskState
from tests.apps.sandbox.zendesk.larkfield import MovableClock, NotingCourier

COMPANY = Path(__file__).parents[4] / "apps" / "sandbox" / "company"


@pytest.fixture(scope="module")
def company() -> ZendeskState:
    state = ZendeskState(Account(), MovableClock(), NotingCourier())
    seed(state, COMPANY)
    return state


def test_the_company_is_there_in_the_sizes_the_demo_promises(company: ZendeskState) -> None:
    customers = [user for user in company.users.listed() if user["role"] == "end-user"]
    assert len(customers) >= 40
    assert {user["user_fields"]["tier"] for user in customers} == {"standard", "plus", "business"}
    assert len(company.articles.listed()) >= 60
    assert len(company.sections.listed()) >= 6
    assert len(company.tickets.listed()) >= 200


def test_rows_keep_their_ids_so_that_orders_can_point_at_them(company: ZendeskState) -> None:
    emma = company.users.get(900001)
    assert (emma["name"], emma["external_id"]) == ("Emma Clarke", "900001")
    assert "sms | service |" in emma["user_fields"]["consents"]
    assert company.new_id("user") > 900050


def test_agents_belong_to_their_groups(company: ZendeskState) -> None:
    names = {agent["name"]: agent["group"] for agent in Desk(company).agents()}
    assert names["Maria Lopez"] == "Customer care"
    assert names["Tom Okafor"] == "Specialists"
    assert "Handrail" in names


def test_past_tickets_have_their_own_times_and_are_long_closed(company: ZendeskState) -> None:
    now = company.clock.now()
    for ticket in company.tickets.listed():
        assert ticket["status"] in ("solved", "closed")
        first, *_, last = (audit["created_at"] for audit in company.audits[ticket["id"]])
        assert first == ticket["created_at"] < last <= ticket["updated_at"]
        assert ticket["created_at"] < (now - timedelta(hours=1)).isoformat()


def test_translations_join_the_article_they_translate(company: ZendeskState) -> None:
    german = [row for row in company.translations.listed() if row["locale"] == "de"]
    assert german
    assert all(company.articles.get(row["source_id"])["source_locale"] == "en-gb" for row in german)


def test_pages_for_staff_are_kept_from_customers(company: ZendeskState) -> None:
    staff = next(row["id"] for row in company.user_segments.listed() if row["user_type"] == "staff")
    internal = [row for row in company.articles.listed() if row["user_segment_id"] == staff]
    assert len(internal) >= 5


def test_nothing_is_sent_for_what_was_there_before(company: ZendeskState) -> None:
    assert isinstance(company.courier, NotingCourier)
    assert company.courier.sent == []
    assert company.mails == []


def test_an_empty_folder_still_makes_an_account_that_can_be_called(tmp_path: Path) -> None:
    state = ZendeskState(Account(), MovableClock(), NotingCourier())
    seed(state, tmp_path)
    assert [agent["name"] for agent in Desk(state).agents()] == ["Handrail"]
    assert Desk(state).receive_email("ann@mail.example", "Hi", "Hello")["id"] == 1
