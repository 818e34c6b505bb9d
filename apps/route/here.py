"""The vendors' accounts of the installation that the settings name. Only the helpdesk must be set."""

from apps.bootstrap.vendors import Vendors
from apps.settings import settings_here

ZENDESK = ("zendesk.subdomain", "zendesk.email", "zendesk.token")


def vendors_here() -> Vendors:
    """Raises ConfigurationError when one of the helpdesk's settings is missing or wrong."""
    return Vendors(settings_here(needed=ZENDESK))
