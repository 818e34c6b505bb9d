"""Every parser of what comes from outside, in one list. Hypothesis (`test_parsers.py`), atheris (`make fuzz`) and the
table in docs/fuzzing.md go by it.

A parser's own module is imported only when it is asked for: atheris instruments what is imported then."""

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """A parser ready to be fed. `read` takes any bytes and raises nothing; what the parser is documented to refuse, it
    swallows. `seeds` are genuine inputs."""

    read: Callable[[bytes], object]
    seeds: tuple[bytes, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Parser:
    """`where` is the module of this folder that has it. `code` are the modules of ours whose lines it is measured by;
    `share` its part of all inputs, by how long it takes over one."""

    name: str
    where: str
    share: int
    code: tuple[str, ...]

    def ready(self) -> Subject:
        make: Callable[[], Subject] = getattr(import_module(f"tests.fuzz.{self.where}"), self.name)
        return make()


PARSERS = (
    # Requests
    Parser(
        name="zendesk_events",
        where="requests_to_us",
        share=10,
        code=("webhooks.zendesk.view", "webhooks.zendesk.schema"),
    ),
    Parser(
        name="zendesk_trigger",
        where="requests_to_us",
        share=10,
        code=("webhooks.zendesk.view", "webhooks.zendesk.schema"),
    ),
    Parser(
        name="twilio_message", where="requests_to_us", share=12, code=("webhooks.twilio.view", "webhooks.twilio.schema")
    ),
    Parser(
        name="twilio_status", where="requests_to_us", share=15, code=("webhooks.twilio.view", "webhooks.twilio.schema")
    ),
    Parser(
        name="twilio_voice",
        where="requests_to_us",
        share=8,
        code=("webhooks.twilio.voice", "webhooks.twilio.voice_schema"),
    ),
    Parser(
        name="sunshine", where="requests_to_us", share=12, code=("webhooks.sunshine.view", "webhooks.sunshine.schema")
    ),
    Parser(name="signals", where="requests_to_us", share=10, code=("webhooks.signals.view", "webhooks.signals.schema")),
    Parser(
        name="journey_steps",
        where="requests_to_us",
        share=10,
        code=("webhooks.journey.view", "webhooks.journey.schema"),
    ),
    Parser(
        name="journey_answers",
        where="requests_to_us",
        share=10,
        code=("webhooks.journey.view", "webhooks.journey.schema"),
    ),
    Parser(name="slack_body", where="requests_to_us", share=20, code=("apps.slack.schema",)),
    Parser(
        name="slack",
        where="requests_to_us",
        share=3,
        code=("apps.slack.told", "apps.slack.modals", "apps.slack.listeners"),
    ),
    Parser(
        name="sidebar",
        where="requests_to_us",
        share=5,
        code=("apps.zendesk.parts", "apps.zendesk.writing", "apps.zendesk.feedback", "apps.zendesk.drafts"),
    ),
    Parser(name="sidebar_tokens", where="requests_to_us", share=20, code=("apps.zendesk.session",)),
    Parser(name="receipt_links", where="requests_to_us", share=110, code=("apps.receipt.links",)),
    Parser(
        name="signatures",
        where="requests_to_us",
        share=120,
        code=("connectors.zendesk.signature", "connectors.slack.signature"),
    ),
    # Vendors' answers
    Parser(
        name="zendesk_answers",
        where="answers_to_us",
        share=4,
        code=("connectors.zendesk.records", "connectors.zendesk.api"),
    ),
    Parser(
        name="zendesk_lists",
        where="answers_to_us",
        share=4,
        code=("connectors.zendesk.solved", "connectors.zendesk.macros"),
    ),
    Parser(
        name="twilio_answers",
        where="answers_to_us",
        share=4,
        code=("connectors.twilio.messenger", "connectors.twilio.look"),
    ),
    Parser(
        name="sunshine_answers",
        where="answers_to_us",
        share=8,
        code=("connectors.sunshine.api", "connectors.sunshine.messenger"),
    ),
    Parser(
        name="slack_answers", where="answers_to_us", share=8, code=("connectors.slack.answers", "connectors.slack.desk")
    ),
    Parser(
        name="openai_answers",
        where="answers_to_us",
        share=20,
        code=("connectors.openai.chat", "connectors.openai.responses_api"),
    ),
    Parser(name="status_page", where="answers_to_us", share=15, code=("connectors.status.page",)),
    Parser(name="orders", where="answers_to_us", share=10, code=("connectors.orders.orders",)),
    Parser(
        name="calendar", where="answers_to_us", share=6, code=("connectors.calendar.http", "connectors.own_systems")
    ),
    Parser(
        name="profile", where="answers_to_us", share=8, code=("connectors.profile.http", "connectors.profile.mapping")
    ),
    Parser(name="actions", where="answers_to_us", share=10, code=("connectors.actions.systems",)),
    Parser(name="waits", where="answers_to_us", share=120, code=("core.text.outside",)),
    # What a model writes
    Parser(name="json_answer", where="models", share=120, code=("core.prompting.json_answer",)),
    Parser(
        name="draft_reply", where="models", share=40, code=("core.answer.compose.reply", "core.answer.compose.compose")
    ),
    Parser(name="rewrite_reply", where="models", share=60, code=("core.answer.rewrite",)),
    # Files and pages
    Parser(name="sitemap", where="files", share=120, code=("connectors.web.site",)),
    Parser(name="web_page", where="files", share=20, code=("core.knowledge.page", "core.text.html")),
    Parser(name="html_article", where="files", share=20, code=("connectors.local.reading.html",)),
    Parser(
        name="markdown_article",
        where="files",
        share=8,
        code=("connectors.local.reading.markdown", "connectors.local.reading.front"),
    ),
    Parser(
        name="article_rows", where="files", share=20, code=("connectors.local.files", "connectors.local.reading.rows")
    ),
    Parser(name="policy", where="files", share=4, code=("apps.policy_file", "core.policy.reader")),
    Parser(name="intents", where="files", share=10, code=("apps.intents_file",)),
    Parser(name="style", where="files", share=2, code=("apps.style_file",)),
    Parser(name="scenarios", where="files", share=3, code=("apps.scenarios_file",)),
    Parser(name="settings", where="files", share=10, code=("apps.toml_file", "apps.settings")),
    # What we stored ourselves
    Parser(name="stored_events", where="files", share=20, code=("connectors.sql.event_codec", "connectors.sql.codec")),
)
