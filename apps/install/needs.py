"""What must be set before each vendor can be connected, and where a person finds it."""

from collections.abc import Mapping

ZENDESK = ("public_url", "zendesk.subdomain", "zendesk.email", "zendesk.token")
TWILIO = ("public_url", "twilio.account_sid", "twilio.auth_token", "twilio.sms_number")
MESSAGING = (
    "public_url",
    "zendesk.subdomain",
    "sunshine.app_id",
    "sunshine.key_id",
    "sunshine.key_secret",
    "sunshine.integration_id",
)
SLACK_APP = ("public_url",)
SLACK = ("public_url", "slack.bot_token", "slack.signing_secret")

HINTS: Mapping[str, str] = {
    "public_url": "the https address at which the vendors reach this server: https://desk.example.com",
    "company": "the company's name as customers know it",
    "zendesk.subdomain": "the part before .zendesk.com in your account's address",
    "zendesk.email": "the e-mail address of the integration user (an admin, best one of its own)",
    "zendesk.token": "its API token: Admin Center › Apps and integrations › APIs › API tokens",
    "twilio.account_sid": "the account SID, AC…, on the first page of the Twilio console",
    "twilio.auth_token": "the auth token, below the SID",
    "twilio.sms_number": "the number that texts come from, with its country: +15005550006",
    "sunshine.app_id": "the app id: Admin Center › Apps and integrations › APIs › Conversations API",
    "sunshine.key_id": "the id of an API key made there, app_…",
    "sunshine.key_secret": "its secret, shown once",
    "sunshine.integration_id": "the id of an integration made for Handrail under Conversations integrations",
    "slack.bot_token": "the app's page › OAuth & Permissions › Bot User OAuth Token, xoxb-…",
    "slack.signing_secret": "the app's page › Basic Information › Signing Secret",
}
