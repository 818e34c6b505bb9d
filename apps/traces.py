"""OpenTelemetry, where the setting `traces.endpoint` asks for it: spans over web, queue, workers and calls to vendors.

What is exported are names of ours, ids of rows and results; the text of an error may hold a customer's words, so a span
tells its class alone. A trace that a request from outside claims to belong to is not believed.
"""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

from flask import Flask, Response, g, request

from apps.bootstrap import start_tracing, traced
from apps.extras import require_extra
from apps.settings import Settings

UNTRACED = ("/healthz", "/readyz", "/metrics", "/sidebar/assets/")
PLACE = "{trace_id}"  # in the setting `traces.url`


def start_traces(settings: Settings, part: str) -> Callable[[], None]:
    """In each process after it was forked; what is given sends what has not left yet. Nothing is loaded where they are
    off. Raises ConfigurationError where the extra is missing."""
    if not settings.traces.endpoint:
        return lambda: None
    require_extra("traces")
    tracer = _OpenTelemetry(settings, part)
    start_tracing(tracer)
    return tracer.flush


class _OpenTelemetry:
    """Implements `connectors.traces.Tracer`."""

    def __init__(self, settings: Settings, part: str) -> None:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
        from opentelemetry.sdk.resources import Resource
        from opentelemetry.sdk.trace import TracerProvider
        from opentelemetry.sdk.trace.export import BatchSpanProcessor
        from opentelemetry.sdk.trace.sampling import ParentBased, TraceIdRatioBased
        from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

        self._provider = TracerProvider(
            resource=Resource.create({"service.namespace": "handrail", "service.name": f"handrail-{part}"}),
            sampler=ParentBased(TraceIdRatioBased(settings.traces.percent / 100)),
            shutdown_on_exit=False,
        )
        self._provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(endpoint=settings.traces.endpoint)))
        self._tracer = self._provider.get_tracer("handrail")
        self._propagator = TraceContextTextMapPropagator()

    @contextmanager
    def span(self, name: str, *, client: bool, parent: str, **attributes: Any) -> Iterator[Callable[..., None]]:
        from opentelemetry.trace import SpanKind, Status, StatusCode, get_current_span

        # What nobody asked for, as a list that is read every minute, is no trace by itself.
        if client and not get_current_span().get_span_context().is_valid:
            yield lambda **_: None
            return
        with self._tracer.start_as_current_span(
            name,
            context=self._propagator.extract({"traceparent": parent}) if parent else None,
            kind=SpanKind.CLIENT if client else SpanKind.SERVER,
            attributes=_named(attributes),
            record_exception=False,
            set_status_on_exception=False,
        ) as span:
            try:
                yield lambda **more: span.set_attributes(_named(more))
            except BaseException as error:
                span.set_status(Status(StatusCode.ERROR, type(error).__name__))
                raise

    def carried(self) -> str:
        carrier: dict[str, str] = {}
        self._propagator.inject(carrier)
        return carrier.get("traceparent", "")

    def flush(self) -> None:
        self._provider.force_flush(2000)


def _named(attributes: dict[str, Any]) -> dict[str, Any]:
    return {f"handrail.{name}": value for name, value in attributes.items()}


def trace_requests(app: Flask, settings: Settings) -> None:
    """A span around each request, named by its route."""
    if not settings.traces.endpoint:
        return

    @app.before_request
    def begin() -> None:
        if request.url_rule is None or request.path.startswith(UNTRACED):
            return
        g.tracing = ExitStack()
        g.told = g.tracing.enter_context(traced(f"{request.method} {request.url_rule.rule}"))

    @app.after_request
    def note(response: Response) -> Response:
        if "told" in g:
            g.told(status=response.status_code)
        return response

    @app.teardown_request
    def end(_: BaseException | None) -> None:
        if "tracing" in g:
            g.tracing.close()


def link(settings: Settings, trace_id: str) -> str:
    """Where people see the trace; empty without one, or where no place is set."""
    return settings.traces.url.replace(PLACE, trace_id) if trace_id else ""
