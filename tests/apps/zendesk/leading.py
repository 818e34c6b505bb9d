"""What those who lead see, over a desk's store."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from apps.bootstrap import enacter
from apps.policy_rewrite import with_disclaimers, with_wording
from apps.zendesk.article_costs import KEPT as COSTS_KEPT
from apps.zendesk.article_costs import ArticleCostViews
from apps.zendesk.overview import FRESH, KEPT, PINGED, Checks, Machines, Overview
from apps.zendesk.parked import ParkedMessages
from apps.zendesk.parts import Part
from apps.zendesk.policies import Policies
from apps.zendesk.proposals import ProposalViews
from apps.zendesk.read_cache import ReadCache
from apps.zendesk.report import KEPT as REPORT_KEPT
from apps.zendesk.report import ReportViews
from core.answer.style import StyleCard
from core.improve.accepting import Deciding
from core.improve.article_costs import ArticleCosts

if TYPE_CHECKING:
    from tests.apps.zendesk.desk import Desk

CONNECTED = {"zendesk": True, "twilio": True, "slack": False}


class Processes:
    """The queue and the workers, as the test has them; `pings` counts how often they were asked."""

    def __init__(self) -> None:
        self.queue, self.workers, self.pings = True, 2, 0

    def queue_answers(self) -> bool:
        self.pings += 1
        return self.queue

    def workers_answering(self, seconds: float) -> int:
        return self.workers


def for_leads(desk: "Desk", labels: Mapping[str, str]) -> list[Part]:
    """`desk.processes`, `desk.differs` and `desk.lines` are the test's to change."""
    desk.processes, desk.differs, desk.lines = Processes(), "", []
    machines = Machines(
        queue_answers=desk.processes.queue_answers,
        workers_answering=desk.processes.workers_answering,
        connected=CONNECTED,
    )
    overview = Overview(
        store=desk.store,
        machines=machines,
        encoder=lambda: desk.encoder,
        labels=lambda: labels,
        policy=lambda: desk.policy,
        now=desk.clock,
        works=ReadCache(keep=FRESH),
        gaps=ReadCache(keep=FRESH),
        pings=ReadCache(keep=PINGED),
    )
    policies = Policies(
        store=desk.store, policy=lambda: desk.policy, labels=lambda: labels, differs=lambda version: desk.differs
    )
    checks = Checks(examine=lambda: desk.lines, now=desk.clock, seen=ReadCache(keep=KEPT))
    parked = ParkedMessages(store=desk.store, publisher=lambda: desk.told, now=desk.clock)
    desk.looks = []
    report = ReportViews(
        store=desk.store,
        access=desk.access,
        labels=lambda: labels,
        policy=lambda: desk.policy,
        now=desk.clock,
        known=ReadCache(keep=REPORT_KEPT),
        drawn=ReadCache(keep=REPORT_KEPT),
        looked=lambda who, way, what, *, ref: desk.looks.append((who, what, ref)),
    )
    proposals = ProposalViews(
        store=desk.store,
        rulings=lambda: Deciding(
            store=desk.store,
            enacter=enacter(desk.store, desk.clock),
            with_lines=with_disclaimers,
            with_wording=with_wording,
            now=desk.clock,
        ),
        staff=desk.staff,
        policy=lambda: desk.policy,
        looked=lambda who, way, what, *, ref: desk.looks.append((who, what, ref)),
    )
    costs = ArticleCostViews(
        costs=lambda: ArticleCosts(store=desk.store, encoder=lambda: desk.encoder.name, card=StyleCard),
        access=desk.access,
        now=desk.clock,
        known=ReadCache(keep=COSTS_KEPT),
        looked=lambda who, way, what, *, ref: desk.looks.append((who, what, ref)),
    )
    return [overview, policies, checks, parked, report, proposals, costs]
