"""Which model is asked, where and with which key, by the environment and by name."""

from __future__ import annotations

import pytest

from rag.errors import UsageError
from rag.settings import Settings


def chosen(model: str | None = None, **env: str) -> tuple[str, str, str]:
    settings = Settings.from_env(env, index="x", model=model)
    return settings.model, settings.base_url if settings.model else "", settings.model_key


def test_without_anything_it_is_offline():
    assert chosen() == ("", "", "")


def test_a_model_of_the_table_is_asked_at_its_own_server_with_its_own_key():
    assert chosen("deepseek-v4-flash", DEEPSEEK_API_KEY="k") == ("deepseek-v4-flash", "https://api.deepseek.com", "k")


def test_the_variable_names_it_as_well():
    assert chosen(SAYSO_MODEL="qwen-turbo", DASHSCOPE_API_KEY="k")[0] == "qwen-turbo"


def test_a_local_server_needs_no_key():
    assert chosen("ollama/qwen3:8b") == ("ollama/qwen3:8b", "http://127.0.0.1:11434/v1", "none")


def test_ones_own_address_beats_the_table():
    assert chosen("qwen-turbo", OPENAI_BASE_URL="http://127.0.0.1:1/v1")[1] == "http://127.0.0.1:1/v1"


def test_no_key_of_another_server_is_sent():
    settings = Settings.from_env(
        {"OPENAI_API_KEY": "openai", "DEEPSEEK_API_KEY": "other"}, index="x", model="deepseek-v4-flash"
    )
    assert settings.model_key == "other"


@pytest.mark.parametrize(("model", "told"), [("deepseek-v4-flash", "DEEPSEEK_API_KEY"), ("own-7b", "OPENAI_BASE_URL")])
def test_a_missing_key_or_server_is_named(model, told):
    with pytest.raises(UsageError, match=told):
        chosen(model)


def test_offline_beats_a_name():
    assert chosen("qwen-turbo", DASHSCOPE_API_KEY="k", SAYSO_OFFLINE="1")[0] == ""


def test_a_mistyped_choice_is_an_error():
    with pytest.raises(UsageError, match="drop or show"):
        Settings.from_env({"SAYSO_UNSUPPORTED": "hide"}, index="x")
