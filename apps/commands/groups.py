"""Commands of several words: each lies in a module of its own, imported when it is named."""

from collections.abc import Mapping
from importlib import import_module

import click


class Lazy(click.Group):
    """A group whose commands lie in modules of their own, imported when one of them is named."""

    def __init__(self, name: str, help: str, commands: Mapping[str, str]) -> None:
        """`commands` maps a name to its `module:attribute`."""
        super().__init__(name=name, help=help, short_help=help.partition(":")[0].rstrip(".") + ".")
        self._places = commands

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self._places)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        place = self._places.get(cmd_name)
        if place is None:
            return None
        module, name = place.split(":")
        found = getattr(import_module(module), name)
        return found if isinstance(found, click.Command) else None


GROUPS = (
    Lazy(
        "knowledge",
        "The company's own articles: take them over, look at them, find their faults.",
        {
            "sync": "apps.knowledge.command:sync",
            "add": "apps.knowledge.command:add",
            "list": "apps.knowledge.command:list_articles",
            "search": "apps.knowledge.command:search",
            "check": "apps.knowledge.checking:check",
            "show": "apps.knowledge.command:show",
            "gaps": "apps.knowledge.gaps:gaps",
        },
    ),
    Lazy(
        "eval",
        "How good the answers are, on your own labelled files.",
        {
            "retrieval": "apps.evaluate.retrieval:command",
            "grounding": "apps.evaluate.grounding:command",
            "guard": "apps.evaluate.guard:command",
            "pii": "apps.evaluate.personal:command",
            "answers": "apps.evaluate.answers:command",
            "intents": "apps.evaluate.intents:command",
            "sentiment": "apps.evaluate.sentiment:command",
            "triggers": "apps.evaluate.triggers:command",
        },
    ),
    Lazy(
        "intents",
        "The company's own intents: proposed from its tickets, and checked.",
        {"propose": "apps.intents.proposing:propose", "check": "apps.intents.checking:check"},
    ),
    Lazy(
        "app",
        "The app that is installed in Zendesk.",
        {"package": "apps.app_package.command:package", "check": "apps.app_package.command:check"},
    ),
    Lazy("reasked", "What customers had to tell twice.", {"check": "apps.reasked:check"}),
    Lazy("style", "How the company sounds.", {"check": "apps.style.command:check"}),
    Lazy(
        "policy",
        "Who owns what, as code: try it, put it in force, see what it decided.",
        {
            "check": "apps.policy.checking:check",
            "test": "apps.policy.testing:test",
            "apply": "apps.policy.force:apply",
            "sign": "apps.policy.force:sign",
            "restore": "apps.policy.force:restore",
            "list": "apps.policy.listing:list_versions",
            "show": "apps.policy.listing:show",
            "diff": "apps.policy.diff:diff",
            "explain": "apps.policy.explain:explain",
        },
    ),
    Lazy(
        "route",
        "Who gets which conversation, tried out on your own past.",
        {
            "simulate": "apps.route.command:simulate",
            "learn": "apps.route.command:learn",
            "tiers": "apps.route.tiers:tiers",
        },
    ),
    Lazy(
        "ledger",
        "What is written down of all that was decided and sent: proved, and shown.",
        {
            "verify": "apps.ledger.command:verify",
            "head": "apps.ledger.command:head",
            "show": "apps.ledger.command:show",
        },
    ),
    Lazy(
        "outreach",
        "Campaigns: how they stand, and the switch for all that leaves by itself.",
        {
            "list": "apps.outreach.command:list_campaigns",
            "show": "apps.outreach.command:show",
            "results": "apps.outreach.results:results",
            "status": "apps.outreach.command:status",
            "pause": "apps.outreach.command:pause",
            "resume": "apps.outreach.command:resume",
            "stop": "apps.outreach.command:stop",
        },
    ),
    Lazy(
        "pilot",
        "Begin with one channel and a few intents: the numbers say when to expand.",
        {
            "plan": "apps.pilot.plan:plan",
            "start": "apps.pilot.start:start",
            "status": "apps.pilot.status:status",
            "expand": "apps.pilot.start:expand",
            "stop": "apps.pilot.stop:stop",
        },
    ),
)
