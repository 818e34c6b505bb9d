"""One trace from the webhook over the stored rows to the worker and its calls to vendors, in real processes."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import requests
from flask import Flask, request
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import Span
from werkzeug.serving import make_server

from apps.demo.environment import DemoEnvironment
from apps.demo.launch import start_demo
from apps.demo.outside import Outside, wait_for
from apps.processes import free_port
from tests.stack import warmed

ROOT = Path(__file__).parents[2]
WORDS = "My thermostat is offline and I have called twice, what can I do?"


@contextmanager
def collector() -> Iterator[tuple[str, list[tuple[str, Span]]]]:
    """An OTLP receiver on this machine: its address, and (service, span) as they come."""
    app, spans = Flask(__name__), list[tuple[str, Span]]()

    @app.post("/v1/traces")
    def take() -> tuple[bytes, int]:
        told = ExportTraceServiceRequest.FromString(request.get_data())
        for group in told.resource_spans:
            named = {each.key: each.value.string_value for each in group.resource.attributes}
            spans.extend((named["service.name"], span) for scope in group.scope_spans for span in scope.spans)
        return b"", 200

    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.port}/v1/traces", spans
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.mark.timeout(300)
def test_one_trace_leads_from_the_webhook_to_the_call_to_a_vendor(tmp_path: Path) -> None:
    with collector() as (endpoint, spans):

        class Traced(DemoEnvironment):
            def _values(self) -> dict[str, str]:
                see = "https://traces.example/{trace_id}"
                return super()._values() | {"HANDRAIL_TRACES_ENDPOINT": endpoint, "HANDRAIL_TRACES_URL": see}

        warmed(tmp_path)
        web, sandbox = free_port(None, 0), free_port(None, 0)
        with start_demo(tmp_path, kind=Traced, web_port=web, sandbox_port=sandbox) as running:
            outside = Outside(environment=running.environment)
            ticket = outside.email("dana@example.com", "Thermostat", WORDS)

            def decided() -> dict[str, Any] | None:
                answer = requests.get(
                    f"{running.environment.web_url}/decisions",
                    headers={"X-Api-Key": running.environment.api_key},
                    timeout=10,
                )
                found = [each for each in answer.json()["decisions"] if each["ticket_id"] == ticket]
                return found[0] if found else None

            decision = wait_for("a decision", decided, 60)
            trace = decision["trace"]
            assert decision["trace_url"] == f"https://traces.example/{trace}"

            def whole() -> list[tuple[str, Span]] | None:
                mine = [each for each in spans if each[1].trace_id.hex() == trace]
                names = [span.name for _, span in mine]
                seen = any("work on effect" in name for name in names) and any(
                    name.startswith("POST /webhooks") for name in names
                )
                # They come in batches, a call before what it is within.
                ids = {span.span_id for _, span in mine}
                linked = all(span.parent_span_id in ids for _, span in mine if span.parent_span_id)
                return mine if seen and linked else None

            mine = wait_for("the whole trace", whole, 60)
    by_id = {span.span_id: span for _, span in mine}
    roots = [span for _, span in mine if not span.parent_span_id]
    assert [root.name for root in roots] == ["POST /webhooks/zendesk/events"]
    assert all(span.parent_span_id in by_id for _, span in mine if span.parent_span_id)
    assert {service for service, _ in mine} == {"handrail-web", "handrail-worker"}
    calls = [span for _, span in mine if span.kind == Span.SPAN_KIND_CLIENT]
    assert {by_id[call.parent_span_id].name for call in calls} >= {"work on event", "work on effect"}
    told = [text for _, span in spans for text in (span.name, span.status.message, *map(str, span.attributes))]
    every = " ".join([*told, *(str(event) for _, span in spans for event in span.events)])
    assert not [word for word in ("thermostat", "dana@", "Dana", "http://", "https://", "?") if word in every]
