"""A container with what `handrail doctor` looks through; building it changes nothing."""

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from apps.bootstrap.container import Container, answering
from connectors.queue.app import make_celery, reachable
from connectors.zendesk.look import SeenWebhook

if TYPE_CHECKING:
    from connectors.slack.installer import SlackInstaller
    from connectors.sql.look import StoreLook
    from connectors.twilio.look import TwilioLook
    from connectors.zendesk.installer import ZendeskAppInstaller
    from connectors.zendesk.look import ZendeskLook


__all__ = ["ExaminedContainer", "SeenWebhook", "queue_answers"]


@dataclass(frozen=True)
class ExaminedContainer(Container):
    """Each look built at its first use."""

    @cached_property
    def store_look(self) -> "StoreLook":
        from connectors.sql.look import StoreLook

        return StoreLook(self.store)

    @cached_property
    def zendesk_look(self) -> "ZendeskLook":
        from connectors.zendesk.look import ZendeskLook

        return ZendeskLook(self.zendesk)

    @cached_property
    def app_look(self) -> "ZendeskAppInstaller":
        from connectors.zendesk.installer import ZendeskAppInstaller

        return ZendeskAppInstaller(self.zendesk)

    @cached_property
    def twilio_look(self) -> "TwilioLook":
        from connectors.twilio.look import TwilioLook

        return TwilioLook(self.twilio)

    @cached_property
    def slack_look(self) -> "SlackInstaller":
        from connectors.slack.installer import SlackInstaller

        return SlackInstaller(self.slack)

    def slack_looks(self) -> "dict[str, SlackInstaller]":
        """Of every workspace that has installed the app, by its name."""
        from connectors.slack.account import connect
        from connectors.slack.installer import SlackInstaller

        workspaces = self.slack_workspaces
        if workspaces is None:
            return {}
        with self.store.read() as unit:
            known = unit.workspaces.all()
        clients = {each.name: connect(self.slack_account(workspaces.token(each.id)[1])) for each in known}
        return {name: SlackInstaller(client) for name, client in clients.items()}

    def workers_at(self, queue_url: str, seconds: float) -> tuple[int, int]:
        """How many workers, and how many for outreach, answer a ping over this queue within the time."""
        return answering(make_celery(queue_url), seconds)

    def model_names(self) -> list[str]:
        """What the endpoint offers. Errors are those of `core.errors`."""
        from connectors.openai.model import OpenAIModel

        model = OpenAIModel(
            api_key=self.settings.openai.api_key.value,
            model=self.settings.openai.model,
            base_url=self.settings.openai.base_url,
            max_retries=0,
        )
        try:
            return model.names()
        finally:
            model.close()


def queue_answers(url: str) -> bool:
    return reachable(make_celery(url))
