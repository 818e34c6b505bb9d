"""Twilio's form fields of a call, tamed."""

from typing import Any

from marshmallow import EXCLUDE, Schema, fields, validate

from webhooks.intake import Moment, name_field

CALL = r"^CA[0-9a-fA-F]{32}\Z"
LONGEST_UTTERANCE = 5_000


class CallSchema(Schema):
    """What every request about a call says."""

    class Meta:
        unknown = EXCLUDE

    CallSid = fields.String(required=True, validate=validate.Regexp(CALL))
    From = fields.String(load_default="", validate=validate.Length(max=60))
    CallStatus = fields.String(load_default="", validate=validate.Length(max=40))


class ArrivalSchema(CallSchema):
    FromCountry = fields.String(load_default="", validate=validate.Length(max=2))


class SaidSchema(CallSchema):
    SpeechResult = fields.String(load_default="", validate=validate.Length(max=LONGEST_UTTERANCE))
    Confidence = fields.Float(load_default=1.0)
    Digits = fields.String(load_default="", validate=validate.Length(max=20))


class RungSchema(CallSchema):
    DialCallStatus = fields.String(load_default="", validate=validate.Length(max=40))


class EndedSchema(CallSchema):
    CallStatus = fields.String(required=True, validate=name_field(40))


class TranscriptionSchema(Schema):
    """An event of a live transcription. `TranscriptionData` is JSON in a field."""

    class Meta:
        unknown = EXCLUDE

    CallSid = fields.String(required=True, validate=validate.Regexp(CALL))
    TranscriptionSid = fields.String(required=True, validate=validate.Length(max=60))
    TranscriptionEvent = fields.String(required=True, validate=name_field(40))
    SequenceId = fields.Integer(load_default=0)
    Timestamp = Moment(load_default=None, allow_none=True)
    Track = fields.String(load_default="", validate=validate.OneOf(["", "inbound_track", "outbound_track"]))
    TranscriptionData = fields.String(load_default="", validate=validate.Length(max=LONGEST_UTTERANCE * 2))
    # "true" and "false" in words.
    Final = fields.Boolean(load_default=True)


Form = dict[str, Any]
