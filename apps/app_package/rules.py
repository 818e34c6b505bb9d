"""The rules of Zendesk's validator that we hold a package against: which are refusals, and what to do about each."""

from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    ERROR = "error"  # Zendesk refuses the package, or the app does not open
    WARNING = "warning"  # Zendesk takes it and says so, or a reviewer would


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One broken rule: in which file, at which key, what was found."""

    rule: str
    file: str
    key: str = ""
    found: str = ""

    @property
    def severity(self) -> Severity:
        return Severity.WARNING if self.rule in WARNINGS else Severity.ERROR

    @property
    def fix(self) -> str:
        return ERRORS.get(self.rule) or WARNINGS[self.rule]


# rule → what to do
ERRORS: dict[str, str] = {
    "not a zip": "Make the package with `handrail app package`.",
    "manifest missing": "Put manifest.json at the top of the package.",
    "manifest nested": "Zip what is in the folder, not the folder itself.",
    "not json": "Correct the JSON at the place named.",
    "key twice": "Keep one of the two: only the last one would count.",
    "key missing": "Add the key.",
    "not true or false": "Write true or false, without quotes.",
    "not text": "Write it in quotes.",
    "not a list of hosts": 'Write a list of host names, such as ["desk.example.com"].',
    "not an object": "Write an object in braces.",
    "not an address": "Write a full address that begins with https://.",
    "framework version": 'Write "2.0".',
    "template of framework 1": "Take noTemplate out: it belongs to framework 1.",
    "experiment": "Take the experiment out: Zendesk allows hashParams and newCssCompiler only.",
    "location in an app without pages": "Take location out, or requirementsOnly and marketingOnly.",
    "oauth incomplete": "Give oauth its client_id, client_secret, authorize_uri and access_token_uri.",
    "oauth without parameter": "Declare one parameter of type oauth.",
    "product unknown": "Use support, chat or sell.",
    "location unknown": "Use one of Zendesk's locations, such as ticket_sidebar.",
    "location address": "Write an https address, or a file below assets/ that is in the package.",
    "location empty": "Give the location a url, or set autoLoad to false.",
    "icon missing": "Add the icon as a square SVG.",
    "parameters not a list": "Write parameters as a list in brackets.",
    "parameter twice": "Give each parameter a name of its own.",
    "parameter name": "Give the parameter a name other than `name`, which Zendesk keeps for itself.",
    "parameter type": "Use text, checkbox, url, number, multiline, hidden, oauth or mtls.",
    "parameter hidden and required": "Nobody could fill it in: make it optional or show it.",
    "parameter oauth and secure": "Take secure out: tokens of oauth parameters are kept safe anyway.",
    "parameter oauth twice": "Keep one parameter of type oauth.",
    "parameter scope": "Use header, body, url, jwt_secret_key, jwt_claim, basic_auth_username or basic_auth_password.",
    "setting undeclared": "Declare the parameter, or correct its name where it is used.",
    "translation missing": "Add the file of the default locale.",
    "locale": "Name the file by its locale: en.json, pt-br.json.",
    "translation key missing": "Add the key to the translation.",
    "translation product": "Describe only products that the manifest has locations for.",
    "translation format": "Below package, write each text as an object with title and value.",
    "requirement type": "Use a type that Zendesk knows, such as ticket_fields or triggers.",
    "requirements too many": "Keep below 5000 requirements, and 50 custom objects.",
    "requirement field missing": "Add the field to the requirement.",
    "requirement target": "Use a webhook: targets of this type can no longer be made.",
    "requirement channels": "Keep one channel integration.",
    "requirements missing": "Add requirements.json, or take requirementsOnly out.",
    "file type": "Take the file out: Zendesk accepts no archives, documents, scripts or recordings.",
    "link": "Replace the link by the file itself.",
    "path": "Zip the folder anew: a name points outside the package.",
    "logo missing": "Add it: logo.png of 320 by 320 and logo-small.png of 128 by 128 pixels.",
    "too large": "Keep it below 20 MB: the pages come from Handrail, the package needs pictures and texts only.",
}
WARNINGS: dict[str, str] = {
    "key unknown": "Correct its spelling, or take it out: Zendesk passes over it.",
    "version": "Write three numbers, such as 1.4.0: `handrail app package` takes Handrail's own.",
    "location option unknown": "Correct its spelling, or take it out: Zendesk passes over it.",
    "parameter attribute unknown": "Correct its spelling, or take it out: Zendesk passes over it.",
    "parameter without scopes": "Say with scopes where the secure setting may be used.",
    "parameter looks secret": "Set secure to true: agents' browsers can read it otherwise.",
    "parameter default": "Take the default out: it can be read in the package.",
    "label missing": "Add app.parameters.<name>.label: admins see the bare name otherwise.",
    "translation behind": "Translate the key: English is shown otherwise.",
    "secret": "Take it out of the package, and change it where it was given out.",
    "word for a secret": "Look whether a secret stands there; a mere word may stay.",
    "plain http": "Use https.",
    "svg unclean": "Take scripts and event attributes out: Zendesk cleans the picture otherwise.",
    "logo size": "Make logo.png 320 by 320 and logo-small.png 128 by 128 pixels.",
}
