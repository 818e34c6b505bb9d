"""The commands; what they need is imported when one of them runs."""

import sys
from pathlib import Path

import click

CHOICE = click.Choice(["zendesk", "twilio", "slack", "messaging"])
YES = click.option(
    "-y",
    "--yes",
    is_flag=True,
    help="Do not ask before changing anything. Without a terminal nothing is asked in any case.",
)
NO_INPUT = click.option("--no-input", is_flag=True, help="Never ask: what is missing is an error.")
CONFIG_TOKEN = click.option(
    "--config-token",
    envvar="SLACK_CONFIG_TOKEN",
    metavar="TOKEN",
    default="",
    help="Slack: an app configuration token (xoxe.xoxp-…), to make the app with. Better in SLACK_CONFIG_TOKEN: what "
    "stands in a command, others on the machine can see.",
)


@click.command(short_help="Write the files that an installation begins with.")
@click.option("--company", metavar="NAME", help="The company's name as customers know it.")
@click.option(
    "--public-url",
    metavar="URL",
    help="The https address at which the vendors reach this server, such as https://desk.example.com.",
)
@click.option("--subdomain", metavar="NAME", help="The part before .zendesk.com in your account's address.")
@click.option("--email", metavar="EMAIL", help="The e-mail address of the integration user at Zendesk.")
@click.option(
    "--group",
    metavar="NAME",
    default="Support",
    show_default=True,
    help="The group in Zendesk that conversations go to.",
)
@click.option(
    "--alerts-channel",
    metavar="CHANNEL",
    default="#support-alerts",
    show_default=True,
    help="The Slack channel in which supervisors are alerted.",
)
@click.option(
    "--approvals-channel",
    metavar="CHANNEL",
    default="#support-approvals",
    show_default=True,
    help="The Slack channel in which outreach is approved.",
)
@click.option(
    "--approver",
    "approvers",
    metavar="EMAIL",
    multiple=True,
    help="Whoever approves what goes out, by the address that Slack knows them by; may be given more than once.",
)
@click.option(
    "--folder",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path(),
    help="Where the files go. Default: the folder you are in.",
)
@NO_INPUT
def init(
    company: str | None,
    public_url: str | None,
    subdomain: str | None,
    email: str | None,
    group: str,
    alerts_channel: str,
    approvals_channel: str,
    approvers: tuple[str, ...],
    folder: Path,
    no_input: bool,
) -> None:
    """Write handrail.toml, a careful policy and a style card. What is not given is asked; no secret is."""
    from apps.install.starting import Names, start
    from apps.install.talk import Talk, at_terminal

    given = {
        "company": company,
        "public_url": public_url,
        "zendesk.subdomain": subdomain,
        "zendesk.email": email,
    }
    names = Names(group=group, alerts=alerts_channel, approvals=approvals_channel, approvers=approvers)
    talk = Talk(asks=not no_input and at_terminal())
    start(folder, {key: value for key, value in given.items() if value}, names, talk)


@click.command(short_help="Try a vendor's credentials; declare there what is needed.")
@click.argument("vendor", type=CHOICE, required=False)
@click.option("--dry-run", is_flag=True, help="Print the plan; change nothing, keep nothing.")
@click.option(
    "--with-triggers/--with-events",
    "triggers",
    default=None,
    help="Zendesk: how the webhook hears of tickets, by a trigger or by event subscriptions. Default: as it is there, "
    "else events.",
)
@click.option(
    "--app/--no-app", default=True, help="Zendesk: upload and install the sidebar app, or do not. Default: do."
)
@CONFIG_TOKEN
@click.option("--manifest", is_flag=True, help="Slack: print the app's manifest with your address in it, and end.")
@click.option("--link", is_flag=True, help="Slack: print where a further workspace installs the app, and end.")
@YES
@NO_INPUT
def connect(
    vendor: str | None,
    dry_run: bool,
    triggers: bool | None,
    app: bool,
    config_token: str,
    manifest: bool,
    link: bool,
    yes: bool,
    no_input: bool,
) -> None:
    """Try the credentials of a vendor (default: of Zendesk, Twilio and Slack), then declare there what Handrail needs.

    Safe to repeat: what is as it should be is kept, and after a failure it goes on where it stopped. Secrets that are
    missing are asked for without showing them, and are kept in the secrets folder once they have been tried.

    The address that --link prints is good for a day, and for whoever has it."""
    from apps.install.connecting import Connecting
    from apps.install.place import place_here
    from apps.install.talk import Talk, at_terminal
    from apps.install.vendors import USUAL, Wish

    if link:
        from apps.slack.installing import print_invitation

        print_invitation()
        return
    place = place_here()
    if manifest:
        from apps.install.slack import manifest_text

        click.echo(manifest_text(place.settings(("public_url",)).public_url), nl=False)
        return
    talk = Talk(asks=not no_input and at_terminal(), sure=yes)
    wish = Wish(triggers=triggers, app=app, config_token=config_token)
    connecting = Connecting(place=place, talk=talk, wish=wish, dry_run=dry_run)
    sys.exit(connecting.all([vendor] if vendor else list(USUAL)))


@click.command(short_help="Take back what connect made at a vendor.")
@click.argument("vendor", type=CHOICE)
@click.option("--dry-run", is_flag=True, help="Print what would be taken back; change nothing.")
@click.option("--forget", is_flag=True, help="Delete the vendor's credentials from the secrets folder too.")
@CONFIG_TOKEN
@YES
def disconnect(vendor: str, dry_run: bool, forget: bool, config_token: str, yes: bool) -> None:
    """Take back exactly what connect made at a vendor, and set back what it changed."""
    from apps.install.connecting import Disconnecting
    from apps.install.place import place_here
    from apps.install.talk import Talk, at_terminal
    from apps.install.vendors import Wish

    talk = Talk(asks=at_terminal(), sure=yes)
    wish = Wish(config_token=config_token)
    disconnecting = Disconnecting(place=place_here(), talk=talk, wish=wish, dry_run=dry_run, forget=forget)
    sys.exit(disconnecting.vendor(vendor))
