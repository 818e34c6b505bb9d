"""What goes over the wire to a model holds no personal data, and what comes back has it again."""

import json

from connectors.openai.model import OpenAIModel
from core.model.customer import Customer, Identity, IdentityKind
from core.model.ids import CustomerId
from core.privacy.mask import mask_model_for
from core.prompting.fence import fence
from tests.connectors.openai.test_errors import SCHEMA, answered
from tests.connectors.scripted import Answer, Scripted

WRITTEN = (
    "I am Ada Lindqvist. Card 4242 4242 4242 4242 was charged on 2026-11-02 for order LK-20114: 89.00 EUR. Ring +44"
    " 7700 900123 or ada@mail.example, PIN 4821, IBAN DE89 3704 0044 0532 0130 00."
)
PERSONAL = ("Ada", "Lindqvist", "4242", "7700", "900123", "ada@mail.example", "4821", "DE89", "0532")
NEEDED = ("LK-20114", "89.00 EUR", "2026-11-02")


def ada() -> Customer:
    phone = Identity(kind=IdentityKind.PHONE, value="+447700900123")
    return Customer(id=CustomerId("cu_1"), name="Ada Lindqvist", identities=(phone,))


def test_no_card_number_or_name_goes_over_the_wire_and_the_answer_has_them(
    model: OpenAIModel, endpoint: Scripted
) -> None:
    endpoint.say(Answer(body=answered(content='{"text": "[name 2], we ring [phone 1]."}')))
    said = mask_model_for(model, ada()).complete(
        system="Answer.", user=fence("customer", WRITTEN), schema=SCHEMA, max_tokens=50
    )
    sent = json.dumps(json.loads(endpoint.asked[0].body), ensure_ascii=False)
    assert not [value for value in PERSONAL if value in sent]
    assert all(value in sent for value in NEEDED)
    assert "+44 7700 900123" in json.loads(said)["text"]
