"""One ticket, traced: what is counted, and that the whole way of a ticket is gone."""

from pathlib import Path

from benchmarks.trace_ticket import Trace, trace_ticket
from core.measure.statistics import Share
from tests.stack import warmed

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "var" / "test-trace"  # caches are kept between runs, state is not
# Where a ticket comes in, where it is decided about, and where what is said to the vendor leaves.
WAY = {"webhooks/zendesk/view.py", "webhooks/intake.py", "core/loop.py", "core/decide/table.py"}
OUT = {"core/execute/deliver.py", "core/govern/gate.py", "connectors/zendesk/helpdesk.py"}


def test_functions_of_ours_are_counted_once_and_by_their_depth() -> None:
    trace = Trace()
    share = Share(hits=1, cases=2)
    with trace.record():
        for _ in range(2):
            str(share)
    names = {code.co_name for code in trace.codes}
    assert names == {"__str__", "value", "low", "high", "_middle", "_half", "_wider"}
    assert (trace.functions, trace.files, trace.depth) == (7, ["core/measure/statistics.py"], 4)


def test_nothing_is_counted_outside() -> None:
    trace = Trace()
    with trace.record():
        pass
    str(Share(hits=1, cases=2))
    assert (trace.functions, trace.files, trace.depth) == (0, [], 0)


def test_a_ticket_goes_from_the_webhook_to_the_helpdesk() -> None:
    warmed(FOLDER)
    trace = trace_ticket(FOLDER)
    files = set(trace.files)
    assert files >= WAY | OUT
    assert not {name for name in files if name.startswith(("apps/sandbox", "tests", "benchmarks"))}
    assert trace.functions > len(files)
    assert 10 < trace.depth < 100
