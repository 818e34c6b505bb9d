"""Where in Zendesk the app opens: products, locations, their pages and icons."""

from collections.abc import Iterator
from typing import Any

from apps.app_package.contents import Contents
from apps.app_package.manifest import Manifest, at, split, without_pages
from apps.app_package.rules import Finding

PRODUCTS = frozenset({"support", "chat", "sell"})
# Sell's places are not documented for us to compare with.
LOCATIONS = {
    "support": frozenset(
        [
            "top_bar",
            "nav_bar",
            "ticket_sidebar",
            "new_ticket_sidebar",
            "user_sidebar",
            "organization_sidebar",
            "background",
            "modal",
            "ticket_editor",
            "system_top_bar",
            "custom_object_record_sidebar",
        ]
    ),
    "chat": frozenset({"chat_sidebar", "background"}),
}
OPTIONS = frozenset({"url", "flexible", "size", "autoLoad", "autoHide", "signed", "legacy", "objectTypes"})
BOOLEANS = ("flexible", "autoLoad", "autoHide", "signed")
NEED_ICON = frozenset({"top_bar", "nav_bar", "ticket_editor"})


def locations(manifest: Manifest, package: Contents) -> Iterator[Finding]:
    """What is wrong with the places where the app opens."""
    if without_pages(manifest):
        return
    products = manifest.get("location")
    if not products:
        yield at("key missing", "location")
    elif not isinstance(products, dict):
        # Framework 1 knew one name, or a list of names; framework 2 needs an address for each.
        yield at("not an object", "location", products)
    else:
        for product, places in products.items():
            yield from _product(product, places, package)


def _product(product: str, places: Any, package: Contents) -> Iterator[Finding]:
    if product not in PRODUCTS:
        yield at("product unknown", f"location.{product}")
    elif not isinstance(places, dict):
        yield at("not an object", f"location.{product}", places)
    else:
        for name, options in places.items():
            key = f"location.{product}.{name}"
            if name not in LOCATIONS.get(product, {name}):
                yield at("location unknown", key)
            yield from _icon(product, name, package)
            yield from _options(key, options if isinstance(options, dict) else {"url": options}, package)


def _icon(product: str, name: str, package: Contents) -> Iterator[Finding]:
    icon = f"assets/icon_{name}.svg"
    # Beside the general place, one product may have icons of its own.
    if name in NEED_ICON and not {icon, f"assets/{product}/icon_{name}.svg"} & set(package.files):
        yield Finding(rule="icon missing", file=icon)


def _options(key: str, options: dict[str, Any], package: Contents) -> Iterator[Finding]:
    yield from (at("location option unknown", f"{key}.{option}") for option in sorted(set(options) - OPTIONS))
    for option in BOOLEANS:
        if not isinstance(options.get(option, True), bool):
            yield at("not true or false", f"{key}.{option}", options[option])
    url = options.get("url")
    if not url:
        if options.get("autoLoad", True):
            yield at("location empty", f"{key}.url")
    elif not isinstance(url, str) or not _opens(url, package):
        yield at("location address", f"{key}.url", url)


def _opens(url: str, package: Contents) -> bool:
    parts = split(url)
    if parts is None:
        return False
    if not parts.scheme:
        # A whole address may also be a setting of the installation.
        return url.startswith("{{setting.") or (parts.path.startswith("assets/") and parts.path in package.files)
    return parts.scheme == "https" or parts.hostname == "localhost"
