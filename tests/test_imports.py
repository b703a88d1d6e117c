"""Imports stay light: a command loads what it needs and nothing more."""

from __future__ import annotations

import subprocess
import sys

import pytest
from conftest import ROOT, child_env

HEAVY = {"llama_index", "chromadb", "gradio", "pandas", "tantivy", "openai", "tiktoken", "numpy"}


def loaded(code: str, **env: str) -> set[str]:
    """Top-level modules in a new Python after the code."""
    script = f"import sys\ntry:\n    {code}\nexcept SystemExit: pass\nprint('\\n' + ' '.join({{m.split('.')[0] for m in sys.modules}}))"
    run = subprocess.run([sys.executable, "-c", script], cwd=ROOT, env=child_env(**env), capture_output=True, text=True)
    assert run.returncode == 0, run.stderr
    return set(run.stdout.splitlines()[-1].split())


@pytest.mark.parametrize(
    "code",
    ["import rag", "import runpy; sys.argv[1:] = ['--help']; runpy.run_module('rag', run_name='__main__')"],
    ids=["import rag", "python -m rag --help"],
)
def test_nothing_heavy_is_loaded(code):
    assert loaded(code) & HEAVY == set()


def test_ask_loads_no_web_server(index):
    code = "from rag.cli import main; main(['ask', 'AGI是什么?'])"
    assert loaded(code, SAYSO_INDEX=str(index)) & {"gradio", "pandas", "ui"} == set()


def test_every_public_name_can_be_imported():
    import rag

    assert all(getattr(rag, name) for name in rag.__all__)


def test_an_unknown_name_is_an_attribute_error():
    import rag

    with pytest.raises(AttributeError, match="no attribute 'nope'"):
        rag.nope  # noqa: B018
