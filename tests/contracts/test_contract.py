"""The checker itself, on documents small enough to read."""

import copy
from typing import Any

import pytest

from tests.contracts.contract import Contract, ContractError
from tests.contracts.exceptions import Exemption

PET: dict[str, Any] = {
    "type": "object",
    "required": ["id"],
    "properties": {
        "id": {"type": "integer"},
        "name": {"type": "string", "nullable": True},
        "kind": {"type": "string", "enum": ["cat", "dog"], "nullable": True},
    },
}
ONE_PET = {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Pet"}}}}
PETS: dict[str, Any] = {
    "openapi": "3.0.3",
    "components": {"schemas": {"Pet": PET}},
    "paths": {
        "/pets/{pet_id}": {
            "parameters": [{"name": "pet_id", "in": "path", "required": True, "schema": {"type": "integer"}}],
            "get": {
                "parameters": [
                    {"name": "limit", "in": "query", "required": True, "schema": {"type": "integer"}},
                    {
                        "name": "page",
                        "in": "query",
                        "style": "deepObject",
                        "schema": {"type": "object", "properties": {"size": {"type": "integer", "maximum": 10}}},
                    },
                ],
                "responses": {
                    "200": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Pet"}}}}
                },
            },
            "post": {
                "requestBody": {
                    "required": True,
                    "content": {
                        "application/x-www-form-urlencoded": {
                            "schema": {
                                "type": "object",
                                "required": ["Age"],
                                "properties": {
                                    "Age": {"type": "integer"},
                                    "Good": {"type": "boolean"},
                                    "Toy": {"type": "array", "items": {"type": "string"}},
                                },
                            }
                        }
                    },
                },
                "responses": {"201": {"description": "made"}},
            },
        },
        "/pets/newest": {"get": {"responses": {"200": {"description": "one"}}}},
    },
}
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


@pytest.fixture
def pets() -> Contract:
    return Contract(copy.deepcopy(PETS))


def test_a_path_without_parameters_is_preferred(pets: Contract) -> None:
    found = [pets.operation("GET", path) for path in ("/pets/newest", "/pets/7")]
    assert [each.template for each in found if each] == ["/pets/newest", "/pets/{pet_id}"]
    assert not pets.knows("GET", "/pets/oldest")
    assert not pets.knows("DELETE", "/pets/7")


def test_what_the_document_does_not_know_fails(pets: Contract) -> None:
    with pytest.raises(ContractError, match="has no PUT /pets/7"):
        pets.check_request("PUT", "/pets/7")


@pytest.mark.parametrize("body", [{"id": 1}, {"id": 1, "name": None, "kind": None}, {"id": 1, "kind": "cat"}])
def test_an_answer_that_fits_passes(pets: Contract, body: dict[str, Any]) -> None:
    pets.check_response("GET", "/pets/7", 200, body)


@pytest.mark.parametrize("body", [None, {}, {"id": "1"}, {"id": None}, {"id": 1, "kind": "cow"}, {"id": 1, "name": 5}])
def test_an_answer_that_does_not_fit_fails(pets: Contract, body: Any) -> None:
    with pytest.raises(ContractError):
        pets.check_response("GET", "/pets/7", 200, body)


def test_an_undocumented_success_fails_but_an_undocumented_error_does_not(pets: Contract) -> None:
    pets.check_response("GET", "/pets/7", 503, None)
    with pytest.raises(ContractError, match="status 204"):
        pets.check_response("GET", "/pets/7", 204, None)


def test_query_texts_are_read_as_their_types(pets: Contract) -> None:
    pets.check_request("GET", "/pets/7", {"limit": "5", "page[size]": "10"})
    for query in ({}, {"limit": "many"}, {"limit": "5", "page[size]": "11"}):
        with pytest.raises(ContractError):
            pets.check_request("GET", "/pets/7", query)


def test_a_form_is_read_as_its_types(pets: Contract) -> None:
    pets.check_request("POST", "/pets/7", {}, FORM, b"Age=3&Good=true&Toy=ball&Toy=bone")
    for body in (b"Good=true", b"Age=old", b""):
        with pytest.raises(ContractError):
            pets.check_request("POST", "/pets/7", {}, FORM, body)


def test_a_form_is_not_json(pets: Contract) -> None:
    with pytest.raises(ContractError, match="content type"):
        pets.check_request("POST", "/pets/7", {}, {"Content-Type": "application/json"}, b'{"Age": 3}')


def test_an_exemption_lets_through_what_the_vendor_really_answers() -> None:
    known = Exemption("Pet/properties/id", {"nullable": True}, "a stray has no number")
    contract = Contract(copy.deepcopy(PETS), (known,))
    contract.check_response("GET", "/pets/7", 200, {"id": None})


def test_newer_documents_write_null_as_a_type() -> None:
    newer = copy.deepcopy(PETS) | {"openapi": "3.1.0"}
    newer["components"]["schemas"]["Pet"]["properties"]["name"] = {"type": ["string", "null"]}
    contract = Contract(newer)
    contract.check_response("GET", "/pets/7", 200, {"id": 1, "name": None})
    with pytest.raises(ContractError):
        contract.check_response("GET", "/pets/7", 200, {"id": 1, "name": 5})
