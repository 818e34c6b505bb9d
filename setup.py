"""Refuses to build a wheel without the sidebar; everything else about the build stands in pyproject.toml."""

from pathlib import Path

from setuptools import setup
from setuptools.command.build_py import build_py
from setuptools.errors import FileError

SIDEBAR = Path("apps/zendesk/app/dist/index.html")


class BuildWithSidebar(build_py):
    """An editable install takes the sidebar from the checkout, whenever it is built there."""

    def run(self) -> None:
        if not self.editable_mode and not SIDEBAR.is_file():
            raise FileError(f"{SIDEBAR} is missing: the wheel would have no sidebar. `make wheel` builds both.")
        super().run()


setup(cmdclass={"build_py": BuildWithSidebar})
