"""tau2-bench's tasks: the actions that they call right, and mutations of each that a rule has to refuse."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field, replace
from typing import Any

from apps.evaluate.tau2.shop import JSON, Shop
from core.actions.expressions import cents

# A tool and its arguments under the names of the policy.
NAMES = {
    "order_id": "order",
    "user_id": "user",
    "item_ids": "items",
    "new_item_ids": "new_items",
    "payment_method_id": "payment",
}
AIRLINE = frozenset(
    {
        "book_reservation",
        "cancel_reservation",
        "send_certificate",
        "update_reservation_baggages",
        "update_reservation_flights",
        "update_reservation_passengers",
    }
)


def _nothing(shop: Shop) -> None:
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What is asked for, by whom. `given` are the arguments; `rule` the one that has to refuse it, empty where it is
    right; `arrange` what is different in the shop at first."""

    action: str
    given: Mapping[str, Any]
    user: str
    proved: bool = True
    what: str = ""
    rule: str = ""
    arrange: Callable[[Shop], None] = field(default=_nothing)


def gold_wishes(task: JSON, user: str, actions: frozenset[str]) -> list[Wish]:
    """The actions of a task that change something, in their order."""
    return [
        Wish(
            action=each["name"],
            given={NAMES.get(name, name): value for name, value in each["arguments"].items()},
            user=user,
        )
        for each in _steps(task)
        if each["name"] in actions
    ]


def find_user(task: JSON, users: Mapping[str, JSON]) -> str:
    """Whose task it is: whom its look-ups find, or who its words say that they are; empty where neither tells. Never
    whose order it is, which is what the rules have to find out."""
    for each in _steps(task):
        told = each["arguments"]
        for name, user in users.items():
            by_name = each["name"] == "find_user_id_by_name_zip" and (
                told["first_name"].casefold() == user["name"]["first_name"].casefold()
                and told["last_name"].casefold() == user["name"]["last_name"].casefold()
                and told["zip"] == user["address"]["zip"]
            )
            by_email = each["name"] == "find_user_id_by_email" and told["email"].casefold() == user["email"].casefold()
            if by_name or by_email:
                return name
    words = _words(task)
    for name, user in users.items():
        full = f"{user['name']['first_name']} {user['name']['last_name']}"
        if name in words or user["email"] in words or (full in words and user["address"]["zip"] in words):
            return name
    return ""


def is_whole(task: JSON) -> bool:
    """Whether a task of the airline holds every fact that a rule would look at: the record of the reservation, in which
    its cabin, insurance and time of booking stand."""
    return bool(task.get("initial_state")) and bool(airline_actions(task))


def airline_actions(task: JSON) -> list[JSON]:
    return [each for each in _steps(task) if each["name"] in AIRLINE]


def is_spelt_out(task: JSON) -> bool:
    """Whether all arguments of its actions stand in its own words."""
    words = _words(task)
    told = [leaf for each in airline_actions(task) for leaf in _leaves(each["arguments"])]
    return bool(told) and all(leaf in words for leaf in told)


def _leaves(value: Any) -> Iterator[str]:
    if isinstance(value, Mapping | list):
        for each in value.values() if isinstance(value, Mapping) else value:
            yield from _leaves(each)
    else:
        yield str(value)


def _steps(task: JSON) -> list[JSON]:
    return [each for each in task["evaluation_criteria"]["actions"] or () if each.get("arguments") is not None]


def _words(task: JSON) -> str:
    told: Mapping[str, Any] = task["user_scenario"]["instructions"]
    return " ".join(str(value) for value in told.values() if value)


# ---------------------------------------------------------------- mutations


def mutate(gold: Wish, shop: Shop) -> Iterator[Wish]:
    """All that apply to this action, in the shop as it is before it."""
    ours = shop.users[gold.user]
    other = next(name for name in shop.users if name != gold.user)
    yield replace(gold, what="it is not proved who asks", proved=False, rule="identity")
    yield _changed(gold, "an argument that the action does not know", "input", discount="100")
    if "order" in gold.given:
        yield from _orders(gold, shop, other)
    if "items" in gold.given:
        yield from _items(gold, shop)
    if "new_items" in gold.given:
        yield from _new_items(gold, shop)
    if "payment" in gold.given:
        yield from _payments(gold, shop, ours, other)
    if "reason" in gold.given:
        yield _changed(gold, "a reason that is none", "input", reason="found it cheaper elsewhere")
        yield _changed(gold, "no reason", "missing", reason="")
    if "address1" in gold.given:
        yield _changed(gold, "no street", "missing", address1="")
        yield _changed(gold, "a zip code that is no word", "input", zip="10 / 01")
    if "user" in gold.given:
        yield _changed(gold, "another customer's profile", "own_profile", user=other)
        yield replace(gold, what="another customer asks", user=other, rule="own_profile")
        yield _changed(gold, "a profile that there is not", "record", user="nobody_0000")


def done_twice(gold: Wish, policy_rules: Sequence[str]) -> Wish | None:
    """The same again when it is done; None where the policy allows that, as of an address."""
    if "address1" in gold.given:
        return None
    rule = "delivered" if "delivered" in policy_rules else "pending"
    return replace(gold, what="the same again", rule=rule)


def _changed(gold: Wish, what: str, rule: str, **changes: Any) -> Wish:
    return replace(gold, what=what, rule=rule, given={**gold.given, **changes})


def _orders(gold: Wish, shop: Shop, other: str) -> Iterator[Wish]:
    order = gold.given["order"]
    delivered = "delivered" in gold.action
    theirs = next(
        name
        for name, each in shop.orders.items()
        if each["user_id"] != gold.user and each["status"] == shop.orders[order]["status"]
    )
    yield replace(gold, what="another customer asks", user=other, rule="own_order")
    yield _changed(gold, "another customer's order", "own_order", order=theirs)
    yield _changed(gold, "an order that there is not", "record", order="#W0000000")
    for status in ("processed", "cancelled", "pending" if delivered else "delivered"):
        yield replace(
            gold,
            what=f"the order is {status}",
            rule="delivered" if delivered else "pending",
            arrange=lambda there, status=status: there.orders[order].update(status=status),  # type: ignore[misc]
        )


def _items(gold: Wish, shop: Shop) -> Iterator[Wish]:
    items, held = gold.given["items"], [each["item_id"] for each in shop.orders[gold.given["order"]]["items"]]
    foreign = next(name for name in shop.variants if name not in held)
    yield _changed(gold, "an item that is not in the order", "in_the_order", items=[foreign, *items[1:]])
    more = held.count(items[0]) - items.count(items[0]) + 1
    again = {"items": [*items, *[items[0]] * more]}
    if "new_items" in gold.given:
        again["new_items"] = [*gold.given["new_items"], *[gold.given["new_items"][0]] * more]
    yield _changed(gold, "an item more often than it was ordered", "in_the_order", **again)


def _new_items(gold: Wish, shop: Shop) -> Iterator[Wish]:
    items, new = gold.given["items"], gold.given["new_items"]
    product = next(
        each["product_id"] for each in shop.orders[gold.given["order"]]["items"] if each["item_id"] == items[0]
    )
    of_product = {name: each for name, each in shop.variants.items() if each["product_id"] == product}
    foreign = next(name for name, each in shop.variants.items() if each["product_id"] != product and each["available"])
    gone = next((name for name, each in of_product.items() if not each["available"] and name != items[0]), None)
    yield _changed(gold, "a new item of another product", "same_product", new_items=[foreign, *new[1:]])
    yield _changed(gold, "a new item that there is not", "same_product", new_items=["0000000000", *new[1:]])
    yield _changed(gold, "the item that is there already", "another_option", new_items=[items[0], *new[1:]])
    yield _changed(gold, "one new item more than items", "one_for_one", new_items=[*new, new[0]])
    if gone:
        yield _changed(gold, "a new item that is not available", "available", new_items=[gone, *new[1:]])
    yield replace(
        gold,
        what="the new item has been sold out",
        rule="available",
        arrange=lambda there: there.variants[new[0]].update(available=False),
    )


def _payments(gold: Wish, shop: Shop, ours: JSON, other: str) -> Iterator[Wish]:
    known = ours["payment_methods"]
    foreign = next(name for name in shop.users[other]["payment_methods"] if name not in known)
    yield _changed(gold, "another customer's payment method", "own_payment", payment=foreign)
    yield _changed(gold, "a payment method that there is not", "own_payment", payment="credit_card_0000000")
    if gold.action == "return_delivered_order_items":

        def add_paypal(there: Shop) -> None:
            there.users[gold.user]["payment_methods"]["paypal_0"] = {"source": "paypal", "id": "paypal_0"}

        wish = _changed(gold, "a refund to another method of theirs", "original_or_gift_card", payment="paypal_0")
        yield replace(wish, arrange=add_paypal)
    difference = _difference(gold, shop)
    if difference > 0:

        def add_card(there: Shop) -> None:
            card = {"source": "gift_card", "id": "gift_card_0", "balance": (difference - 1) / 100}
            there.users[gold.user]["payment_methods"]["gift_card_0"] = card

        wish = _changed(gold, "a gift card that is a cent short", "gift_card_covers", payment="gift_card_0")
        yield replace(wish, arrange=add_card)


def _difference(gold: Wish, shop: Shop) -> int:
    """What there is to pay, in cents."""
    if "new_items" not in gold.given:
        return 0
    held = {each["item_id"]: cents(each["price"]) for each in shop.orders[gold.given["order"]]["items"]}
    new = sum(cents(shop.variants[each]["price"]) for each in gold.given["new_items"])
    return new - sum(held[each] for each in gold.given["items"])


def copy_of(shop: Shop, wish: Wish) -> Shop:
    """What the wish may look at and change, so that no copy of a thousand orders is made for each."""
    orders = {name for name in (wish.given.get("order"),) if name in shop.orders}
    users = {name for name in (wish.user, wish.given.get("user")) if name in shop.users}
    copied = Shop({"orders": {}, "users": {}, "products": {}})
    copied.orders = {name: deepcopy(shop.orders[name]) for name in orders}
    copied.users = {name: deepcopy(shop.users[name]) for name in users}
    copied.variants = {
        name: dict(shop.variants[name]) for name in wish.given.get("new_items", ()) if name in shop.variants
    }
    return copied
