"""The sentences that our code can write and the sidebar shows, found in the code itself."""

import ast
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice, product
from pathlib import Path

from tests.sources import tree_of

ROOT = Path(__file__).parents[3]
# Stands in the place of what is put into a sentence: a letter that no sentence of ours has.
PLACE = "Ø"

# Where such sentences are written, each with the functions and constants whose words no agent sees there: what is said
# to customers, asked of language models, read off messages, told on the command line, or written as a note on a ticket,
# which stays English; and helpers whose words a
# test of their own looks at.
SPEAKING: Mapping[str, frozenset[str]] = {
    name: frozenset(unseen.split())
    for name, unseen in {
        "core/decide/evaluation.py": "",
        "core/decide/silence.py": "",
        "core/decide/table.py": "",
        "core/decide/triggers.py": "_counted MEASURES",
        "core/decide/turn.py": "",
        "core/handoff/brief.py": "brief_of _report _impact _environment _tried _parts PASSED_ON NEWS FIXED",
        "core/handoff/card.py": "list_words note_text _who_it_is _order expects wrote",
        "core/handoff/offer.py": "",
        "core/handoff/package.py": "_profile _sources _earlier",
        "core/model/suite.py": "",
        "core/wrap_up/history.py": "",
        "core/execute/wrap_up.py": "note as_made _noted write_alone object _effect _examined _changes _key BY_POLICY",
        "apps/zendesk/wrap_up.py": "",
        "core/routing/choose.py": "_listed",
        "core/routing/route.py": "why",
        "core/answer/style_changes.py": "",
        "core/improve/accepting.py": "_apply",
        "core/improve/alarms.py": "",
        "core/improve/articles.py": "",
        "core/improve/effect.py": "",
        "core/improve/gap_answers.py": "",
        "core/improve/intents.py": "",
        "core/improve/proposing.py": "key_of",
        "core/improve/taught.py": "",
        "core/procedure/acting.py": "",
        "core/procedure/booking.py": "YES_ _YES",
        "core/procedure/run.py": "",
        "core/procedure/verify_identity.py": "",
        "core/assist/agent_actions.py": "",
        "core/assist/thread_reading.py": "_shown _read",
        "core/scenarios/compute.py": "",
        "core/context/joining.py": "",
        "core/execute/failures.py": "",
        "core/execute/parked.py": "_done",
        "core/answer/answer.py": "manner",
        "core/answer/compose/job.py": "user",
        "core/answer/contract/across.py": "_PLACES",
        "core/answer/contract/check.py": "_FREE _ACTS",
        "core/answer/contract/merged.py": "",
        "core/answer/contract/own_words.py": "_SAME",
        "core/answer/contract/states.py": "_MEANS",
        "core/answer/contract/turned.py": "",
        "core/answer/guard.py": "",
        "core/answer/guardrails.py": "",
        "core/answer/judge.py": "_asking",
        "core/answer/read_back.py": "",
        "core/answer/reword/same.py": "",
        "core/answer/rewrite.py": "_TASKS _asking ValueError",
        "core/prompting/ask.py": "",
        "core/prompting/budget.py": "",
        "core/read/axes.py": "",
        "core/read/beside.py": "",
        "core/read/injection.py": "",
        "core/read/non_requests.py": "",
        "core/read/opt_out.py": "",
        "core/read/reader.py": "",
        "core/read/repeats.py": "",
        "core/read/triggers.py": "",
        "core/profile/facts.py": "",
        "core/profile/gather.py": "",
        "core/profile/merge.py": "",
        "core/govern/requests.py": "settle settle_request _update _unsettled",
        "core/model/conversation.py": "",
        "apps/intents/drafting.py": "HEAD",
        "apps/policy_rewrite.py": "NAMED",
        "apps/doctor/examine.py": "CHECKS choose",
        "apps/doctor/lines.py": "",
        "apps/doctor/machine.py": "settings approvers clock policy_of",
        "apps/doctor/reach.py": "address _answer _round_trip zendesk_round_trip twilio_round_trip slack_round_trip",
        "apps/doctor/vendors.py": "list_missed templates socket model_role own_encoder reranker",
        "apps/doctor/zendesk.py": "groups test_delivery deliveries list_missed",
        "core/actions/examine.py": "standing perform",
        "core/execute/by_agent.py": "run undo",
        "connectors/actions/inputs.py": "",
        "connectors/actions/systems.py": "adapter_of __init__ ask _take",
        "apps/zendesk/article_costs.py": "tickets",
        "apps/zendesk/doing.py": "",
        "apps/zendesk/drafts.py": "",
        "apps/zendesk/feedback.py": "",
        "apps/zendesk/offers.py": "",
        "apps/zendesk/panels.py": "",
        "apps/zendesk/parts.py": "",
        "apps/zendesk/people.py": "",
        "apps/zendesk/policies.py": "",
        "apps/zendesk/proposals.py": "show",
        "apps/zendesk/session.py": "",
        "apps/zendesk/suite.py": "",
        "apps/zendesk/thread_reading.py": "",
        "apps/zendesk/threads.py": "",
        "apps/zendesk/view.py": "",
        "apps/zendesk/why.py": "",
        "apps/zendesk/writing.py": "",
    }.items()
}

NOTES = frozenset({"note_text", "_who_it_is", "_order", "expects", "wrote", "note_undelivered", "note"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Spoken:
    """A sentence as it stands in the code, with `PLACE` for what is put into it."""

    file: str
    line: int
    text: str


def literals() -> Iterator[str]:
    """What stands in quotation marks in the code, but for the notes on tickets, and in the policy to begin with."""
    for folder in ("core", "connectors", "apps/bootstrap", "apps/doctor", "apps/zendesk"):
        for file in sorted((ROOT / folder).rglob("*.py")):
            yield from _literals(tree_of(file))
    yield (ROOT / "apps" / "starter" / "policy.yaml").read_text(encoding="utf-8")


def _literals(node: ast.AST) -> Iterator[str]:
    for child in ast.iter_child_nodes(node):
        if _names(child) & NOTES or _is_docstring(child):
            continue
        if isinstance(child, ast.Constant) and isinstance(child.value, str):
            yield child.value
        yield from _literals(child)


MOST = 40  # ways to put a sentence together that are looked at


def sentences() -> Iterator[Spoken]:
    for file, unseen in SPEAKING.items():
        yield from _File(file, unseen).sentences()


class _File:
    """One file of code. What a sentence is put together from is followed as far as the file says it: both branches of
    a condition, local names, constants, and what the file's own functions return."""

    def __init__(self, file: str, unseen: frozenset[str]) -> None:
        self.file, self.unseen = file, unseen
        self.tree = tree_of(ROOT / file)
        self.functions = {node.name: node for node in ast.walk(self.tree) if isinstance(node, ast.FunctionDef)}
        self.constants = _assigned(self.tree.body)
        self.followed: set[int] = set()

    def sentences(self) -> Iterator[Spoken]:
        found = [(node.lineno, id(node), self.ways(node, names)) for node, names in self._texts(self.tree, {})]
        for line, name, ways in found:
            for text in ways if name not in self.followed else ():
                if _is_sentence(text):
                    # What is put in before or after a whole sentence is a sentence itself.
                    yield Spoken(
                        file=self.file, line=line, text=re.sub(f"^{PLACE} (?=[A-Z])", f"{PLACE}. ", text.strip())
                    )

    def _texts(self, node: ast.AST, names: Mapping[str, ast.expr]) -> Iterator[tuple[ast.expr, Mapping[str, ast.expr]]]:
        """Its expressions that are a text, without docstrings and whatever stands under a name that is unseen."""
        for child in ast.iter_child_nodes(node):
            if _names(child) & self.unseen or _is_docstring(child):
                continue
            inside = _assigned(list(ast.walk(child))) if isinstance(child, ast.FunctionDef) else names
            if isinstance(child, ast.Constant | ast.JoinedStr):
                yield child, inside
            yield from self._texts(child, inside)

    def ways(self, node: ast.expr, names: Mapping[str, ast.expr], depth: int = 4, *, within: bool = False) -> list[str]:
        """How a text may read."""
        if within:
            self.followed.add(id(node))
        match node:
            case ast.Constant(value=str(text)):
                return [re.sub(r"\{\w+\}", PLACE, text)]  # a template that is filled in elsewhere
            case ast.JoinedStr(values=parts):
                each = [self.ways(part, names, depth, within=True) for part in parts]
                return ["".join(way) for way in islice(product(*each), MOST)]
            case ast.FormattedValue(value=value):
                return self.ways(value, names, depth, within=True) if depth else [PLACE]
            case ast.IfExp(body=one, orelse=other):
                return [*self.ways(one, names, depth, within=within), *self.ways(other, names, depth, within=within)]
            case ast.BoolOp(values=values):
                return [way for each in values for way in self.ways(each, names, depth, within=within)]
            case ast.Name(id=name) if depth and (given_it := names.get(name) or self.constants.get(name)) is not None:
                return self.ways(given_it, names, depth - 1, within=within)
            case ast.Call(func=ast.Name(id=name)) if depth and name in self.functions and name not in self.unseen:
                function = self.functions[name]
                inside = _assigned(list(ast.walk(function)))
                given = [each.value for each in ast.walk(function) if isinstance(each, ast.Return) and each.value]
                return [way for each in given for way in self.ways(each, inside, depth - 1, within=within)][:MOST]
        return [PLACE]


def _assigned(nodes: Iterable[ast.AST]) -> Mapping[str, ast.expr]:
    """The names that are given a value once, and what it is."""
    found: dict[str, list[ast.expr]] = {}
    for node in nodes:
        if isinstance(node, ast.Assign) and node.value:
            pairs = [(target, node.value) for target in node.targets]
            for target, value in pairs:
                if isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple):
                    pairs += zip(target.elts, value.elts, strict=False)
                elif isinstance(target, ast.Name):
                    found.setdefault(target.id, []).append(value)
        elif isinstance(node, ast.AugAssign) and isinstance(node.target, ast.Name):
            found.setdefault(node.target.id, []).append(node.value)
    return {name: values[0] for name, values in found.items() if len(values) == 1}


def _names(node: ast.AST) -> set[str]:
    if isinstance(node, ast.FunctionDef | ast.ClassDef):
        return {node.name}
    targets = node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) else []
    return {target.id for target in targets if isinstance(target, ast.Name)}


def _is_docstring(node: ast.AST) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def _is_sentence(text: str) -> bool:
    """Words with a space between them; patterns, lists of words and keys are none."""
    return (
        " " in text.strip() and re.search(r"[A-Za-z]{2}", text) is not None and not re.search(r"[\\|^]|\n|\(\?", text)
    )


# What stands between these sentences and is none: names, words that are only put together, what a page never asks for.
NO_SENTENCES = frozenset(
    {
        *("it names ticket #{words}", "it names {words}"),  # the templates of `REASONS`, filled in
        *("of this day", "for one conversation"),  # whose budget
        *("steps already tried", "further matters", "other parties", "things involved", "turns of events"),  # counted
        *("events were given up", "messages could not be sent", "messages may or may not have been sent"),  # counted
        *(f"and {PLACE} more", "(the embedded one)"),  # end a line of the doctor's
        *(f"the budget {PLACE}, {PLACE} {PLACE}, is used up", "what comes by WhatsApp goes to"),  # whose, and to where
        *("this once", f"{PLACE} times in a row"),  # end the words of a trigger, looked at by a test of their own
        *(f"page:{PLACE} {PLACE} ×{PLACE}", f"{PLACE} on {PLACE}", f"passage {PLACE}", f"merge {PLACE}"),
        *(f"{PLACE} is {PLACE}", f"{PLACE}, reworded by {PLACE}", f"handrail:sidebar {PLACE}", "leave me alone with"),
        *("a customer", "logged in while writing", "-----BEGIN PUBLIC KEY-----"),
        # What the app itself would have to do wrong to be told so.
        *("an answer, and only an answer, has helps", "is not JSON", "a translation needs a language to go to"),
    }
)
