"""The file of systems in which actions are done: where each is, and which secret it asks for. Nothing else is ever
spoken to by an action."""

import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from apps.secret_files import read_secret
from apps.setting_types import Secret
from apps.validation import check, read_yaml
from core.errors import ConfigurationError

_NAME = validate.Regexp(r"[a-z][a-z0-9_]{0,40}\Z", error="a name of lower-case letters is expected")
_SECRET = validate.Regexp(r"[A-Z][A-Z0-9_]{0,80}\Z", error="the name of a secret, in capitals, is expected")

NAMED = re.compile(r"[A-Z][A-Z0-9_]{0,80}")
ADDRESS = fields.Url(schemes={"http", "https"}, require_tld=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class SystemSettings:
    """One system: by HTTP at `url`, an MCP server at `mcp`, or an `adapter` that a Python package brings under the
    entry point group `handrail.systems`. `private`: it may stand in the company's own network."""

    name: str
    url: str = ""
    mcp: str = ""
    adapter: str = ""
    token: Secret
    headers: Mapping[str, Secret] = field(default_factory=dict)
    private: bool = False


class SystemSchema(Schema):
    url = fields.String(load_default="")
    mcp = fields.String(load_default="")
    adapter = fields.String(load_default="", validate=validate.Length(max=100))
    token = fields.String(load_default="", validate=_SECRET)
    headers = fields.Dict(
        keys=fields.String(validate=validate.Regexp(r"[A-Za-z][A-Za-z0-9-]{0,60}\Z")),
        values=fields.String(validate=_SECRET),
        load_default=dict,
    )
    private = fields.Boolean(load_default=False)

    @validates_schema
    def one_way(self, data: Mapping[str, Any], **_: Any) -> None:
        if sum(bool(data.get(way)) for way in ("url", "mcp", "adapter")) != 1:
            raise ValidationError("exactly one of url, mcp and adapter is expected")


class SystemsSchema(Schema):
    version = fields.Integer(required=True, strict=True, validate=validate.Equal(1))
    systems = fields.Dict(keys=fields.String(validate=_NAME), values=fields.Nested(SystemSchema), required=True)


def read_systems(
    path: Path | None, secrets: Path | None, environ: Mapping[str, str], known: Callable[[str], str] = lambda _: ""
) -> tuple[SystemSettings, ...]:
    """Without a path there are none, and actions are people's. Each secret, and an address that is written as a name in
    capitals, is in the environment under its name, in a file that NAME_FILE names, or in a file of that name in the
    folder of secrets; `known` is asked first, for settings that name the same.

    Raises ConfigurationError: naming the file and everything that is wrong in it, a missing secret included."""
    if path is None:
        return ()
    written = check(SystemsSchema(), read_yaml(str(path), "HANDRAIL_ACTIONS_SYSTEMS"), str(path))["systems"]
    problems: list[str] = []

    def address(text: str) -> str:
        found = secret(text).value if NAMED.fullmatch(text) else text
        try:
            ADDRESS.deserialize(found or "http://missing")
        except ValidationError as error:
            problems.append(f"{path}: {found!r} is no address: {error.messages[0]}")
        return found.rstrip("/")

    def secret(name: str) -> Secret:
        found = (known(name) or environ.get(name, "")).strip()
        file = environ.get(f"{name}_FILE")
        kept = secrets / name if secrets is not None else None
        if not found and file:
            found = read_secret(Path(file), f"{name}_FILE", problems)
        elif not found and kept is not None and os.path.lexists(kept):
            found = read_secret(kept, str(kept), problems)
        if not found:
            where = f", or write it into {kept}" if kept is not None else ""
            problems.append(f"{name} is missing, which {path} names: set it, or {name}_FILE{where}.")
        return Secret(found)

    made = tuple(
        SystemSettings(
            name=name,
            url=address(each["url"]) if each["url"] else "",
            mcp=address(each["mcp"]) if each["mcp"] else "",
            adapter=each["adapter"],
            token=secret(each["token"]) if each["token"] else Secret(""),
            headers={header: secret(of) for header, of in each["headers"].items()},
            private=each["private"],
        )
        for name, each in written.items()
    )
    if problems:
        raise ConfigurationError("\n".join(problems))
    return made
