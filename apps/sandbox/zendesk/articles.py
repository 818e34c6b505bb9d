"""How articles are kept: one record each, with a translation per language."""

import re
from collections.abc import Mapping
from typing import Any

from apps.sandbox.zendesk.answers import Record, invalid, not_found
from apps.sandbox.zendesk.events import publish_article
from apps.sandbox.zendesk.state import ZendeskState

NOT_A_SLUG = re.compile(r"[^A-Za-z0-9]+")
PLAIN = ("promoted", "comments_disabled", "label_names", "user_segment_id", "section_id", "position", "author_id")


def category(state: ZendeskState, name: str, key: int | None = None, brand_id: int | None = None) -> Record:
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


def section(state: ZendeskState, name: str, category_id: int, key: int | None = None, position: int = 0) -> Record:
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


def user_segment(state: ZendeskState, name: str, user_type: str, tags: tuple[str, ...] = ()) -> Record:
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


def article(state: ZendeskState, asked: Mapping[str, Any], section_id: int, author_id: int) -> Record:
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
    translation(state, made, {**asked, "locale": locale}, author_id)
    return made


def translation(state: ZendeskState, source: Record, asked: Mapping[str, Any], author_id: int) -> Record:
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


def archive(state: ZendeskState, found: Record) -> None:
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
