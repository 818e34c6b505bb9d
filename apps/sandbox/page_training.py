"""The page's board for training: a coach hangs out exercises and results, the people at the page say what they wish.

The board judges nothing. While no coach has written to it, there is no training.
"""

import threading
from typing import Any

from flask import Blueprint, jsonify, request

from apps.sandbox.page_api import Answer, PageError, needed, wish

KINDS = ("begin", "done")


class Board:
    """What the coach last wrote, and every wish so far, numbered from 1; threads may share it."""

    def __init__(self) -> None:
        self._turn = threading.Lock()
        self._written: dict[str, Any] | None = None
        self._wishes: list[dict[str, Any]] = []

    def write(self, written: dict[str, Any] | None) -> None:
        """None takes everything down: there is no training any more."""
        with self._turn:
            self._written = written

    def read(self) -> dict[str, Any]:
        with self._turn:
            return {"on": self._written is not None, "wishes": len(self._wishes), **(self._written or {})}

    def wish(self, wanted: dict[str, Any]) -> int:
        with self._turn:
            if self._written is None:
                raise PageError(409, "No training runs here.")
            self._wishes.append({"number": len(self._wishes) + 1, **wanted})
            return len(self._wishes)

    def wishes(self, after: int) -> list[dict[str, Any]]:
        with self._turn:
            return self._wishes[max(0, after) :]


def add_training(page: Blueprint, board: Board) -> None:
    """GET, PUT and DELETE training; POST and GET training/wishes."""

    @page.get("/training")
    def read() -> Answer:
        return jsonify(board.read())

    @page.put("/training")
    def write() -> Answer:
        board.write(wish())
        return jsonify(board.read())

    @page.delete("/training")
    def take_down() -> Answer:
        board.write(None)
        return jsonify(board.read())

    @page.post("/training/wishes")
    def wanted() -> Answer:
        given = wish()
        kind = needed(given, "kind")
        if kind not in KINDS:
            raise PageError(400, f"{kind!r} is none of {', '.join(KINDS)}.")
        number = board.wish(
            {"kind": kind, "exercise": needed(given, "exercise"), "agent_id": needed(given, "agent_id")}
        )
        return jsonify(number=number), 201

    @page.get("/training/wishes")
    def wishes() -> Answer:
        return jsonify(wishes=board.wishes(request.args.get("after", 0, int)))
