"""The help centre: articles with a translation per language, and how they are read and written over HTTP."""

import re
from collections.abc import Mapping
from typing import Any

from apps.sandbox.zendesk.answers import Answer, Record, invalid, not_found
from apps.sandbox.zendesk.calls import Call, Route, answer_page, link, list_all, show_one, whole_number
from apps.sandbox.zendesk.comments import plain_of
from apps.sandbox.zendesk.events import publish_article
from apps.sandbox.zendesk.state import ZendeskState, moment_of

# How articles are kept: one record each, with a translation per language.

NOT_A_SLUG = re.compile(r"[^A-Za-z0-9]+")
PLAIN = ("promoted", "comments_disabled", "label_names", "user_segment_id", "section_id", "position", "author_id")


def add_category(state: ZendeskState, name: str, key: int | None = None, brand_id: int | None = None) -> Record:
    """A category in the Help Center of a brand, the account's first where none is named."""
    key = state.new_id("category", key)
    if brand_id is not None:
        state.brand_of_category[key] = brand_id
    return state.categories.put(
        {
            **_page(state, "categories", key, name),
            "name": name,
            "description": "",
        }
    )


def brand_of(state: ZendeskState, category_id: object) -> int | None:
    found = state.brand_of_category.get(category_id) if isinstance(category_id, int) else None
    return found if found is not None else default_brand(state)


def default_brand(state: ZendeskState) -> int | None:
    return next(iter(state.brands.rows), None)


def add_section(state: ZendeskState, name: str, category_id: int, key: int | None = None, position: int = 0) -> Record:
    key = state.new_id("section", key)
    return state.sections.put(
        {
            **_page(state, "sections", key, name),
            "name": name,
            "description": "",
            "position": position,
            "category_id": category_id,
            "parent_section_id": None,
            "theme_template": "section_page",
        }
    )


def add_user_segment(state: ZendeskState, name: str, user_type: str, tags: tuple[str, ...] = ()) -> Record:
    now, key = state.now(), state.new_id("user_segment")
    return state.user_segments.put(
        {
            "id": key,
            "name": name,
            "user_type": user_type,
            "group_ids": [],
            "organization_ids": [],
            "added_user_ids": [],
            "tags": [],
            "or_tags": list(tags),
            "built_in": not tags,
            "created_at": now,
            "updated_at": now,
        }
    )


def add_article(state: ZendeskState, asked: Mapping[str, Any], section_id: int, author_id: int) -> Record:
    """A new article with its source translation; 422 without a title, 404 without its section.

    `asked` may hold `id` and `updated_at`, for an article that is older than the sandbox.
    """
    state.sections.get(section_id)
    title = str(asked.get("title") or "").strip()
    if not title:
        raise invalid("title", "Title: cannot be blank", "BlankValue")
    key = state.new_id("article", asked.get("id"))
    locale = str(asked.get("locale") or state.account.locales[0]).lower()
    when = asked.get("updated_at") or state.now()
    made = {
        **_page(state, "articles", key, title, locale),
        "author_id": author_id,
        "comments_disabled": bool(asked.get("comments_disabled", True)),
        "draft": bool(asked.get("draft", False)),
        "promoted": bool(asked.get("promoted", False)),
        "vote_sum": 0,
        "vote_count": 0,
        "section_id": section_id,
        "created_at": when,
        "updated_at": when,
        "edited_at": when,
        "name": title,
        "title": title,
        "body": asked.get("body") or "",
        "source_locale": locale,
        "outdated_locales": [],
        "user_segment_id": asked.get("user_segment_id"),
        "user_segment_ids": [each for each in (asked.get("user_segment_id"),) if each],
        "permission_group_id": 4_400_001,
        "content_tag_ids": [],
        "label_names": list(asked.get("label_names") or []),
    }
    state.articles.put(made)
    add_translation(state, made, {**asked, "locale": locale}, author_id)
    return made


def add_translation(state: ZendeskState, source: Record, asked: Mapping[str, Any], author_id: int) -> Record:
    """A new language version of an article; tells `article.published` unless it is a draft."""
    locale, title = str(asked.get("locale") or "").lower(), str(asked.get("title") or "").strip()
    if not locale or not title:
        raise invalid("title" if locale else "locale", "cannot be blank", "BlankValue")
    if find_translation(state, source["id"], locale):
        raise invalid("locale", f"Locale: {locale} has already been taken", "DuplicateValue")
    key, when = state.new_id("translation"), asked.get("updated_at") or state.now()
    made = state.translations.put(
        {
            **_page(state, "articles", source["id"], title, locale),
            "id": key,
            "url": state.api_url(f"help_center/articles/{source['id']}/translations/{locale}.json"),
            "source_id": source["id"],
            "source_type": "Article",
            "title": title,
            "body": asked.get("body") or "",
            "draft": bool(asked.get("draft", False)),
            "hidden": False,
            "created_at": when,
            "updated_at": when,
            "created_by_id": author_id,
            "updated_by_id": author_id,
        }
    )
    if not made["draft"]:
        publish_article(state, source, "published", locale)
    return made


def update_translation(
    state: ZendeskState, source: Record, locale: str, asked: Mapping[str, Any], author_id: int
) -> Record:
    """Change title, text or draft state; going live or away is told, a change of words is not."""
    found = find_translation(state, source["id"], locale)
    if found is None:
        raise not_found()
    was_draft, now = found["draft"], state.now()
    found.update({name: asked[name] for name in ("title", "body", "draft", "outdated") if name in asked})
    found.update(updated_at=now, updated_by_id=author_id)
    state.translations.put(found)
    if locale == source["source_locale"]:
        source.update(title=found["title"], name=found["title"], body=found["body"], draft=found["draft"])
    source.update(updated_at=now, edited_at=now)
    state.articles.put(source)
    if was_draft != found["draft"]:
        publish_article(state, source, "unpublished" if found["draft"] else "published", locale)
    return found


def update_article(state: ZendeskState, found: Record, asked: Mapping[str, Any]) -> Record:
    """Change an article's settings; its words belong to its translations."""
    found.update({name: asked[name] for name in PLAIN if name in asked}, updated_at=state.now())
    return state.articles.put(found)


def archive_article(state: ZendeskState, found: Record) -> None:
    state.articles.remove(found["id"])
    if not found["draft"]:
        publish_article(state, found, "unpublished", found["source_locale"])


def find_translation(state: ZendeskState, article_id: int, locale: str) -> Record | None:
    return next((each for each in translations_of(state, article_id) if each["locale"] == locale.lower()), None)


def translations_of(state: ZendeskState, article_id: int) -> list[Record]:
    return [each for each in state.translations.rows.values() if each["source_id"] == article_id]


def in_locale(state: ZendeskState, row: Record, locale: str) -> Record | None:
    """The article as readers of this language see it; None when it is not translated."""
    words = find_translation(state, row["id"], locale)
    if words is None:
        return None
    names = ("title", "body", "draft", "html_url", "locale", "outdated")
    return {**row, **{name: words[name] for name in names}, "name": words["title"]}


def _page(state: ZendeskState, kind: str, key: int, title: str, locale: str = "en-us") -> Record:
    slug, now = NOT_A_SLUG.sub("-", title).strip("-"), state.now()
    readers = state.account.help_center_url or state.account.public_url
    return {
        "id": key,
        "url": state.api_url(f"help_center/{locale}/{kind}/{key}.json"),
        "html_url": f"{readers}/hc/{locale}/{kind}/{key}-{slug}",
        "locale": locale,
        "source_locale": locale,
        "outdated": False,
        "position": 0,
        "created_at": now,
        "updated_at": now,
    }


# The help centre over HTTP.

SNIPPET = 160
LARGEST_EXPORT = 1000
SORTABLE = {"position", "title", "created_at", "updated_at", "edited_at"}


def _articles(call: Call, locale: str | None = None, section_id: int = 0, category_id: int = 0) -> Answer:
    rows = _of_brand(call, _find_articles(call, locale or call.query.get("locale")))
    if section_id:
        call.state.sections.get(section_id)
        rows = [row for row in rows if row["section_id"] == section_id]
    if category_id:
        call.state.categories.get(category_id)
        inside = {row["id"] for row in call.state.sections.listed() if row["category_id"] == category_id}
        rows = [row for row in rows if row["section_id"] in inside]
    return answer_page(call, "articles", [_with_translations(call, row) for row in rows])


def _with_translations(call: Call, row: Record) -> Record:
    """The article with all its translations, drafts too, where `include=translations` asks for them."""
    if "translations" not in call.query.get("include", "").split(","):
        return row
    return {**row, "translations": translations_of(call.state, row["id"])}


def _of_brand(call: Call, rows: list[Record]) -> list[Record]:
    """The articles of the Help Center that was asked: each brand has its own, at its own host."""
    sections = {row["id"]: row["category_id"] for row in call.state.sections.listed()}
    return [row for row in rows if brand_of(call.state, sections.get(row["section_id"])) == _find_brand(call)]


def _find_brand(call: Call) -> int | None:
    host = call.headers.get("X-Original-Host", "")
    found = (row["id"] for row in call.state.brands.listed() if host == f"{row['subdomain']}.zendesk.com")
    return next(found, default_brand(call.state))


def _find_articles(call: Call, locale: str | None) -> list[Record]:
    rows = call.state.articles.listed()
    if locale:
        rows = [shown for row in rows if (shown := in_locale(call.state, row, locale))]
    labels = [label for label in call.query.get("label_names", "").split(",") if label]
    if labels:
        rows = [row for row in rows if set(labels) & set(row["label_names"])]
    if "start_time" in call.query:
        start = whole_number(call, "start_time", 0, least=0)
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
    start = whole_number(call, "start_time", 0, least=0)
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
    rows = [row for row in _find_articles(call, call.query.get("locale")) if not row["draft"]]
    if call.query.get("section", "").isdigit():
        rows = [row for row in rows if row["section_id"] == int(call.query["section"])]
    hits = [(hit, row) for row in rows if (hit := _hits(row, words))]
    hits.sort(key=lambda pair: -pair[0])
    results = [{**row, "result_type": "article", "snippet": _snippet(row, words)} for _, row in hits]
    return answer_page(call, "results", results)


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
    made = add_article(call.state, asked, section_id, call.actor["id"])
    return Answer(status=201, body={"article": made}, headers={"Location": made["url"]})


def _update(call: Call, article_id: int, locale: str | None = None) -> Answer:
    found = call.state.articles.get(article_id)
    return Answer(body={"article": update_article(call.state, found, call.part("article"))})


def _archive(call: Call, article_id: int, locale: str | None = None) -> Answer:
    archive_article(call.state, call.state.articles.get(article_id))
    return Answer(status=204)


def _translations(call: Call, article_id: int) -> Answer:
    call.state.articles.get(article_id)
    return answer_page(call, "translations", translations_of(call.state, article_id))


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
    made = add_translation(call.state, source, call.part("translation"), call.actor["id"])
    return Answer(status=201, body={"translation": made}, headers={"Location": made["url"]})


def _update_translation(call: Call, article_id: int, locale: str) -> Answer:
    source = call.state.articles.get(article_id)
    asked = call.part("translation")
    return Answer(body={"translation": update_translation(call.state, source, locale.lower(), asked, call.actor["id"])})


def _sections(call: Call, locale: str | None = None, category_id: int = 0) -> Answer:
    rows = [r for r in call.state.sections.listed() if brand_of(call.state, r["category_id"]) == _find_brand(call)]
    return answer_page(call, "sections", [row for row in rows if category_id in (0, row["category_id"])])


def _categories(call: Call, locale: str | None = None) -> Answer:
    rows = call.state.categories.listed()
    return answer_page(
        call, "categories", [row for row in rows if brand_of(call.state, row["id"]) == _find_brand(call)]
    )


def _locales(call: Call) -> Answer:
    locales = list(call.state.account.locales)
    return Answer(body={"locales": locales, "default_locale": locales[0]})


def _labels(call: Call, article_id: int = 0) -> Answer:
    rows = [call.state.articles.get(article_id)] if article_id else call.state.articles.listed()
    names = sorted({name for row in rows for name in row["label_names"]})
    return answer_page(call, "labels", [_label(call, place, name) for place, name in enumerate(names, 1)])


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
    Route("GET", f"{HC}/sections/<int:section_id>", show_one("sections", "section")),
    Route("GET", f"{HC}/{LOCALE}/sections/<int:section_id>", show_one("sections", "section")),
    Route("GET", f"{HC}/sections/<int:section_id>/articles", _articles),
    Route("GET", f"{HC}/{LOCALE}/sections/<int:section_id>/articles", _articles),
    Route("POST", f"{HC}/sections/<int:section_id>/articles", _create),
    Route("POST", f"{HC}/{LOCALE}/sections/<int:section_id>/articles", _create),
    Route("GET", f"{HC}/categories", _categories),
    Route("GET", f"{HC}/{LOCALE}/categories", _categories),
    Route("GET", f"{HC}/categories/<int:category_id>", show_one("categories", "category")),
    Route("GET", f"{HC}/categories/<int:category_id>/articles", _articles),
    Route("GET", f"{HC}/categories/<int:category_id>/sections", _sections),
    Route("GET", f"{HC}/user_segments", list_all("user_segments")),
    Route("GET", f"{HC}/user_segments/applicable", list_all("user_segments")),
    Route("GET", f"{HC}/user_segments/<int:segment_id>", show_one("user_segments", "user_segment")),
    Route("GET", f"{HC}/locales", _locales),
)
