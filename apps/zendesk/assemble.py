"""The sidebar over one container: every part of its API, put together."""

from collections.abc import Callable, Mapping, Sequence
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING

from apps.bootstrap import Container, difference, now
from apps.doctor.lines import Line
from apps.settings import Settings
from apps.traces import link
from apps.zendesk.api import FRAMES, Page, Sidebar
from apps.zendesk.article_costs import KEPT as COSTS_KEPT
from apps.zendesk.article_costs import ArticleCostViews
from apps.zendesk.assist import Articles, Assist
from apps.zendesk.coaching import CoachingViews
from apps.zendesk.doing import ActionViews
from apps.zendesk.drafts import Drafts
from apps.zendesk.feedback import Intents, OpenedSources, Pulse
from apps.zendesk.handoffs import Briefs, ChangeOfHands
from apps.zendesk.live import LiveCalls
from apps.zendesk.offers import OfferViews
from apps.zendesk.overview import CHEAP, FRESH, KEPT, PINGED, WITHIN, Checks, Machines, Overview
from apps.zendesk.panels import Panels, panels_of
from apps.zendesk.parked import ParkedMessages
from apps.zendesk.parts import Looked, Part
from apps.zendesk.people import People
from apps.zendesk.policies import Policies
from apps.zendesk.proposals import ProposalViews
from apps.zendesk.read_cache import ReadCache
from apps.zendesk.report import KEPT as REPORT_KEPT
from apps.zendesk.report import ReportViews
from apps.zendesk.session import Sessions
from apps.zendesk.suite import SuiteCases
from apps.zendesk.thread_reading import ThreadReading
from apps.zendesk.threads import Threads
from apps.zendesk.tickets import Tickets
from apps.zendesk.why import Reasons
from apps.zendesk.wrap_up import WrapUpViews
from apps.zendesk.writing import RequestViews, Writing
from core.answer.search import Search
from core.assist.agent_actions import AgentActions
from core.assist.related import SolvedBefore, Wordings
from core.errors import ConfigurationError
from core.execute.wrap_up import WrapUps
from core.govern.requests import Requests
from core.measure.correct import CorrectIntent

if TYPE_CHECKING:
    from apps.doctor.installation import Installation

BUILT_APP = Path(__file__).parent / "app" / "dist"


def sidebar(container: Container, looked: Looked | None = None) -> Sidebar:
    settings = container.settings
    sessions = Sessions(
        sign_ins=container.sign_ins,
        staff=container.staff,
        secret=settings.session_secret.value,
        public_key=_app_key(settings.zendesk.app_key_file),
        audience=settings.zendesk.app_audience,
    )
    frames = f"frame-ancestors {settings.frame_ancestors}" if settings.frame_ancestors else FRAMES
    return Sidebar(
        sessions=sessions,
        page=Page(folder=BUILT_APP, sdk_url=settings.zaf_sdk_url, frame_ancestors=frames),
        parts=_parts(container, looked),
        groups=lambda: container.policy.teams,
        access=container.ticket_access,
        now=now,
        looked=looked,
    )


def _parts(container: Container, looked: Looked | None) -> list[Part]:
    """Models are asked for at their first use: a web process that never writes loads none."""

    def actions() -> AgentActions:
        return AgentActions(store=container.store, publisher=container.publisher, policy=container.policy)

    def wrap_ups() -> WrapUps:
        policy = container.policy
        return WrapUps(store=container.store, policy=policy, actions=container.actions_under(policy))

    correcting = CorrectIntent(
        store=container.store, publisher=container.publisher, known=lambda: container.intents.labels
    )
    people = People(
        store=container.store, sources=lambda: container.profile_sources, policy=lambda: container.policy, now=now
    )
    threads = Threads(
        store=container.store,
        publisher=container.publisher,
        policy=lambda: container.policy,
        access=container.ticket_access,
        now=now,
    )
    offering = OfferViews(store=container.store, offers=container.offers, now=now)
    calls = LiveCalls(store=container.store, policy=lambda: container.policy, style=container.style, now=now)
    solved = SolvedBefore(store=container.store, retriever=lambda: container.answer.retriever)
    coaching = CoachingViews(
        store=container.store,
        policy=lambda: container.policy,
        style=container.style,
        access=container.ticket_access,
        now=now,
    )
    beside = (_assist(container, solved), offering, people, threads, calls, coaching, *_texts(container))
    return [
        Tickets(store=container.store, access=container.ticket_access, now=now),
        *beside,
        Panels(store=container.store, access=container.ticket_access, now=now, panels=panels_of(beside)),
        Drafts(store=container.store, actions=actions, now=now),
        ChangeOfHands(store=container.store, actions=actions, now=now),
        Briefs(store=container.store, actions=actions, solved=solved, access=container.ticket_access, now=now),
        WrapUpViews(
            store=container.store,
            publisher=container.publisher,
            wrap_ups=wrap_ups,
            access=container.ticket_access,
            now=now,
        ),
        ActionViews(by_agent=lambda: container.actions_by_agent, staff=container.staff),
        Intents(correcting=correcting, labels=lambda: container.intents.labels, now=now),
        Articles(store=container.store, search=Search(lambda: container.answer), now=now),
        Reasons(store=container.store, link=partial(link, container.settings)),
        ThreadReading(store=container.store, rewriter=lambda: container.rewriter, now=now),
        _overview(container),
        ReportViews(
            store=container.store,
            access=container.ticket_access,
            labels=lambda: container.intents.labels,
            policy=lambda: container.policy,
            now=now,
            known=ReadCache(keep=REPORT_KEPT),
            drawn=ReadCache(keep=REPORT_KEPT),
            looked=looked,
        ),
        ProposalViews(
            store=container.store,
            rulings=lambda: container.rulings,
            staff=container.staff,
            policy=lambda: container.policy,
            looked=looked,
        ),
        ArticleCostViews(
            costs=lambda: container.article_costs,
            access=container.ticket_access,
            now=now,
            known=ReadCache(keep=COSTS_KEPT),
            looked=looked,
        ),
        ParkedMessages(store=container.store, publisher=lambda: container.publisher, now=now),
        Policies(
            store=container.store,
            policy=lambda: container.policy,
            labels=lambda: container.intents.labels,
            differs=lambda version: _differs(container, version),
        ),
        Checks(examine=_examine(container), now=now, seen=ReadCache(keep=KEPT)),
        OpenedSources(store=container.store, now=now),
        SuiteCases(store=container.store, now=now),
        Pulse(store=container.store, secret=container.settings.session_secret.value, now=now),
    ]


def _texts(container: Container) -> tuple[RequestViews, Writing]:
    """What is done with an agent's own text."""

    def requests() -> Requests:
        return Requests(store=container.store, publisher=container.publisher, policy=container.policy)

    requesting = RequestViews(store=container.store, requests=requests, style=container.style, now=now)
    writing = Writing(
        store=container.store,
        answer=lambda: container.answer,
        rewriter=lambda: container.rewriter,
        encoder=lambda: container.encoder,
        style=container.style,
        policy=lambda: container.policy,
        now=now,
    )
    return requesting, writing


def _assist(container: Container, solved: SolvedBefore) -> Assist:
    return Assist(
        store=container.store,
        policy=lambda: container.policy,
        style=container.style,
        solved=solved,
        wordings=Wordings(store=container.store, encoder=lambda: container.encoder),
        access=container.ticket_access,
        now=now,
    )


def list_connected(settings: Settings) -> Mapping[str, bool]:
    """Who may send us events, by the name that theirs have, and whether each is set up."""
    return {
        "zendesk": bool(settings.zendesk.subdomain),
        "twilio": bool(settings.twilio.account_sid),
        "sunshine": bool(settings.sunshine.app_id),
        "slack": bool(settings.slack.bot_token),
    }


def _overview(container: Container) -> Overview:
    return Overview(
        store=container.store,
        machines=Machines(
            queue_answers=container.queue_answers,
            workers_answering=container.workers_answering,
            connected=list_connected(container.settings),
        ),
        encoder=lambda: container.encoder,
        labels=lambda: container.intents.labels,
        policy=lambda: container.policy,
        now=now,
        works=ReadCache(keep=FRESH),
        gaps=ReadCache(keep=FRESH),
        pings=ReadCache(keep=PINGED),
    )


def _examine(container: Container) -> Callable[[], Sequence[Line]]:
    """The doctor's checks, imported at the first use: they import every vendor's SDK."""

    @cache
    def installation() -> "Installation":
        from apps.doctor.installation import Installation

        return Installation(settings=container.settings, now=now)

    def examined() -> Sequence[Line]:
        from apps.doctor.examine import choose, examine

        return examine(installation(), choose(CHEAP), WITHIN)

    return examined


def _differs(container: Container, version: str) -> str:
    found = difference(container.settings.policy, version)
    return str(found) if found else ""


def _app_key(path: Path | None) -> str:
    """Without a key nobody can open the sidebar, but webhooks are taken."""
    try:
        return path.read_text(encoding="utf-8") if path else ""
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"HANDRAIL_ZENDESK_APP_KEY_FILE cannot be read: {error}") from error
