"""Twilio's two ways of paging a list."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from flask import request

LARGEST_PAGE = 1000
DEFAULT_PAGE = 50


def _slice(items: Sequence[dict[str, Any]]) -> tuple[list[dict[str, Any]], int, int, bool]:
    size = min(max(request.args.get("PageSize", DEFAULT_PAGE, int), 1), LARGEST_PAGE)
    page = max(request.args.get("Page", 0, int), 0)
    start = page * size
    return list(items[start : start + size]), page, size, start + size < len(items)


def _query(page: int, size: int) -> str:
    kept = {name: value for name, value in request.args.items() if name not in {"Page", "PageSize", "PageToken"}}
    token = {"PageToken": f"PA{page}"} if page else {}
    return urlencode({**kept, "PageSize": size, "Page": page, **token})


def old_page(key: str, items: Sequence[dict[str, Any]], path: str) -> dict[str, Any]:
    """A page as the 2010 API shows it: the links beside the items, without a host."""
    shown, page, size, more = _slice(items)
    return {
        key: shown,
        "end": page * size + max(len(shown) - 1, 0),
        "first_page_uri": f"{path}?{_query(0, size)}",
        "next_page_uri": f"{path}?{_query(page + 1, size)}" if more else None,
        "page": page,
        "page_size": size,
        "previous_page_uri": f"{path}?{_query(page - 1, size)}" if page else None,
        "start": page * size,
        "uri": f"{path}?{_query(page, size)}",
    }


def new_page(key: str, items: Sequence[dict[str, Any]], url: str) -> dict[str, Any]:
    """A page as the v1 and v2 APIs show it: the links in `meta`, with the product's host."""
    shown, page, size, more = _slice(items)
    meta = {
        "first_page_url": f"{url}?{_query(0, size)}",
        "key": key,
        "next_page_url": f"{url}?{_query(page + 1, size)}" if more else None,
        "page": page,
        "page_size": size,
        "previous_page_url": f"{url}?{_query(page - 1, size)}" if page else None,
        "url": f"{url}?{_query(page, size)}",
    }
    return {key: shown, "meta": meta}
