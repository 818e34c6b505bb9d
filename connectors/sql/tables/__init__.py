"""Every table of the store. A change here needs a migration; a test compares the two."""

from connectors.sql.tables.alerts import alert_hits, alerts
from connectors.sql.tables.base import metadata
from connectors.sql.tables.calls import call_lines, calls
from connectors.sql.tables.campaigns import campaign_recipients, campaign_votes, campaigns
from connectors.sql.tables.cases import (
    consents,
    conversations,
    customer_attributes,
    customers,
    decisions,
    draft_sentences,
    draft_sources,
    drafts,
    feedback,
    gaps,
    identities,
    messages,
)
from connectors.sql.tables.corrections import intent_corrections
from connectors.sql.tables.figures import decision_figures
from connectors.sql.tables.journey import journey_steps, offers
from connectors.sql.tables.knowledge import (
    articles,
    concept_counts,
    index_stamps,
    index_version,
    passage_scopes,
    passages,
    passages_gone,
    scope_names,
)
from connectors.sql.tables.people import (
    asked_sources,
    claims,
    different_people,
    merges,
    profile_facts,
    verifications,
)
from connectors.sql.tables.policies import policies, policy_enactments, policy_signoffs
from connectors.sql.tables.pulse import pulse
from connectors.sql.tables.requests import insertions, requests
from connectors.sql.tables.seals import campaign_seals
from connectors.sql.tables.sign_ins import sign_ins
from connectors.sql.tables.threads import joins, linked_tickets, moves
from connectors.sql.tables.work import (
    NOT_OF_CAMPAIGN,
    OF_CAMPAIGN,
    OPEN_EVENT,
    UNDELIVERED,
    budgets,
    cursors,
    events,
    ledger,
    outbox,
)
from connectors.sql.tables.workspaces import slack_installations

__all__ = [
    "NOT_OF_CAMPAIGN",
    "OF_CAMPAIGN",
    "OPEN_EVENT",
    "UNDELIVERED",
    "alert_hits",
    "alerts",
    "articles",
    "asked_sources",
    "budgets",
    "call_lines",
    "calls",
    "campaign_recipients",
    "campaign_seals",
    "campaign_votes",
    "campaigns",
    "claims",
    "concept_counts",
    "consents",
    "conversations",
    "cursors",
    "customer_attributes",
    "customers",
    "decision_figures",
    "decisions",
    "different_people",
    "draft_sentences",
    "draft_sources",
    "drafts",
    "events",
    "feedback",
    "gaps",
    "identities",
    "index_stamps",
    "index_version",
    "insertions",
    "intent_corrections",
    "joins",
    "journey_steps",
    "ledger",
    "linked_tickets",
    "merges",
    "messages",
    "metadata",
    "moves",
    "offers",
    "outbox",
    "passage_scopes",
    "passages",
    "passages_gone",
    "policies",
    "policy_enactments",
    "policy_signoffs",
    "profile_facts",
    "pulse",
    "requests",
    "scope_names",
    "sign_ins",
    "slack_installations",
    "verifications",
]
