"""What the beacon sends, tamed: anybody can send it, so everything is short and nothing is free text of a person."""

from marshmallow import EXCLUDE, Schema, fields, validate

from core.model.journey import JourneyStepKind

VISITOR = r"^[0-9a-f]{32}\Z"
PAGE = r"^/[^?#\s]{0,299}\Z"
WORDS = r"^[\w .:/-]{0,60}\Z"  # the name of a step or an error as the page's own script gives it
LONGEST_WAIT_S = 86_400


class StepSchema(Schema):
    class Meta:
        unknown = EXCLUDE

    visitor = fields.String(required=True, validate=validate.Regexp(VISITOR))
    number = fields.Integer(required=True, strict=True, validate=validate.Range(min=1, max=1_000_000))
    kind = fields.String(required=True, validate=validate.OneOf(tuple(JourneyStepKind)))
    page = fields.String(required=True, validate=validate.Regexp(PAGE))
    name = fields.String(load_default="", validate=validate.Regexp(WORDS))
    seconds = fields.Float(load_default=0.0, validate=validate.Range(min=0, max=LONGEST_WAIT_S))
    language = fields.String(load_default="en", validate=validate.Regexp(r"^[a-z]{2,3}\Z"))


class AnswerSchema(Schema):
    class Meta:
        unknown = EXCLUDE

    visitor = fields.String(required=True, validate=validate.Regexp(VISITOR))
    offer = fields.String(required=True, validate=validate.Regexp(r"^of_[0-9a-f]{32}\Z"))
    answer = fields.String(required=True, validate=validate.OneOf(("accepted", "declined")))
