"""The README and the documents keep step with the code: the tree, the settings, the commands, the links."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import ROOT

README = (ROOT / "README.md").read_text(encoding="utf-8")
DOCUMENTS = sorted(
    [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *ROOT.glob("seeds/*.md"), *ROOT.glob("evals/*.md")]
)
FOLDERS = ("rag", "ui", "evals")
ENTRY = re.compile(r"(?P<indent> *)(?P<name>[\w.-]+/?)(?: {2,}(?P<clause>\S.*))?")


def tree() -> Iterator[tuple[str, str]]:
    """(path, clause) of every line of the annotated tree; a folder's path ends in a slash."""
    text = README.split("<!-- tree:")[1].split("<!-- end of tree -->")[0]
    above: list[str] = []
    for line in text.split("```")[1].splitlines()[1:]:
        entry = ENTRY.fullmatch(line)
        assert entry, f"not an entry of the tree: {line!r}"
        above = [*above[: len(entry["indent"]) // 2], entry["name"]]
        yield "".join(above), entry["clause"] or ""


def files() -> set[str]:
    """What the folders hold, without what Python, the tools and eval runs leave there."""
    found = (path for folder in FOLDERS for path in (ROOT / folder).rglob("*") if path.is_file())
    kept = (path.relative_to(ROOT) for path in found if path.suffix not in (".pyc", ".pyi"))
    return {
        path.as_posix()
        for path in kept
        if not any(part.startswith((".", "__pycache__", "runs")) for part in path.parts)
    }


def test_the_tree_lists_every_file_once():
    listed = [path for path, _ in tree() if not path.endswith("/")]
    assert sorted(files() - set(listed)) == [], "missing from the tree in README.md"
    assert sorted(set(listed) - files()) == [], "in the tree in README.md, but not in the folders"
    assert len(listed) == len(set(listed))


def test_every_file_of_the_tree_has_its_clause():
    assert [path for path, clause in tree() if not clause and not path.endswith("/")] == []


def test_every_setting_is_in_the_readme_and_in_the_example():
    code = "".join((ROOT / name).read_text(encoding="utf-8") for name in ("rag/settings.py", "rag/cli.py"))
    settings = set(re.findall(r"\"((?:SAYSO|OPENAI)_[A-Z_]+)\"", code))
    example = (ROOT / ".env.example").read_text(encoding="utf-8")
    table = set(re.findall(r"^\| `([A-Z_]+)` \|", README, re.MULTILINE))
    assert table == settings
    assert [name for name in sorted(settings) if f"{name}=" not in example] == []


def test_every_command_is_in_the_readme():
    commands = re.findall(r'_command\(commands, "(\w+)"', (ROOT / "rag" / "cli.py").read_text(encoding="utf-8"))
    assert commands
    assert [name for name in commands if f"sayso {name}" not in README and f"`{name}`" not in README] == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_links_lead_to_files(document: Path):
    targets = re.findall(r"(?<!!)\[[^\]]+\]\(([^)\s#]+)[^)]*\)", document.read_text(encoding="utf-8"))
    local = [target for target in targets if "://" not in target]
    assert [target for target in local if not (document.parent / target).exists()] == []
