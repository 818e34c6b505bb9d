"""Business events of the company's own systems: order late, outage, usage friction."""

from marshmallow import EXCLUDE, Schema, fields, validate

from webhooks.intake import named

LARGEST_FACTS = 50


class SignalSchema(Schema):
    """`facts` are the only things that a proactive message may state."""

    class Meta:
        unknown = EXCLUDE

    id = fields.String(required=True, validate=named(100))
    kind = fields.String(required=True, validate=validate.Regexp(r"^[a-z_]{1,40}\Z"))
    at = fields.AwareDateTime(load_default=None, allow_none=True)
    facts = fields.Dict(
        keys=fields.String(validate=validate.Regexp(r"^[a-z_]{1,40}\Z")),
        values=fields.Raw(),
        required=True,
        validate=validate.Length(min=1, max=LARGEST_FACTS),
    )
