"""Holds what the sandbox's recorder saw against a vendor's document."""

import json
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import parse_qs

from apps.sandbox.recorder import Exchange
from tests.contracts.contract import Contract

Change = Callable[[str, Any], Any]


def check(
    contract: Contract,
    exchanges: Iterable[Exchange],
    prefix: str,
    *,
    method: str = "",
    newer: Change = lambda path, body: body,
) -> set[str]:
    """Check every exchange; returns the operations seen. Raises ContractError.

    `prefix` is what the sandbox puts before the vendor's own paths, `method` the one under which the
    document knows all its operations, and `newer` takes from an answer what is younger than the document.
    """
    seen = set()
    for exchange in exchanges:
        path = exchange.path.removeprefix(prefix)
        verb = method or exchange.method
        operation = contract.operation(verb, path)
        assert operation is not None, f"the document has no {verb} {path}"
        seen.add(f"{verb} {operation.template}")
        if exchange.status < 400:
            query = {name: values[0] for name, values in parse_qs(exchange.query).items()}
            contract.check_request(verb, path, query, exchange.request_headers, exchange.request_body)
        body = json.loads(exchange.answer_body) if exchange.answer_body else None
        contract.check_response(verb, path, exchange.status, newer(path, body))
    return seen
