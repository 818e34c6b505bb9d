"""To whom a conversation goes once a person is to have it: the team by context, within it the agent."""

from core.routing.choose import Need, choose
from core.routing.handle_time import HandleTimes, learn_handle_times
from core.routing.route import History, route

__all__ = ["HandleTimes", "History", "Need", "choose", "learn_handle_times", "route"]
