from apps.validation import tell


def test_nested_messages_are_told_by_their_place() -> None:
    messages = {"id": ["Missing."], "messages": {0: {"text": ["Too long.", "Odd."]}, 3: ["No."]}}
    assert tell(messages) == "id: Missing.; messages.0.text: Too long. Odd.; messages.3: No."
