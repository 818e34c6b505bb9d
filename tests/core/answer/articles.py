"""The articles of the companies that tests play with: text that people wrote with care."""

from pathlib import Path

ROOT = Path(__file__).parents[3]
FOLDERS = (ROOT / "tests" / "scenarios" / "companies", ROOT / "apps" / "sandbox" / "company" / "articles")
ARTICLES = [file.read_text(encoding="utf-8") for folder in FOLDERS for file in sorted(folder.rglob("*.md"))]
