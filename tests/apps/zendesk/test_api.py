import json
import re
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from apps.slack.cards.renderer import SlackCards
from apps.zendesk.session import LIFETIME
from apps.zendesk.tickets import Tickets
from core.errors import TransientError
from core.knowledge.library import Library
from core.model.conversation import ASSISTANT, Owner, OwnerKind
from core.model.decision import Action, Disposition
from core.model.ids import ArticleId, EffectId, TicketId
from core.model.knowledge import Article
from tests.apps.zendesk.desk import DRAFT, SDK, TICKET, Desk, session_of
from tests.apps.zendesk.tokens import claims, signed
from tests.clock import NOW
from tests.core.samples import payload_of

ROUTES = [
    ("GET", f"tickets/{TICKET}", None),
    ("POST", f"tickets/{TICKET}/drafts/{DRAFT}/inserted", {}),
    ("POST", f"tickets/{TICKET}/drafts/{DRAFT}/rating", {"thumb": "up"}),
    ("POST", f"tickets/{TICKET}/escalate", {"group": "Specialists"}),
    ("POST", f"tickets/{TICKET}/hand_back", {"how": "go_on"}),
    ("POST", f"tickets/{TICKET}/take_over", {}),
    ("GET", f"tickets/{TICKET}/brief", None),
    ("POST", f"tickets/{TICKET}/brief", {}),
    ("POST", f"tickets/{TICKET}/intent", {"intent": "refund"}),
    ("GET", "search?q=thermostat", None),
]


# ---------------------------------------------------------------- the page


def test_a_signed_url_opens_the_page_with_a_session(desk: Desk) -> None:
    answer = desk.open()
    session = session_of(answer.text)
    assert (answer.status_code, answer.mimetype) == (200, "text/html")
    assert session["agent"] == {"id": "501", "name": "Maria Lopez"}
    assert session["role"] == "agent"
    assert session["expires_at"] == (NOW + LIFETIME).isoformat()
    assert desk.get(f"tickets/{TICKET}", bearer=session["token"]).status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"


def test_the_page_knows_the_teams_of_the_policy(desk: Desk) -> None:
    groups = session_of(desk.open().text)["groups"]
    assert groups == ["Customer care", "Technical support", "Billing", "Specialists"]


def test_the_pages_marks_are_filled(desk: Desk) -> None:
    page = desk.open().text
    assert f'<script  src="{SDK}">' in page
    assert "%ZAF_SDK_URL%" not in page
    assert "<!--handrail:session-->" not in page


@pytest.mark.parametrize(
    "name", ["</script><script>alert(1)</script>", "<!--<script>", "%ZAF_SDK_URL%", 'O\'Neil "Q" é']
)
def test_a_name_stays_a_name(desk: Desk, name: str) -> None:
    desk.staff.people["501"] = (name, "agent")
    page = desk.open().text
    assert session_of(page)["agent"]["name"] == name
    assert page.count("<script") == 3


def rules(policy: str) -> dict[str, list[str]]:
    parts = [rule.split() for rule in policy.split("; ")]
    return {name: values for name, *values in parts}


def test_the_page_may_load_its_own_parts_and_the_zaf_client_alone(desk: Desk) -> None:
    answer = desk.open()
    policy = rules(answer.headers["Content-Security-Policy"])
    (nonce,) = re.findall(r'<script nonce="([^"]+)">', answer.text)
    assert policy == {
        "default-src": ["'none'"],
        "connect-src": ["'self'"],
        "img-src": ["'self'"],
        "script-src": ["'self'", f"'nonce-{nonce}'", "https://static.zdassets.example"],
        "style-src": ["'self'", "'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='"],
        "base-uri": ["'none'"],
        "form-action": ["'none'"],
        "frame-ancestors": ["https://*.zendesk.com"],
    }


def test_each_page_has_a_nonce_of_its_own(desk: Desk) -> None:
    pages = [desk.open(signed(claims(NOW, jti=f"jti-{number}"))).text for number in range(2)]
    nonces = {nonce for page in pages for nonce in re.findall(r'nonce="([^"]{20,})"', page)}
    assert len(nonces) == 2


def test_a_signed_url_that_is_not_genuine_opens_nothing(desk: Desk) -> None:
    for token in ("", "words", signed(claims(NOW), key="another"), signed(claims(NOW, aud="another"))):
        answer = desk.open(token)
        assert (answer.status_code, "HANDRAIL" in answer.text) == (401, False)


def test_a_signed_url_opens_the_page_once(desk: Desk) -> None:
    token = signed(claims(NOW))
    assert [desk.open(token).status_code for _ in range(2)] == [200, 401]


def test_the_page_is_opened_by_a_post_alone(desk: Desk) -> None:
    assert desk.client.get("/sidebar/").status_code == 405


def test_assets_are_served_for_long_and_nothing_beside_them(desk: Desk) -> None:
    with desk.client.get("/sidebar/assets/app.js") as asset:
        assert (asset.status_code, "max-age=31536000" in asset.headers["Cache-Control"]) == (200, True)
    for path in ("../secret.txt", "..%2fsecret.txt", "../../store.db", "absent.js", ""):
        assert desk.client.get(f"/sidebar/assets/{path}").status_code == 404


# ---------------------------------------------------------------- who may ask


@pytest.mark.parametrize(("method", "path", "body"), ROUTES)
@pytest.mark.parametrize("bearer", ["", "words", "page"])
def test_every_route_needs_a_bearer_token_of_ours(desk: Desk, method: str, path: str, body: Any, bearer: str) -> None:
    desk.decide()
    token = signed(claims(NOW)) if bearer == "page" else bearer
    answer = desk.ask(method, path, body, bearer=token)
    assert answer.status_code == 401
    assert answer.get_json()["error"]["code"] == "unauthorized"
    assert (desk.feedback(), desk.told.effects) == ([], [])


@pytest.mark.parametrize(("method", "path", "body"), ROUTES)
def test_every_route_ends_with_the_token(desk: Desk, method: str, path: str, body: Any) -> None:
    desk.decide()
    bearer = desk.bearer
    desk.clock.forward(LIFETIME + timedelta(minutes=1))
    assert desk.ask(method, path, body, bearer=bearer).status_code == 401


@pytest.mark.parametrize("header", ["{}", "bearer {}", "Basic {}", "Token {}"])
def test_the_token_comes_as_a_bearer_token(desk: Desk, header: str) -> None:
    headers = {"Authorization": header.format(desk.bearer)}
    assert desk.client.get(f"/sidebar/api/tickets/{TICKET}", headers=headers).status_code == 401


def test_a_token_in_the_address_or_a_cookie_is_not_looked_at(desk: Desk) -> None:
    desk.client.set_cookie("token", desk.bearer)
    assert desk.client.get(f"/sidebar/api/tickets/{TICKET}?token={desk.bearer}").status_code == 401


@pytest.mark.parametrize(("method", "path", "body"), ROUTES)
def test_every_route_answers_whoever_is_signed_in(desk: Desk, method: str, path: str, body: Any) -> None:
    desk.decide()
    assert desk.ask(method, path, body).status_code in (200, 202, 204)


@pytest.mark.parametrize(("method", "path", "body"), ROUTES[:-1])
def test_a_ticket_or_draft_that_is_not_known_is_a_404(desk: Desk, method: str, path: str, body: Any) -> None:
    desk.decide()
    unknown = path.replace(DRAFT, "dr_none") if DRAFT in path else path.replace(TICKET, "77")
    answer = desk.ask(method, unknown, body)
    assert answer.status_code == 404
    assert answer.get_json()["error"]["code"] == "not_found"
    assert answer.get_json()["error"]["message"]


# ---------------------------------------------------------------- what it does


def test_a_ticket_that_has_not_changed_is_not_sent_again(desk: Desk) -> None:
    desk.decide()
    version = desk.view()["version"]
    assert desk.get(f"tickets/{TICKET}?after={version}").status_code == 204
    desk.say(2)
    assert desk.get(f"tickets/{TICKET}?after={version}").status_code == 200


def test_an_inserted_draft_is_noted_with_who_did_it(desk: Desk) -> None:
    desk.decide()
    assert desk.post(f"tickets/{TICKET}/drafts/{DRAFT}/inserted", {}).status_code == 204
    assert [kind for kind, _ in desk.feedback()] == ["inserted"]
    assert desk.view()["draft"]["state"] == "inserted"


def test_a_rating_keeps_its_reason_and_sentence(desk: Desk) -> None:
    desk.decide()
    rating = {"thumb": "down", "reason": "Out of date", "sentence": 1, "more": "is left out"}
    assert desk.post(f"tickets/{TICKET}/drafts/{DRAFT}/rating", rating).status_code == 204
    kept = {"thumb": "down", "reasons": [], "reason": "other", "words": "Out of date", "sentence": 1, "source": None}
    assert desk.feedback() == [("thumb_down", kept)]


@pytest.mark.parametrize(
    ("path", "body"),
    [
        (f"drafts/{DRAFT}/rating", {}),
        (f"drafts/{DRAFT}/rating", {"thumb": "sideways"}),
        (f"drafts/{DRAFT}/rating", {"thumb": "up", "reason": "x" * 501}),
        (f"drafts/{DRAFT}/rating", {"thumb": "up", "sentence": "first"}),
        (f"drafts/{DRAFT}/rating", b"not json"),
        (f"drafts/{DRAFT}/rating", []),
        (f"drafts/{DRAFT}/rating", "words"),
        ("escalate", {}),
        ("escalate", {"group": ""}),
        ("escalate", {"group": "x" * 101}),
        ("escalate", {"group": "Billing", "note": "x" * 2001}),
        ("escalate", b"\xff"),
        ("hand_back", b"{"),
        ("hand_back", []),
        ("hand_back", {"how": 5}),
        ("hand_back", b"[" * 100_000),
    ],
)
def test_what_cannot_be_read_is_a_400_and_changes_nothing(desk: Desk, path: str, body: Any) -> None:
    desk.decide()
    before = desk.view()
    answer = desk.post(f"tickets/{TICKET}/{path}", body)
    assert answer.status_code == 400
    assert answer.get_json()["error"]["code"] == "invalid"
    assert desk.view() == before
    assert (desk.feedback(), desk.told.effects) == ([], [])


def test_an_escalated_ticket_belongs_to_the_team_and_the_helpdesk_is_told(desk: Desk) -> None:
    answer = desk.post(f"tickets/{TICKET}/escalate", {"group": "Specialists", "note": "She spoke of a lawyer."})
    assert answer.status_code == 202
    assert desk.owner() == ("team", "Specialists")
    (effect_id,) = desk.told.effects
    with desk.store.read() as unit:
        row = unit.outbox.get(EffectId(effect_id))
    assert row is not None
    assert (row.effect.target, payload_of(row.effect).group) == (TICKET, "Specialists")
    assert payload_of(row.effect).note == "Maria Lopez escalated this to Specialists: She spoke of a lawyer."


def test_a_ticket_handed_back_belongs_to_the_assistant(desk: Desk) -> None:
    desk.own(owner=Owner(kind=OwnerKind.AGENT, id="501", name="Maria Lopez"))
    assert desk.post(f"tickets/{TICKET}/hand_back", {"how": "go_on"}).status_code == 202
    assert desk.owner()[0] == "assistant"
    assert len(desk.told.events) == 1  # the customer who waits is answered now


def test_handing_back_says_how_to_go_on(desk: Desk) -> None:
    assert desk.post(f"tickets/{TICKET}/hand_back").status_code == 400
    assert desk.post(f"tickets/{TICKET}/hand_back", {"how": "go_on"}).status_code == 202


def test_a_search_finds_internal_articles_too_and_marks_them(desk: Desk) -> None:
    desk.learn()
    results = desk.get("search?q=reset+the+thermostat&ticket=t-one").get_json()["results"]
    assert results[0]["title"] == "Resetting the thermostat"
    assert results[0]["url"] == "https://h.example/1"
    assert {result["audience"] for result in results} <= {"public", "internal"}
    inside = desk.get("search?q=refund+broken+thermostat").get_json()["results"]
    assert {(r["title"], r["audience"]) for r in inside} >= {("Refund limits", "internal")}


def test_a_search_says_what_must_not_be_quoted(desk: Desk) -> None:
    desk.learn()
    now, old = desk.clock(), desk.clock() - timedelta(days=1000)
    text = "To reset the doorbell press both buttons."
    Library(store=desk.store, encoder=desk.encoder).add(
        [
            Article(id=ArticleId("gone"), title="Reset gone", text=text, expires_at=now - timedelta(days=1)),
            Article(id=ArticleId("old"), title="Reset old", text=text, updated_at=old),
            Article(id=ArticleId("new"), title="Reset new", text=text, updated_at=now, brand="Nest"),
        ]
    )
    found = {r["article_id"]: r for r in desk.get("search?q=reset+the+doorbell").get_json()["results"]}
    shown = {
        name: (found[name]["brand"], found[name]["expired"], found[name]["stale"]) for name in ("gone", "old", "new")
    }
    assert shown == {"gone": ("", True, False), "old": ("", False, True), "new": ("Nest", False, False)}


def test_a_search_from_a_ticket_of_a_brand_leaves_the_others_out(desk: Desk) -> None:
    text = "To reset the doorbell press both buttons."
    Library(store=desk.store, encoder=desk.encoder).add(
        [Article(id=ArticleId(name), title=f"Reset {name}", text=text, brand=name) for name in ("Nest", "Home")]
    )
    with desk.store.begin() as unit:
        conversation = unit.conversations.by_ticket(TicketId(TICKET))
        assert conversation is not None
        unit.conversations.save(replace(conversation, brand="Nest"))
    found = desk.get(f"search?q=reset+the+doorbell&ticket={TICKET}").get_json()["results"]
    assert {result["brand"] for result in found} == {"Nest"}
    everywhere = desk.get("search?q=reset+the+doorbell&ticket=unknown").get_json()["results"]
    assert {result["brand"] for result in everywhere} == {"Nest", "Home"}


@pytest.mark.parametrize("words", ["", "%20%20", "%22%27%28*", "%00", "%ff", "x" * 5000])
def test_any_search_words_are_answered(desk: Desk, words: str) -> None:
    desk.learn()
    answer = desk.get(f"search?q={words}")
    assert (answer.status_code, "results" in answer.get_json()) == (200, True)


class LostStore:
    """A database that is away."""

    cards = SlackCards()

    def begin(self) -> Any:
        raise TransientError("the database is away")

    read = begin_lightly = begin


def test_a_store_that_is_away_is_a_503_in_plain_words(desk: Desk) -> None:
    lost = replace(desk.sidebar, parts=[Tickets(store=LostStore(), access=desk.access, now=desk.clock)])
    desk.client = desk.serve(lost)
    answer = desk.get(f"tickets/{TICKET}")
    assert (answer.status_code, answer.get_json()["error"]["code"]) == (503, "unavailable")


# ---------------------------------------------------------------- correcting the intent


def test_an_agents_correction_is_kept_without_personal_data(desk: Desk) -> None:
    desk.say(2, text="Mail me at kim.lee@example.com, it never came.")
    desk.decide(2)
    assert desk.post(f"tickets/{TICKET}/intent", {"intent": "delivery"}).status_code == 204
    assert len(desk.told.events) == 1  # the customer waits: their words are read again now
    with desk.store.read() as unit:
        (kept,) = unit.corrections.all()
    assert (kept.intent, kept.by) == ("delivery", "Maria Lopez")
    assert "it never came" in kept.text
    assert "kim.lee" not in kept.text


def test_out_of_scope_is_a_correction_too(desk: Desk) -> None:
    assert desk.post(f"tickets/{TICKET}/intent", {"intent": "out_of_scope"}).status_code == 204


def test_a_correction_of_words_that_the_agent_did_not_see_is_refused(desk: Desk) -> None:
    desk.say(1)
    desk.decide()
    seen = desk.view()["decision"]["id"]
    desk.say(2)
    desk.decide(2)
    late = desk.post(f"tickets/{TICKET}/intent", {"intent": "delivery", "decision": seen})
    assert late.status_code == 409
    now = desk.view()["decision"]["id"]
    assert desk.post(f"tickets/{TICKET}/intent", {"intent": "delivery", "decision": now}).status_code == 204


@pytest.mark.parametrize(("body", "status"), [({"intent": "weather"}, 404), ({}, 400)])
def test_an_intent_that_is_none_is_refused(desk: Desk, body: dict[str, str], status: int) -> None:
    assert desk.post(f"tickets/{TICKET}/intent", body).status_code == status
    with desk.store.read() as unit:
        assert unit.corrections.all() == []


def test_the_agent_chooses_among_the_companys_intents(desk: Desk) -> None:
    found = desk.get("intents").get_json()["intents"]
    assert {"value": "refund", "label": "Refund status"} in found


# ---------------------------------------------------------------- the agent's language


def test_what_the_server_writes_is_in_the_language_of_the_agent(desk: Desk) -> None:
    reason = "The draft did not pass the checks."
    desk.decide(disposition=Disposition(action=Action.SUGGEST, owner=ASSISTANT, rule="suggest", reason=reason))
    english = desk.view()
    desk.language = "de-AT,en;q=0.5"
    german = desk.view()
    assert english["decision"]["reason"] == reason
    assert german["decision"]["reason"] == "Der Entwurf hat die Prüfungen nicht bestanden."
    assert [entry["text"] for entry in german["timeline"]] == [entry["text"] for entry in english["timeline"]]
    assert german["version"] == english["version"]


def test_a_refusal_and_a_draft_that_is_written_live_are_in_the_language_too(desk: Desk) -> None:
    desk.language = "fr"
    refused = desk.get("tickets/unknown").get_json()["error"]["message"]
    assert refused == "Handrail n’a pas encore vu ce ticket."
    desk.decide()
    *_, done = desk.post(f"tickets/{TICKET}/compose", {}).text.splitlines()
    assert json.loads(done)["abstained"] == "Aucun article n’y répond."
