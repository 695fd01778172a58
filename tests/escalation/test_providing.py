"""Which language models the settings name, in which order, and what is refused of them."""

import json
from pathlib import Path

import pytest

from agent.models import Pace, ToolMode, Writer
from agent.models.offline import offline_writer
from agent.models.scripted import ScriptedModel
from escalation.providing import providers_over
from escalation.settings import Settings, SettingsError, load_settings
from knowledge.database import Database
from tests.agent.turn_world import embedder
from tests.escalation.test_settings import bare_environment, refusal

__all__ = ["bare_environment"]  # a fixture

ONE = {
    "name": "near",
    "model": "a-model",
    "base_url": "http://127.0.0.1:8000/v1",
    "api_key": "kept-to-ourselves",
}
TWO = {
    "name": "far", "model": "gpt-4o-mini", "api_key": "kept-to-ourselves", "tools": "prompt",
    "first_token_seconds": 4, "gap_seconds": 2, "tries": 1,
}  # fmt: skip


def made(tmp_path: Path, **more: object):
    settings = load_settings(data_dir=tmp_path, **more)
    backup = offline_writer(embedder(), "Tarn & Thistle")
    return providers_over(settings, Database(settings.records_url), backup=backup)


def test_a_list_of_providers_is_asked_in_its_order(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("CANDOR_PROVIDERS", json.dumps([ONE, TWO]))

    first, second = made(tmp_path, model="openai").writers

    assert (first.provider, first.name, first.pace, first.tools) == (
        "near",
        "a-model",
        Pace(),
        ToolMode.NATIVE,
    )
    assert (second.provider, second.name) == ("far", "gpt-4o-mini")
    assert (second.pace, second.tools) == (Pace(4, 2, 1), ToolMode.PROMPT)


def test_the_settings_for_one_provider_work_as_before_and_come_first(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    one = {"model": "openai", "model_name": "some-model", "model_api_key": "kept-to-ourselves"}
    assert [writer.served_by for writer in made(tmp_path, **one).writers] == ["some-model"]

    monkeypatch.setenv("CANDOR_PROVIDERS", json.dumps([ONE]))

    assert [writer.served_by for writer in made(tmp_path, **one).writers] == ["some-model", "near"]


def test_without_a_model_nobody_but_the_offline_model_is_asked(tmp_path: Path) -> None:
    providers = made(tmp_path)

    assert (providers.writers, providers.backup.name, providers.degraded) == ([], "offline", [])


@pytest.mark.parametrize(
    ("told", "names"),
    [
        ("not json", "providers"),
        ([ONE | {"tools": "magic"}], "CANDOR_PROVIDERS"),
        ([ONE | {"base_url": "ftp://x"}], "CANDOR_PROVIDERS"),
        ([ONE | {"gap_seconds": 0}], "CANDOR_PROVIDERS"),
        ([ONE | {"key": "x"}], "CANDOR_PROVIDERS"),
        ([{"name": "near"}], "CANDOR_PROVIDERS"),
        ([ONE, ONE], "a name of its own"),
    ],
)
def test_a_wrong_list_is_refused_without_repeating_a_key(
    monkeypatch: pytest.MonkeyPatch, told: object, names: str
) -> None:
    text = told if isinstance(told, str) else json.dumps(told)

    said = refusal(monkeypatch, CANDOR_MODEL="openai", CANDOR_PROVIDERS=text)

    assert names in said
    assert "kept-to-ourselves" not in said


def test_providers_beside_the_offline_model_are_a_mistake(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "CANDOR_MODEL=openai" in refusal(monkeypatch, CANDOR_PROVIDERS=json.dumps([ONE]))


def test_a_budget_of_money_needs_the_price_of_every_model(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="no price of a-model"):
        made(tmp_path, model="openai", providers=[ONE, TWO], budget_day_money="20")

    made(tmp_path, model="openai", providers=[TWO], budget_day_money="20")


def test_a_file_of_prices_may_be_ones_own(tmp_path: Path) -> None:
    file = tmp_path / "prices.yaml"
    file.write_text("currency: EUR\nmodels: {a-model: {input: 0.1, cached: 0.05, output: 0.3}}")
    made(tmp_path, model="openai", providers=[ONE], budget_day_money="20", prices_file=file)

    file.write_text("currency: EUR")
    with pytest.raises(SettingsError, match=r"CANDOR_PRICES_FILE is wrong: prices\.yaml"):
        made(tmp_path, prices_file=file)


def test_what_is_given_replaces_the_providers_of_the_settings(tmp_path: Path) -> None:
    given = Writer("given", ScriptedModel(script=[]))
    settings = Settings(_env_file=None, data_dir=tmp_path, model="openai", providers=[ONE])

    providers = providers_over(settings, Database(settings.records_url), backup=given, writer=given)

    assert providers.writers == [given]
