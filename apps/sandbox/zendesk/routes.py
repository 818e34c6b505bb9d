"""Every endpoint the account answers at."""

from apps.sandbox.zendesk import (
    app_store,
    apps,
    fields,
    help_center,
    history,
    incremental,
    jobs,
    macros,
    roles,
    search,
    staff,
    teams,
    tickets,
    triggers,
    uploads,
    users,
    webhooks,
)
from apps.sandbox.zendesk.answers import Route

ROUTES: tuple[Route, ...] = (
    *tickets.ROUTES,
    *history.ROUTES,
    *users.ROUTES,
    *roles.ROUTES,
    *teams.ROUTES,
    *staff.ROUTES,
    *fields.ROUTES,
    *triggers.ROUTES,
    *webhooks.ROUTES,
    *search.ROUTES,
    *incremental.ROUTES,
    *help_center.ROUTES,
    *macros.ROUTES,
    *jobs.ROUTES,
    *apps.ROUTES,
    *app_store.ROUTES,
    *uploads.ROUTES,
)
