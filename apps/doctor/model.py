"""The language model's endpoint, where there is one."""

from collections.abc import Iterator

from apps.doctor.lines import Seen, failing, ok, warning
from apps.doctor.patient import Patient

USED = ("openai.model", "openai.strong_model", "openai.vision")


def endpoint(patient: Patient) -> Iterator[Seen]:
    url = patient.settings.openai.base_url
    if not url:
        yield ok("none is set: answers are put together from your articles word for word")
        return
    if not patient.settings.openai.model:
        yield failing("an endpoint is set, but no model", "Set HANDRAIL_OPENAI_MODEL.")
        return
    offered = patient.container.model_names()
    wanted = [patient.settings.texts[key] for key in USED if patient.settings.texts[key]]
    lacking = [name for name in wanted if name not in offered]
    if lacking:
        fix = "Correct the name; where the endpoint does not list all its models, this may be in order."
        yield warning(f"{url} does not list {', '.join(lacking)}", fix)
    else:
        yield ok(f"{url} offers {', '.join(wanted)}")
