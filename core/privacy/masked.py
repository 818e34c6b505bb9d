"""A language model that never sees personal data: placeholders go out, the values come back."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Any

from core.model.customer import Customer
from core.ports import LanguageModel
from core.privacy.known import of_customer, region_of
from core.privacy.mask import mask_all, restore_values
from core.privacy.personal import Known

NOTE = (
    " Words in square brackets with a number, such as [phone 1], stand for values that you are not shown: copy them"
    " exactly as they are where the value belongs."
)
_BEGUN = re.compile(r"\[[a-z]{0,8}(?: \d{0,4})?\Z")


class MaskedModel:
    """Wraps any LanguageModel. The prompt, ours and the customer's words, goes out with placeholders; in the model's
    JSON each placeholder that we gave out becomes its value again. The schema goes out as it is: it is ours."""

    def __init__(self, model: LanguageModel, *, region: str | None = None, known: Sequence[Known] = ()) -> None:
        """`region` is where a phone number without country code would be dialled; `known` is what a profile says."""
        self._model = model
        self._region = region
        self.known = tuple(known)

    @property
    def name(self) -> str:
        return self._model.name

    def knowing(self, customer: Customer) -> "MaskedModel":
        """The same model, for whom this customer's name and addresses are masked too."""
        region = self._region or region_of(customer)
        return MaskedModel(self._model, region=region, known=of_customer(customer))

    def complete(
        self, *, system: str, user: str, schema: Mapping[str, Any], max_tokens: int, within: timedelta | None = None
    ) -> str:
        system, user, entries = self._masked(system, user)
        reply = self._model.complete(system=system, user=user, schema=schema, max_tokens=max_tokens, within=within)
        return restore_values(reply, entries, _in_json)

    def stream(
        self, *, system: str, user: str, schema: Mapping[str, Any], max_tokens: int, within: timedelta | None = None
    ) -> Iterator[str]:
        """A placeholder that comes in two pieces is held back until it is whole."""
        system, user, entries = self._masked(system, user)
        pieces = self._model.stream(system=system, user=user, schema=schema, max_tokens=max_tokens, within=within)
        held = ""
        try:
            for piece in pieces:
                ready, held = _whole(held + piece)
                if ready:
                    yield restore_values(ready, entries, _in_json)
        finally:
            if close := getattr(pieces, "close", None):
                close()
        if held:
            yield held

    def count_tokens(self, text: str) -> int:
        return self._model.count_tokens(text)

    def _masked(self, system: str, user: str) -> tuple[str, str, Mapping[str, str]]:
        (system, user), entries = mask_all((system, user), region=self._region, known=self.known)
        return system + NOTE if entries else system, user, entries


def mask_model_for(model: LanguageModel, customer: Customer) -> MaskedModel:
    """The model, shown neither personal data nor this customer's own name; it may be wrapped already."""
    return (model if isinstance(model, MaskedModel) else MaskedModel(model)).knowing(customer)


def _whole(text: str) -> tuple[str, str]:
    """(what can be read now, the beginning of a placeholder)."""
    begun = _BEGUN.search(text)
    return (text[: begun.start()], text[begun.start() :]) if begun else (text, "")


def _in_json(value: str) -> str:
    """The value as it stands inside a JSON string: a quotation mark in a name must not end it."""
    return json.dumps(value, ensure_ascii=False)[1:-1]
