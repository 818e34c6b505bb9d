"""The OpenAPI document says what there is, and what is answered is what it says: never a 5xx, unless something that we
need is away."""

import json
from typing import Any

import pytest
import schemathesis
from flask import Flask, jsonify
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import Case, GenerationMode
from schemathesis.checks import (
    content_type_conformance,
    not_a_server_error,
    response_schema_conformance,
    status_code_conformance,
)

from apps.wsgi import create_app
from connectors.sql.store import SqlStore
from tests.apps.container import QuietContainer, quiet_container
from tests.fuzz.document import OPERATIONS, PAGE, make_document, places_of
from tests.fuzz.requests_to_us import empty_store
from tests.fuzz.surface import SHOP, surface
from tests.webhooks.receiving import API_KEY

DOCUMENT = "/openapi.json"
AWAY = 503  # where something that we need does not answer; the document names it
ALSO = {"HANDRAIL_TWILIO_VOICE_NUMBER": "+15005550006", "HANDRAIL_JOURNEY_ORIGINS": SHOP}
SHORT = 3  # examples of each address in `make test`
# The process's own, which the app that is tried does not have.
TRIED = [place for place in OPERATIONS if place != "GET /metrics"]


@pytest.fixture(scope="module")
def container(tmp_path_factory: pytest.TempPathFactory) -> QuietContainer:
    store: SqlStore = empty_store()
    return quiet_container(store, tmp_path_factory.mktemp("surface"), **ALSO)


@pytest.fixture(scope="module")
def app(container: QuietContainer) -> Flask:
    made = surface(empty_store(), container)
    made.add_url_rule(DOCUMENT, view_func=lambda: jsonify(make_document()))
    return made


@pytest.fixture(scope="module")
def api(app: Flask) -> schemathesis.BaseSchema:
    return schemathesis.openapi.from_wsgi(DOCUMENT, app)


def test_the_document_is_the_one_that_the_schemas_make() -> None:
    assert json.loads(PAGE.read_text(encoding="utf-8")) == make_document(), "make openapi writes it anew"


def test_the_document_has_every_address_that_there_is(container: QuietContainer, app: Flask) -> None:
    assert places_of(create_app(container)) == set(OPERATIONS)
    assert places_of(app) - {f"GET {DOCUMENT}"} == set(TRIED)


@pytest.mark.parametrize("place", TRIED)
def test_every_answer_is_one_that_the_document_names(api: schemathesis.BaseSchema, place: str) -> None:
    method, _, path = place.partition(" ")
    operation = api[path][method]
    strategies = [operation.as_strategy(generation_mode=GenerationMode.POSITIVE)]
    if operation.body or operation.query:  # else nothing can be sent that the document does not allow
        strategies.append(operation.as_strategy(generation_mode=GenerationMode.NEGATIVE))
    long = settings.get_current_profile_name() == "long"

    @settings(
        max_examples=500 if long else SHORT,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
        database=None,
    )
    @given(case=st.one_of(strategies))
    def check(case: "Case[Any]") -> None:
        answer = case.call(headers={"X-Api-Key": API_KEY, "Origin": SHOP})
        checks = [status_code_conformance, content_type_conformance, response_schema_conformance]
        case.validate_response(answer, checks=[*checks, *([] if answer.status_code == AWAY else [not_a_server_error])])

    check()
