"""A moment in the answer of a system that speaks JSON."""

from datetime import datetime
from typing import Any

from marshmallow import fields

from core.text.outside import read_moment


class Moment(fields.AwareDateTime):
    """One that has a place in UTC, whatever is added to it or taken from it."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **more: Any) -> datetime:
        try:
            return read_moment(super()._deserialize(value, attr, data, **more))
        except ValueError as error:
            raise self.make_error("invalid", input=value, obj_type=self.OBJ_TYPE) from error
