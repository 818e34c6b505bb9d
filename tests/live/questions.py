"""Questions over the invented company's articles: written for this test, used for nothing else.

Each shows the model passages of `article` and of the two `beside` it. `right` is what a right answer must say; an
empty one means that these articles do not answer the question."""

from dataclasses import dataclass
from pathlib import Path

ARTICLES = Path(__file__).resolve().parents[2] / "apps/sandbox/company/articles"


@dataclass(frozen=True)
class Question:
    asked: str
    article: str
    right: str = ""
    language: str = "en"
    beside: tuple[str, str] = ("loyalty-and-offers/refer-a-friend", "service-status-and-privacy/accessibility")


QUESTIONS = (
    Question("How long does it take to charge the doorbell's battery pack?", "devices-troubleshooting/doorbell-battery",
             r"\b5 hours"),
    Question("After how many months without activity do my Feathers run out?", "loyalty-and-offers/feathers-expiry",
             r"\b18 months"),
    Question("Can I put my Business plan on hold for a month?", "billing-and-subscriptions/pause-subscription",
             r"Business cannot be paused|not be paused|can(?:no|')t"),
    Question("I cancelled my order today. When will my bank show the money?", "orders-and-delivery/cancel-an-order",
             r"\b3 working days"),
    Question("How many recovery codes did I get when I turned on two-step sign-in?",
             "account-and-security/lost-phone-two-step", r"\b(?:8|eight)\b"),
    Question("For how many years can my sister use the gift card I gave her?", "returns-and-refunds/return-a-gift",
             r"\b(?:3|three) years"),
    Question("How long can I use the link to download my data?", "service-status-and-privacy/export-your-data",
             r"\b14 days"),
    Question("Wie viele Monate kann ich mein Plus-Abo pausieren?", "billing-and-subscriptions/pause-subscription",
             r"\b1, 2 oder 3 Monat", language="de"),
    Question("Does the doorbell work with Apple HomeKit?", "devices-troubleshooting/doorbell-battery"),
    Question("Can I give my Feathers to charity?", "billing-and-subscriptions/pause-subscription"),
    Question("Do you deliver to Brazil?", "orders-and-delivery/cancel-an-order"),
    Question("Which paint colours does the hub come in?", "devices-troubleshooting/reset-hub"),
    Question("What is the phone number of your press office?", "service-status-and-privacy/export-your-data"),
    Question("Is the thermostat allowed in a sauna?", "returns-and-refunds/return-a-gift"),
)  # fmt: skip
