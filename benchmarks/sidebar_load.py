"""The sidebar's API under load: agents who open tickets at the same moment, while others have one open and listen.

Against the web process as `handrail web` starts it, with the sandbox beside it for what the API asks of Zendesk (the
agent's role) and of the order system. No worker runs: what a worker would write is written here, and the time counted
until a listening page has it.
"""

import itertools
import json
import os
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import jwt
import requests
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from apps.demo.environment import COMPANY, SUBDOMAIN, DemoEnvironment
from apps.processes import Processes, answers, free_port
from apps.sandbox.company_rows import company_rows
from benchmarks import machine
from benchmarks.browsers import FIRST
from benchmarks.figures import Figure, percentile
from benchmarks.stack import LARGER_PLAN
from connectors.sql.store import SqlStore
from core.model.conversation import ASSISTANT, Conversation, Message, Role
from core.model.customer import Channel, Customer, Identity, IdentityKind
from core.model.decision import Action, Decision, Disposition, Handoff
from core.model.draft import Draft, Sentence, SentenceKind
from core.model.ids import (
    ArticleId,
    ConversationId,
    CustomerId,
    DecisionId,
    DraftId,
    EventId,
    MessageId,
    PassageId,
    TicketId,
)
from core.model.knowledge import Citation, Passage
from core.model.signals import Scored, Signals

HOST = "127.0.0.1"
GROUP = "sidebar under load"
PATIENCE = 90.0  # seconds to come up, on a machine that has other things to do
REQUESTS = ("page", "ticket", "beside", "scenarios")
NO_QUEUE = "redis://127.0.0.1:1/0"  # nothing here publishes
ACCOUNT = f"{SUBDOMAIN}.zendesk.com"
AUDIENCE = f"https://{ACCOUNT}/api/v2/apps/installations/7.json"
FIRST_TICKET = 70_001
MESSAGES = 8
WORDS = "My thermostat lost its connection again after the update and the light blinks orange; what shall I do next? "
PASSAGE = "Hold the button for ten seconds until the light turns blue. Then open the app and choose Add device. " * 8
LASTS = timedelta(minutes=10)  # of a signed URL: the whole measurement is prepared beforehand


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """`opening` agents open a ticket each, `rounds` times, `gap` seconds apart, each round within
    `spread` seconds (0: all in the same instant); `listening` ask every `every` s. The first round counts apart."""

    opening: int = 50
    listening: int = 50
    rounds: int = 7
    spread: float = 0.0
    workers: int = 1
    gap: float = 3.0
    every: float = 1.0
    settle: float = 3.0


QUICK = Size(opening=3, listening=3, rounds=2, gap=0.5, every=0.3, settle=1.5)


@dataclass(frozen=True, slots=True)
class Account:
    """The helpdesk's half of a sign-in: its key, and agents that its API knows."""

    key: rsa.RSAPrivateKey = field(default_factory=lambda: rsa.generate_private_key(65537, 2048))

    @property
    def public_pem(self) -> str:
        form = serialization.PublicFormat.SubjectPublicKeyInfo
        return self.key.public_key().public_bytes(serialization.Encoding.PEM, form).decode()

    def sign(self, agent_id: str) -> str:
        now = datetime.now(UTC)
        claims = {
            "iss": ACCOUNT,
            "aud": AUDIENCE,
            "sub": agent_id,
            "iat": now,
            "nbf": now,
            "exp": now + LASTS,
            "jti": uuid.uuid4().hex,
        }
        return jwt.encode(claims, self.key, algorithm="RS256")

    def add_agents(self, environment: DemoEnvironment, count: int) -> Iterator[str]:
        """New agents at the sandbox's account; their ids."""
        with requests.Session() as session:
            session.trust_env = False
            session.auth = ("integration@larkfield.example/token", environment.zendesk_token)
            for number in range(count):
                wish = {"name": f"Agent {number}", "email": f"agent{number}@larkfield.example", "role": "agent"}
                url = f"{environment.sandbox_url}/zendesk/api/v2/users.json"
                answer = session.post(url, json={"user": wish}, timeout=10)
                answer.raise_for_status()
                yield str(answer.json()["user"]["id"])


@dataclass(frozen=True, slots=True, kw_only=True)
class Served:
    """The web process with its store filled, and the account that its agents sign in from."""

    port: int
    pid: int
    store: SqlStore
    tickets: list[str]
    account: Account
    environment: DemoEnvironment


def measure(folder: Path, size: Size) -> list[Figure]:
    with start_web(folder, size) as web:
        load = os.getloadavg()[0]
        before = machine.processor_seconds(machine.family(web.pid)) if machine.available() else 0.0
        told, written = _drive(web, size)
        pids = machine.family(web.pid) if machine.available() else []
        used = machine.processor_seconds(pids) - before
        return [
            *_list_figures(told, size),
            *_list_news(told["news"], written),
            Figure(group=GROUP, name="processor time of the web, listeners and all", value=used, unit="s"),
            Figure(group=GROUP, name="web, PSS afterwards", value=machine.memory(pids).pss if pids else 0.0, unit="MB"),
            Figure(group=GROUP, name="load of the machine before", value=load),
        ]


@contextmanager
def start_web(folder: Path, size: Size) -> Iterator[Served]:
    """Sandbox and web are up, the tickets are stored; everything is down again at the end."""
    account, processes = Account(), Processes(folder / "log")
    environment = DemoEnvironment(
        folder=folder / "state",
        web_port=free_port(None, 0),
        sandbox_port=free_port(None, 0),
        queue_url=NO_QUEUE,
        sandbox_more=LARGER_PLAN,
    )
    key_file = folder / "app_key.pem"
    key_file.write_text(account.public_pem, encoding="utf-8")
    more = {"ZENDESK_APP_KEY_FILE": str(key_file), "ZENDESK_APP_AUDIENCE": AUDIENCE, "WEB_WORKERS": str(size.workers)}
    variables = environment.handrail({f"HANDRAIL_{name}": value for name, value in more.items()})
    python = [sys.executable, "-m"]
    try:
        sandbox = processes.start("sandbox", [*python, "apps.sandbox.main"], environment.sandbox())
        processes.wait_for(sandbox, lambda: answers(f"{environment.sandbox_url}/sandbox/api/config"), PATIENCE)
        web = processes.start("web", [*python, "apps.cli", "web"], variables)
        processes.wait_for(web, lambda: answers(f"{environment.web_url}/healthz"), PATIENCE)
        store = SqlStore(f"sqlite:///{environment.folder / 'handrail.db'}")
        yield Served(
            port=environment.web_port,
            pid=web.process.pid,
            store=store,
            tickets=fill(store, size.opening * size.rounds + size.listening),
            account=account,
            environment=environment,
        )
        store.close()
    finally:
        processes.stop()


def _drive(web: Served, size: Size) -> tuple[dict[str, Any], dict[str, float]]:
    """What the browsers saw, and when each decision was committed."""
    agents = list(web.account.add_agents(web.environment, size.opening + size.listening))
    signed = [[web.account.sign(agent) for _ in range(size.rounds)] for agent in agents]
    mine = [web.tickets[size.listening + each :: size.opening] for each in range(size.opening)]
    heard = [[ticket] for ticket in web.tickets[: size.listening]]
    job = {
        "host": HOST,
        "port": web.port,
        "pid": web.pid,
        "opening": list(zip(signed[: size.opening], mine, strict=True)),
        "listening": list(zip(signed[size.opening :], heard, strict=True)),
        "rounds": size.rounds,
        "gap": size.gap,
        "spread": size.spread,
        "every": size.every,
        "settle": size.settle,
    }
    written: dict[str, float] = {}
    over = threading.Event()
    writer = threading.Thread(target=_decide, args=(web, size, written, over))
    writer.start()
    try:
        client = [sys.executable, "-m", "benchmarks.browsers"]
        made = subprocess.run(client, input=json.dumps(job), capture_output=True, text=True, check=True)
    finally:
        over.set()
        writer.join()
    return json.loads(made.stdout), written


def _decide(web: Served, size: Size, written: dict[str, float], over: threading.Event) -> None:
    """A decision on one of the open tickets after the other, all through the time that is measured."""
    if over.wait(size.settle):
        return
    lasts = size.rounds * size.gap
    for ticket in web.tickets[: size.listening]:
        add_turn(web.store, ticket, MESSAGES + 2)
        written[ticket] = time.time()
        if over.wait(lasts / size.listening):
            return


def _list_figures(told: dict[str, Any], size: Size) -> list[Figure]:
    within = f"within {size.spread:g} s" if size.spread else "in the same instant"
    at = f"{size.opening} open {within}, {size.listening} listen"
    found, first = _split_first_round(told["latencies"])
    asked = [one for kind in REQUESTS for one in found.get(kind, ())]
    figures = [Figure(group=GROUP, name=f"p95, {at}", value=percentile(asked, 95), unit="ms", most=250)]
    figures += [Figure(group=GROUP, name=f"p{p}, {at}", value=percentile(asked, p), unit="ms") for p in (50, 99)]
    for kind in (*REQUESTS, "first content", "poll"):
        if kind in found:
            figures += [_figure(f"{kind}, p{p}", percentile(found[kind], p)) for p in (50, 95, 99)]
    figures += [_figure(f"first content to agents not seen lately, p{p}", percentile(first, p)) for p in (50, 95)]
    bad = {outcome: n for outcome, n in told["outcomes"].items() if not outcome.endswith((" 200", " 204"))}
    if bad:
        print(f"answered badly: {bad}", file=sys.stderr)
    opened = size.opening * (size.rounds - 1)
    return [
        *figures,
        Figure(group=GROUP, name="requests", value=sum(told["outcomes"].values())),
        Figure(group=GROUP, name="errors of the sidebar", value=sum(bad.values()), most=1),
        _figure("web's processor time, an opening", told["cost"]["server"] * 1000 / opened),
        Figure(group=GROUP, name="processor time of the browsers", value=told["cost"]["browsers"], unit="s"),
    ]


def _figure(name: str, value: float) -> Figure:
    return Figure(group=GROUP, name=name, value=value, unit="ms")


def _split_first_round(latencies: dict[str, list[float]]) -> tuple[dict[str, list[float]], list[float]]:
    """What was asked in the rounds that count, by its kind, and the first content of the first round."""
    usual = {kind: found for kind, found in latencies.items() if not kind.startswith(FIRST)}
    return usual, latencies[f"{FIRST}first content"]


def _list_news(seen: dict[str, float], written: dict[str, float]) -> list[Figure]:
    """From a decision's commit to an open page that has it."""
    waits = [(seen[ticket] - at) * 1000 for ticket, at in written.items() if ticket in seen]
    missed = len(written) - len(waits)
    name = "commit to the open page"
    if not waits:
        return []
    found = [Figure(group=GROUP, name=f"{name}, p{p}", value=percentile(waits, p), unit="ms") for p in (50, 95)]
    return [*found, Figure(group=GROUP, name="decisions that no page showed", value=missed, most=1)]


# ---------------------------------------------------------------- tickets that nobody wrote


def fill(store: SqlStore, count: int) -> list[str]:
    """That many tickets, each with its customer, timeline and decision; their ids."""
    known = [str(row["id"]) for row in company_rows(COMPANY, "customers")]
    tickets = [str(FIRST_TICKET + number) for number in range(count)]
    for ticket, helpdesk_id in zip(tickets, itertools.cycle(known)):
        number = tickets.index(ticket)
        with store.begin() as unit:
            customer = _customer(number, helpdesk_id)
            # The company has fewer customers than there are tickets.
            if number < len(known):
                unit.customers.save(customer)
            owner = CustomerId(f"cu_bench_{number % len(known)}")
            unit.conversations.add(_conversation(ticket, owner))
            for place in range(1, MESSAGES + 1):
                unit.conversations.add_message(_message(ticket, place))
            unit.decisions.add(_decision(ticket, MESSAGES))
    return tickets


def add_turn(store: SqlStore, ticket: str, place: int) -> None:
    """The customer writes again, and it is decided: one transaction, as the loop's last step is."""
    with store.begin() as unit:
        unit.conversations.add_message(_message(ticket, place))
        unit.decisions.add(_decision(ticket, place))


def _customer(number: int, helpdesk_id: str) -> Customer:
    identities = (
        Identity(kind=IdentityKind.HELPDESK, value=helpdesk_id, verified=True),
        Identity(kind=IdentityKind.EMAIL, value=f"customer{number}@example.com", verified=True),
    )
    attributes = {"region": "eu-west", "devices": "Larkfield Warm", "customer_since": "2024-01-02"}
    name = f"Customer {number}"
    return Customer(
        id=CustomerId(f"cu_bench_{number}"), name=name, tier="plus", identities=identities, attributes=attributes
    )


def _conversation(ticket: str, customer_id: CustomerId) -> Conversation:
    return Conversation(
        id=ConversationId(f"co_{ticket}"),
        customer_id=customer_id,
        subject="Thermostat offline",
        ticket_id=TicketId(ticket),
        owner=ASSISTANT,
        updated_at=datetime.now(UTC),
    )


def _message(ticket: str, place: int) -> Message:
    theirs = place % 2 == 0
    return Message(
        id=MessageId(f"me_{ticket}_{place}"),
        conversation_id=ConversationId(f"co_{ticket}"),
        channel=Channel.EMAIL,
        role=Role.CUSTOMER if theirs else Role.ASSISTANT,
        author="Customer" if theirs else "Handrail",
        text=WORDS * 3,
        at=datetime.now(UTC),
        vendor_ref=f"zendesk:comment:{ticket}{place:05}",
    )


def _draft(ticket: str, place: int) -> Draft:
    passages = [
        Passage(
            id=PassageId(f"pa_{number}"),
            article_id=ArticleId(f"ar_{number}"),
            title="Resetting your thermostat",
            text=PASSAGE,
            path=("Troubleshooting", "Factory reset"),
            start=0,
            end=len(PASSAGE),
            url=f"https://help.larkfield.example/{number}",
            updated_at=datetime.now(UTC),
        )
        for number in range(3)
    ]
    cited = [
        Sentence(
            text="Hold the button for ten seconds until the light turns blue.",
            kind=SentenceKind.CITED,
            paragraph=1 + number,
            citation=Citation(passage=passages[number % 3], start=0, end=59),
        )
        for number in range(5)
    ]
    hello = Sentence(text="Hello,", kind=SentenceKind.COURTESY)
    return Draft(
        id=DraftId(f"dr_{ticket}_{place}"),
        sentences=(hello, *cited),
        language="en",
        confidence=0.82,
        composer="extractive",
        unknown=("When will it ship?",),
    )


def _decision(ticket: str, place: int) -> Decision:
    intent = Scored(value="device_offline", confidence=0.9, label="Device offline", made_by="encoder")
    signals = Signals(
        language=Scored(value="en", confidence=0.99),
        intents=(intent,),
        sentiment=Scored(value="negative", confidence=0.7),
        mood=-0.4,
        urgency=Scored(value="high", confidence=0.6),
    )
    card = Handoff(
        group="Technical support",
        agent=None,
        reason="The customer asks for a person.",
        wants="The thermostat online again",
        tried=("Restarted the hub",),
        open=("Which light blinks?",),
        summary=WORDS,
        sentiment_trend=(-0.1, -0.4),
        identity="verified",
    )
    return Decision(
        id=DecisionId(f"de_{ticket}_{place}"),
        event_id=EventId(f"ev_{ticket}_{place}"),
        conversation_id=ConversationId(f"co_{ticket}"),
        message_id=MessageId(f"me_{ticket}_{place}"),
        signals=signals,
        disposition=Disposition(action=Action.SUGGEST, owner=ASSISTANT, rule="default", reason="An agent decides."),
        policy_version="bench",
        at=datetime.now(UTC),
        draft=_draft(ticket, place),
        handoff=card,
        timings={"sense": 12.0, "answer": 30.0},
    )
