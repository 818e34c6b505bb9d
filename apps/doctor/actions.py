"""The company's systems in which the policy's actions are done, as the doctor looks at them."""

from collections.abc import Iterator

from apps.actions.checking import Answer, ask_systems
from apps.doctor.installation import Installation
from apps.doctor.lines import Seen, failing, few, ok, skip, warning
from apps.doctor.machine import policy_of

LOOK = "`handrail actions check` tells more."


def systems(installation: Installation) -> Iterator[Seen]:
    """Each that an action names: it is in the file, its secrets are there, it answers and takes the token."""
    policy = policy_of(installation)
    ours = [spec.name for spec in policy.actions.values() if spec.by_itself] if policy else []
    if policy is None or not ours:
        yield skip("the policy declares no action that is done in a system")
        return
    if installation.settings.actions.systems is None:
        # People do them, and are asked to by whatever procedure comes to one.
        fix = "Name the systems in a file (docs/actions.md) and that file in HANDRAIL_ACTIONS_SYSTEMS."
        yield warning(f"no file of systems is set, so none of these can be done: {few(ours)}", fix)
        return
    for asked in ask_systems(policy, installation.container.action_systems):
        if asked.answer is Answer.WRONG:
            yield failing(f"{asked.system}: {asked.said}", f"Correct the file of systems or its secret. {LOOK}")
        elif asked.answer is Answer.NOT_ASKED:
            yield skip(f"{asked.system}: {asked.said}")
        else:
            yield ok(f"{asked.system} answers and takes the token")
