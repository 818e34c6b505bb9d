"""How the day runs: who gets the next conversation, timers, models and what they cost, what actions may do."""

from core.coordinate.keys import Keys
from core.coordinate.kinds import AMOUNT, AT_LEAST_ONE, DAYS, FLAG, HOURS, NAME, SHARE, TEXT
from core.coordinate.policy.values_running import ActionLimit, Models, Price, Routing, Timers, Weights


def routing(keys: Keys) -> Routing:
    usual = Routing()
    return Routing(
        capacity=keys.at("capacity", AT_LEAST_ONE, usual.capacity),
        prior=keys.at("prior_days", DAYS, usual.prior),
        weights=_weights(keys.within("weights")),
        upsell=keys.at("upsell", TEXT, ""),
        spam=keys.at("spam", TEXT, ""),
        assign=keys.at("assign", FLAG, False),
    )


def _weights(keys: Keys) -> Weights:
    usual = Weights()
    return Weights(
        skill=keys.at("skill", AMOUNT, usual.skill),
        language=keys.at("language", AMOUNT, usual.language),
        prior=keys.at("prior", AMOUNT, usual.prior),
        load=keys.at("load", AMOUNT, usual.load),
        handle_time=keys.at("handle_time", AMOUNT, usual.handle_time),
    )


def timers(keys: Keys) -> Timers:
    return Timers(
        follow_up=keys.perhaps("follow_up_hours", HOURS),
        close=keys.perhaps("close_hours", HOURS),
        hand_back=keys.perhaps("hand_back_hours", HOURS),
    )


def models(keys: Keys) -> Models:
    usual = Models()
    strong, limits, prices = keys.within("strong"), keys.within("limits"), keys.within("prices")
    return Models(
        strong_complexity=strong.at("complexity", SHARE, usual.strong_complexity),
        strong_risk=strong.at("business_risk", SHARE, usual.strong_risk),
        per_day=limits.perhaps("per_day", AMOUNT),
        per_conversation=limits.perhaps("per_conversation", AMOUNT),
        currency=keys.at("currency", NAME, usual.currency),
        light=_price(prices.within("light")),
        strong=_price(prices.within("strong")),
    )


def _price(keys: Keys) -> Price:
    return Price(read=keys.at("read", AMOUNT, 0.0), written=keys.at("written", AMOUNT, 0.0))


def actions(keys: Keys) -> dict[str, ActionLimit]:
    return {
        name: ActionLimit(
            most=row.at("most", AMOUNT),
            per_day=row.perhaps("per_day", AMOUNT),
            approval=row.at("approval", FLAG, False),
        )
        for name, row in keys.rows("actions", NAME).items()
    }
