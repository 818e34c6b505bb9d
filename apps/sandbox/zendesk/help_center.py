"""The help centre over HTTP."""

from apps.sandbox.zendesk.answers import Answer, Call, Record, Route, not_found
from apps.sandbox.zendesk.articles import (
    archive,
    article,
    brand_of,
    default_brand,
    find_translation,
    in_locale,
    translation,
    translations_of,
    update_article,
    update_translation,
)
from apps.sandbox.zendesk.paging import link, paged, whole
from apps.sandbox.zendesk.state import moment_of
from apps.sandbox.zendesk.text import plain_of

SNIPPET = 160
LARGEST_EXPORT = 1000
SORTABLE = {"position", "title", "created_at", "updated_at", "edited_at"}


def _articles(call: Call, locale: str | None = None, section_id: int = 0, category_id: int = 0) -> Answer:
    rows = _of_brand(call, _wanted(call, locale or call.query.get("locale")))
    if section_id:
        call.state.sections.get(section_id)
        rows = [row for row in rows if row["section_id"] == section_id]
    if category_id:
        call.state.categories.get(category_id)
        inside = {row["id"] for row in call.state.sections.listed() if row["category_id"] == category_id}
        rows = [row for row in rows if row["section_id"] in inside]
    return paged(call, "articles", [_with_translations(call, row) for row in rows])


def _with_translations(call: Call, row: Record) -> Record:
    """The article with all its translations, drafts too, where `include=translations` asks for them."""
    if "translations" not in call.query.get("include", "").split(","):
        return row
    return {**row, "translations": translations_of(call.state, row["id"])}


def _of_brand(call: Call, rows: list[Record]) -> list[Record]:
    """The articles of the Help Center that was asked: each brand has its own, at its own host."""
    sections = {row["id"]: row["category_id"] for row in call.state.sections.listed()}
    return [row for row in rows if brand_of(call.state, sections.get(row["section_id"])) == _asked_brand(call)]


def _asked_brand(call: Call) -> int | None:
    host = call.headers.get("X-Original-Host", "")
    found = (row["id"] for row in call.state.brands.listed() if host == f"{row['subdomain']}.zendesk.com")
    return next(found, default_brand(call.state))


def _wanted(call: Call, locale: str | None) -> list[Record]:
    rows = call.state.articles.listed()
    if locale:
        rows = [shown for row in rows if (shown := in_locale(call.state, row, locale))]
    labels = [label for label in call.query.get("label_names", "").split(",") if label]
    if labels:
        rows = [row for row in rows if set(labels) & set(row["label_names"])]
    if "start_time" in call.query:
        start = whole(call, "start_time", 0, least=0)
        rows = [row for row in rows if moment_of(row["updated_at"]).timestamp() >= start]
    name = call.query.get("sort_by", "position")
    if name in SORTABLE:
        downwards = call.query.get("sort_order") == "desc"
        rows.sort(key=lambda row: (row[name], row["id"]), reverse=downwards)
    return rows


def _show(call: Call, article_id: int, locale: str | None = None) -> Answer:
    row = call.state.articles.get(article_id)
    shown = in_locale(call.state, row, locale) if locale else row
    if shown is None:
        raise not_found()
    return Answer(body={"article": shown})


def _incremental(call: Call) -> Answer:
    """Articles changed at or after `start_time`, oldest change first."""
    start = whole(call, "start_time", 0, least=0)
    rows = sorted(_of_brand(call, call.state.articles.listed()), key=lambda row: (row["updated_at"], row["id"]))
    rows = [row for row in rows if moment_of(row["updated_at"]).timestamp() >= start]
    page = rows[:LARGEST_EXPORT]
    end = int(moment_of(page[-1]["updated_at"]).timestamp()) if page else start
    further = len(rows) > LARGEST_EXPORT
    return Answer(
        body={
            "articles": [_with_translations(call, row) for row in page],
            "count": len(page),
            "end_time": end,
            "next_page": link(call, start_time=end) if further else None,
        }
    )


def _search(call: Call) -> Answer:
    words = call.query.get("query", "").lower().split()
    rows = [row for row in _wanted(call, call.query.get("locale")) if not row["draft"]]
    if call.query.get("section", "").isdigit():
        rows = [row for row in rows if row["section_id"] == int(call.query["section"])]
    hits = [(hit, row) for row in rows if (hit := _hits(row, words))]
    hits.sort(key=lambda pair: -pair[0])
    results = [{**row, "result_type": "article", "snippet": _snippet(row, words)} for _, row in hits]
    return paged(call, "results", results)


def _hits(row: Record, words: list[str]) -> int:
    title, body = row["title"].lower(), plain_of(row["body"]).lower()
    found = [3 * (word in title) + (word in body) for word in words]
    return sum(found) if all(found) else 0


def _snippet(row: Record, words: list[str]) -> str:
    body = plain_of(row["body"]).replace("\n", " ")
    at = max(0, body.lower().find(words[0]) - SNIPPET // 2) if words else 0
    return body[at : at + SNIPPET]


def _create(call: Call, section_id: int, locale: str | None = None) -> Answer:
    asked = {"locale": locale, **call.part("article")}
    made = article(call.state, asked, section_id, call.actor["id"])
    return Answer(status=201, body={"article": made}, headers={"Location": made["url"]})


def _update(call: Call, article_id: int, locale: str | None = None) -> Answer:
    found = call.state.articles.get(article_id)
    return Answer(body={"article": update_article(call.state, found, call.part("article"))})


def _archive(call: Call, article_id: int, locale: str | None = None) -> Answer:
    archive(call.state, call.state.articles.get(article_id))
    return Answer(status=204)


def _translations(call: Call, article_id: int) -> Answer:
    call.state.articles.get(article_id)
    return paged(call, "translations", translations_of(call.state, article_id))


def _missing_translations(call: Call, article_id: int) -> Answer:
    call.state.articles.get(article_id)
    there = {each["locale"] for each in translations_of(call.state, article_id)}
    return Answer(body={"locales": [each for each in call.state.account.locales if each not in there]})


def _show_translation(call: Call, article_id: int, locale: str) -> Answer:
    call.state.articles.get(article_id)
    found = find_translation(call.state, article_id, locale)
    if found is None:
        raise not_found()
    return Answer(body={"translation": found})


def _create_translation(call: Call, article_id: int) -> Answer:
    source = call.state.articles.get(article_id)
    made = translation(call.state, source, call.part("translation"), call.actor["id"])
    return Answer(status=201, body={"translation": made}, headers={"Location": made["url"]})


def _update_translation(call: Call, article_id: int, locale: str) -> Answer:
    source = call.state.articles.get(article_id)
    asked = call.part("translation")
    return Answer(body={"translation": update_translation(call.state, source, locale.lower(), asked, call.actor["id"])})


def _sections(call: Call, locale: str | None = None, category_id: int = 0) -> Answer:
    rows = [r for r in call.state.sections.listed() if brand_of(call.state, r["category_id"]) == _asked_brand(call)]
    return paged(call, "sections", [row for row in rows if category_id in (0, row["category_id"])])


def _show_section(call: Call, section_id: int, locale: str | None = None) -> Answer:
    return Answer(body={"section": call.state.sections.get(section_id)})


def _categories(call: Call, locale: str | None = None) -> Answer:
    rows = call.state.categories.listed()
    return paged(call, "categories", [row for row in rows if brand_of(call.state, row["id"]) == _asked_brand(call)])


def _show_category(call: Call, category_id: int, locale: str | None = None) -> Answer:
    return Answer(body={"category": call.state.categories.get(category_id)})


def _segments(call: Call) -> Answer:
    return paged(call, "user_segments", call.state.user_segments.listed())


def _show_segment(call: Call, segment_id: int) -> Answer:
    return Answer(body={"user_segment": call.state.user_segments.get(segment_id)})


def _locales(call: Call) -> Answer:
    locales = list(call.state.account.locales)
    return Answer(body={"locales": locales, "default_locale": locales[0]})


def _labels(call: Call, article_id: int = 0) -> Answer:
    rows = [call.state.articles.get(article_id)] if article_id else call.state.articles.listed()
    names = sorted({name for row in rows for name in row["label_names"]})
    return paged(call, "labels", [_label(call, place, name) for place, name in enumerate(names, 1)])


def _label(call: Call, place: int, name: str) -> Record:
    url = call.state.api_url(f"help_center/articles/labels/{place}.json")
    when = call.state.now()
    return {"id": place, "name": name, "url": url, "created_at": when, "updated_at": when}


HC = "/api/v2/help_center"
ONE = "<int:article_id>"
LOCALE = '<any("en-us", "en-gb", "en-US", "en-GB", "de", "es", "fr", "it", "nl", "pt"):locale>'

ROUTES = (
    Route("GET", f"{HC}/articles", _articles),
    Route("GET", f"{HC}/articles/search", _search),
    Route("GET", f"{HC}/articles/labels", _labels),
    Route("GET", f"{HC}/articles/{ONE}", _show),
    Route("PUT", f"{HC}/articles/{ONE}", _update),
    Route("DELETE", f"{HC}/articles/{ONE}", _archive),
    Route("GET", f"{HC}/articles/{ONE}/labels", _labels),
    Route("GET", f"{HC}/articles/{ONE}/translations", _translations),
    Route("POST", f"{HC}/articles/{ONE}/translations", _create_translation),
    Route("GET", f"{HC}/articles/{ONE}/translations/missing", _missing_translations),
    Route("GET", f"{HC}/articles/{ONE}/translations/<locale>", _show_translation),
    Route("PUT", f"{HC}/articles/{ONE}/translations/<locale>", _update_translation),
    Route("GET", f"{HC}/incremental/articles", _incremental),
    Route("GET", f"{HC}/{LOCALE}/articles", _articles),
    Route("GET", f"{HC}/{LOCALE}/articles/{ONE}", _show),
    Route("PUT", f"{HC}/{LOCALE}/articles/{ONE}", _update),
    Route("GET", f"{HC}/sections", _sections),
    Route("GET", f"{HC}/{LOCALE}/sections", _sections),
    Route("GET", f"{HC}/sections/<int:section_id>", _show_section),
    Route("GET", f"{HC}/{LOCALE}/sections/<int:section_id>", _show_section),
    Route("GET", f"{HC}/sections/<int:section_id>/articles", _articles),
    Route("GET", f"{HC}/{LOCALE}/sections/<int:section_id>/articles", _articles),
    Route("POST", f"{HC}/sections/<int:section_id>/articles", _create),
    Route("POST", f"{HC}/{LOCALE}/sections/<int:section_id>/articles", _create),
    Route("GET", f"{HC}/categories", _categories),
    Route("GET", f"{HC}/{LOCALE}/categories", _categories),
    Route("GET", f"{HC}/categories/<int:category_id>", _show_category),
    Route("GET", f"{HC}/categories/<int:category_id>/articles", _articles),
    Route("GET", f"{HC}/categories/<int:category_id>/sections", _sections),
    Route("GET", f"{HC}/user_segments", _segments),
    Route("GET", f"{HC}/user_segments/applicable", _segments),
    Route("GET", f"{HC}/user_segments/<int:segment_id>", _show_segment),
    Route("GET", f"{HC}/locales", _locales),
)
