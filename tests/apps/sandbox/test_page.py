"""The small pictures of the page's Slack."""

import re
from pathlib import Path

DRAWN = Path("apps/sandbox/page/js/emoji.js")
OURS = [Path("apps/slack/cards")]


def test_every_sign_of_our_cards_is_drawn_and_needs_no_font() -> None:
    code = "".join(file.read_text(encoding="utf-8") for folder in OURS for file in folder.rglob("*.py"))
    used = set(re.findall(r'":([a-z_]+):[ "]', code))
    assert {"zzz", "scales", "mega", "ticket"} <= used
    drawn = DRAWN.read_text(encoding="utf-8").partition("const CHARACTERS")[0]
    assert {sign for sign in used if not re.search(rf"\b{sign}: (?:{{|DRAWN)", drawn)} == set()


# The drawer of the sandbox's page: behind each of its tabs there is a sheet that opens.

PAGE = Path("apps/sandbox/page")


def test_every_tab_of_the_drawer_opens_its_sheet() -> None:
    html = (PAGE / "index.html").read_text(encoding="utf-8")
    script = (PAGE / "js/dock.js").read_text(encoding="utf-8")
    opened = re.search(r"const SHEETS = \[(.*?)\]", script)
    assert opened is not None
    names = re.findall(r'"(\w+)"', opened[1])
    assert sorted(re.findall(r'data-testid="dock-tab-(\w+)"', html)) == sorted(names)
    assert all(f'data-testid="dock-{name}"' in html for name in names)
