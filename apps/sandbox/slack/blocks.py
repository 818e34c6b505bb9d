"""Whether Slack would take these blocks or this view; a list of complaints, empty when it would."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any

MESSAGE_BLOCKS = 50
VIEW_BLOCKS = 100
LONGEST_ID = 255

Value = Any
Check = Callable[[Mapping[str, Value], str], list[str]]


def block_faults(blocks: Value, most: int = MESSAGE_BLOCKS, at: str = "/blocks") -> list[str]:
    """What is wrong with a list of blocks, each complaint with the place."""
    if not isinstance(blocks, list):
        return [_fault("must be an array", at)]
    faults = [_fault(f"no more than {most} items allowed", at)] if len(blocks) > most else []
    for number, block in enumerate(blocks):
        faults += _block(block, f"{at}/{number}")
    ids = Counter(block["block_id"] for block in blocks if isinstance(block, dict) and "block_id" in block)
    return faults + [_fault(f"`block_id` {each} is not unique", at) for each, times in ids.items() if times > 1]


def view_faults(view: Value) -> list[str]:
    """What is wrong with a modal or a home view."""
    if not isinstance(view, dict) or view.get("type") not in {"modal", "home"}:
        return [_fault("must be a modal or a home view", "/view")]
    faults = block_faults(view.get("blocks"), VIEW_BLOCKS, "/view/blocks")
    faults += _long(view, "private_metadata", 3000, "/view") + _long(view, "callback_id", LONGEST_ID, "/view")
    if view["type"] == "home":
        return faults
    faults += _text(view.get("title"), 24, "/view/title", kinds=("plain_text",))
    for button in ("submit", "close"):
        if view.get(button) is not None:
            faults += _text(view[button], 24, f"/view/{button}", kinds=("plain_text",))
    asks = any(isinstance(block, dict) and block.get("type") == "input" for block in view.get("blocks") or [])
    if asks and not view.get("submit"):
        faults.append(_fault("missing required field: submit", "/view"))
    return faults


def _fault(what: str, at: str) -> str:
    return f"{what} [json-pointer:{at}]"


def _block(block: Value, at: str) -> list[str]:
    if not isinstance(block, dict):
        return [_fault("must be an object", at)]
    check = BLOCKS.get(str(block.get("type")))
    if check is None:
        return [_fault(f"unsupported type: {block.get('type')}", f"{at}/type")]
    return _long(block, "block_id", LONGEST_ID, at) + check(block, at)


def _long(holder: Mapping[str, Value], name: str, most: int, at: str) -> list[str]:
    value = holder.get(name)
    if value is None or (isinstance(value, str) and len(value) <= most):
        return []
    return [_fault(f"must be a text of no more than {most} characters", f"{at}/{name}")]


def _text(
    text: Value, most: int, at: str, kinds: Sequence[str] = ("plain_text", "mrkdwn"), required: bool = True
) -> list[str]:
    if text is None:
        return [_fault("missing required field", at)] if required else []
    if not isinstance(text, dict) or text.get("type") not in kinds:
        return [_fault(f"must be a text object of type {' or '.join(kinds)}", at)]
    words = text.get("text")
    if not isinstance(words, str) or not words:
        return [_fault("must be more than 0 characters", f"{at}/text")]
    return [_fault(f"must be less than {most + 1} characters", f"{at}/text")] if len(words) > most else []


def _items(holder: Mapping[str, Value], name: str, most: int, at: str) -> tuple[list[Value], list[str]]:
    items = holder.get(name)
    if not isinstance(items, list) or not items:
        return [], [_fault("must be a filled array", f"{at}/{name}")]
    return items, [_fault(f"no more than {most} items allowed", f"{at}/{name}")] if len(items) > most else []


def _section(block: Mapping[str, Value], at: str) -> list[str]:
    if not block.get("text") and not block.get("fields"):
        return [_fault("missing required field: text or fields", at)]
    faults = _text(block.get("text"), 3000, f"{at}/text", required=False)
    if block.get("fields"):
        fields, more = _items(block, "fields", 10, at)
        faults += more
        for number, each in enumerate(fields):
            faults += _text(each, 2000, f"{at}/fields/{number}")
    if block.get("accessory"):
        faults += _element(block["accessory"], f"{at}/accessory")
    return faults


def _header(block: Mapping[str, Value], at: str) -> list[str]:
    return _text(block.get("text"), 150, f"{at}/text", kinds=("plain_text",))


def _context(block: Mapping[str, Value], at: str) -> list[str]:
    items, faults = _items(block, "elements", 10, at)
    for number, each in enumerate(items):
        where = f"{at}/elements/{number}"
        image = isinstance(each, dict) and each.get("type") == "image"
        faults += _image(each, where) if image else _text(each, 3000, where)
    return faults


def _actions(block: Mapping[str, Value], at: str) -> list[str]:
    items, faults = _items(block, "elements", 25, at)
    for number, each in enumerate(items):
        faults += _element(each, f"{at}/elements/{number}")
    ids = Counter(each["action_id"] for each in items if isinstance(each, dict) and "action_id" in each)
    return faults + [_fault(f"`action_id` {each} is not unique", at) for each, times in ids.items() if times > 1]


def _input(block: Mapping[str, Value], at: str) -> list[str]:
    faults = _text(block.get("label"), 2000, f"{at}/label", kinds=("plain_text",))
    faults += _text(block.get("hint"), 2000, f"{at}/hint", kinds=("plain_text",), required=False)
    return faults + _element(block.get("element"), f"{at}/element")


def _image(block: Mapping[str, Value], at: str) -> list[str]:
    missing = [name for name in ("image_url", "alt_text") if not block.get(name)]
    return [_fault(f"missing required field: {name}", at) for name in missing]


def _rich_text(block: Mapping[str, Value], at: str) -> list[str]:
    return _items(block, "elements", 1000, at)[1]


def _markdown(block: Mapping[str, Value], at: str) -> list[str]:
    if not block.get("text"):
        return [_fault("missing required field: text", at)]
    return _long(block, "text", 12_000, at)


def _nothing(block: Mapping[str, Value], at: str) -> list[str]:
    return []


BLOCKS: dict[str, Check] = {
    "section": _section,
    "header": _header,
    "context": _context,
    "actions": _actions,
    "input": _input,
    "image": _image,
    "divider": _nothing,
    "rich_text": _rich_text,
    "markdown": _markdown,
}


def _element(element: Value, at: str) -> list[str]:
    if not isinstance(element, dict):
        return [_fault("must be an object", at)]
    check = ELEMENTS.get(str(element.get("type")))
    if check is None:
        return [_fault(f"unsupported type: {element.get('type')}", f"{at}/type")]
    faults = _long(element, "action_id", LONGEST_ID, at) + check(element, at)
    return faults + (_confirm(element["confirm"], f"{at}/confirm") if element.get("confirm") else [])


def _confirm(confirm: Value, at: str) -> list[str]:
    if not isinstance(confirm, dict):
        return [_fault("must be an object", at)]
    faults = _text(confirm.get("title"), 100, f"{at}/title", kinds=("plain_text",))
    faults += _text(confirm.get("text"), 300, f"{at}/text")
    for button in ("confirm", "deny"):
        faults += _text(confirm.get(button), 30, f"{at}/{button}", kinds=("plain_text",))
    return faults


def _button(element: Mapping[str, Value], at: str) -> list[str]:
    faults = _text(element.get("text"), 75, f"{at}/text", kinds=("plain_text",))
    faults += _long(element, "value", 2000, at) + _long(element, "url", 3000, at)
    if element.get("style") not in (None, "primary", "danger"):
        faults.append(_fault("must be primary or danger", f"{at}/style"))
    return faults


def _text_input(element: Mapping[str, Value], at: str) -> list[str]:
    return _long(element, "initial_value", 3000, at)


def _options(most: int) -> Check:
    def check(element: Mapping[str, Value], at: str) -> list[str]:
        if element.get("option_groups"):
            return []
        options, faults = _items(element, "options", most, at)
        for number, each in enumerate(options):
            where = f"{at}/options/{number}"
            if not isinstance(each, dict):
                faults.append(_fault("must be an object", where))
                continue
            faults += _text(each.get("text"), 75, f"{where}/text") + _long(each, "value", 150, where)
        return faults

    return check


ELEMENTS: dict[str, Check] = {
    "button": _button,
    "plain_text_input": _text_input,
    "image": _image,
    "static_select": _options(100),
    "multi_static_select": _options(100),
    "overflow": _options(5),
    "checkboxes": _options(10),
    "radio_buttons": _options(10),
    "users_select": _nothing,
    "multi_users_select": _nothing,
    "conversations_select": _nothing,
    "channels_select": _nothing,
    "datepicker": _nothing,
    "timepicker": _nothing,
    "datetimepicker": _nothing,
    "number_input": _nothing,
    "email_text_input": _nothing,
    "url_text_input": _nothing,
}
