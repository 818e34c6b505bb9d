"""`handrail report --fairness`: groups of customers side by side, as text, JSON or a page."""

from collections.abc import Iterator
from importlib.resources import files
from typing import Any

from markupsafe import Markup

from core.measure.fairness import ASPECTS, Compared, Fairness
from core.measure.report.standing_out import FEWEST, RELEVANT
from core.measure.report.words import group as name_of
from core.measure.report.words import interval, percent, period
from core.model.matter import By

WIDE = 24
READ_IT = (
    "Each group against the others together, with Newcombe's interval at 95 %. Marked is what is more than chance over "
    "all {cells} cells and three points or more, and it is held against the groups that are not. A difference is no "
    "proof of a wrong: groups ask for different things. It says where to look (docs/fairness.md)."
)


def fairness_lines(found: Fairness) -> Iterator[str]:
    yield f"{period(found.span)}: {found.matters:,} matters" + (", the newest of more." if found.cut else ".")
    if not found.fields:
        yield "There is nothing to compare: in no field are there two groups of customers."
        return
    yield ""
    yield "What differs"
    for field, group, each in found.found:
        yield f"  {_sentence(field, group.key, each)}"
    if not found.found:
        yield "  Nothing that is more than chance."
    for field, groups in found.fields.items():
        yield ""
        yield field.replace("_", " ").capitalize()
        for aspect in ASPECTS:
            yield f"  {aspect.title}, of {aspect.of}"
            for group in groups:
                each = next(one for one in group.compared if one.aspect is aspect)
                sign = "*" if each.marked else "·" if each.few else " "
                share = f"{percent(each.share):>6} of {each.share.cases:>7,}"
                yield f"    {sign} {_name(field, group.key):<{WIDE}}{share}  {_apart(each)}"
    yield ""
    yield f"* differs; · fewer than {FEWEST} cases, which says little. " + READ_IT.format(cells=found.cells)


def _sentence(field: str, key: str, each: Compared) -> str:
    return (
        f"{field.replace('_', ' ').capitalize()} “{_name(field, key)}”: {each.aspect.title.lower()} "
        f"{percent(each.share)} of {each.share.cases:,} ({interval(each.share)}), the others {percent(each.rest)}: "
        f"{_apart(each)}."
    )


def _name(field: str, key: str) -> str:
    return name_of(By.LANGUAGE, key) if field == By.LANGUAGE else key


def _apart(each: Compared) -> str:
    difference = each.difference
    if difference.value is None:
        return "–"
    low, high = 100 * difference.low, 100 * difference.high
    return f"{100 * difference.value:+.1f} points ({low:+.1f} to {high:+.1f})"


def fairness_json(found: Fairness) -> dict[str, Any]:
    return {
        "since": found.span.since.isoformat(),
        "until": found.span.until.isoformat(),
        "matters": found.matters,
        "cut": found.cut,
        "cells": found.cells,
        "fewest": FEWEST,
        "relevant": RELEVANT,
        "aspects": {aspect.name: {"title": aspect.title, "of": aspect.of} for aspect in ASPECTS},
        "fields": {
            field: [
                {
                    "key": group.key,
                    "matters": group.matters,
                    "aspects": {each.aspect.name: _row(each) for each in group.compared},
                }
                for group in groups
            ]
            for field, groups in found.fields.items()
        },
    }


def _row(each: Compared) -> dict[str, Any]:
    apart = each.difference
    told = {"value": apart.value, "low": apart.low, "high": apart.high} if apart.told else None
    return {"share": each.share.row(), "rest": each.rest.row(), "difference": told, "marked": each.marked}


def fairness_page(found: Fairness) -> str:
    """One file that fetches nothing, in the looks of the report's page."""
    style = Markup((files("apps.report") / "page.css").read_text("utf-8"))  # noqa: S704 - our own file
    told = [Markup("<li>{}</li>").format(_sentence(field, group.key, each)) for field, group, each in found.found]
    marked = (
        Markup('<ul class="found">{}</ul>').format(Markup().join(told))
        if told
        else Markup("<p>{}</p>").format("Nothing in this period is more than chance.")
    )
    tables = Markup().join(_table(found, field) for field in found.fields)
    return str(
        Markup(
            '<!doctype html><html lang="en"><head><meta charset="utf-8">'
            '<meta name="viewport" content="width=device-width, initial-scale=1"><title>Handrail fairness</title>'
            "<style>{style}</style></head><body><main><header><h1>Whether groups are treated alike</h1>"
            "<p class=quiet>{period}: {matters} matters{cut}</p></header>"
            "<section><h2>What differs</h2>{marked}<p class=quiet>{how}</p></section>{tables}</main></body></html>"
        ).format(
            style=style,
            period=period(found.span),
            matters=f"{found.matters:,}",
            cut=", the newest of more" if found.cut else "",
            marked=marked,
            how=READ_IT.format(cells=found.cells),
            tables=tables,
        )
    )


def _table(found: Fairness, field: str) -> Markup:
    heads = Markup().join(
        Markup('<th scope="col" title="of {}">{}</th>').format(aspect.of, aspect.title) for aspect in ASPECTS
    )
    rows = Markup().join(
        Markup('<tr><th scope="row">{}<span class="of">{} matters</span></th>{}</tr>').format(
            _name(field, group.key), f"{group.matters:,}", Markup().join(map(_cell, group.compared))
        )
        for group in found.fields[field]
    )
    return Markup(
        '<section><h2>{}</h2><div class="scroll"><table><thead><tr><th scope="col">Group</th>{}</tr></thead>'
        "<tbody>{}</tbody></table></div></section>"
    ).format(field.replace("_", " ").capitalize(), heads, rows)


def _cell(each: Compared) -> Markup:
    kind = "other" if each.marked else "small" if each.few else ""
    told = "" if each.difference.value is None else f"{100 * each.difference.value:+.1f} points"
    return Markup('<td class="{}" title="{} of {}; {}">{} <span class="of">{}</span></td>').format(
        kind, each.share.hits, each.share.cases, _apart(each), percent(each.share), told
    )
