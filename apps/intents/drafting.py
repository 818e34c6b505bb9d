"""The installation's intents as accepted proposals would have them: a draft in the data folder, for an admin to put in
force. The file that `HANDRAIL_INTENTS` names is never written."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from apps.intents_file import FEWEST, intents_in
from apps.validation import read_yaml
from core.errors import ConfigurationError, RejectedError
from core.model.lesson import Proposal

FILE = "intents-draft.yaml"
HEAD = (
    "# A draft: your intents with the proposals that were accepted. Nothing is read by it before it is put in force.\n"
)
Rows = list[dict[str, Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class IntentsDraft:
    """`core.improve.accepting.Deciding.draft_intents`. `source` is the file in force, YAML or CSV; `folder` gets the
    draft. A draft that is there is carried on until the file in force is newer than it."""

    source: str
    folder: Path

    def __call__(self, proposal: Proposal) -> str:
        """Where it is now, and what is to be done with it.

        Raises:
            RejectedError: there are no intents, those that the proposal names are gone, or too few examples are left.
        """
        if not self.source:
            raise RejectedError("this installation has no intents of its own that could be changed")
        draft = self.folder / FILE
        try:
            told, written = self._begun(draft)
            change = proposal.change["intents"]
            DOING[change["do"]](written["intents"], change, proposal)
            whole = f"{told}# {' '.join(proposal.title.split())}\n{_dumped(written)}"
            self._save(draft, whole)
        except (ConfigurationError, OSError) as error:
            raise RejectedError(f"the draft of the intents is not written: {error}") from error
        return (
            f"drafted in {draft}: look through it, try it with `handrail intents check {draft}`, and put it in force "
            "by HANDRAIL_INTENTS and a restart"
        )

    def _begun(self, draft: Path) -> tuple[str, dict[str, Any]]:
        """(the comments at the top, what is in it) of the draft that is carried on, or of a new one."""
        if draft.exists() and draft.stat().st_mtime >= Path(self.source).stat().st_mtime:
            lines = draft.read_text(encoding="utf-8").splitlines(keepends=True)
            head = [line for line in lines if line.startswith("#")]
            return "".join(head), dict(read_yaml(str(draft), "HANDRAIL_INTENTS"))
        intents_in(self.source)  # tells what is wrong with it, if anything is
        if not self.source.endswith(".csv"):
            return HEAD, dict(read_yaml(self.source, "HANDRAIL_INTENTS"))
        found = intents_in(self.source)
        rows = [
            {"name": name, "label": found.labels[name], "examples": texts} for name, texts in found.examples.items()
        ]
        return HEAD, {"intents": rows, "out_of_scope_examples": list(found.out_of_scope)}

    def _save(self, draft: Path, whole: str) -> None:
        """In one step, and only what can be read again."""
        self.folder.mkdir(parents=True, exist_ok=True)
        beside = draft.with_name(f"new-{FILE}")
        beside.write_text(whole, encoding="utf-8")
        thin = intents_in(str(beside)).thin
        if thin:
            beside.unlink()
            raise RejectedError(f"each intent needs {FEWEST} different examples or more; too few would have: {thin[0]}")
        beside.replace(draft)


def _dumped(written: Mapping[str, Any]) -> str:
    return str(yaml.safe_dump(dict(written), allow_unicode=True, sort_keys=False, width=1_000))


def _add(rows: Rows, _: Mapping[str, Any], proposal: Proposal) -> None:
    """Its examples are the evidence: what of it was erased since is none."""
    examples = list(dict.fromkeys(each.after for each in proposal.evidence if each.after))
    names = {row["name"] for row in rows}
    plain = re.sub(r"\W+", "_", proposal.says.lower()).strip("_") or "intent"
    name = next(each for each in (plain, *(f"{plain}_{n}" for n in range(2, len(names) + 3))) if each not in names)
    rows.append({"name": name, "label": proposal.says, "examples": examples})


def _split(rows: Rows, change: Mapping[str, Any], proposal: Proposal) -> None:
    """What it is split from keeps its examples, but those that are the new one's."""
    row = _row(rows, change["name"])
    _add(rows, change, proposal)
    taken = {_even(text) for text in rows[-1]["examples"]}
    row["examples"] = [text for text in row["examples"] if _even(text) not in taken]


def _merge(rows: Rows, change: Mapping[str, Any], proposal: Proposal) -> None:
    gone, kept = _row(rows, change["name"]), _row(rows, change["into"])
    for key in (key for key in gone if key.startswith("examples")):
        kept[key] = list(dict.fromkeys([*kept.get(key, ()), *gone[key]]))
    kept["label"] = proposal.says or kept["label"]
    rows.remove(gone)


def _retire(rows: Rows, change: Mapping[str, Any], _: Proposal) -> None:
    row, gone = _row(rows, change["name"]), set(change["examples"])
    if not gone & set(row["examples"]):
        raise RejectedError("the intents no longer have this example")
    row["examples"] = [text for text in row["examples"] if text not in gone]


DOING: Mapping[str, Callable[[Rows, Mapping[str, Any], Proposal], None]] = {
    "add": _add,
    "split": _split,
    "merge": _merge,
    "retire": _retire,
}


def _row(rows: Rows, name: str) -> dict[str, Any]:
    found = next((row for row in rows if row["name"] == name), None)
    if found is None:
        raise RejectedError(f"there is no intent {name} any more")
    return found


def _even(text: str) -> str:
    return " ".join(text.casefold().split())
