"""Nothing is asked of a language model that the policy's budget does not cover.

Before a request the most it can cost is reserved, for the day and for the conversation, in one transaction; afterwards
the reservation becomes what it did cost. Two workers can so never overspend together. A worker that dies in between
leaves its reservation standing: the error is on the safe side, and gone with the day.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from core.errors import RejectedError
from core.model.conversation import CaseContext
from core.model.cost import MICRO, Cost
from core.model.ids import ConversationId
from core.policy import Models, Price
from core.ports import LanguageModel, Now, Store
from core.privacy.mask import mask_model_for

PER = 1_000_000  # tokens that a price is for
OUT_OF_BUDGET = "budget"


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelBudget:
    """`models` gives the budget of the policy in force. A day is one of UTC."""

    store: Store
    models: Callable[[], Models]
    now: Now

    def meter(self, model: LanguageModel, tier: str, conversation_id: ConversationId) -> "MeteredModel":
        return MeteredModel(model=model, tier=tier, purse=self, conversation_id=conversation_id)

    def reserve(self, micro: int, conversation_id: ConversationId | None) -> tuple[str, ...]:
        """Set the sum aside; the names under which it stands. Without a conversation the day alone pays.

        Raises:
            RejectedError: with the code `budget`, where it goes past a limit; nothing is set aside then.
        """
        models = self.models()
        budgets = [(f"day:{self.now().date().isoformat()}", models.per_day, "of this day")]
        if conversation_id is not None:
            budgets.append((f"conversation:{conversation_id}", models.per_conversation, "for one conversation"))
        with self.store.begin() as unit:
            for name, limit, whose in budgets:
                if not unit.spend.take(name, micro, None if limit is None else round(limit * MICRO)):
                    raise RejectedError(
                        f"the budget {whose}, {limit:.2f} {models.currency}, is used up", code=OUT_OF_BUDGET
                    )
        return tuple(name for name, _, _ in budgets)

    def settle(self, names: tuple[str, ...], reserved: int, spent: int) -> None:
        with self.store.begin() as unit:
            for name in names:
                unit.spend.take(name, spent - reserved, None)


@dataclass(frozen=True, slots=True, kw_only=True)
class MeteredModel:
    """A model for one conversation; `costs` are those of its requests so far, the failed ones too."""

    model: LanguageModel
    tier: str
    purse: ModelBudget
    conversation_id: ConversationId
    costs: list[Cost] = field(default_factory=list)

    @property
    def name(self) -> str:
        return self.model.name

    def count_tokens(self, text: str) -> int:
        return self.model.count_tokens(text)

    def complete(
        self, *, system: str, user: str, schema: Mapping[str, Any], max_tokens: int, within: timedelta | None = None
    ) -> str:
        with self._paid(system + user, max_tokens) as written:
            reply = self.model.complete(system=system, user=user, schema=schema, max_tokens=max_tokens, within=within)
            written.append(reply)
            return reply

    def stream(
        self, *, system: str, user: str, schema: Mapping[str, Any], max_tokens: int, within: timedelta | None = None
    ) -> Iterator[str]:
        with self._paid(system + user, max_tokens) as written:
            for piece in self.model.stream(
                system=system, user=user, schema=schema, max_tokens=max_tokens, within=within
            ):
                written.append(piece)
                yield piece

    @contextmanager
    def _paid(self, prompt: str, most: int) -> Iterator[list[str]]:
        """What is appended was written by the model. A request that failed is paid as if it had been read: whether
        the vendor bills it is not known."""
        read, written = self.count_tokens(prompt), list[str]()
        reserved = self._micro(read, most)
        names = self.purse.reserve(reserved, self.conversation_id)
        try:
            yield written
        finally:
            tokens = self.count_tokens("".join(written))
            spent = self._micro(read, tokens)
            self.purse.settle(names, reserved, spent)
            self.costs.append(
                Cost(
                    model=self.name,
                    tier=self.tier,
                    read=read,
                    written=tokens,
                    amount=spent / MICRO,
                    currency=self.purse.models().currency,
                )
            )

    def _micro(self, read: int, written: int) -> int:
        price = _price(self.purse.models(), self.tier)
        return round((read * price.read + written * price.written) * MICRO / PER)


def for_case(model: LanguageModel, tier: str, case: CaseContext, purse: ModelBudget | None) -> LanguageModel:
    """The model for one customer's conversation: it sees none of their own data, and is paid from the purse."""
    masked = mask_model_for(model, case.customer)
    return purse.meter(masked, tier, case.conversation.id) if purse else masked


def _price(models: Models, tier: str) -> Price:
    return models.strong if tier == "strong" else models.light
