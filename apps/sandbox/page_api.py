"""The page's own API under `/sandbox/api`: what the people in the story do, and what they see."""

import threading
import uuid
from collections.abc import Callable, Mapping
from typing import Any

import requests
from flask import Blueprint, Response, jsonify, request
from werkzeug.exceptions import HTTPException

from apps.sandbox.clock import Clock
from apps.sandbox.company_rows import signal_of, status_events
from apps.sandbox.courier import Courier
from apps.sandbox.faults import VENDORS, Faults
from apps.sandbox.recorder import Recorder
from apps.sandbox.settings import SandboxSettings
from apps.sandbox.slack.arguments import SlackError

HANDRAIL_SECONDS = 10
ROWS_SHOWN = 200
Answer = Response | tuple[Response, int]


class PageError(Exception):
    """A wish of the page that cannot be met, with the status to say it by."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


def read_body() -> dict[str, Any]:
    """The JSON object that the page sent. Raises PageError."""
    given = request.get_json(silent=True)
    if not isinstance(given, dict):
        raise PageError(400, "The body must be a JSON object.")
    return given


def require(given: Mapping[str, Any], name: str) -> str:
    """A text that must be there. Raises PageError."""
    value = given.get(name)
    if not isinstance(value, str) or not value.strip():
        raise PageError(400, f"{name} is missing.")
    return value


def page_blueprint() -> Blueprint:
    """An empty page API that tells its errors in plain words."""
    page = Blueprint("page", __name__)

    @page.errorhandler(PageError)
    def cannot(error: PageError) -> Answer:
        return jsonify(error={"message": str(error)}), error.status

    @page.errorhandler(SlackError)
    def slack_cannot(error: SlackError) -> Answer:
        status = 404 if error.code.endswith("not_found") else 400
        return jsonify(error={"message": f"Slack says: {error.code}"}), status

    @page.route("/<path:unknown>", methods=["GET", "POST", "PUT"])
    def not_here(unknown: str) -> Answer:
        raise PageError(404, f"The page's API has no {unknown}.")

    @page.errorhandler(HTTPException)
    def not_found(error: HTTPException) -> Answer:
        return jsonify(error={"message": error.description}), error.code or 500

    return page


def add_faults(page: Blueprint, faults: Faults) -> None:
    """GET and PUT faults: `{vendor: {switch: value}}`."""

    @page.get("/faults")
    def show_faults() -> Answer:
        return jsonify(faults.table())

    @page.put("/faults")
    def set_faults() -> Answer:
        try:
            for vendor, changes in read_body().items():
                faults.set(vendor, **changes)
        except (KeyError, TypeError, ValueError) as error:
            raise PageError(400, f"No such fault: {error}") from error
        return jsonify(faults.table())


def add_deliveries(page: Blueprint, courier: Courier, recorder: Recorder) -> None:
    """The webhooks posted so far, one again, one forged; and the requests the vendors got."""

    @page.get("/deliveries")
    def deliveries() -> Answer:
        attempts = courier.attempts(request.args.get("vendor"))[-_limit() :]
        return jsonify(deliveries=[attempt.row() for attempt in attempts])

    @page.post("/deliveries/<delivery_id>/redeliver")
    def redeliver(delivery_id: str) -> Answer:
        try:
            return jsonify(courier.redeliver(delivery_id).row())
        except KeyError as error:
            raise PageError(404, f"No delivery {delivery_id} is kept.") from error

    @page.post("/deliveries/forge")
    def forge() -> Answer:
        given = read_body()
        delivery_id = given.get("delivery_id") or _latest(courier, given.get("vendor"))
        body = given.get("body")
        try:
            made = courier.forge(delivery_id, body.encode() if isinstance(body, str) else None)
        except KeyError as error:
            raise PageError(404, f"No delivery {delivery_id} is kept.") from error
        return jsonify(made.row())

    @page.get("/wire")
    def wire() -> Answer:
        vendor = request.args.get("vendor")
        if vendor is not None and vendor not in VENDORS:
            raise PageError(400, f"No such vendor: {vendor}")
        return jsonify(exchanges=recorder.table(vendor, request.args.get("after", 0, int))[-_limit() :])


def _limit() -> int:
    return max(1, request.args.get("limit", ROWS_SHOWN, int))


def _latest(courier: Courier, vendor: str | None) -> str:
    real = [each for each in courier.attempts(vendor) if each.note != "forged"]
    if not real:
        raise PageError(409, "Nothing was delivered yet, so there is nothing to imitate.")
    return real[-1].delivery_id


def add_handrail(page: Blueprint, settings: SandboxSettings, clock: Clock) -> None:
    """What the company's own systems say to Handrail and read from it, with the API key."""
    session = requests.Session()
    session.trust_env = False
    session.headers["X-Api-Key"] = settings.api_key

    def ask(method: str, path: str, **parts: Any) -> requests.Response:
        try:
            return session.request(method, settings.handrail_url + path, timeout=HANDRAIL_SECONDS, **parts)
        except requests.RequestException as error:
            raise PageError(502, "Handrail does not answer.") from error

    @page.post("/signals")
    def signal() -> Answer:
        given = {"id": str(uuid.uuid4()), "at": clock.now().isoformat(), **_signal(settings, read_body(), clock)}
        heard = ask("POST", "/signals", json=given)
        told = jsonify(status=heard.status_code, id=given["id"], answer=_answer_of(heard))
        if heard.ok:
            return told
        raise PageError(heard.status_code, f"Handrail answered {heard.status_code}: {heard.text[:300]}")

    @page.get("/decisions")
    def decisions() -> Answer:
        heard = ask("GET", "/decisions", params=request.args.to_dict())
        if not heard.ok:
            raise PageError(heard.status_code, f"Handrail answered {heard.status_code}.")
        return jsonify(_answer_of(heard))


def _signal(settings: SandboxSettings, given: dict[str, Any], clock: Clock) -> dict[str, Any]:
    """A signal as sent, or, for `{"event": id}`, the company's status event of that id as a signal."""
    if "event" not in given:
        return given
    for event in status_events(settings.seed, clock.now()):
        if event["id"] == given["event"]:
            return signal_of(event)
    raise PageError(404, f"The company has no status event {given['event']}.")


def _answer_of(heard: requests.Response) -> Any:
    try:
        return heard.json()
    except ValueError:
        return heard.text


# The page's boards: somebody outside shows there what can be wished for and how it stands, a coach the exercises, a
# team how many customers it has answered; the people at the page post their wishes. A board judges nothing. While
# nobody has written to it, there is nothing to wish for.

KINDS = ("begin", "done")


class Board:
    """What was last written, and every wish so far, numbered from 1; threads may share it."""

    def __init__(self) -> None:
        self._turn = threading.Lock()
        self._written: dict[str, Any] | None = None
        self._wishes: list[dict[str, Any]] = []

    def write(self, written: dict[str, Any] | None) -> None:
        """None takes everything down."""
        with self._turn:
            self._written = written

    def read(self) -> dict[str, Any]:
        with self._turn:
            return {"on": self._written is not None, "wishes": len(self._wishes), **(self._written or {})}

    def wish(self, wanted: dict[str, Any]) -> int:
        with self._turn:
            if self._written is None:
                raise PageError(409, "Nobody is there who could hear it.")
            self._wishes.append({"number": len(self._wishes) + 1, **wanted})
            return len(self._wishes)

    def wishes(self, after: int) -> list[dict[str, Any]]:
        with self._turn:
            return self._wishes[max(0, after) :]


def add_training(page: Blueprint, board: Board) -> None:
    """The board `training`; a wish is to begin an exercise or that it is done."""

    def wanted() -> dict[str, Any]:
        given = read_body()
        kind = require(given, "kind")
        if kind not in KINDS:
            raise PageError(400, f"{kind!r} is none of {', '.join(KINDS)}.")
        return {"kind": kind, "exercise": require(given, "exercise"), "agent_id": require(given, "agent_id")}

    _add_board(page, "training", board, wanted)


def add_team(page: Blueprint, board: Board) -> None:
    """The board `team`; a wish is that it answers customers, and has nothing more to say."""
    _add_board(page, "team", board, dict)


def _add_board(page: Blueprint, name: str, board: Board, wanted: Callable[[], dict[str, Any]]) -> None:
    """GET, PUT and DELETE name; POST and GET name/wishes."""

    @page.get(f"/{name}", endpoint=f"{name}_read")
    def read() -> Answer:
        return jsonify(board.read())

    @page.put(f"/{name}", endpoint=f"{name}_write")
    def write() -> Answer:
        board.write(read_body())
        return jsonify(board.read())

    @page.delete(f"/{name}", endpoint=f"{name}_take_down")
    def take_down() -> Answer:
        board.write(None)
        return jsonify(board.read())

    @page.post(f"/{name}/wishes", endpoint=f"{name}_wish")
    def wish() -> Answer:
        return jsonify(number=board.wish(wanted())), 201

    @page.get(f"/{name}/wishes", endpoint=f"{name}_wishes")
    def wishes() -> Answer:
        return jsonify(wishes=board.wishes(request.args.get("after", 0, int)))
