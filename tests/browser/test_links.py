"""A citation's address opens the help centre's page at the very words and marks them, in a real browser."""

import base64
import re
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask, send_from_directory
from flask.typing import ResponseReturnValue
from playwright.sync_api import Browser, Page, ViewportSize
from werkzeug.serving import make_server

from apps.sandbox.website import help_pages
from apps.sandbox.zendesk.seed import seed
from apps.sandbox.zendesk.state import Account, ZendeskState
from core.knowledge.link import address_at
from core.knowledge.passages import Line, Shape, lines
from core.text.html import from_html
from tests.apps.sandbox.zendesk.larkfield import MovableClock, NotingCourier

SANDBOX = Path(__file__).parents[2] / "apps" / "sandbox"
MARK = re.compile(r"^(?:[-*•]|\d+[.)]) ")
SMALL: ViewportSize = {"width": 600, "height": 260}
# Where two pictures of the page differ: the box around it, or null.
DIFFERENCE = """async ([marked, bare]) => {
  const pixels = async source => {
    const image = await createImageBitmap(await (await fetch('data:image/png;base64,' + source)).blob());
    const canvas = new OffscreenCanvas(image.width, image.height).getContext('2d');
    canvas.drawImage(image, 0, 0);
    return canvas.getImageData(0, 0, image.width, image.height);
  };
  const [one, two] = [await pixels(marked), await pixels(bare)];
  let [left, top, right, bottom] = [1e9, 1e9, -1, -1];
  for (let y = 0; y < one.height; y++) for (let x = 0; x < one.width; x++) {
    const at = 4 * (y * one.width + x);
    if ([0, 1, 2].some(c => Math.abs(one.data[at + c] - two.data[at + c]) > 8)) {
      [left, top] = [Math.min(left, x), Math.min(top, y)];
      [right, bottom] = [Math.max(right, x + 1), Math.max(bottom, y + 1)];
    }
  }
  return right < 0 ? null : {left, top, right, bottom};
}"""
# Where the words stand the nth time, as the browser's own search finds them.
PLACE = """([words, nth, scrolled]) => {
  getSelection().removeAllRanges();
  for (let count = 0; count <= nth; count++) if (!window.find(words, true)) return null;
  scrollTo(0, scrolled);
  const {left, top, right, bottom} = getSelection().getRangeAt(0).getBoundingClientRect();
  getSelection().removeAllRanges();
  return {left, top, right, bottom};
}"""


@pytest.fixture(scope="module")
def company() -> ZendeskState:
    state = ZendeskState(Account(), MovableClock(), NotingCourier())
    seed(state, SANDBOX / "company")
    return state


@pytest.fixture(scope="module")
def address(company: ZendeskState) -> Iterator[str]:
    app = Flask(__name__, static_folder=None)
    app.register_blueprint(help_pages(company))

    @app.get("/css/<name>")
    def style(name: str) -> ResponseReturnValue:
        return send_from_directory(SANDBOX / "page" / "css", name)

    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport=SMALL, reduced_motion="reduce")
    yield context.new_page()
    context.close()


def quotes(company: ZendeskState) -> list[tuple[int, str, int, int]]:
    """(article, text, start, end) of every line of some articles with steps, tables and words that recur."""
    found = []
    for row in company.articles.listed():
        if row["locale"].lower().startswith("en") and not row["draft"]:
            found.append((int(row["id"]), from_html(row["body"])))
    return [(number, text, *span) for number, text in found for span in _spans(text)]


def _spans(text: str) -> list[tuple[int, int]]:
    words = [word for word in ("14 days", "30 days", "Account", "Plus", "the app") if text.count(word) > 1]
    return [(place, place + len(word)) for word in words if (place := text.rindex(word)) > len(text) // 2]


def test_the_words_are_scrolled_to_and_marked_and_no_others(company: ZendeskState, address: str, page: Page) -> None:
    checked = 0
    for number, text, start, end in quotes(company)[::4][:10]:
        bare = f"{address}/hc/en-gb/articles/{number}"
        marked, seen, scrolled = _both(page, bare, address_at(bare, text, start, end))
        words = text[start:end]
        expected = _place(page, words, text, start, scrolled)
        page.goto("about:blank")  # the help centre's own rules forbid what follows
        box = page.evaluate(DIFFERENCE, [marked, seen])
        assert box is not None, (number, words)
        assert {side: pytest.approx(expected[side], abs=3) for side in expected} == box, (number, words)
        checked += 1
    assert checked >= 5


def test_steps_rows_and_sentences_are_marked_from_end_to_end(company: ZendeskState, address: str, page: Page) -> None:
    shapes = set()
    for number, text, line in quoted_lines(company):
        bare = f"{address}/hc/en-gb/articles/{number}"
        marked, seen, scrolled = _both(page, bare, address_at(bare, text, line.start, line.end))
        words = MARK.sub("", line.text).split(" | ")
        first = _place(page, words[0], text, line.start, scrolled)
        last = _place(page, words[-1], text, line.end - len(words[-1]), scrolled)
        page.goto("about:blank")
        box = page.evaluate(DIFFERENCE, [marked, seen])
        assert box is not None, line
        # A long quote may reach beyond the screen.
        tallest = SMALL["height"]
        assert box["top"] == pytest.approx(max(first["top"], 0), abs=3), line
        assert box["bottom"] == pytest.approx(min(last["bottom"], tallest), abs=3), line
        shapes.add(line.shape)
    assert shapes == {Shape.PROSE, Shape.STEP, Shape.ITEM, Shape.ROW}


def quoted_lines(company: ZendeskState) -> list[tuple[int, str, Line]]:
    """Three lines of each shape from all over the help centre."""
    found: dict[Shape, list[tuple[int, str, Line]]] = {}
    for row in company.articles.listed():
        text = from_html(row["body"])
        for line in lines(text):
            found.setdefault(line.shape, []).append((int(row["id"]), text, line))
    found.pop(Shape.HEADING)
    return [each for several in found.values() for each in several[5 :: len(several) // 3]]


def _both(page: Page, bare: str, address: str) -> tuple[str, str, float]:
    """Pictures of the page at the marked words with the mark and without, and how far down that is."""
    for patience in (200, 1_000, 4_000):
        marked = _opened(page, address, patience=patience)
        scrolled = float(page.evaluate("scrollY"))
        seen = _opened(page, bare, scrolled)
        if marked != seen:
            break
    return marked, seen, scrolled


def _opened(page: Page, url: str, scrolled: float | None = None, patience: int = 100) -> str:
    page.goto("about:blank")
    page.goto(url)
    page.wait_for_timeout(patience)
    if scrolled is not None:
        page.evaluate("y => scrollTo(0, y)", scrolled)
    return base64.b64encode(page.screenshot()).decode()


def _place(page: Page, words: str, text: str, start: int, scrolled: float) -> Any:
    # What stands above the article is searched too: title, section, date.
    above = page.evaluate(
        "[...document.querySelectorAll('header, .place, h1, .dated')].map(e => e.innerText).join(' ')"
    )
    return page.evaluate(PLACE, [words, above.count(words) + text[:start].count(words), scrolled])
