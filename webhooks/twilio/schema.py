"""Twilio's form fields, tamed. The set changes without notice, so everything else is left out."""

from marshmallow import EXCLUDE, Schema, fields, validate

from webhooks.intake import name_field

SID = r"^(SM|MM)[0-9a-fA-F]{32}\Z"
LONGEST = validate.Length(max=2_000)  # characters of a label, an address, a headline


class InboundSchema(Schema):
    class Meta:
        unknown = EXCLUDE

    MessageSid = fields.String(required=True, validate=validate.Regexp(SID))
    From = fields.String(required=True, validate=name_field(60))
    To = fields.String(required=True, validate=name_field(60))
    Body = fields.String(load_default="", validate=validate.Length(max=20_000))
    NumMedia = fields.Integer(load_default=0)
    ProfileName = fields.String(load_default="")
    OptOutType = fields.String(load_default="")
    # WhatsApp's own.
    MessageType = fields.String(load_default="", validate=LONGEST)
    ButtonText = fields.String(load_default="", validate=LONGEST)
    ButtonPayload = fields.String(load_default="", validate=LONGEST)
    ListTitle = fields.String(load_default="", validate=LONGEST)
    ListId = fields.String(load_default="", validate=LONGEST)
    Latitude = fields.String(load_default="", validate=LONGEST)
    Longitude = fields.String(load_default="", validate=LONGEST)
    Label = fields.String(load_default="", validate=LONGEST)
    Address = fields.String(load_default="", validate=LONGEST)
    Forwarded = fields.String(load_default="")
    OriginalRepliedMessageSid = fields.String(load_default="")
    ReferralHeadline = fields.String(load_default="", validate=LONGEST)
    ReferralSourceUrl = fields.String(load_default="", validate=LONGEST)


class StatusSchema(Schema):
    class Meta:
        unknown = EXCLUDE

    MessageSid = fields.String(required=True, validate=validate.Regexp(SID))
    MessageStatus = fields.String(required=True, validate=name_field(40))
    ErrorCode = fields.String(load_default="")
