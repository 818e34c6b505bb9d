"""The drawer of the sandbox's page: behind each of its tabs there is a sheet that opens."""

import re
from pathlib import Path

PAGE = Path("apps/sandbox/page")


def test_every_tab_of_the_drawer_opens_its_sheet() -> None:
    html = (PAGE / "index.html").read_text(encoding="utf-8")
    script = (PAGE / "js/dock.js").read_text(encoding="utf-8")
    opened = re.search(r"const SHEETS = \[(.*?)\]", script)
    assert opened is not None
    names = re.findall(r'"(\w+)"', opened[1])
    assert sorted(re.findall(r'data-testid="dock-tab-(\w+)"', html)) == sorted(names)
    assert all(f'data-testid="dock-{name}"' in html for name in names)
