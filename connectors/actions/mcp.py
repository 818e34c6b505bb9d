"""An MCP server as one of the systems: the tools that the policy names, and no others.

What it returns is data, and so is what it says of its tools: nothing of it is an instruction to anybody, least of all
to a model. It asks for nothing back: neither a model nor a person answers questions of a server.
"""

import asyncio
import ssl
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, TypeVar
from urllib.parse import urlsplit

import httpx2
import mcp_types
import requests
from mcp import Client, MCPError
from mcp.client.streamable_http import streamable_http_client
from requests.utils import select_proxy

from connectors.actions.systems import JSON, MOST_BYTES, in_one_line
from connectors.faults import certificate_refused
from connectors.guarded import GuardedAdapter, guard
from core.actions.expressions import fill
from core.errors import ConfigurationError, HandrailError, RejectedError, TransientError, UnknownOutcome
from core.policy.actions import ActionRequest
from core.text.outside import read_json

T = TypeVar("T")
KEY = "idempotency_key"  # the input under which a tool takes it
MOST_TOOLS = 1000
LISTING = timedelta(seconds=20)
# The server's own word that it did not even begin.
NOT_BEGUN = (mcp_types.INVALID_PARAMS, mcp_types.METHOD_NOT_FOUND)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tool:
    """What a server says of one of its tools: words of somebody else's."""

    name: str
    description: str
    input_schema: JSON


class McpSystem:
    """By the Model Context Protocol, over streamable HTTP; each request is a connection of its own. `private`: it may
    stand in the company's own network; else it is a machine of the internet."""

    def __init__(self, name: str, *, url: str, token: str = "", headers: Mapping[str, str], private: bool) -> None:
        self._name, self._url, self._private = name, url, private
        self._headers = {**({"Authorization": f"Bearer {token}"} if token else {}), **headers}

    def ask(self, request: ActionRequest, facts: Mapping[str, Any], key: str, within: timedelta) -> JSON:
        if request.method != "call":
            raise ConfigurationError(f"{self._name} is an MCP server: it has tools, and no paths")
        arguments = fill(dict(request.body), facts)

        async def work(client: Client) -> mcp_types.CallToolResult:
            if key and KEY in (await self._tool(client, request.tool)).input_schema.get("properties", {}):
                arguments[KEY] = key
            return await client.call_tool(request.tool, arguments)

        return self._read(self._run(work, within, changes=bool(key)), changes=bool(key))

    def tools(self) -> tuple[Tool, ...]:
        """All that it has, whether the policy names them or not. Raises HandrailError where it does not tell."""
        return self._run(_listed, LISTING, changes=False)

    async def _tool(self, client: Client, name: str) -> Tool:
        for each in await _listed(client):
            if each.name == name:
                return each
        raise ConfigurationError(f"{self._name} has no tool {name!r}")

    def _run(self, work: Callable[[Client], Awaitable[T]], within: timedelta, *, changes: bool) -> T:
        try:
            transport = _Guarded(self._url, self._private)
        except requests.ConnectTimeout as error:
            raise TransientError(f"{self._name}: {error}") from error

        async def whole() -> T:
            async with (
                asyncio.timeout(within.total_seconds()),
                httpx2.AsyncClient(transport=transport, headers=self._headers, trust_env=False) as http,
                Client(streamable_http_client(self._url, http_client=http), cache=None) as client,
            ):
                return await work(client)

        try:
            return asyncio.run(whole())
        except Exception as error:
            raise self._unanswered(_first(error), transport, changes=changes) from error

    def _unanswered(self, error: Exception, transport: "_Guarded", *, changes: bool) -> HandrailError:
        if isinstance(error, HandrailError):
            return error
        if isinstance(error, MCPError) and error.code in NOT_BEGUN and transport.status < 500:
            said = in_one_line(error.message)
            if transport.called:
                return RejectedError(f"{self._name} says no: {said}", code=str(error.code))
            return ConfigurationError(f"{self._name}: no MCP server answers there: {said}")
        if transport.refused:
            return ConfigurationError(f"{self._name}: its certificate is refused: {transport.refused}")
        if transport.status in (401, 403):
            return ConfigurationError(f"{self._name} refuses the token (HTTP {transport.status})")
        if 300 <= transport.status < 400:
            return ConfigurationError(
                f"{self._name} sends us elsewhere (HTTP {transport.status}), where nothing is asked"
            )
        if transport.status in (429, 503):
            return TransientError(f"{self._name} is busy (HTTP {transport.status})")
        kind = UnknownOutcome if changes and transport.called else TransientError
        return kind(f"{self._name} does not answer: {type(error).__name__}")

    def _read(self, result: mcp_types.CallToolResult, *, changes: bool) -> JSON:
        """What is structured, else the one text, which is a JSON object."""
        texts = [each.text for each in result.content if isinstance(each, mcp_types.TextContent)]
        if result.is_error:
            raise RejectedError(f"{self._name} says no: {in_one_line(' '.join(texts))}", code="tool")
        found = result.structured_content
        if found is None and not result.content:
            return {}
        if found is None and len(texts) == len(result.content) == 1 and len(texts[0]) <= MOST_BYTES:
            try:
                found = read_json(texts[0])
            except ValueError:
                found = None
        if isinstance(found, dict):
            return found
        said = f"{self._name}: its answer is no JSON object"
        raise UnknownOutcome(said) if changes else RejectedError(said, code="malformed_answer")


async def _listed(client: Client) -> tuple[Tool, ...]:
    found: list[Tool] = []
    cursor = None
    while len(found) < MOST_TOOLS:
        page = await client.list_tools(cursor=cursor)
        found += [
            Tool(name=each.name, description=each.description or "", input_schema=each.input_schema)
            for each in page.tools
        ]
        cursor = page.next_cursor
        if not cursor or not page.tools:
            break
    return tuple(found)


def _first(error: BaseException) -> Exception:
    """What a group of tasks ended with."""
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return error if isinstance(error, Exception) else RuntimeError(type(error).__name__)


class _Guarded(httpx2.AsyncBaseTransport):
    """Speaks to the one server, at an address that was looked up and checked just before, as `connectors.guarded` does
    for everything else; behind a proxy it is the proxy that decides. `called` tells whether a call has left, `status`
    what was answered last."""

    def __init__(self, url: str, private: bool) -> None:
        self.called, self.status, self.refused = False, 0, ""
        self._host = urlsplit(url).hostname
        session = guard(
            requests.Session(), url, private=private, unknown=requests.ConnectTimeout, refused=ConfigurationError
        )
        adapter = session.get_adapter(url)
        self._address = adapter.address_of(url) if isinstance(adapter, GuardedAdapter) else None
        self._inner = httpx2.AsyncHTTPTransport(
            verify=ssl.create_default_context(cafile=session.verify) if isinstance(session.verify, str) else True,
            proxy=select_proxy(url, session.proxies),
            trust_env=False,
        )

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        before = self.called
        self.called = before or _is_call(await request.aread())
        try:
            answer = await self._inner.handle_async_request(self._addressed(request))
        except (httpx2.ConnectError, httpx2.ConnectTimeout) as error:
            self.called = before
            self.refused = str(error) if certificate_refused(error) else ""
            raise
        if request.method == "POST":
            self.status = answer.status_code
        return answer

    def _addressed(self, request: httpx2.Request) -> httpx2.Request:
        host = request.url.host
        if host != self._host:
            raise httpx2.UnsupportedProtocol(f"{host} is another host")
        if self._address is None:
            return request
        return httpx2.Request(
            request.method,
            request.url.copy_with(host=self._address),
            headers=request.headers,  # Host among them
            stream=request.stream,
            extensions={**request.extensions, "sni_hostname": host},
        )

    async def aclose(self) -> None:
        await self._inner.aclose()


def _is_call(body: bytes) -> bool:
    try:
        found = read_json(body)
    except ValueError:
        return False
    return isinstance(found, dict) and found.get("method") == "tools/call"
