"""What a person says to a proposal: accepted it comes into force, refused it does not come back unless the evidence
doubles. Each has its record in the ledger, with who said it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from core.answer.style_changes import Step, StyleChange, accepted_changes, keep_changes
from core.errors import ConflictError, RejectedError
from core.govern.enact import Enacter
from core.improve.articles import rewritten
from core.model.effect_payloads import ArticleDraftPayload
from core.model.lesson import OF_INTENTS, OF_TRIGGERS, Proposal, ProposalKind, ProposalState
from core.model.outbound import Authority, Effect, EffectKind
from core.policy.owners import LONGEST_WORDING, WORDINGS
from core.ports import Now, Store, Unit

RULE = "proposal_accepted"
LONGEST = 20_000  # characters of an article
LONGEST_LABEL = 100  # characters of an intent's
OF_POLICY = OF_TRIGGERS | {ProposalKind.POLICY_LINE}


def no_intents(_: Proposal) -> str:
    raise RejectedError("this installation has no intents of its own that could be changed")


@dataclass(frozen=True, slots=True, kw_only=True)
class Deciding:
    """`with_lines` puts disclaimers (intent → sentence) into the text of a policy, the rest of it as it is;
    `with_wording` (text, trigger, its list, wording) a wording of a trigger. `draft_intents` writes the intents as a
    proposal would have them, and tells where and what is to be done with it. Both raise RejectedError where that cannot
    be done."""

    store: Store
    enacter: Enacter
    with_lines: Callable[[str, Mapping[str, str]], str]
    with_wording: Callable[[str, str, str, str], str]
    now: Now
    draft_intents: Callable[[Proposal], str] = no_intents

    def accept(self, proposal_id: str, by: str) -> Proposal:
        """Bring it into force; what was done stands in its `outcome`.

        Raises:
            RejectedError: there is no such proposal, or it cannot be done as it stands (PolicyRefusedError with the
                reasons of a policy that is not applied). It stays open.
            ConflictError: somebody has decided on it by now.
        """
        with self.store.read() as unit:
            proposal = open_one(unit, proposal_id)
        if proposal.kind in OF_POLICY | OF_INTENTS:
            # A policy has a transaction of its own, which refuses whatever its own rules refuse; a file has none.
            outcome = self._apply(proposal, by) if proposal.kind in OF_POLICY else self.draft_intents(proposal)
            with self.store.begin() as unit:
                return self._settle(unit, proposal, ProposalState.ACCEPTED, by, outcome)
        with self.store.begin() as unit:
            proposal = open_one(unit, proposal_id)
            outcome = self._done(unit, proposal)
            return self._settle(unit, proposal, ProposalState.ACCEPTED, by, outcome)

    def edit(self, proposal_id: str, says: str, by: str) -> Proposal:
        """Other words for what it would bring into force. It stays open.

        Raises as `accept`, and RejectedError for words that its kind cannot have."""
        if len(says) > LONGEST:
            raise RejectedError(f"that is too long: {LONGEST:,} characters at most")
        with self.store.begin() as unit:
            proposal = open_one(unit, proposal_id)
            change = dict(proposal.change)
            if "examples" in change:
                raise RejectedError("messages are accepted or refused as customers wrote them")
            if "style" in change:
                change["style"] = {**change["style"], "text": says}
                _style_change(replace(proposal, change=change))
            if "trigger" in change:
                says = _wording(says)
            if "intents" in change:
                says = _label(proposal, says)
            edited = replace(proposal, says=says, change=change, outcome=f"edited by {by}")
            unit.proposals.save(edited)
            unit.ledger.append("proposal_edited", {"proposal": proposal.id, "by": by}, self.now())
            return edited

    def refuse(self, proposal_id: str, by: str, why: str = "") -> Proposal:
        """Raises as `accept`."""
        with self.store.begin() as unit:
            proposal = open_one(unit, proposal_id)
            return self._settle(unit, proposal, ProposalState.REFUSED, by, why)

    def take_back(self, proposal_id: str, by: str) -> Proposal:
        """A style rule or examples that were accepted are no longer in force, and count as refused.

        Raises RejectedError for anything else (`Proposal.reversible`)."""
        with self.store.begin() as unit:
            proposal = unit.proposals.get(proposal_id)
            if proposal is None or not proposal.reversible:
                raise RejectedError("only a style rule or examples that were accepted can be taken back here")
            kept = [change for change in accepted_changes(unit) if change.proposal != proposal.id]
            keep_changes(unit, kept)
            return self._settle(unit, proposal, ProposalState.REFUSED, by, "taken back")

    def _settle(self, unit: Unit, proposal: Proposal, state: ProposalState, by: str, outcome: str) -> Proposal:
        now = self.now()
        settled = replace(
            proposal,
            state=state,
            decided_by=by,
            decided_at=now,
            decided_with=proposal.matters,
            outcome=outcome,
        )
        unit.proposals.save(settled)
        facts = {"proposal": proposal.id, "kind": proposal.kind, "by": by, "outcome": outcome}
        unit.ledger.append(f"proposal_{state}", facts, now)
        return settled

    # ------------------------------------------------------------ what comes into force

    def _done(self, unit: Unit, proposal: Proposal) -> str:
        if "style" in proposal.change:
            return self._style(unit, proposal)
        if "examples" in proposal.change:
            # Readers ask which were accepted (`core.read.corrections`).
            return "in force: such messages are read so from the next one on"
        return self._article(unit, proposal)

    def _style(self, unit: Unit, proposal: Proposal) -> str:
        change = replace(_style_change(proposal), proposal=proposal.id)
        # Of two that say the same line the newer one holds.
        others = [
            each
            for each in accepted_changes(unit)
            if change.step is Step.VOICE
            or (each.step, each.name, each.language) != (change.step, change.name, change.language)
        ]
        keep_changes(unit, [*others, change])
        return "in force on the style card"

    def _apply(self, proposal: Proposal, by: str) -> str:
        with self.store.read() as unit:
            version = unit.policies.version()
            stored = unit.policies.text(version) if version else None
        if stored is None:
            raise RejectedError("no policy is in force yet that could get this line")
        if "trigger" in proposal.change:
            row = proposal.change["trigger"]
            text = self.with_wording(stored.text, row["name"], row["list"], _wording(proposal.says))
        else:
            lines = dict.fromkeys(proposal.change["policy"]["disclaimers"], proposal.says)
            text = self.with_lines(stored.text, lines)
        applied = self.enacter.apply(text, by=by, note=f"proposal {proposal.id}: {proposal.title}"[:200])
        return f"in force with policy {applied.enactment.version}"

    def _article(self, unit: Unit, proposal: Proposal) -> str:
        change = proposal.change["article"]
        article = unit.articles.get(str(change["id"])) if change["id"] else None
        near = str(change["id"] or change.get("near", ""))
        text = proposal.says if article is None else rewritten(article.text, proposal)
        if article is not None and text == article.text:
            raise RejectedError("the article no longer says this sentence, so there is nothing to change in it")
        effect = Effect(
            kind=EffectKind.ARTICLE_DRAFT,
            key=f"{proposal.id}:article",
            target=near,
            payload=ArticleDraftPayload(
                title=str(change["title"]), text=text, locale=article.locale if article is not None else ""
            ),
            authority=Authority(rule=RULE, policy_version=unit.policies.version() or ""),
            created_at=self.now(),
        )
        if not unit.outbox.add(effect):
            raise RejectedError("it was drafted in the help centre before")
        return "on its way to the help centre as a draft, for a person to publish"


def open_one(unit: Unit, proposal_id: str, state: ProposalState = ProposalState.OPEN) -> Proposal:
    """The proposal, in this state. RejectedError where there is none, ConflictError where it is in another."""
    found = unit.proposals.get(proposal_id)
    if found is None:
        raise RejectedError(f"there is no proposal {proposal_id}, or several begin so")
    if found.state is not state:
        if found.state is ProposalState.OPEN:
            raise ConflictError("it is still open")
        refused = found.state is ProposalState.REFUSED
        by = found.decided_by
        raise ConflictError(f"it was refused by {by}" if refused else f"it was accepted by {by}")
    return found


def _wording(says: str) -> str:
    """As the policy holds it."""
    try:
        return WORDINGS.read([says])[0]
    except ValueError as error:
        raise RejectedError(f"a wording is one line of words, {LONGEST_WORDING} characters at most") from error


def _label(proposal: Proposal, says: str) -> str:
    """Of the intent that a proposal makes or keeps."""
    label = " ".join(says.split())
    if not proposal.says:
        raise RejectedError("nothing in it could have other words")
    if not 0 < len(label) <= LONGEST_LABEL:
        raise RejectedError(f"an intent is called by a few words, {LONGEST_LABEL} characters at most")
    return label


def _style_change(proposal: Proposal) -> StyleChange:
    row = proposal.change["style"]
    try:
        return StyleChange(**{**row, "step": Step(row["step"])})
    except ValueError as error:
        raise RejectedError(str(error)) from error
