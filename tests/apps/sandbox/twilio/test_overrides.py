from apps.sandbox.twilio.webhooks import retry_rule


def test_by_default_only_a_failed_connection_is_tried_once_more() -> None:
    rule = retry_rule("https://handrail.example/in?a=1")
    assert (len(rule.delays), rule.on_no_connection, rule.on_timeout, rule.statuses) == (1, True, False, frozenset())


def test_the_fragment_asks_for_more() -> None:
    rule = retry_rule("https://handrail.example/in#rc=2&rp=rt,5xx")
    assert (len(rule.delays), rule.on_no_connection, rule.on_timeout) == (2, False, True)
    assert (503 in rule.statuses, 404 in rule.statuses) == (True, False)
    everything = retry_rule("https://handrail.example/in#rc=9&rp=all")
    assert (len(everything.delays), everything.on_no_connection, 404 in everything.statuses) == (5, True, True)


def test_a_count_that_is_no_number_is_ignored() -> None:
    assert len(retry_rule("https://handrail.example/in#rc=many").delays) == 1
