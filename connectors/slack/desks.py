"""The core's Desk over several workspaces: each name says which."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from connectors.slack.desk import SlackDesk
from core.model.helpdesk import Receipt
from core.model.outreach import Member
from core.model.workspace import parted, within

Token = Callable[[str], tuple[str, str]]  # of a workspace, its id and the token; of none, the first one's


class SlackDesks:
    """Implements `core.ports.Desk`. What it hands back names its workspace."""

    def __init__(self, token: Token, desk: Callable[[str], SlackDesk]) -> None:
        """`desk` makes the one that speaks with a token."""
        self._token, self._desk = token, desk
        self._desks: dict[str, tuple[str, SlackDesk]] = {}

    def _at(self, name: str) -> tuple[str, SlackDesk, str]:
        """The workspace, its desk, and the name as it is said there."""
        team, rest = parted(name)
        known, token = self._token(team)
        if self._desks.get(known, ("", None))[0] != token:
            self._desks[known] = (token, self._desk(token))
        return known, self._desks[known][1], rest

    def post(
        self, *, channel: str, text: str, blocks: Sequence[Mapping[str, Any]], key: str, only_to: str = ""
    ) -> Receipt:
        team, desk, name = self._at(channel)
        made = desk.post(channel=name, text=text, blocks=blocks, key=key, only_to=parted(only_to)[1])
        return replace(made, ref=within(team, made.ref))

    def update(self, *, ref: str, text: str, blocks: Sequence[Mapping[str, Any]]) -> Receipt:
        team, desk, there = self._at(ref)
        made = desk.update(ref=there, text=text, blocks=blocks)
        return replace(made, ref=within(team, made.ref))

    def find(self, *, channel: str, key: str, since: datetime) -> Receipt | None:
        team, desk, name = self._at(channel)
        found = desk.find(channel=name, key=key, since=since)
        return None if found is None else replace(found, ref=within(team, found.ref))

    def member(self, user_id: str) -> Member | None:
        _, desk, user = self._at(user_id)
        return desk.member(user)

    def publish_home(self, user_id: str, blocks: Sequence[Mapping[str, Any]]) -> None:
        _, desk, user = self._at(user_id)
        desk.publish_home(user, blocks)

    def answer(self, address: str, text: str, blocks: Sequence[Mapping[str, Any]] = ()) -> None:
        _, desk, _ = self._at("")
        desk.answer(address, text, blocks)

    def link(self, ref: str) -> str:
        _, desk, there = self._at(ref)
        return desk.link(there)
