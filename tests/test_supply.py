"""The supply chain: licences, the lock, and an audit that never passes what it did not check."""

from __future__ import annotations

import re
import tomllib

import pytest
import supply
from conftest import ROOT

LOCKS = [ROOT / "requirements.lock", ROOT / "requirements-dev.lock"]


def test_every_dependency_has_a_licence_that_goes_with_ours():
    here = supply.installed()
    assert len(supply.locked()) > 100
    assert [name for name in supply.locked(LOCKS[1]) if name in here and not supply.family(here[name])] == []


def test_the_page_of_licences_names_every_locked_package():
    listed = set(re.findall(r"^\| ([a-z0-9-]+) \|", supply.LICENCES.read_text(encoding="utf-8"), re.MULTILINE))
    here = supply.installed()
    assert {name for name in supply.locked() if name in here} - listed == set()


@pytest.mark.parametrize("lock", LOCKS, ids=lambda path: path.name)
def test_every_locked_package_has_a_hash_and_no_address(lock):
    text = lock.read_text(encoding="utf-8")
    entries = re.split(r"\n(?=\S)", text.strip())
    assert [entry.split()[0] for entry in entries if not entry.startswith("#") and "--hash=sha256:" not in entry] == []
    assert not re.search(r"https?://|--index-url|--extra-index-url", text)


def test_the_lock_holds_what_the_project_asks_for():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = {supply.normal(re.split(r"[\[<>=! ;]", line)[0]) for line in project["dependencies"]}
    assert wanted - set(supply.locked()) == set()


def test_users_of_the_library_get_ranges_and_no_pins():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert [line for line in project["dependencies"] if "==" in line or not re.search(r">=", line)] == []


WANTED = {"a": "1", "b": "2"}
HOLE = {"id": "CVE-2026-1", "aliases": ["GHSA-x"], "fix_versions": []}


def found(*packages: dict) -> dict:
    return {"dependencies": [*packages]}


@pytest.mark.parametrize(
    ("report", "known", "status"),
    [
        (found({"name": "a", "version": "1", "vulns": []}, {"name": "b", "version": "2", "vulns": []}), set(), 0),
        (found({"name": "a", "version": "1", "vulns": [HOLE]}, {"name": "b", "version": "2", "vulns": []}), set(), 1),
        (found({"name": "a", "version": "1", "vulns": [HOLE]}, {"name": "b", "version": "2", "vulns": []}), {"GHSA-x"}, 0),
        (found({"name": "a", "version": "1", "vulns": []}, {"name": "b", "skip_reason": "no metadata"}), set(), 2),
        (found({"name": "a", "version": "1", "vulns": []}), set(), 2),
        ({}, set(), 2),
    ],
    ids=["clean", "a hole", "a hole with a reason", "one skipped", "one absent", "nothing"],
)  # fmt: skip
def test_an_audit_passes_only_what_it_checked(report, known, status):
    assert supply.judged(report, WANTED, known)[0] == status


def test_every_open_hole_has_its_reason():
    assert "CVE-2026-45829" in supply.reasons()


def test_no_code_from_a_hub_and_no_server_of_chroma():
    """Nothing is fetched at run time, and Chroma's own server, which has an open hole, is never started."""
    for folder in ("rag", "ui", "evals"):
        for path in (ROOT / folder).rglob("*.py"):
            text = path.read_text(encoding="utf-8")
            for word in (
                "trust_remote_code",
                "share=True",
                "snapshot_download",
                "hf_hub_download",
                "chroma run",
                "nltk.download",
            ):
                assert word not in text, f"{path}: {word}"
