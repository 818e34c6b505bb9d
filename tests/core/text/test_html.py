import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.text.html import from_html

EXAMPLES = {
    "a paragraph": ("<p>Press  the\n button.</p>", "Press the button."),
    "two paragraphs": ("<p>One.</p><p>Two.</p>", "One.\n\nTwo."),
    "bare words": ("Just words", "Just words"),
    "bare words between blocks": ("<p>One.</p>two<p>Three.</p>", "One.\n\ntwo\n\nThree."),
    "a line break": ("<p>One<br> two<br/><br/>three</p>", "One\ntwo\n\nthree"),
    "inline markup": (
        "<p>Press <b>the</b> <i>big</i> <a href='/x'>red&nbsp;button</a>.</p>",
        "Press the big red button.",
    ),
    "letters in markup": ("<p>H<sub>2</sub>O</p>", "H2O"),
    "entities": ("<p>A &amp; B &lt; C &euro;5</p>", "A & B < C €5"),
    "headings of any level": (
        "<h1>One</h1><p>a</p><h3>Two\n x</h3><h6>Six</h6>",
        "## One\n\na\n\n### Two x\n\n###### Six",
    ),
    "a heading with a break": ("<h2>One<br>two</h2>", "## One two"),
    "an empty heading": ("<h2> </h2><p>a</p>", "a"),
    "a list": ("<ul><li>One</li><li><p>Two</p></li></ul>", "- One\n- Two"),
    "a numbered list": ("<ol><li>One</li><li>Two</li></ol>", "1. One\n2. Two"),
    "a numbered list that goes on": ("<ol start='4'><li>Four</li><li>Five</li></ol>", "4. Four\n5. Five"),
    "a list in a list": (
        "<ol><li>One<ul><li>a</li><li>b</li></ul></li><li>Two</li></ol>",
        "1. One\n- a\n- b\n2. Two",
    ),
    "an item of two paragraphs": ("<ul><li><p>One</p><p>more</p></li></ul>", "- One more"),
    "an empty item": ("<ul><li></li><li>Two</li></ul>", "- Two"),
    "a table": (
        "<table><thead><tr><th>Plan</th><th>Price</th></tr></thead>"
        "<tbody><tr><td>Plus</td><td><p>£5</p></td></tr></tbody></table>",
        "Plan | Price\nPlus | £5",
    ),
    "an empty cell": ("<table><tr><td>a</td><td></td><td>c</td></tr></table>", "a | | c"),
    "an empty row": ("<table><tr><td></td><td> </td></tr><tr><td>a</td></tr></table>", "a"),
    "a list in a cell": ("<table><tr><td>x</td><td><ul><li>a</li><li>b</li></ul></td></tr></table>", "x | - a - b"),
    "a frame around a text": ("<table><tr><td><h2>x</h2><p>a</p></td></tr></table>", "## x\n\na"),
    "a table in a table": ("<table><tr><td>a<table><tr><td>b</td></tr></table></td></tr></table>", "a\n\nb"),
    "a caption": ("<table><caption>Plans</caption><tr><td>Plus</td></tr></table>", "Plans\nPlus"),
    "nested boxes": ("<div><div><p>a</p></div>b<section><p>c</p></section></div>", "a\n\nb\n\nc"),
    "a link around a block": ("<a href='/x'><div>a</div></a><p>b</p>", "a\n\nb"),
    "a quotation": ("<blockquote><p>a</p></blockquote>", "a"),
    "code": ("<pre>a\n  b</pre>", "a\nb"),
    "what is not to be read": (
        "<style>p{}</style><p>a<!-- not --><script>b()</script></p><iframe src='x'>c</iframe>",
        "a",
    ),
    "a picture": ("<p>See <img src='x' alt='y'> here</p>", "See here"),
    "invisible characters": ("<p>soft\u00adware\u200b \ufeffhere</p>", "software here"),
    "a definition": ("<dl><dt>Hub</dt><dd>A box.</dd></dl>", "Hub\n\nA box."),
    "what is folded away": ("<details><summary>More</summary><p>a</p></details>", "More\n\na"),
    "a rule": ("<p>a</p><hr><p>b</p>", "a\n\nb"),
    "nothing": ("", ""),
    "only markup": ("<div><p> &nbsp; </p><br></div>", ""),
    "a heading around a block": ("<h2><div>One</div></h2><p>a</p>", "## One\n\na"),
    "a heading that nobody closed": ("<h2>One<p>a</p>", "## One\n\na"),
    "a title that nobody closed": ("<title>One<p>a</p>", "a"),
    "a break in an item": ("<ul><li>One<br>more</li></ul>", "- One more"),
    "control characters": ("<p>a\x00b\x08c\ud800</p>", "abc"),
    "a less-than sign": ("<p>a < b and c <d", "a < b and c <d"),
    "an end without a beginning": ("</li></td></table></h2><p>a</p></p></div>", "a"),
    "unclosed markup": ("<p>a<p>b<ul><li>c<li>d", "a\n\nb\n\n- c\n- d"),
}


@pytest.mark.parametrize(("html", "text"), EXAMPLES.values(), ids=EXAMPLES.keys())
def test_html_becomes_exactly_this_text(html: str, text: str) -> None:
    assert from_html(html) == text


TAGS = st.sampled_from(["p", "div", "ul", "ol", "li", "table", "tr", "td", "h2", "b", "br", "pre", "a", "script"])
PIECES = st.one_of(st.text(max_size=12), TAGS.map("<{}>".format), TAGS.map("</{}>".format))


@settings(max_examples=150, deadline=None)
@given(st.lists(PIECES, max_size=25).map("".join))
def test_any_html_gives_one_text_without_loose_ends(html: str) -> None:
    text = from_html(html)
    assert text == from_html(html)
    assert text == text.strip("\n")
    assert "\u200b" not in text


HOSTILE = [
    "<",
    "<!--",
    "<a ",
    '<a x="',
    "</",
    "<!",
    "<?",
    "<p>",
    "<ul><li>",
    "<table><tr><td>",
    "<h2>",
    "&#",
    "<svg>",
    "x ",
]


@pytest.mark.parametrize("piece", HOSTILE)
def test_hostile_html_takes_time_in_proportion_to_its_length(piece: str) -> None:
    def seconds(length: int) -> float:
        began = time.process_time()
        from_html(piece * (length // len(piece)))
        return time.process_time() - began

    # Twice the text takes about twice the time; four times would be the sign of a square.
    assert seconds(200_000) < 3 * seconds(100_000) + 0.5


def test_deep_nesting_is_read_to_its_end() -> None:
    deep = "<div><ul><li><table><tr><td>" * 5_000
    assert from_html(f"{deep}<p>the end</p>").endswith("the end")


@pytest.mark.parametrize("megabytes", [1, pytest.param(5, marks=pytest.mark.exhaustive)])
def test_megabytes_are_read_in_seconds(megabytes: int) -> None:
    parts = 12_800 * megabytes
    html = "<h2>Part</h2><p>Words of an article, <b>many</b> of them.</p><ul><li>one</li></ul>" * parts
    began = time.process_time()
    assert from_html(html).count("- one") == parts
    assert time.process_time() - began < 4 * megabytes


@pytest.mark.parametrize(
    "hidden",
    [
        "hidden", "hidden=''", "aria-hidden=true", "style='display: none'", "style='color:red; VISIBILITY : hidden'",
        "style='font-size:0'", "style='font-size: 0.0px !important;'", "style='opacity:0;'", "style='display:/**/none'",
    ],
)  # fmt: skip
@pytest.mark.parametrize("tag", ["p", "div", "span", "h2", "a", "section"])
def test_what_a_page_hides_is_not_read(tag: str, hidden: str) -> None:
    assert from_html(f"<div>Seen. <{tag} {hidden}>Secret <b>code</b></{tag}></div> Also seen.") == "Seen.\n\nAlso seen."


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<ul><li>a<li hidden>x<ul><li>y</ul>z<li>b</ul>c", "- a\n- b\n\nc"),
        ("<ul><li>a<li hidden>x</ul>c", "- a\n\nc"),
        ("<p>a<p hidden>x<p>b", "a\n\nb"),
        ("<div><p hidden>x</div>b", "b"),
        ("<table><tr><td>a<td hidden>x<td>b<tr hidden><td>y<tr><td>c<td>d</table>e", "a | b\nc | d\n\ne"),
        ("<dl><dt hidden>x<dd>a</dl>", "a"),
        ("a<br hidden>b <img hidden>c", "a\nb c"),
        ("<body style='opacity:0'>a", "a"),
        ("<p hidden=until-found>a</p>", "a"),
        ("<p style='opacity:0.5;font-size:0.9em'>a</p>", "a"),
        ("<template>x</template><noscript>y</noscript>a", "a"),
        ("<div hidden><div>x</div>y</div>a", "a"),
    ],
)
def test_what_is_hidden_ends_where_a_browser_ends_it(html: str, text: str) -> None:
    assert from_html(html) == text
