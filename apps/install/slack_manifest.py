"""What is declared to Slack, with the installation's own address in it."""

from functools import cache
from pathlib import Path
from typing import Any

import yaml

MANIFEST = Path(__file__).parents[2] / "manifests" / "slack" / "app.yaml"
SAMPLE = "https://desk.example.com"  # what stands in the manifest where the public address belongs
STEPS = """\
To make the Slack app by hand:
  1. Open https://api.slack.com/apps and choose Create New App › From a manifest.
  2. Choose your workspace and paste the manifest that `handrail connect slack --manifest` prints.
  3. Choose Install to Workspace.
  4. Come back with the bot token and the signing secret; they are asked for now, and whenever you run this again.
Or make an app configuration token on the same page, and the app is made for you:
  SLACK_CONFIG_TOKEN=xoxe.xoxp-… handrail connect slack"""


def manifest_text(public_url: str) -> str:
    """The manifest with the public address in it, as a person pastes it."""
    return MANIFEST.read_text(encoding="utf-8").replace(SAMPLE, public_url.rstrip("/"))


def manifest(public_url: str) -> dict[str, Any]:
    filled: dict[str, Any] = yaml.safe_load(manifest_text(public_url))
    return filled


@cache
def declared_scopes() -> frozenset[str]:
    """What the app asks for."""
    return frozenset(manifest(SAMPLE)["oauth_config"]["scopes"]["bot"])
