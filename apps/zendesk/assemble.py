"""The sidebar over one house: every part of its API, put together."""

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from apps.bootstrap import House, difference, now
from apps.doctor.lines import Line
from apps.settings import Settings
from apps.zendesk.api import Sidebar
from apps.zendesk.articles import Articles
from apps.zendesk.assist import Assist
from apps.zendesk.briefs import Briefs
from apps.zendesk.checks import CHEAP, KEPT, WITHIN, Checks
from apps.zendesk.drafts import Drafts
from apps.zendesk.hands import Hands
from apps.zendesk.intents import Intents
from apps.zendesk.lately import Lately
from apps.zendesk.live import LiveCalls
from apps.zendesk.offers import OfferViews
from apps.zendesk.opened import Opened
from apps.zendesk.overview import FRESH, PINGED, Machines, Overview
from apps.zendesk.page import FRAMES, Page
from apps.zendesk.parts import Part
from apps.zendesk.people import People
from apps.zendesk.policies import Policies
from apps.zendesk.pulse import Pulse
from apps.zendesk.requests import RequestViews
from apps.zendesk.session import Sessions
from apps.zendesk.threads import Threads
from apps.zendesk.tickets import Tickets
from apps.zendesk.together import Together, all_of
from apps.zendesk.why import Reasons
from apps.zendesk.writing import Writing
from core.answer.search import Search
from core.assist.kin import SolvedBefore, Wordings
from core.errors import ConfigurationError
from core.execute.agent import AgentActions
from core.govern.requests import Requests
from core.measure.correct import CorrectIntent

if TYPE_CHECKING:
    from apps.doctor.patient import Patient

BUILT_APP = Path(__file__).parent / "app" / "dist"


def sidebar(house: House) -> Sidebar:
    settings = house.settings
    sessions = Sessions(
        sign_ins=house.sign_ins,
        staff=house.staff,
        secret=settings.session_secret.value,
        public_key=_app_key(settings.zendesk.app_key_file),
        audience=settings.zendesk.app_audience,
    )
    frames = f"frame-ancestors {settings.frame_ancestors}" if settings.frame_ancestors else FRAMES
    return Sidebar(
        sessions=sessions,
        page=Page(folder=BUILT_APP, sdk_url=settings.zaf_sdk_url, frame_ancestors=frames),
        parts=_parts(house),
        groups=lambda: house.policy.teams,
        now=now,
    )


def _parts(house: House) -> list[Part]:
    """What thinks is asked for at its first use: a web process that never writes loads no model."""

    def actions() -> AgentActions:
        return AgentActions(store=house.store, publisher=house.publisher, policy=house.policy)

    correcting = CorrectIntent(store=house.store, known=lambda: house.intents.labels)
    people = People(store=house.store, sources=lambda: house.profile_sources, policy=lambda: house.policy, now=now)
    threads = Threads(store=house.store, publisher=house.publisher, policy=lambda: house.policy, now=now)
    offering = OfferViews(store=house.store, offers=house.offers, now=now)
    calls = LiveCalls(store=house.store, policy=lambda: house.policy, style=house.style, now=now)
    beside = (_assist(house), offering, people, threads, calls, *_texts(house))
    return [
        Tickets(store=house.store, now=now),
        *beside,
        Together(store=house.store, now=now, pieces=all_of(beside)),
        Drafts(store=house.store, actions=actions, now=now),
        Hands(store=house.store, actions=actions, now=now),
        Briefs(store=house.store, actions=actions, now=now),
        Intents(correcting=correcting, labels=lambda: house.intents.labels, now=now),
        Articles(store=house.store, search=Search(lambda: house.answer), now=now),
        Reasons(store=house.store),
        _overview(house),
        Policies(
            store=house.store,
            policy=lambda: house.policy,
            labels=lambda: house.intents.labels,
            differs=lambda version: _differs(house, version),
        ),
        Checks(examine=_examine(house), now=now, seen=Lately(keep=KEPT)),
        Opened(store=house.store, now=now),
        Pulse(store=house.store, secret=house.settings.session_secret.value, now=now),
    ]


def _texts(house: House) -> tuple[RequestViews, Writing]:
    """What is done with an agent's own text."""

    def requests() -> Requests:
        return Requests(store=house.store, publisher=house.publisher, policy=house.policy)

    requesting = RequestViews(store=house.store, requests=requests, style=house.style, now=now)
    writing = Writing(
        store=house.store,
        answer=lambda: house.answer,
        rewriter=lambda: house.rewriter,
        style=house.style,
        now=now,
    )
    return requesting, writing


def _assist(house: House) -> Assist:
    return Assist(
        store=house.store,
        policy=lambda: house.policy,
        style=house.style,
        solved=SolvedBefore(store=house.store, retriever=lambda: house.answer.retriever),
        wordings=Wordings(store=house.store, encoder=lambda: house.encoder),
        now=now,
    )


def connected(settings: Settings) -> Mapping[str, bool]:
    """Who may send us events, by the name that theirs have, and whether each is set up."""
    return {
        "zendesk": bool(settings.zendesk.subdomain),
        "twilio": bool(settings.twilio.account_sid),
        "sunshine": bool(settings.sunshine.app_id),
        "slack": bool(settings.slack.bot_token),
    }


def _overview(house: House) -> Overview:
    return Overview(
        store=house.store,
        machines=Machines(
            queue_answers=house.queue_answers,
            workers_answering=house.workers_answering,
            connected=connected(house.settings),
        ),
        encoder=lambda: house.encoder,
        labels=lambda: house.intents.labels,
        policy=lambda: house.policy,
        now=now,
        works=Lately(keep=FRESH),
        gaps=Lately(keep=FRESH),
        pings=Lately(keep=PINGED),
    )


def _examine(house: House) -> Callable[[], Sequence[Line]]:
    """The doctor comes when he is called: he brings every vendor's SDK along."""

    @cache
    def patient() -> "Patient":
        from apps.doctor.patient import Patient

        return Patient(settings=house.settings, now=now)

    def examined() -> Sequence[Line]:
        from apps.doctor.examine import chosen, examine

        return examine(patient(), chosen(CHEAP), WITHIN)

    return examined


def _differs(house: House, version: str) -> str:
    found = difference(house.settings.policy, version)
    return str(found) if found else ""


def _app_key(path: Path | None) -> str:
    """Without a key nobody can open the sidebar, but webhooks are taken."""
    try:
        return path.read_text(encoding="utf-8") if path else ""
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"HANDRAIL_ZENDESK_APP_KEY_FILE cannot be read: {error}") from error
