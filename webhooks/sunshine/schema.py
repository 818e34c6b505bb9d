"""The messaging app's webhook, tamed: only what is read is named, everything else is left out."""

# ruff: noqa: N815 - the fields are named as the vendor writes them

from datetime import UTC
from typing import Any

from marshmallow import EXCLUDE, Schema, fields, validate

from webhooks.intake import Moment, name_field

LONGEST_ID = 200
LONGEST_NAME = 200
LONGEST_ADDRESS = 320
LONGEST_TEXT = 20_000
MOST_EVENTS = 100


class _Loose(Schema):
    class Meta:
        unknown = EXCLUDE


def _id(**more: Any) -> fields.String:
    return fields.String(validate=name_field(LONGEST_ID), **more)


def _words(longest: int = LONGEST_TEXT) -> fields.String:
    return fields.String(load_default="", allow_none=True, validate=validate.Length(max=longest))


class _Cut(fields.String):
    """What people call themselves or read on a button: the vendor knows no longest one, and for it nobody's message is
    lost."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **more: Any) -> str:
        return str(super()._deserialize(value, attr, data, **more))[:LONGEST_NAME]


def _name() -> fields.String:
    return _Cut(load_default="", allow_none=True)


class IntegrationSchema(_Loose):
    integrationId = _words(LONGEST_ID)
    integrationType = _words(LONGEST_ID)


class ConversationSchema(_Loose):
    id = _id(required=True)
    metadata = fields.Dict(load_default=dict, allow_none=True)
    activeSwitchboardIntegration = fields.Nested(IntegrationSchema, load_default=None, allow_none=True)


class IdentitySchema(_Loose):
    type = _words(LONGEST_ID)
    value = _words(LONGEST_ADDRESS)
    verification = _words(LONGEST_ID)


class ProfileSchema(_Loose):
    givenName = _name()
    surname = _name()


class UserSchema(_Loose):
    id = _id(required=True)
    authenticated = fields.Boolean(load_default=False, allow_none=True)
    externalId = _words(LONGEST_ID)
    zendeskId = _words(LONGEST_ID)
    identities = fields.List(fields.Nested(IdentitySchema), load_default=list, allow_none=True)
    profile = fields.Nested(ProfileSchema, load_default=None, allow_none=True)


class AuthorSchema(_Loose):
    type = fields.String(required=True, validate=validate.OneOf(("user", "business")))
    userId = _words(LONGEST_ID)
    displayName = _name()
    user = fields.Nested(UserSchema, load_default=None, allow_none=True)


class SourceSchema(_Loose):
    type = _words(LONGEST_ID)


class QuotedSchema(_Loose):
    message = fields.Dict(load_default=None, allow_none=True)


class MessageSchema(_Loose):
    id = _id(required=True)
    received = Moment(load_default=None, allow_none=True, default_timezone=UTC)
    author = fields.Nested(AuthorSchema, required=True)
    content = fields.Dict(required=True)
    source = fields.Nested(SourceSchema, load_default=dict)
    metadata = fields.Dict(load_default=dict, allow_none=True)
    quotedMessage = fields.Nested(QuotedSchema, load_default=None, allow_none=True)


class SaidSchema(_Loose):
    """conversation:message"""

    conversation = fields.Nested(ConversationSchema, required=True)
    message = fields.Nested(MessageSchema, required=True)


class ButtonSchema(_Loose):
    displayName = _name()
    text = _name()
    payload = _words()


class PressedSchema(_Loose):
    """conversation:postback"""

    conversation = fields.Nested(ConversationSchema, required=True)
    user = fields.Nested(UserSchema, required=True)
    postback = fields.Nested(ButtonSchema, required=True)
    source = fields.Nested(SourceSchema, load_default=dict)


class ReferredSchema(_Loose):
    id = _id(required=True)


class FailureSchema(_Loose):
    code = _words(LONGEST_ID)


class DeliverySchema(_Loose):
    """conversation:message:delivery:…"""

    message = fields.Nested(ReferredSchema, required=True)
    error = fields.Nested(FailureSchema, load_default=None, allow_none=True)


class ActivitySchema(_Loose):
    author = fields.Nested(AuthorSchema, required=True)


class ReadSchema(_Loose):
    """conversation:read"""

    conversation = fields.Nested(ConversationSchema, required=True)
    activity = fields.Nested(ActivitySchema, required=True)


class ControlSchema(_Loose):
    """switchboard:…"""

    conversation = fields.Nested(ConversationSchema, required=True)


class MergeSchema(_Loose):
    """user:merge"""

    mergedUsers = fields.Nested(
        _Loose.from_dict(
            {
                "surviving": fields.Nested(ReferredSchema, required=True),
                "discarded": fields.Nested(ReferredSchema, required=True),
            }
        ),
        required=True,
    )


class EventSchema(_Loose):
    id = _id(required=True)
    type = _id(required=True)
    createdAt = Moment(load_default=None, allow_none=True, default_timezone=UTC)
    payload = fields.Dict(required=True)


class BodySchema(_Loose):
    """The events are looked at one by one: what is wrong with one says nothing of the others."""

    events = fields.List(fields.Raw(allow_none=True), required=True, validate=validate.Length(max=MOST_EVENTS))
