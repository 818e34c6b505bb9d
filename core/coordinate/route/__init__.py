"""To whom a conversation goes once a person is to have it: the team by context, within it the agent."""

from core.coordinate.route.choose import Need, choose
from core.coordinate.route.handle_time import HandleTimes, learned
from core.coordinate.route.route import History, route

__all__ = ["HandleTimes", "History", "Need", "choose", "learned", "route"]
