"""What Slack sends, tamed: what our listeners and Bolt read is named here, everything else is left out."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl

from marshmallow import EXCLUDE, Schema, ValidationError, fields, validate

from webhooks.intake import json_object

LONGEST_NAME = 300
LONGEST_TEXT = 20_000
LONGEST_ADDRESS = 3_000
MOST = 100  # actions, blocks or addresses of one request


class _Loose(Schema):
    class Meta:
        unknown = EXCLUDE


def _text(longest: int = LONGEST_NAME, **more: Any) -> fields.String:
    return fields.String(validate=validate.Length(max=longest), **({"allow_none": True} | more))


def _name() -> fields.String:
    return fields.String(required=True, validate=validate.Length(min=1, max=LONGEST_NAME))


def _list(schema: type[Schema], least: int = 0) -> "fields.List[Any]":
    return fields.List(fields.Nested(schema), validate=validate.Length(min=least, max=MOST), allow_none=not least)


class NamedSchema(_Loose):
    """A team, an enterprise or a channel."""

    id = _text()
    enterprise_id = _text()


class UserSchema(_Loose):
    id = _name()
    username = _text()
    name = _text()
    team_id = _text()


class OptionSchema(_Loose):
    value = _text(LONGEST_TEXT)


class FieldSchema(OptionSchema):
    selected_option = fields.Nested(OptionSchema, allow_none=True)


class StateSchema(_Loose):
    values = fields.Dict(
        keys=fields.String(), values=fields.Dict(keys=fields.String(), values=fields.Nested(FieldSchema))
    )


class ActionSchema(_Loose):
    action_id = _name()
    action_ts = _name()
    type = _name()
    block_id = _text()
    value = _text(LONGEST_TEXT)
    selected_option = fields.Nested(OptionSchema, allow_none=True)


class ContainerSchema(_Loose):
    type = _text()
    message_ts = _text()
    channel_id = _text()
    view_id = _text()


class BlockSchema(_Loose):
    type = _text()
    block_id = _text(load_default="", allow_none=False)


class ViewSchema(_Loose):
    id = _name()
    type = _text(load_default="", allow_none=False)
    hash = _text(load_default="", allow_none=False)
    callback_id = _text()
    private_metadata = _text(LONGEST_TEXT)
    state = fields.Nested(StateSchema, allow_none=True)
    blocks = _list(BlockSchema)
    app_installed_team_id = _text()


class AddressSchema(_Loose):
    response_url = _text(LONGEST_ADDRESS)


class AuthorizationSchema(_Loose):
    enterprise_id = _text()
    team_id = _text()
    user_id = _text()
    is_bot = fields.Boolean(allow_none=True)
    is_enterprise_install = fields.Boolean(allow_none=True)


class BodySchema(_Loose):
    """What every request may say of where it comes from."""

    type = _text()
    team = fields.Nested(NamedSchema, allow_none=True)
    team_id = _text()
    enterprise = fields.Nested(NamedSchema, allow_none=True)
    enterprise_id = _text()
    is_enterprise_install = fields.Boolean(allow_none=True)
    api_app_id = _text()
    trigger_id = _text()
    response_url = _text(LONGEST_ADDRESS)


class PressedSchema(BodySchema):
    """block_actions"""

    trigger_id = _name()
    user = fields.Nested(UserSchema, required=True)
    actions = _list(ActionSchema, least=1)
    container = fields.Nested(ContainerSchema, allow_none=True)
    channel = fields.Nested(NamedSchema, allow_none=True)
    view = fields.Nested(ViewSchema, allow_none=True)
    state = fields.Nested(StateSchema, allow_none=True)


class SubmittedSchema(BodySchema):
    """view_submission"""

    user = fields.Nested(UserSchema, required=True)
    view = fields.Nested(ViewSchema, required=True)
    response_urls = _list(AddressSchema)


class TokensSchema(_Loose):
    bot = fields.List(fields.String(), allow_none=True)


class _Person(fields.Field[str]):
    """By their id; of a few events, which are none of ours, the whole of them."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **more: Any) -> str:
        found = value.get("id") if isinstance(value, dict) else value
        if not isinstance(found, str) or not 0 < len(found) <= LONGEST_NAME:
            raise ValidationError("Not an id.")
        return found


class HappenedSchema(BodySchema):
    """event_callback. Of the events only a few are ours, and a field of another may be of any kind."""

    class EventSchema(_Loose):
        type = _name()
        user = _Person(allow_none=True)
        tab = fields.Raw(allow_none=True)
        tokens = fields.Nested(TokensSchema, allow_none=True)

    event = fields.Nested(EventSchema, required=True)
    event_id = _name()
    event_time = fields.Integer(strict=True, allow_none=True, validate=validate.Range(min=0, max=2**40))
    authorizations = _list(AuthorizationSchema)


class ChallengeSchema(BodySchema):
    """url_verification"""

    challenge = _text(LONGEST_TEXT)


class CommandSchema(BodySchema):
    """A slash command, which comes as a form."""

    command = _name()
    text = _text(LONGEST_TEXT)
    user_id = _name()
    user_name = _text()
    channel_id = _text()
    trigger_id = _name()


KINDS: dict[str, Schema] = {
    "block_actions": PressedSchema(),
    "view_submission": SubmittedSchema(),
    "event_callback": HappenedSchema(),
    "url_verification": ChallengeSchema(),
}
COMMAND, OTHER = CommandSchema(), BodySchema()


def read_body(body: bytes) -> dict[str, Any]:
    """A request over HTTP, as our listeners and Bolt take it. ValidationError, with what is wrong, for one that Slack
    never sends."""
    form = {} if body.lstrip()[:1] == b"{" else _form(body)
    if "command" in form:
        return tame(form)
    return tame(json_object(form["payload"].encode() if "payload" in form else body))


def tame(told: Mapping[str, Any]) -> dict[str, Any]:
    """The same of what is parsed. Of a kind that is none of ours nothing is read but where it came from."""
    kind = told.get("type")
    schema = COMMAND if "command" in told else KINDS.get(kind, OTHER) if isinstance(kind, str) else OTHER
    loaded: dict[str, Any] = _stated(schema.load(told))
    return loaded


def _stated(value: Any) -> Any:
    """Without what is null: Bolt, and ours, look at what is there."""
    if isinstance(value, dict):
        return {name: _stated(inner) for name, inner in value.items() if inner is not None}
    return [_stated(inner) for inner in value] if isinstance(value, list) else value


def _form(body: bytes) -> dict[str, str]:
    try:
        return dict(parse_qsl(body.decode(), keep_blank_values=True))
    except ValueError as error:
        raise ValidationError({"body": ["is neither JSON nor a form"]}) from error
