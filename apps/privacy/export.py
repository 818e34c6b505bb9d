"""What is held about one person as files that they can read: JSON by kind, a page over it, and their files."""

import html
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from apps.secret_files import OWNER_ONLY, write_new
from core.errors import ConfigurationError, HandrailError
from core.model.privacy import Subject
from core.ports import Unit

Kinds = Sequence[tuple[str, str, list[Mapping[str, Any]]]]  # of each its table, its name and its rows
Fetch = Callable[[str], bytes]
STYLE = (
    "body{font:1rem/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}"
    "td,th{text-align:left;vertical-align:top;padding:.2rem .6rem;border-bottom:1px solid #ddd}"
    "table{border-collapse:collapse}.said td{white-space:nowrap}"
    ".said td:last-child{white-space:pre-wrap;overflow-wrap:anywhere}"
    "@media(max-width:40rem){.said td:nth-child(-n+3){white-space:normal}}"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Exported:
    folder: Path
    rows: int
    files: int
    missing: Sequence[str]  # files that could not be had


def write_export(unit: Unit, subject: Subject, folder: Path, fetch: Fetch, now: datetime) -> Exported:
    """Raises ConfigurationError where the folder is there already."""
    try:
        folder.mkdir(mode=OWNER_ONLY, parents=True)
    except FileExistsError as error:
        raise ConfigurationError(f"{folder} is there already; name another with --to.") from error
    kinds: list[tuple[str, str, list[Mapping[str, Any]]]] = []
    for name, kind, rows in unit.privacy.rows(subject):
        if rows:
            kinds.append((name, kind, rows))
            write_new(folder / f"{name}.json", json.dumps(rows, ensure_ascii=False, indent=1).encode())
    files, missing = _files(kinds, folder / "files", fetch)
    write_new(folder / "index.html", _page(subject, kinds, files, missing, now).encode())
    return Exported(folder=folder, rows=sum(len(rows) for _, _, rows in kinds), files=files, missing=missing)


def _files(
    kinds: Sequence[tuple[str, str, list[Mapping[str, Any]]]], folder: Path, fetch: Fetch
) -> tuple[int, list[str]]:
    """The files of their messages, from where they lie; how many, and those that could not be had."""
    named = [
        (str(file.get("name") or "file"), str(file.get("ref") or ""))
        for name, _, rows in kinds
        if name == "messages"
        for row in rows
        for file in row.get("attachments") or ()
        if isinstance(file, Mapping)
    ]
    written, missing = 0, []
    for place, (name, ref) in enumerate(named, 1):
        try:
            content = fetch(ref)
        except HandrailError as error:
            missing.append(f"{name}: {error}")
            continue
        folder.mkdir(mode=OWNER_ONLY, exist_ok=True)
        # The customer's own name for it may be a path.
        plain = "".join(each if each.isalnum() or each in "._-" else "_" for each in name).lstrip(".")[-100:]
        write_new(folder / f"{place:03}-{plain or 'file'}", content)
        written += 1
    return written, missing


def _page(
    subject: Subject,
    kinds: Kinds,
    files: int,
    missing: Sequence[str],
    now: datetime,
) -> str:
    who = html.escape(", ".join(subject.names) or subject.customers[0])
    known = "".join(f"<li>{html.escape(each.kind)}: {html.escape(each.value)}</li>" for each in subject.identities)
    listed = "".join(
        f'<tr><td><a href="{name}.json">{html.escape(kind)}</a></td><td>{len(rows)}</td></tr>'
        for name, kind, rows in kinds
    )
    said = next((rows for name, _, rows in kinds if name == "messages"), [])
    spoken = "".join(_line(row) for row in sorted(said, key=lambda row: str(row.get("at"))))
    lost = "".join(f"<li>{html.escape(each)}</li>" for each in missing)
    not_had = f"<h2>Files that could not be had</h2><ul>{lost}</ul>" if missing else ""
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Data about {who}</title>'
        f"<style>{STYLE}</style></head><body><h1>Data about {who}</h1><p>Exported {now:%Y-%m-%d %H:%M} UTC. Each kind "
        f"is a file of JSON beside this page; {files} files of messages lie in <em>files</em>. What the helpdesk "
        f"itself holds besides is exported there.</p><h2>Known by</h2><ul>{known}</ul><h2>What is held</h2><table><tr>"
        f"<th>what</th><th>entries</th></tr>{listed}</table>{not_had}<h2>What was said</h2>"
        f'<table class="said">{spoken}</table></body></html>'
    )


def _line(row: Mapping[str, Any]) -> str:
    cells = (str(row.get("at"))[:16].replace("T", " "), row.get("channel"), row.get("role"), row.get("text"))
    return "<tr>" + "".join(f"<td>{html.escape(str(each or ''))}</td>" for each in cells) + "</tr>"
