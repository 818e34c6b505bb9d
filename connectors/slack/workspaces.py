"""The workspaces that have installed the app, as slack_sdk and Bolt ask for them, over the core's store."""

import base64
import json
import logging
import os
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from slack_sdk import WebClient
from slack_sdk.errors import SlackTokenRotationError
from slack_sdk.oauth.installation_store import Bot, Installation, InstallationStore
from slack_sdk.oauth.token_rotation import TokenRotator

from connectors.slack.errors import refusal, translate_errors
from core.errors import ConfigurationError, TransientError
from core.model.workspace import Workspace
from core.ports import Now, Store
from core.text.outside import read_moment

_NONCE = 12
_PURPOSE = b"handrail: tokens of Slack workspaces"


class Vault:
    """AES-256-GCM. What is sealed for one workspace cannot be opened as another's."""

    def __init__(self, secret: str) -> None:
        if not secret:
            raise ValueError("the installation's own secret is needed")
        key = HKDF(algorithm=SHA256(), length=32, salt=None, info=_PURPOSE).derive(secret.encode())
        self._cipher = AESGCM(key)

    def __repr__(self) -> str:
        return "Vault(…)"

    def seal(self, workspace_id: str, tokens: Mapping[str, str]) -> str:
        nonce = os.urandom(_NONCE)
        hidden = self._cipher.encrypt(nonce, json.dumps(dict(tokens)).encode(), workspace_id.encode())
        return base64.b64encode(nonce + hidden).decode("ascii")

    def open(self, workspace_id: str, sealed: str) -> dict[str, str]:
        """Raises ConfigurationError where it was sealed under another secret, for another workspace, or was changed."""
        try:
            raw = base64.b64decode(sealed, validate=True)
            told = self._cipher.decrypt(raw[:_NONCE], raw[_NONCE:], workspace_id.encode())
        except (InvalidTag, ValueError) as error:
            raise ConfigurationError(
                f"the token of Slack workspace {workspace_id} cannot be read: session_secret is another one than when "
                "the app was installed there. Install it again (handrail slack-link)."
            ) from error
        tokens: dict[str, str] = json.loads(told)
        return tokens


BEFORE = timedelta(minutes=30)  # a token is changed before it ends
log = logging.getLogger("handrail.slack")


class Workspaces(InstallationStore):
    """One row for each workspace, its newest installation. `rotator` renews tokens that expire."""

    def __init__(self, store: Store, vault: Vault, now: Now, rotator: TokenRotator) -> None:
        self._store, self._vault, self._now, self._rotator = store, vault, now, rotator

    @property
    def logger(self) -> logging.Logger:
        return log

    def save(self, installation: Installation) -> None:
        bot = installation.to_bot()
        team = bot.team_id or bot.enterprise_id or ""
        row = Workspace(
            id=team,
            name=installation.team_name or installation.enterprise_name or team,
            enterprise_id=bot.enterprise_id or "",
            bot_user_id=bot.bot_user_id or "",
            scopes=tuple(bot.bot_scopes or ()),
            sealed=self._sealed(team, bot),
            installed_by=installation.user_id,
            installed_at=self._now(),
            expires_at=_moment(bot.bot_token_expires_at),
        )
        with self._store.begin() as unit:
            unit.workspaces.save(row)
            unit.ledger.append("slack_installed", {"workspace": team, "by": row.installed_by}, self._now())

    def save_bot(self, bot: Bot) -> None:
        """Tokens that were changed for newer ones."""
        team = bot.team_id or bot.enterprise_id or ""
        with self._store.begin() as unit:
            known = unit.workspaces.get(team)
            if known is not None:
                fresh = replace(known, sealed=self._sealed(team, bot), expires_at=_moment(bot.bot_token_expires_at))
                unit.workspaces.save(fresh)

    def find_bot(
        self, *, enterprise_id: str | None, team_id: str | None, is_enterprise_install: bool | None = False
    ) -> Bot | None:
        known = self.get(team_id or enterprise_id or "")
        return self._bot(known) if known is not None else None

    def find_installation(
        self,
        *,
        enterprise_id: str | None,
        team_id: str | None,
        user_id: str | None = None,
        is_enterprise_install: bool | None = False,
    ) -> Installation | None:
        bot = self.find_bot(enterprise_id=enterprise_id, team_id=team_id)
        if bot is None:
            return None
        return Installation(
            team_id=bot.team_id,
            enterprise_id=bot.enterprise_id,
            bot_token=bot.bot_token,
            bot_user_id=bot.bot_user_id,
            bot_scopes=bot.bot_scopes or "",
            bot_refresh_token=bot.bot_refresh_token,
            bot_token_expires_at=bot.bot_token_expires_at,
            user_id="",
            installed_at=bot.installed_at,
        )

    def remove(self, team: str, at: datetime) -> None:
        """The app was taken away there at that time; where it has been installed again since, that stands."""
        with self._store.begin() as unit:
            known = unit.workspaces.get(team)
            if known is not None and known.installed_at <= at:
                unit.workspaces.remove(team)
                unit.ledger.append("slack_removed", {"workspace": team}, self._now())

    def delete_bot(self, *, enterprise_id: str | None, team_id: str | None) -> None:
        self.remove(team_id or enterprise_id or "", self._now())

    def delete_installation(
        self, *, enterprise_id: str | None, team_id: str | None, user_id: str | None = None
    ) -> None:
        """Nothing of a single user is kept."""

    def delete_all(self, *, enterprise_id: str | None, team_id: str | None) -> None:
        self.delete_bot(enterprise_id=enterprise_id, team_id=team_id)

    def get(self, team: str) -> Workspace | None:
        """The workspace; the first of all for an empty name."""
        with self._store.read() as unit:
            if team:
                return unit.workspaces.get(team)
            return next(iter(unit.workspaces.all()), None)

    def token(self, team: str) -> tuple[str, str]:
        """The workspace's id and its token, a fresh one where the old one is about to end.

        Raises:
            ConfigurationError: the app is not installed there.
            TransientError: the token has ended, and Slack cannot be asked for another now.
        """
        known = self.get(team)
        if known is None:
            where = f"in Slack workspace {team}" if team else "in any Slack workspace"
            raise ConfigurationError(
                f"the app is not installed {where}: open the address of `handrail connect slack --link`"
            )
        bot = self._fresh(known)
        return known.id, bot.bot_token

    def _fresh(self, known: Workspace) -> Bot:
        bot = self._bot(known)
        if known.expires_at is None or known.expires_at - self._now() > BEFORE:
            return bot
        try:
            with translate_errors("renew a token"):
                changed = self._renew(bot)
        except TransientError:
            if known.expires_at <= self._now():
                raise
            log.warning("the token of Slack workspace %s could not be renewed yet", known.id)
            return bot
        if changed is None:
            newer = self.get(known.id)
            return self._bot(newer or known)
        self.save_bot(changed)
        return changed

    def _renew(self, bot: Bot) -> Bot | None:
        """None where another process was quicker: a refresh token is good for once."""
        minutes = int(BEFORE.total_seconds() // 60)
        try:
            return self._rotator.perform_bot_token_rotation(bot=bot, minutes_before_expiration=minutes)
        except SlackTokenRotationError as error:
            refused = error.api_error
            if isinstance(refusal(refused, "renew a token", write=False), TransientError):
                raise refused from error
            return None

    def _bot(self, known: Workspace) -> Bot:
        tokens = self._vault.open(known.id, known.sealed)
        return Bot(
            team_id=known.id,
            enterprise_id=known.enterprise_id or None,
            bot_token=tokens["bot"],
            bot_id="",
            bot_user_id=known.bot_user_id,
            bot_scopes=list(known.scopes),
            bot_refresh_token=tokens.get("refresh"),
            bot_token_expires_at=int(known.expires_at.timestamp()) if known.expires_at else None,
            installed_at=known.installed_at,
        )

    def _sealed(self, team: str, bot: Bot) -> str:
        tokens = {"bot": bot.bot_token} | ({"refresh": bot.bot_refresh_token} if bot.bot_refresh_token else {})
        return self._vault.seal(team, tokens)


def rotator(client: WebClient, client_id: str, client_secret: str) -> TokenRotator:
    return TokenRotator(client=client, client_id=client_id, client_secret=client_secret)


def _moment(seconds: int | None) -> datetime | None:
    return None if seconds is None else read_moment(seconds)
