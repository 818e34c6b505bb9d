"""Zendesk's event subscriptions and our own trigger template, tamed. Fields that we do not know are left out."""

from marshmallow import EXCLUDE, Schema, fields, validate

from webhooks.intake import name_field

EVENT_TYPE = r"^zen:event-type:[a-z_]+\.[a-z_]+\Z"
ABSENT = frozenset({"", "0", "null", None})  # how Zendesk renders a field that is not there


class Meta(Schema):
    class Meta:
        unknown = EXCLUDE


class DetailSchema(Meta):
    id = fields.String(required=True, validate=name_field(40))
    actor_id = fields.String(load_default=None, allow_none=True)


class AuthorSchema(Meta):
    id = fields.String(load_default=None, allow_none=True)


class CommentSchema(Meta):
    id = fields.String(load_default=None, allow_none=True, validate=name_field(40))
    author = fields.Nested(AuthorSchema, load_default=None, allow_none=True)


class ChangeSchema(Meta):
    comment = fields.Nested(CommentSchema, load_default=None, allow_none=True)


class EventSchema(Meta):
    """`detail.id` is the ticket, article or user; everything else is read again from the API."""

    id = fields.String(required=True, validate=name_field(100))
    type = fields.String(required=True, validate=validate.Regexp(EVENT_TYPE))
    time = fields.String(required=True)
    detail = fields.Nested(DetailSchema, required=True)
    event = fields.Nested(ChangeSchema, load_default=dict)


class TriggerSchema(Meta):
    """The body of the trigger that `handrail connect` declares: ids only, read again."""

    schema = fields.String(required=True, validate=validate.Equal("handrail.ticket.v1"))
    ticket_id = fields.String(required=True, validate=validate.Regexp(r"^[0-9]{1,20}\Z"))
    updated_at = fields.String(load_default="")
    current_user_id = fields.String(load_default="")
