"""Holds a package against all the rules."""

from collections.abc import Iterator
from pathlib import Path

from apps.app_package import manifest as manifests
from apps.app_package.assets import files, logos
from apps.app_package.contents import Contents, contents, manifest_of
from apps.app_package.parameters import parameters
from apps.app_package.places import locations
from apps.app_package.requirements import requirements
from apps.app_package.rules import Finding, Severity
from apps.app_package.translations import translations


def check(path: Path) -> list[Finding]:
    """Everything that Zendesk would refuse or warn about in the folder or zip at `path`, refusals first."""
    return check_contents(contents(path))


def check_contents(package: Contents) -> list[Finding]:
    """The same of a package that is read already."""
    found = [*package.faults, *_findings(package)] if package.files else list(package.faults)
    return sorted(dict.fromkeys(found), key=lambda each: each.severity is not Severity.ERROR)


def _findings(package: Contents) -> Iterator[Finding]:
    manifest, faults = manifest_of(package)
    yield from faults
    if manifest is not None:
        for rule in manifests.RULES:
            yield from rule(manifest)
        yield from locations(manifest, package)
        yield from parameters(manifest)
        yield from translations(manifest, package)
        yield from requirements(manifest, package)
    yield from files(package)
    yield from logos(package)
