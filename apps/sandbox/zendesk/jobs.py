"""Job statuses: here every job is finished by the time it is answered."""

from apps.sandbox.zendesk.answers import Answer, Call, Record, Route, not_found
from apps.sandbox.zendesk.state import ZendeskState


def finished_job(state: ZendeskState, results: list[Record], kind: str = "Bulk Update Ticket") -> Record:
    """Write down a job that is done."""
    key = state.uuid().replace("-", "")
    job = {
        "id": key,
        "job_type": kind,
        "url": state.api_url(f"job_statuses/{key}.json"),
        "total": len(results),
        "progress": len(results),
        "status": "completed",
        "message": f"Completed at {state.clock.now():%Y-%m-%d %H:%M:%S} +0000",
        "results": results,
    }
    state.jobs[key] = job
    return job


def _list(call: Call) -> Answer:
    return Answer(body={"job_statuses": list(call.state.jobs.values())})


def _show(call: Call, job_id: str) -> Answer:
    if job_id not in call.state.jobs:
        raise not_found()
    return Answer(body={"job_status": call.state.jobs[job_id]})


ROUTES = (
    Route("GET", "/api/v2/job_statuses", _list),
    Route("GET", "/api/v2/job_statuses/<job_id>", _show),
)
