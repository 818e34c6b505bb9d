"""A campaign in the making: its audience is frozen page by page; then its card, or its start under a standing rule."""

from dataclasses import dataclass, replace
from datetime import timedelta

from core.errors import ConflictError, RejectedError
from core.govern.approvers import people_needed
from core.govern.campaign_cards import campaign_card
from core.govern.seal import seal
from core.model.campaign import CampaignState, Standing
from core.model.outbound import Effect
from core.outreach.audience.freeze import complete, frozen, frozen_page
from core.policy import Policy
from core.ports import Now, Store, Unit

PAGE = 400  # people in one transaction: some tens of milliseconds
LEASE = timedelta(seconds=20)


@dataclass(slots=True, kw_only=True)
class Preparation:
    store: Store
    policy: Policy
    now: Now

    def step(self) -> list[Effect] | None:
        """One page of the oldest campaign in the making that nobody else is at; the effects that are new. None where
        there is no such campaign."""
        with self.store.read() as unit:
            waiting = unit.campaigns.in_state(CampaignState.PREPARING)
        for standing in waiting:
            try:
                fresh = self._page(standing)
            except ConflictError:
                fresh = []  # as it is now, it is read again
            if fresh is not None:
                return fresh
        return None

    def _page(self, standing: Standing) -> list[Effect] | None:
        campaign_id = standing.campaign.id
        with self.store.begin() as unit:
            if not unit.campaigns.claim(campaign_id, self.now(), LEASE):
                return None
            current = unit.campaigns.get(campaign_id)
            if current is None or current.state is not CampaignState.PREPARING:
                return None
            try:
                after = frozen_page(unit, current, self.policy, self.now(), PAGE)
            except RejectedError as error:
                return self._shown(unit, self._ended(current, CampaignState.STOPPED, str(error)))
            unit.campaigns.release(campaign_id)
            return self._shown(unit, self._known(unit, after)) if frozen(after) else []

    def _known(self, unit: Unit, standing: Standing) -> Standing:
        """The audience is known: somebody is asked, or it starts where the policy's standing rule lets it go."""
        now = self.now()
        standing = complete(unit, standing, self.policy, now)
        needed = people_needed(standing.campaign, self.policy.outreach)
        standing = replace(standing, campaign=replace(standing.campaign, people=needed), changed_at=now)
        if not standing.campaign.treated:
            return self._ended(standing, CampaignState.EMPTY, "")
        if needed:
            return replace(standing, state=CampaignState.PENDING)
        try:
            seal(unit, standing.campaign, (), now)
        except RejectedError as error:
            return self._ended(standing, CampaignState.STOPPED, str(error))
        return replace(standing, state=CampaignState.RUNNING, began_at=now)

    def _ended(self, standing: Standing, state: CampaignState, reason: str) -> Standing:
        now = self.now()
        return replace(standing, state=state, reason=reason, changed_at=now, ended_at=now)

    def _shown(self, unit: Unit, standing: Standing) -> list[Effect]:
        """Stored, and on its card.

        Raises:
            ConflictError: somebody changed the campaign meanwhile; nothing of this transaction may be kept.
        """
        saved = unit.campaigns.save(standing)
        if saved is None:
            raise ConflictError(f"campaign {standing.campaign.id} changed while its audience was frozen")
        facts = {"campaign": saved.campaign.id, "state": saved.state, "digest": saved.campaign.digest}
        unit.ledger.append("campaign_frozen", facts, self.now())
        effect = campaign_card(unit, saved, self.policy, self.now())
        return [effect] if unit.outbox.add(effect) else []
