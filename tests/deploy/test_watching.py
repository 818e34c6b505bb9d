"""The dashboard and the alert rules ask for nothing that /metrics of the real app does not print."""

import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import promql_parser
import pytest
import yaml
from prometheus_client.parser import text_string_to_metric_families

from apps.backup import CURSOR as BACKUP
from apps.heartbeat import Heartbeat
from apps.rate_limit import OF_A_SOURCE
from apps.wsgi import create_app
from connectors.local.encoder import CachedEncoder
from connectors.measures import TASKS, calling
from connectors.sql.store import SqlStore
from core.model.action import RunState
from core.model.customer import Customer
from core.model.draft import DraftState
from core.model.event import EventKind
from core.model.ids import CustomerId, DraftId
from core.model.outbound import EffectState
from core.ports import LogName, LogPage
from core.privacy.retention import CURSOR as PURGE
from core.reconcile import Reconciler
from tests.apps.container import quiet_container
from tests.clock import NOW, Clock
from tests.connectors.sql.samples import conversation, decision, effect, message
from tests.core import samples
from tests.core.actions.shop import Asking, kept
from tests.core.encoder import WordEncoder
from tests.core.fakes import FakePublisher
from tests.core.rules import policy

ROOT = Path(__file__).parents[2]
ALERTS = ROOT / "deploy" / "prometheus" / "alerts.yml"
DASHBOARD: dict[str, Any] = json.loads((ROOT / "deploy" / "grafana" / "handrail.json").read_text(encoding="utf-8"))
RULES = [rule for group in yaml.safe_load(ALERTS.read_text(encoding="utf-8"))["groups"] for rule in group["rules"]]
PANELS = [panel for panel in DASHBOARD["panels"] if panel["type"] != "row"]
ASKED = [target["expr"] for panel in PANELS for target in panel["targets"]] + [rule["expr"] for rule in RULES]
OF_GRAFANA = {"$__rate_interval": "5m"}
GIVEN_BY_PROMETHEUS = {"process"}  # by us where several processes count together: tests/apps/test_metrics.py


class Told:
    name = LogName.CALLS

    def begin(self, now: Any) -> str:
        return ""

    def pages(self, cursor: str, now: Any) -> Iterator[LogPage]:
        yield LogPage(events=(samples.event(EventKind.ARTICLE_CHANGED, "one", occurred_at=now),), cursor="1")


@pytest.fixture
def printed(store: SqlStore, tmp_path: Path) -> dict[str, set[str]]:
    """Metric → labels, of an installation in which everything has happened once."""
    clock = Clock()
    Reconciler(store=store, publisher=FakePublisher(), policy=policy(), now=clock, logs=[Told()]).run()
    with store.begin() as unit:
        unit.customers.save(Customer(id=CustomerId("cu_dana"), name="Dana Kim"))
        unit.conversations.add(conversation())
        unit.conversations.add_message(message())
        event = samples.event(EventKind.ARTICLE_CHANGED, "two", occurred_at=NOW)
        unit.events.add(event)
        unit.decisions.add(decision(1, event_id=event.id))
        unit.decisions.set_draft_state(DraftId("dr_1"), DraftState.EDITED)
        unit.outbox.add(effect())
        unit.outbox.add(effect("reply:me_2"))
        unit.outbox.mark(effect().id, EffectState.PARKED, NOW)
        unit.cursors.set(BACKUP, NOW.isoformat())
        unit.cursors.set(PURGE, json.dumps({"at": NOW.isoformat(), "removed": {"events": 1}, "older": {"events": 0}}))
    run = kept(Asking(store), amount="20")
    for state in (RunState.AWAITING, RunState.REJECTED):
        with store.begin() as unit:
            unit.actions.save(replace(run, state=state, settled_at=NOW))
    CachedEncoder(WordEncoder()).encode(["two words"])
    store.patience.failed("it is locked", altogether=False)
    with calling("zendesk") as call:
        call.answered(429)
    TASKS.labels("handle_event", "ok").observe(1)
    Heartbeat(tmp_path, "worker").beat()
    model = {"HANDRAIL_OPENAI_BASE_URL": "http://127.0.0.1:9", "HANDRAIL_OPENAI_MODEL": "light-1"}
    container = quiet_container(store, tmp_path, **model)
    app = create_app(container)
    web = app.test_client()
    web.post("/webhooks/zendesk/events", data=b"{}")
    for _ in range(int(OF_A_SOURCE["receipts"].split()[0]) + 1):
        web.get("/receipt/style.css")
    text = web.get("/metrics").text
    container.store.close()
    found: dict[str, set[str]] = {}
    for family in text_string_to_metric_families(text):
        for sample in family.samples:
            found.setdefault(sample.name, set()).update(sample.labels)
    # Nobody listens at the queue's address here; its names are the connector's.
    found.setdefault("handrail_queue_length", {"queue"})
    return found


def selectors(node: Any) -> Iterator[Any]:
    if isinstance(node, promql_parser.VectorSelector):
        yield node
    for name in ("lhs", "rhs", "expr", "param", "vector_selector", "vs"):
        inner = getattr(node, name, None)
        if inner is not None and not isinstance(inner, str):
            yield from selectors(inner)
    for inner in getattr(node, "args", None) or ():
        yield from selectors(inner)


def parsed(text: str) -> Any:
    for name, value in OF_GRAFANA.items():
        text = text.replace(name, value)
    return promql_parser.parse(text)


def unknown(text: str, printed: dict[str, set[str]]) -> list[str]:
    """What an expression names that is not printed."""
    found = list(selectors(parsed(text)))
    assert found, text
    wrong = [each.name for each in found if each.name not in printed]
    known = set().union(*(printed.get(each.name, set()) for each in found)) | GIVEN_BY_PROMETHEUS
    matched = {matcher.name for each in found for matcher in each.matchers.matchers}
    grouped = {
        name.strip() for group in re.findall(r"\b(?:by|on|without)\s*\(([^)]*)\)", text) for name in group.split(",")
    }
    return wrong + sorted((matched | grouped) - known - {"__name__"})


def test_every_query_asks_for_metrics_and_labels_that_are_printed(printed: dict[str, set[str]]) -> None:
    assert len(ASKED) > 50
    assert {text: wrong for text in ASKED if (wrong := unknown(text, printed))} == {}
    assert unknown("sum by (nobody) (rate(handrail_nothing_total{phone='1'}[5m]))", printed) == [
        "handrail_nothing_total",
        "nobody",
        "phone",
    ]


def test_every_metric_that_is_printed_is_on_the_dashboard(printed: dict[str, set[str]]) -> None:
    shown = {each.name for panel in PANELS for target in panel["targets"] for each in selectors(parsed(target["expr"]))}
    bare = {re.sub(r"_(total|bucket|count|sum|created)$", "", name) for name in shown}
    assert {re.sub(r"_(total|bucket|count|sum|created)$", "", name) for name in printed} <= bare


def test_labels_hold_names_of_ours_and_nothing_of_a_customer(printed: dict[str, set[str]]) -> None:
    ours = {"abstained", "action", "currency", "kind", "le", "owner", "process", "queue", "result", "route", "rule"}
    ours |= {"encoder", "source", "state", "system", "task", "verdict"}
    assert set().union(*printed.values()) <= ours


def test_the_dashboard_has_the_shape_that_grafana_imports() -> None:
    assert {"uid", "title", "schemaVersion", "panels", "templating", "time"} <= set(DASHBOARD)
    ids = [panel["id"] for panel in DASHBOARD["panels"]]
    assert len(ids) == len(set(ids))
    taken: set[tuple[int, int]] = set()
    for panel in DASHBOARD["panels"]:
        place = panel["gridPos"]
        assert place["x"] + place["w"] <= 24
        cells = {
            (x, y)
            for x in range(place["x"], place["x"] + place["w"])
            for y in range(place["y"], place["y"] + place["h"])
        }
        assert not cells & taken, panel["title"]
        taken |= cells
    for panel in PANELS:
        assert panel["datasource"] == {"type": "prometheus", "uid": "${datasource}"}
        assert {"title", "type", "fieldConfig", "options", "targets"} <= set(panel)
        assert len({target["refId"] for target in panel["targets"]}) == len(panel["targets"])
    assert [each["name"] for each in DASHBOARD["templating"]["list"]] == ["datasource"]


def test_each_alert_says_what_is_wrong_and_how_soon_somebody_must_come() -> None:
    assert len({rule["alert"] for rule in RULES}) == len(RULES)
    for rule in RULES:
        assert rule["labels"]["severity"] in ("page", "ticket")
        assert rule["annotations"]["summary"].endswith((".", "?"))
        promql_parser.parse_duration(rule.get("for", "1s"))


@pytest.mark.skipif(
    not shutil.which("promtool"), reason="promtool is not installed (Debian: apt-get install prometheus)"
)
def test_promtool_takes_the_alert_rules() -> None:
    done = subprocess.run(["promtool", "check", "rules", str(ALERTS)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
