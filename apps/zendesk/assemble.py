"""The sidebar over one house: every part of its API, put together."""

from pathlib import Path

from apps.bootstrap import House, now
from apps.zendesk.api import Sidebar
from apps.zendesk.articles import Articles
from apps.zendesk.drafts import Drafts
from apps.zendesk.hands import Hands
from apps.zendesk.intents import Intents
from apps.zendesk.offers import OfferViews
from apps.zendesk.page import FRAMES, Page
from apps.zendesk.parts import Part
from apps.zendesk.session import Sessions
from apps.zendesk.tickets import Tickets
from apps.zendesk.writing import Writing
from core.answer.search import Search
from core.errors import ConfigurationError
from core.execute.agent import AgentActions
from core.measure.correct import CorrectIntent

BUILT_APP = Path(__file__).parent / "app" / "dist"


def sidebar(house: House) -> Sidebar:
    settings = house.settings
    sessions = Sessions(
        store=house.store,
        secret=settings.secret("session_secret"),
        public_key=_app_key(settings["zendesk.app_key_file"]),
        audience=settings["zendesk.app_audience"],
    )
    frames = f"frame-ancestors {settings['frame_ancestors']}" if settings["frame_ancestors"] else FRAMES
    return Sidebar(
        sessions=sessions,
        page=Page(folder=BUILT_APP, sdk_url=settings["zaf_sdk_url"], frame_ancestors=frames),
        parts=_parts(house),
        groups=lambda: house.policy.teams,
        now=now,
    )


def _parts(house: House) -> list[Part]:
    """What thinks is asked for at its first use: a web process that never writes loads no model."""

    def actions() -> AgentActions:
        return AgentActions(store=house.store, publisher=house.publisher, policy=house.policy)

    correcting = CorrectIntent(store=house.store, known=lambda: house.intents.labels)
    writing = Writing(
        store=house.store,
        answer=lambda: house.answer,
        rewriter=lambda: house.rewriter,
        style=house.style,
        now=now,
    )
    return [
        Tickets(store=house.store),
        Drafts(actions=actions, now=now),
        Hands(actions=actions, now=now),
        Intents(correcting=correcting, labels=lambda: house.intents.labels, now=now),
        Articles(store=house.store, search=Search(lambda: house.answer), now=now),
        OfferViews(store=house.store, offers=house.offers, now=now),
        writing,
    ]


def _app_key(path: str) -> str:
    """Without a key nobody can open the sidebar, but webhooks are taken."""
    try:
        return Path(path).read_text(encoding="utf-8") if path else ""
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"HANDRAIL_ZENDESK_APP_KEY_FILE cannot be read: {error}") from error
