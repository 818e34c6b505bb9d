"""The sandbox as one Flask app: the vendors under their prefixes, the page, and the page's API."""

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from flask import Flask, Response, redirect, send_from_directory
from werkzeug.wrappers import Response as WerkzeugResponse

from apps.sandbox.back_office.api import add_office, order_system, systems
from apps.sandbox.back_office.office import BackOffice
from apps.sandbox.calendar import Devices, Timebook, add_calendar, build_timebook, calendar_system, check_system
from apps.sandbox.clock import Clock, StoryClock
from apps.sandbox.company_rows import company_rows, company_table
from apps.sandbox.courier import Courier
from apps.sandbox.faults import Faults, install_faults
from apps.sandbox.openai.api import openai_blueprint
from apps.sandbox.page_api import (
    Board,
    add_deliveries,
    add_faults,
    add_handrail,
    add_team,
    add_training,
    page_blueprint,
)
from apps.sandbox.page_desk import add_company, add_config, add_desk
from apps.sandbox.page_phone import add_calls, add_log, add_messaging, add_phone
from apps.sandbox.page_slack import add_slack
from apps.sandbox.recorder import Recorder, install_recorder
from apps.sandbox.settings import SandboxSettings
from apps.sandbox.shops.hubspot import HubSpot, hubspot_blueprint
from apps.sandbox.shops.shopify import Shopify, shopify_blueprint
from apps.sandbox.slack.api import slack_blueprint
from apps.sandbox.slack.people import SlackPeople
from apps.sandbox.slack.workspace import Workspace
from apps.sandbox.status_page import StatusBoard, add_status, status_blueprint
from apps.sandbox.sunshine.api import sunshine_blueprint
from apps.sandbox.sunshine.app import MessagingApp
from apps.sandbox.systems import write_analytics
from apps.sandbox.twilio.account import TwilioAccount
from apps.sandbox.twilio.api import twilio_blueprint
from apps.sandbox.website import help_pages, shop
from apps.sandbox.zendesk.api import zendesk_blueprint
from apps.sandbox.zendesk.desk import Desk
from apps.sandbox.zendesk.seed import seed
from apps.sandbox.zendesk.state import Account, ZendeskState

HERE = Path(__file__).parent
PAGE = HERE / "page"
ZAF_SDK = HERE.parent / "zendesk" / "app" / "dist-sandbox"


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """The parts of one sandbox, for tests and checks that look behind its HTTP."""

    settings: SandboxSettings
    clock: Clock
    faults: Faults
    courier: Courier
    recorder: Recorder
    zendesk: ZendeskState
    twilio: TwilioAccount
    slack: Workspace
    slack_people: SlackPeople
    messaging: MessagingApp
    timebook: Timebook
    status: StatusBoard
    devices: Devices
    office: BackOffice
    shopify: Shopify
    hubspot: HubSpot

    def close(self) -> None:
        """Stop the sandbox's threads."""
        self.twilio.close()
        self.messaging.close()
        self.courier.close()


def build_world(settings: SandboxSettings, clock: Clock | None = None) -> World:
    """Fresh vendors, all empty but for the company's own content."""
    clock = clock or (StoryClock(Path(settings.clock_file)) if settings.clock_file else Clock())
    faults = Faults()
    courier = Courier(faults, clock, reroute={settings.public_url: settings.handrail_url.rstrip("/")})
    workspace = Workspace(settings, clock)
    zendesk = _account(settings, courier, clock)
    return World(
        settings=settings,
        clock=clock,
        faults=faults,
        courier=courier,
        recorder=Recorder(),
        zendesk=zendesk,
        twilio=TwilioAccount(settings, courier, clock),
        slack=workspace,
        slack_people=SlackPeople(workspace, settings, courier),
        messaging=MessagingApp(settings, courier, clock, zendesk),
        timebook=build_timebook(settings, clock),
        status=StatusBoard(components=company_rows(settings.seed, "status_page", "components"), now=clock.now),
        devices=Devices(company_table(settings.seed, "calendar", "checks")),
        office=BackOffice(settings, clock, faults),
        shopify=Shopify(settings, clock),
        hubspot=HubSpot(settings, clock),
    )


def _account(settings: SandboxSettings, courier: Courier, clock: Clock) -> ZendeskState:
    lag = timedelta(seconds=settings.lag_seconds)
    account = Account(
        api_tokens=frozenset({settings.zendesk_token}),
        help_center_url=settings.own_url,
        index_lag=lag,
        requests_per_minute=settings.zendesk_requests_per_minute,
        ticket_updates_per_minute=settings.zendesk_updates_per_minute,
    )
    state = ZendeskState(account, clock, courier)
    seed(state, settings.seed)
    return state


def create_app(settings: SandboxSettings, world: World | None = None) -> Flask:
    """The sandbox, ready to serve; its threads start here, so call it in the process that serves."""
    world = world or build_world(settings)
    app = Flask(__name__, static_folder=None)
    app.extensions["world"] = world
    # Answers of the vendors keep the order in which their own documents list the fields.
    app.json.sort_keys = False  # type: ignore[attr-defined]
    # The recorder comes first, so that it also sees the requests that a fault refuses.
    install_recorder(app, world.recorder, world.clock)
    install_faults(app, world.faults)
    app.register_blueprint(zendesk_blueprint(world.zendesk), url_prefix="/zendesk")
    app.register_blueprint(twilio_blueprint(world.twilio), url_prefix="/twilio")
    app.register_blueprint(slack_blueprint(world.slack), url_prefix="/slack")
    app.register_blueprint(sunshine_blueprint(world.messaging), url_prefix="/sunshine")
    app.register_blueprint(openai_blueprint(settings.openai_key, world.clock, world.faults), url_prefix="/openai")
    app.register_blueprint(order_system(world.office, settings), url_prefix="/orders")
    app.register_blueprint(systems(world.office, world.devices, settings), url_prefix="/systems")
    app.register_blueprint(shopify_blueprint(world.shopify, settings.shopify_token), url_prefix="/shopify")
    app.register_blueprint(hubspot_blueprint(world.hubspot, settings.hubspot_token), url_prefix="/hubspot")
    app.register_blueprint(calendar_system(world.timebook, settings), url_prefix="/calendar")
    app.register_blueprint(status_blueprint(world.status), url_prefix="/status")
    app.register_blueprint(check_system(world.devices, settings), url_prefix="/checks")
    write_analytics(settings, world.clock)
    app.register_blueprint(help_pages(world.zendesk))
    app.register_blueprint(shop(settings.handrail_url))
    _add_page_api(app, world)
    _add_page(app)
    return app


def _add_page_api(app: Flask, world: World) -> None:
    page = page_blueprint()
    add_config(page, world.settings)
    add_desk(page, Desk(world.zendesk, world.messaging.agent_commented), world.settings)
    add_messaging(page, world.messaging)
    add_company(page, world.settings, world.clock)
    add_faults(page, world.faults)
    add_deliveries(page, world.courier, world.recorder)
    add_handrail(page, world.settings, world.clock)
    add_phone(page, world.twilio)
    add_log(page, world.twilio)
    add_calls(page, world.twilio)
    add_calendar(page, world.timebook, world.devices)
    add_office(page, world.office)
    add_status(page, world.status)
    add_slack(page, world.slack, world.slack_people)
    add_training(page, Board())
    add_team(page, Board())
    app.register_blueprint(page, url_prefix="/sandbox/api")


def _add_page(app: Flask) -> None:
    @app.get("/")
    def index() -> Response:
        return send_from_directory(PAGE, "index.html")

    @app.get("/<path:name>")
    def part(name: str) -> Response:
        return send_from_directory(PAGE, name)

    @app.get("/zendesk/agent/tickets/<int:ticket>")
    def agents_ticket(ticket: int) -> WerkzeugResponse:
        """Where a link to a ticket leads: the page with it open."""
        return redirect(f"/#ticket={ticket}")

    @app.get("/sandbox/zaf_sdk.js")
    def zaf_sdk() -> Response:
        return send_from_directory(ZAF_SDK, "zaf_sdk.js")

    @app.get("/healthz")
    def health() -> dict[str, str]:
        return {"status": "ok"}
