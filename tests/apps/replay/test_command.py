"""`handrail replay` as a person starts it, with real readers: what of later it must not know; and it only reads."""

import copy
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
import yaml
from click.testing import CliRunner, Result

from apps.cli import main
from apps.policy_file import check_policy, parse_policy
from apps.sandbox.openai.answers import CHAT_MODEL
from tests.apps.sandbox.running import serving
from tests.apps.sandbox.zendesk.larkfield import BOT, TOKEN, Larkfield, larkfield

ASKED = "How do I reset my thermostat?"
ANSWER = "To reset the thermostat, hold the button for ten seconds. The light turns blue."
ARTICLE = {"id": "reset", "title": "Resetting the thermostat", "url": "https://help.larkfield.example/reset"}


def ticket(number: int, day: str, *, asked: str = ASKED, reply: str = ANSWER, **more: Any) -> dict[str, Any]:
    customer = {"id": 100 + number, "name": f"Nora Quill{number}", "role": "end-user"}
    return {
        "id": number,
        "url": f"https://larkfield.zendesk.com/api/v2/tickets/{number}.json",
        "subject": "Thermostat",
        "status": "closed",
        "created_at": f"{day}T09:00:00Z",
        "requester_id": customer["id"],
        "group": {"id": 1, "name": "Support"},
        "users": [customer, {"id": 2, "name": "Maria Lopez", "role": "agent"}],
        "comments": [
            {"id": number * 10, "author_id": customer["id"], "body": asked, "created_at": f"{day}T09:00:00Z"},
            {"id": number * 10 + 1, "author_id": 2, "body": reply, "created_at": f"{day}T11:00:00Z"},
        ],
        **more,
    }


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in [name for name in os.environ if name.startswith("HANDRAIL_")]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def lines(path: Path, *rows: dict[str, Any]) -> Path:
    path.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    return path


def replayed(*arguments: object) -> Result:
    return CliRunner().invoke(main, ["replay", *map(str, arguments), "--processes", "1"])


def told(*arguments: object) -> dict[str, Any]:
    done = replayed(*arguments, "--json")
    assert done.exit_code == 0, done.output
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def answered(found: dict[str, Any]) -> list[str]:
    """The tickets that would have been answered by themselves."""
    return sorted({t for row in found["actions"] if row["assistant"] == "answers by itself" for t in row["tickets"]})


def test_an_article_of_later_answers_nothing_before_it_and_versions_take_their_turn(here: Path) -> None:
    history = lines(here / "h.jsonl", ticket(1, "2026-01-10"), ticket(2, "2026-03-01"), ticket(3, "2026-05-01"))
    february = lines(here / "feb.jsonl", ARTICLE | {"body": ANSWER, "updated_at": "2026-02-01"})
    changed = ANSWER.replace("ten seconds", "45 seconds")
    april = lines(here / "apr.jsonl", ARTICLE | {"body": changed, "updated_at": "2026-04-01"})
    found = told("--from", history, "--knowledge", april, "--knowledge", february)
    assert answered(found) == ["2", "3"]
    (wrong,) = found["whole"]["wrong"]
    assert (wrong["ticket"], "45 seconds" in wrong["draft"]) == ("3", True), (
        "the agent said ten, the article 45 by then"
    )
    assert found["whole"]["error"]["hits"] == 1
    assert found["unknown"]["turns_before"] == 1
    today = told("--from", history, "--knowledge", april, "--articles", "today")
    assert answered(today) == ["1", "2", "3"]


def test_an_article_without_a_date_is_used_and_what_rests_on_it_is_told(here: Path) -> None:
    history = lines(here / "h.jsonl", ticket(1, "2026-01-10"))
    found = told("--from", history, "--knowledge", lines(here / "a.jsonl", ARTICLE | {"body": ANSWER}))
    assert (answered(found), found["unknown"]["undated"]) == (["1"], 1)


def test_nothing_that_came_later_changes_what_is_decided(here: Path) -> None:
    """Comments after the turn, and everything that the export has as it stands today: orders, profile, tags, state."""
    article = lines(here / "a.jsonl", ARTICLE | {"body": ANSWER, "updated_at": "2026-01-01"})
    plain = [
        ticket(1, "2026-01-10"),
        ticket(2, "2026-01-11", asked="Where is my order LK-104233?", reply="Soon.", subject="Order"),
    ]
    later = copy.deepcopy(plain)
    for row in later:
        customer = row["requester_id"]
        row |= {"tags": ["vip", "legal", "order_delivered"], "priority": "urgent", "status": "solved"}
        row["custom_fields"] = [{"id": 1, "value": "delivered 2026-02-01"}]
        row["users"][0] |= {"user_fields": {"vip": True, "order_status": "delivered"}, "tags": ["vip"]}
        row["users"][0]["notes"] = "threatened with a lawyer"
        said = "I want to speak to a person now, my lawyer will call you."
        row["comments"].append(
            {"id": row["id"] * 10 + 5, "author_id": customer, "body": said, "created_at": "2026-06-01T09:00:00Z"}
        )
        note = {"id": row["id"] * 10 + 6, "author_id": 2, "body": "fraud!", "public": False}
        row["comments"].append(note | {"created_at": "2026-06-01T10:00:00Z"})
    before = told("--from", lines(here / "p.jsonl", *plain), "--knowledge", article)
    after = told("--from", lines(here / "l.jsonl", *later), "--knowledge", article)
    assert answered(before) == answered(after) == ["1"]
    first = [row for row in after["actions"] if row["assistant"] == "calls a person"]
    assert sum(row["turns"] for row in first) == 3, "the order's turn as before, and the two that came in June"
    axes = {line["intent"]: line["axes"] for line in before["intents"]}
    assert axes[""]["business_risk"] < 0.2, "no profile, tag or note of later weighs on a turn"
    assert "Quill" not in json.dumps(after)
    assert "Lopez" not in json.dumps(after)


def test_escalations_of_people_are_held_against_ours(here: Path) -> None:
    angry = "I want to speak to a person, not a machine."
    rows = (
        ticket(1, "2026-01-10", asked=angry, tags=["escalated"]),
        ticket(2, "2026-01-11", metric_set={"group_stations": 3}),
        ticket(3, "2026-01-12", asked=angry),
        ticket(4, "2026-01-13"),
    )
    article = lines(here / "a.jsonl", ARTICLE | {"body": ANSWER, "updated_at": "2026-01-01"})
    found = told("--from", lines(here / "h.jsonl", *rows), "--knowledge", article)["escalations"]
    assert (found["found"], found["missed"], found["missed_automatic"], found["only_ours"]) == (
        *(["1"], ["2"], ["2"]),
        ["3"],
    )


def test_the_exit_code_serves_a_pipeline(here: Path) -> None:
    article = lines(here / "a.jsonl", ARTICLE | {"body": ANSWER, "updated_at": "2026-01-01"})
    good = lines(here / "g.jsonl", ticket(1, "2026-01-10"))
    bad = lines(here / "b.jsonl", ticket(1, "2026-01-10", reply="I've sent you a new one, it arrives on Monday."))
    none = lines(here / "n.jsonl", ticket(1, "2026-01-10", reply="Which of your thermostats is it?"))
    codes = [
        replayed("--from", each, "--knowledge", article, "--fail-above", 0.1).exit_code for each in (good, bad, none)
    ]
    assert codes == [0, 1, 1]
    assert replayed("--from", lines(here / "e.jsonl", {"id": 1}), "--knowledge", article).exit_code == 2


def test_the_page_stands_alone_and_what_customers_wrote_stays_text(here: Path) -> None:
    article = lines(here / "a.jsonl", ARTICLE | {"body": ANSWER, "updated_at": "2026-01-01"})
    asked = f"{ASKED} <script>alert(1)</script>"
    history = lines(here / "h.jsonl", ticket(1, "2026-01-10", asked=asked, reply="I've sent you a new one today."))
    done = replayed("--from", history, "--knowledge", article, "--html", here / "r.html", "--write", here / "start")
    assert done.exit_code == 0, done.output
    text = (here / "r.html").read_text(encoding="utf-8")
    assert "<script" not in text
    assert "&lt;script&gt;" in text
    assert ' src="' not in text
    assert "https://larkfield.zendesk.com/agent/tickets/1" in text
    assert sorted(path.name for path in (here / "start").iterdir()) == ["policy.part.yaml", "style.yaml"]


def test_what_it_proposes_can_be_copied_into_the_policy(here: Path) -> None:
    article = lines(here / "a.jsonl", ARTICLE | {"body": ANSWER, "updated_at": "2026-01-01"})
    intents = here / "intents.yaml"
    said = ["How do I reset my thermostat?", "Reset it please", "How can I reset the thermostat", "Factory reset how"]
    rows = [{"name": "reset", "label": "Reset", "examples": [*said, "I want to reset my thermostat"]}]
    bills = ["I did not buy it", "Not my charge", "The bill is wrong", "Charged twice", "Who took this money?"]
    rows.append({"name": "dispute", "label": "Dispute", "examples": bills})
    intents.write_text(yaml.safe_dump({"intents": rows}), encoding="utf-8")
    history = lines(here / "h.jsonl", *(ticket(n, f"2026-01-{10 + n % 19:02}") for n in range(1, 41)))
    write = ("--write", here / "start", "--at-most-wrong", 0.1)
    found = told("--from", history, "--knowledge", article, "--intents", intents, *write)
    assert found["thresholds"].keys() == {"reset"}
    (line,) = [each for each in found["intents"] if each["intent"] == "reset"]
    assert (line["owner"]["way"], line["owner"]["known"], len(line["tickets"])) == ("assistant", True, 40)
    assert (line["safe"]["share"]["value"], line["safe"]["error"]["hits"]) == (1.0, 0)
    part = yaml.safe_load((here / "start" / "policy.part.yaml").read_text("utf-8"))
    policy = yaml.safe_load(Path(__file__).parents[3].joinpath("apps/starter/policy.yaml").read_text("utf-8"))
    policy["owners"]["intents"] = part["owners"]["intents"]
    policy["confidence"]["intents"] = part["confidence"]["intents"]
    checked = check_policy(parse_policy(yaml.safe_dump(policy), "proposed"))
    assert checked.owner_of("reset").way == "assistant"


# ---------------------------------------------------------------- a model's second opinion


def test_a_model_judges_besides_and_changes_nothing_else(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    article = lines(here / "a.jsonl", ARTICLE | {"body": ANSWER, "updated_at": "2026-01-01"})
    rows = (ticket(1, "2026-01-10"), ticket(2, "2026-01-11", reply="I've sent you a new one, it arrives on Monday."))
    history = lines(here / "h.jsonl", *rows)
    without = told("--from", history, "--knowledge", article)
    assert without["second"] is None
    assert "No language model took part" in replayed("--from", history, "--knowledge", article).output
    with serving() as sandbox:
        monkeypatch.setenv("HANDRAIL_OPENAI_BASE_URL", f"{sandbox.url}/openai/v1")
        monkeypatch.setenv("HANDRAIL_OPENAI_API_KEY", sandbox.world.settings.openai_key)
        judged = told("--from", history, "--knowledge", article, "--model", CHAT_MODEL)
        shown = replayed("--from", history, "--knowledge", article, "--model", CHAT_MODEL).output
    second = judged.pop("second")
    assert (second["model"], second["unread"]) == (CHAT_MODEL, 0)
    assert sum(row["pairs"] for row in second["counts"]) == 2
    assert f"Second opinion of {CHAT_MODEL}" in shown
    without.pop("second")
    assert judged == without


def test_a_model_without_an_endpoint_is_refused_before_anything_is_decided(here: Path) -> None:
    history = lines(here / "h.jsonl", ticket(1, "2026-01-10"))
    article = lines(here / "a.jsonl", ARTICLE | {"body": ANSWER})
    done = replayed("--from", history, "--knowledge", article, "--model", "anything")
    assert (done.exit_code, "HANDRAIL_OPENAI_BASE_URL" in done.output) == (2, True)


# ---------------------------------------------------------------- from the account, reading alone


@pytest.fixture
def home() -> Iterator[Larkfield]:
    with larkfield() as served:
        yield served


def test_the_account_is_only_read(here: Path, home: Larkfield, monkeypatch: pytest.MonkeyPatch) -> None:
    ann, maria = home.ids["ann"], home.ids["maria"]
    asked = {"subject": "Reset", "requester_id": ann, "comment": {"body": ASKED, "author_id": ann}}
    number = home.call("POST", "tickets.json", json={"ticket": asked}).json()["ticket"]["id"]
    home.clock.pass_by(seconds=30)
    said = {"comment": {"body": ANSWER, "public": True, "author_id": maria}, "status": "solved"}
    home.call("PUT", f"tickets/{number}.json", json={"ticket": said})
    home.clock.pass_by(minutes=5)
    for name, value in (("SUBDOMAIN", "larkfield"), ("EMAIL", BOT), ("TOKEN", TOKEN), ("URL", home.base)):
        monkeypatch.setenv(f"HANDRAIL_ZENDESK_{name}", value)
    methods: list[str] = []
    send = requests.Session.send

    def noted(session: requests.Session, request: requests.PreparedRequest, **kwargs: Any) -> requests.Response:
        methods.append(f"{request.method} {request.url}")
        return send(session, request, **kwargs)

    monkeypatch.setattr(requests.Session, "send", noted)
    before = home.call("GET", f"tickets/{number}/audits.json").json()
    methods.clear()
    found = told("--last", 5)
    assert found["tickets"] == 1
    # What another test has started in this process looks at its own machine meanwhile.
    ours = [each for each in methods if "//127.0.0.1:" not in each]
    assert {each.partition(" ")[0] for each in ours} == {"GET"}
    assert all("larkfield.zendesk.com" in each for each in ours), ours
    assert home.call("GET", f"tickets/{number}/audits.json").json() == before
    assert sorted(path.name for path in here.rglob("*")) == [], "nothing is kept"
