import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.knowledge.passages import from_html, plain

HTML = """
<h1>Set up</h1><p>First, <strong>plug&nbsp;it in</strong>.<br>Then wait.</p>
<ol start="2"><li><p>Open the app</p></li><li>Press <em>Add</em><ul><li>once</li></ul></li></ol>
<table><thead><tr><th>Ring</th><th>Meaning</th></tr></thead><tbody><tr><td>Green</td><td>&lt;ok&gt;</td></tr></tbody></table>
<script>alert("no")</script><style>p {}</style><p>Done.</p>
"""


def test_html_becomes_the_plain_form() -> None:
    assert plain(HTML).split("\n") == [
        "## Set up",
        "",
        "First, plug it in.",
        "Then wait.",
        "",
        "2. Open the app",
        "3. Press Add",
        "- once",
        "",
        "Ring | Meaning",
        "Green | <ok>",
        "",
        "Done.",
    ]


@pytest.mark.parametrize(
    ("markdown", "text"),
    [
        ("# Title\nText", "## Title\n\nText"),
        ("### Deep ###\n\nText", "### Deep\n\nText"),
        ("* one\n+ two", "- one\n- two"),
        ("1) one\n2) two", "1. one\n2. two"),
        ("See [the page](https://a.example) and ![a ring](x.png).", "See the page and a ring."),
        ("Use **bold**, _this_ and `code`.", "Use bold, this and code."),
        ("snake_case_name and 2 * 3 * 4", "snake_case_name and 2 * 3 * 4"),
        ("| A | B |\n| --- | :-: |\n| 1 | 2 |", "A | B\n1 | 2"),
        ("One\n\n\n\nTwo  \n---\nThree", "One\n\nTwo\n\nThree"),
        ("```\ncode\n```", "code"),
        ("a < b and c > d", "a < b and c > d"),
    ],
)
def test_markdown_becomes_the_plain_form(markdown: str, text: str) -> None:
    assert plain(markdown) == text


@given(st.text(alphabet=st.sampled_from("<>/pliolh12 ab&;\"'=\n"), max_size=80))
def test_broken_html_is_read_as_far_as_it_goes(html: str) -> None:
    assert from_html(html) == from_html(html).strip()
