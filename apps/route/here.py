"""The vendors' accounts of the installation that the settings name. Only the helpdesk must be set."""

import os
from pathlib import Path

from apps.bootstrap.vendors import Vendors
from apps.settings import read_settings

ZENDESK = ("zendesk.subdomain", "zendesk.email", "zendesk.token")


def vendors_here() -> Vendors:
    """Raises ConfigurationError when one of the helpdesk's settings is missing or wrong."""
    toml = Path(os.environ.get("HANDRAIL_CONFIG", "handrail.toml"))
    return Vendors(read_settings(os.environ, toml, needed=ZENDESK))
