"""What strangers named cannot break out of the page or of a spreadsheet."""

from datetime import timedelta

from apps.report.as_text import as_csv
from apps.report.page import page
from core.measure.report.report import Report, scorecard
from core.model.ids import ConversationId, TicketId
from core.model.matter import By, Seen, Span, Tally
from tests.core.people import NOW

HOSTILE = "</script><script>alert(1)</script>"
SPAN = Span(since=NOW - timedelta(days=3), until=NOW, now=NOW)


def report(key: str) -> Report:
    group = Tally(key=key, matters=40, shares={"satisfied": (10, 40), "resolved_first": (10, 40)})
    other = Tally(key="b", matters=40, shares={"satisfied": (20, 40), "resolved_first": (20, 40)})
    whole = Tally(key="", matters=80, shares={"satisfied": (30, 80)})
    tables = {By.INTENT: [group, other]}
    return Report(
        span=SPAN,
        whole=whole,
        before=whole,
        scorecard=scorecard(whole, whole),
        tables=tables,
        days={},
        marks=[],
        waves=[],
    )


def test_a_hostile_name_stays_text() -> None:
    seen = Seen(
        conversation_id=ConversationId("co_1"),
        ticket_id=TicketId(HOSTILE),
        began_at=NOW,
        cuts=dict.fromkeys(By, HOSTILE),
        hits={"satisfied": False},
    )
    drawn = page(report(HOSTILE), [seen], 0, "larkfield")
    assert "<script>alert" not in drawn
    assert "&lt;/script&gt;" in drawn


def test_a_name_that_begins_as_a_formula_is_none() -> None:
    assert "'=HYPERLINK" in as_csv(report("=HYPERLINK(1)"))
