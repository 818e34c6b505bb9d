"""Our HTTP surface as an OpenAPI document, made from the schemas that the receivers read with: `make openapi` writes
docs/openapi.json, a test holds it equal to what is made here, schemathesis goes by it."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from apispec import APISpec
from apispec.ext.marshmallow import MarshmallowPlugin
from flask import Flask
from marshmallow import Schema, fields, validate

from apps.slack.schema import COMMAND, KINDS
from apps.zendesk.article_costs import KeySchema
from apps.zendesk.doing import DoSchema, FormSchema
from apps.zendesk.drafts import InsertedSchema, RatingSchema
from apps.zendesk.feedback import DidSchema, IntentSchema, OpenedSchema
from apps.zendesk.handoffs import EscalateSchema, HandBackSchema, PassOnSchema
from apps.zendesk.overview import PERIODS
from apps.zendesk.parked import WishSchema
from apps.zendesk.parts import name_schema
from apps.zendesk.people import FactSchema
from apps.zendesk.proposals import ListSchema, RulingSchema
from apps.zendesk.report import FigureSchema, PeriodSchema
from apps.zendesk.thread_reading import LanguageSchema
from apps.zendesk.threads import MoveSchema
from apps.zendesk.wrap_up import WrapUpSchema
from apps.zendesk.writing import AskSchema, RevisionSchema, TextSchema
from webhooks.journey.schema import AnswerSchema, StepSchema
from webhooks.signals.schema import SignalSchema
from webhooks.sunshine.schema import BodySchema as SunshineSchema
from webhooks.twilio.schema import InboundSchema, StatusSchema
from webhooks.twilio.voice_schema import (
    ArrivalSchema,
    CallSchema,
    EndedSchema,
    RungSchema,
    SaidSchema,
    TranscriptionSchema,
)
from webhooks.zendesk.schema import EventSchema, TriggerSchema

PAGE = Path("docs/openapi.json")
FORM, JSON, HTML, XML = "application/x-www-form-urlencoded", "application/json", "text/html", "text/xml"
TEXT, LINES, SCRIPT, STYLE = "text/plain", "application/x-ndjson", "text/javascript", "text/css"
Json = dict[str, Any]


class PlacesSchema(Schema):
    """What our own addresses of a call carry from one request of Twilio's to the next."""

    lang = fields.String()
    turn = fields.String()
    tries = fields.Integer()
    asked = fields.String()
    since = fields.Float()
    call = fields.String()


class EffectSchema(Schema):
    effect = fields.String()


class PageSchema(Schema):
    language = fields.String()


class AfterSchema(Schema):
    after = fields.Integer()


class VersionSchema(Schema):
    after = fields.String()


class OfSchema(Schema):
    of = fields.String()


class SearchSchema(Schema):
    q = fields.String()
    ticket = fields.String()


class VisitorSchema(Schema):
    visitor = fields.String(required=True, validate=validate.Regexp(r"^[0-9a-f]{32}\Z"))


class DaysSchema(Schema):
    days = fields.Integer(validate=validate.OneOf(PERIODS))


class TokenSchema(Schema):
    token = fields.String(required=True)


class ErrorSchema(Schema):
    """Of the sidebar's API and of addresses that are none."""

    error = fields.Nested(
        Schema.from_dict({"code": fields.String(required=True), "message": fields.String()}, name="Fault"),
        required=True,
    )


class ProblemsSchema(Schema):
    """Why signals were not taken."""

    error = fields.String(required=True)
    problems = fields.List(
        fields.Nested(Schema.from_dict({"where": fields.String(), "what": fields.String()}, name="Problem")),
        required=True,
    )


class TakenSchema(Schema):
    accepted = fields.Integer(required=True)
    repeated = fields.Integer(required=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """`told` are the statuses besides those of its kind, each with the type of what it says."""

    summary: str
    body: type[Schema] | Schema | tuple[Schema, ...] | None = None
    many: bool = False  # a list of bodies is taken too
    sent: str = JSON
    query: type[Schema] | None = None
    told: Mapping[str, str]
    secured: str = ""


VENDOR: Mapping[str, str] = dict.fromkeys(("400", "401", "411", "413", "503"), TEXT)
SIDEBAR = dict.fromkeys(("400", "401", "403", "404", "409", "429", "503"), JSON)


def _vendor(summary: str, secured: str, body: Any, told: Mapping[str, str], **more: Any) -> Operation:
    return Operation(summary=summary, body=body, told={**VENDOR, **told}, secured=secured, **more)


def _call(summary: str, body: type[Schema]) -> Operation:
    return _vendor(summary, "twilio", body, {"200": XML}, sent=FORM, query=PlacesSchema)


def _part(
    summary: str, body: type[Schema] | Schema | None = None, query: type[Schema] | None = None, told: str = JSON
) -> Operation:
    return Operation(
        summary=summary,
        body=body,
        query=query,
        told={**SIDEBAR, "200": told, "202": HTML, "204": HTML},
        secured="agent",
    )


VOICE, TICKET = "/webhooks/twilio/voice", "/sidebar/api/tickets/{ticket_id}"
OPERATIONS: Mapping[str, Operation] = {
    "POST /webhooks/zendesk/events": _vendor("Zendesk: something happened", "zendesk", EventSchema, {"202": HTML}),
    "POST /webhooks/zendesk/trigger": _vendor("Zendesk: our trigger fired", "zendesk", TriggerSchema, {"202": HTML}),
    "POST /webhooks/twilio/message": _vendor(
        "Twilio: a text or WhatsApp message", "twilio", InboundSchema, {"200": XML}, sent=FORM
    ),
    "POST /webhooks/twilio/status": _vendor(
        "Twilio: what became of a message", "twilio", StatusSchema, {"204": HTML}, sent=FORM, query=EffectSchema
    ),
    f"POST {VOICE}": _call("Twilio: a call begins", ArrivalSchema),
    f"POST {VOICE}/said": _call("Twilio: what the caller said", SaidSchema),
    f"POST {VOICE}/wait": _call("Twilio: the caller waits", CallSchema),
    f"POST {VOICE}/through": _call("Twilio: the caller is put through", CallSchema),
    f"POST {VOICE}/whisper": _call("Twilio: what the agent hears first", CallSchema),
    f"POST {VOICE}/accepted": _call("Twilio: the agent took the call", SaidSchema),
    f"POST {VOICE}/rung": _call("Twilio: the ringing ended", RungSchema),
    f"POST {VOICE}/left": _call("Twilio: the caller left a message", SaidSchema),
    f"POST {VOICE}/status": _vendor("Twilio: a call changed", "twilio", EndedSchema, {"204": HTML}, sent=FORM),
    f"POST {VOICE}/lines": _vendor(
        "Twilio: what is said in a call", "twilio", TranscriptionSchema, {"204": HTML}, sent=FORM
    ),
    "POST /webhooks/sunshine": _vendor("Zendesk messaging: what happened", "sunshine", SunshineSchema, {"200": HTML}),
    "POST /slack/events": _vendor(
        "Slack: events, buttons, modals and commands", "slack", (*KINDS.values(), COMMAND), {"200": "*/*", "404": "*/*"}
    ),
    "POST /signals": Operation(
        summary="The company's systems: something happened",
        body=SignalSchema,
        many=True,
        told={
            "202": JSON,
            **dict.fromkeys(("400", "409", "422", "503"), JSON),
            **dict.fromkeys(("401", "411", "413"), TEXT),
        },
        secured="key",
    ),
    "GET /decisions": Operation(
        summary="The decision log", query=AfterSchema, told={"200": JSON, "401": JSON}, secured="key"
    ),
    "POST /journey/steps": Operation(
        summary="The beacon: a step of a visitor",
        body=StepSchema,
        told={**VENDOR, "202": HTML, "429": TEXT},
        secured="origin",
    ),
    "POST /journey/answers": Operation(
        summary="The beacon: a visitor's answer",
        body=AnswerSchema,
        told={**VENDOR, "202": HTML, "429": TEXT},
        secured="origin",
    ),
    "GET /journey/offer": Operation(
        summary="The beacon: is there an offer?",
        query=VisitorSchema,
        told={"200": JSON, "204": HTML, "403": JSON},
        secured="origin",
    ),
    "GET /journey/beacon.js": Operation(summary="The beacon's script", told={"200": SCRIPT}),
    "GET /receipt/{token}": Operation(
        summary="What a customer may read of a conversation", told={"200": HTML, "404": HTML, "410": HTML}
    ),
    "POST /receipt/{token}/appeal": Operation(
        summary="A customer objects", told={"200": HTML, "404": HTML, "410": HTML}
    ),
    "GET /receipt/style.css": Operation(summary="Its style", told={"200": STYLE}),
    "GET /privacy": Operation(summary="What customers are told about their data", query=PageSchema, told={"200": HTML}),
    "GET /healthz": Operation(summary="Is the process alive?", told={"200": JSON}),
    "GET /readyz": Operation(summary="Can it do its work?", told={"200": JSON, "503": JSON}),
    "GET /metrics": Operation(summary="Metrics for Prometheus", told={"200": TEXT}),
    "POST /sidebar/": Operation(
        summary="The sidebar's page, by Zendesk's signed address",
        body=TokenSchema,
        sent=FORM,
        told={"200": HTML, "401": TEXT},
    ),
    "GET /sidebar/assets/{name}": Operation(summary="The built app's files", told={"2XX": "*/*", "404": JSON}),
    "POST /sidebar/api/session": Operation(summary="Another token", told={"200": JSON, "401": JSON}, secured="agent"),
    "GET /sidebar/api/intents": _part("The intents that there are"),
    "GET /sidebar/api/search": _part("Articles that fit", query=SearchSchema),
    "GET /sidebar/api/writing": _part("What help with writing there is"),
    "GET /sidebar/api/pulse": _part("Is the question of the week due?"),
    "POST /sidebar/api/pulse": _part("An answer to it", DidSchema),
    f"GET {TICKET}": _part("What is known of a ticket", query=VersionSchema),
    f"GET {TICKET}/beside": _part("Several panels at once", query=OfSchema),
    f"GET {TICKET}/assist": _part("What to do next"),
    f"GET {TICKET}/assist/similar": _part("Solved before"),
    f"GET {TICKET}/assist/macros": _part("Macros that fit"),
    f"GET {TICKET}/elsewhere": _part("What the customer asked elsewhere"),
    f"GET {TICKET}/brief": _part("The brief of a handoff"),
    f"POST {TICKET}/brief": _part("To engineering", PassOnSchema),
    f"GET {TICKET}/wrap_up": _part("The work after the conversation"),
    f"POST {TICKET}/wrap_up": _part("It is written so", WrapUpSchema),
    f"POST {TICKET}/wrap_up/object": _part("It is not written by itself"),
    f"GET {TICKET}/actions": _part("What can be done, and why the rest cannot"),
    f"POST {TICKET}/actions/{{name}}/examine": _part("What a filled form would change", FormSchema),
    f"POST {TICKET}/actions/{{name}}/run": _part("It is done, or approval is asked for", DoSchema),
    f"GET {TICKET}/actions/runs": _part("What was asked for, and what came of it"),
    f"POST {TICKET}/actions/runs/{{run_id}}/undo": _part("It is taken back"),
    f"GET {TICKET}/call": _part("The call that goes on"),
    f"GET {TICKET}/profile": _part("Who the customer is"),
    f"POST {TICKET}/profile/facts": _part("A fact of theirs", FactSchema),
    f"POST {TICKET}/profile/merge": _part("Two are one person", name_schema("other")),
    f"POST {TICKET}/profile/unmerge": _part("They are not", name_schema("merge")),
    f"POST {TICKET}/profile/different": _part("Two are not one person", name_schema("other")),
    f"GET {TICKET}/request": _part("The newest request for approval"),
    f"POST {TICKET}/request": _part("Ask for approval", AskSchema),
    f"POST {TICKET}/request/{{request_id}}/use": _part("Send what was approved"),
    f"POST {TICKET}/request/{{request_id}}/withdraw": _part("Take a request back"),
    f"POST {TICKET}/suite": _part("Keep the ticket as a case of the regression suite"),
    f"POST {TICKET}/training": _part("Keep what an agent answered in the ticket to practise on"),
    f"POST {TICKET}/review": _part("What the style card says of a text", TextSchema),
    f"GET {TICKET}/coaching": _part("Hints on how a matter went, for who answered in it"),
    f"POST {TICKET}/coaching": _part("Hints on a text that is being written", TextSchema),
    f"POST {TICKET}/rewrite": _part("A text rewritten", RevisionSchema),
    f"POST {TICKET}/compose": _part("A draft as it is written", told=LINES),
    f"GET {TICKET}/scenarios": _part("What may be offered"),
    f"POST {TICKET}/scenarios/{{order_id}}/{{rule}}/chosen": _part("An offer was chosen"),
    f"GET {TICKET}/summary": _part("The thread in short"),
    f"GET {TICKET}/translation": _part("The thread translated", query=LanguageSchema),
    f"GET {TICKET}/threads": _part("What was joined"),
    f"POST {TICKET}/threads/move": _part("Move a message", MoveSchema),
    f"POST {TICKET}/threads/undo": _part("Put it back", name_schema("move")),
    f"POST {TICKET}/threads/merge": _part("Join two conversations", name_schema("suggestion")),
    f"POST {TICKET}/threads/apart": _part("Keep them apart", name_schema("suggestion")),
    f"GET {TICKET}/why": _part("Why it was decided so"),
    f"POST {TICKET}/intent": _part("It is about something else", IntentSchema),
    f"POST {TICKET}/escalate": _part("To another team", EscalateSchema),
    f"POST {TICKET}/hand_back": _part("Back to the assistant", HandBackSchema),
    f"POST {TICKET}/take_over": _part("The agent takes it"),
    f"POST {TICKET}/inserted": _part("Something was taken", InsertedSchema),
    f"POST {TICKET}/drafts/{{draft_id}}/inserted": _part("The draft was taken", InsertedSchema),
    f"POST {TICKET}/drafts/{{draft_id}}/rating": _part("A thumb", RatingSchema),
    f"POST {TICKET}/drafts/{{draft_id}}/opened": _part("A source was opened", OpenedSchema),
    f"GET {TICKET}/drafts/{{draft_id}}/sentences/{{number}}/source": _part("What a sentence rests on"),
    "GET /sidebar/api/overview/work": _part("What was done", query=DaysSchema),
    "GET /sidebar/api/overview/queues": _part("What waits"),
    "GET /sidebar/api/overview/workers": _part("Who works it off"),
    "GET /sidebar/api/overview/sources": _part("What articles answered", query=DaysSchema),
    "GET /sidebar/api/overview/gaps": _part("What no article answers", query=DaysSchema),
    "GET /sidebar/api/overview/articles": _part("Articles that are stale or contradict each other"),
    "GET /sidebar/api/overview/articles/tickets": _part("The tickets that an article or a pair cost", query=KeySchema),
    "GET /sidebar/api/overview/pulse": _part("How agents find it"),
    "GET /sidebar/api/overview/checks": _part("What the doctor says"),
    "GET /sidebar/api/overview/parked": _part("What did not reach customers"),
    "POST /sidebar/api/overview/parked/{effect_id}": _part("Send it again, or let it be", WishSchema),
    "GET /sidebar/api/overview/proposals": _part("What agents changed alike", query=ListSchema),
    "GET /sidebar/api/overview/proposals/{proposal_id}": _part("One proposal, with its evidence"),
    "POST /sidebar/api/overview/proposals/{proposal_id}": _part("Accept, edit or refuse it", RulingSchema),
    "GET /sidebar/api/overview/report": _part("How matters went", query=PeriodSchema),
    "GET /sidebar/api/overview/report/pictures": _part("The same as pictures", query=PeriodSchema),
    "GET /sidebar/api/overview/report/conversations": _part("The conversations behind a figure", query=FigureSchema),
    "GET /sidebar/api/overview/policy": _part("The policy in force"),
    "GET /sidebar/api/overview/policy/{version}": _part("A policy's text"),
}

SECURITY: Mapping[str, Json] = {
    "zendesk": {"type": "apiKey", "in": "header", "name": "X-Zendesk-Webhook-Signature"},
    "twilio": {"type": "apiKey", "in": "header", "name": "X-Twilio-Signature"},
    "sunshine": {"type": "apiKey", "in": "header", "name": "X-Api-Key"},
    "slack": {"type": "apiKey", "in": "header", "name": "X-Slack-Signature"},
    "key": {"type": "apiKey", "in": "header", "name": "X-Api-Key"},
    "origin": {"type": "apiKey", "in": "header", "name": "Origin"},
    "agent": {"type": "http", "scheme": "bearer"},
}


def make_document() -> Json:
    plugin = MarshmallowPlugin(schema_name_resolver=_name)
    spec = APISpec(
        title="Handrail",
        version="1",
        openapi_version="3.1.0",
        info={"description": "What the web process answers. Vendors sign what they send; agents bear a token of ours."},
        plugins=[plugin],
    )
    for name, scheme in SECURITY.items():
        spec.components.security_scheme(name, scheme)
    for name, schema in (("Error", ErrorSchema), ("Problems", ProblemsSchema), ("Taken", TakenSchema)):
        spec.components.schema(name, schema=schema)
    for place, operation in OPERATIONS.items():
        method, _, path = place.partition(" ")
        spec.path(path=path, operations={method.lower(): _described(operation, path, plugin)})
    text = json.dumps(spec.to_dict(), indent=1, sort_keys=True)
    # The end of a text has another name in Python's expressions than in those of a schema.
    made: Json = json.loads(text.replace(r"\\Z", "$"))
    return made


def _name(schema: Any) -> str:
    """A schema's name with that of its folder: several folders have a body and an event."""
    kind = schema if isinstance(schema, type) else type(schema)
    folder = kind.__module__.split(".")[1] if "." in kind.__module__ else ""
    own = folder if kind.__module__.startswith(("webhooks.", "apps.slack")) else ""
    return own.capitalize() + str(kind.__name__).removesuffix("Schema")


def _described(operation: Operation, path: str, plugin: MarshmallowPlugin) -> Json:
    found: Json = {
        "summary": operation.summary,
        "parameters": [
            {"name": name, "in": "path", "required": True, "schema": {"type": "string", "minLength": 1}}
            for name in re.findall(r"\{(\w+)\}", path)
        ],
        "responses": {
            status: {"description": "Read" if status < "3" else "Refused"} | _content(path, status, kind)
            for status, kind in operation.told.items()
        },
    }
    if operation.query is not None:
        found["parameters"].append({"in": "query", "schema": operation.query})
    if operation.body is not None:
        schema: Any = operation.body
        if isinstance(schema, tuple):
            schema = {"anyOf": [plugin.resolver.resolve_schema_dict(each) for each in schema]}  # type: ignore[union-attr]
        if operation.many:
            one = plugin.resolver.resolve_schema_dict(schema)  # type: ignore[union-attr]
            schema = {"oneOf": [one, {"type": "array", "items": one, "minItems": 1, "maxItems": 100}]}
        found["requestBody"] = {
            "content": {operation.sent: {"schema": schema}},
            "required": operation.secured != "agent",
        }
    if operation.secured:
        found["security"] = [{operation.secured: []}]
    return found


def _content(path: str, status: str, kind: str) -> Json:
    if status == "204":
        return {}
    if kind == JSON and status >= "4" and path not in ("/readyz",):
        return {"content": {kind: {"schema": "Problems" if path == "/signals" else "Error"}}}
    if path == "/signals" and status == "202":
        return {"content": {kind: {"schema": "Taken"}}}
    kinds = [kind, JSON] if path.startswith("/sidebar/api") and kind == LINES else [kind]
    return {"content": {each: {"schema": {"type": "object"} if each == JSON else {}} for each in kinds}}


def places_of(app: Flask) -> set[str]:
    """Every address of an app with its method, as the document writes it."""
    return {
        method + " " + re.sub(r"<(?:path:)?(\w+)>", r"{\1}", rule.rule)
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }


if __name__ == "__main__":
    PAGE.write_text(json.dumps(make_document(), indent=1, sort_keys=True) + "\n", encoding="utf-8")
