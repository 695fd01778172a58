"""Every text of the widget in every language, and what a shop's page has to load for it."""

import gzip
import hashlib
import json
import re
from pathlib import Path

import pytest

import api
from escalation.disclosures.texts import FILE
from tests.conftest import World

in_the_house = pytest.mark.asyncio(loop_scope="module")

WIDGET = Path(api.__file__).parent / "widget"
WORDS = {
    file.stem: json.loads(file.read_text(encoding="utf-8")) for file in (WIDGET / "words").glob("*.json")
}
DISCLOSURE = json.loads(FILE.read_text(encoding="utf-8"))
LANGUAGES = {"en", "de", "fr", "es", "it", "nl", "pt", "pl", "ar"}
LAUNCHER = 30_000  # bytes, compressed
WITH_THE_PANEL = 80_000


def placeholders(text: str) -> set[str]:
    return set(re.findall(r"\{\w+\}", text))


@pytest.mark.parametrize("language", sorted(LANGUAGES))
def test_a_language_has_every_word_and_fills_in_the_same(language: str) -> None:
    words, english = WORDS[language], WORDS["en"]
    assert list(words) == list(english)
    assert all(text.strip() for text in words.values())
    assert {k: placeholders(v) for k, v in words.items()} == {k: placeholders(v) for k, v in english.items()}


@pytest.mark.parametrize("language", sorted(LANGUAGES))
def test_the_disclosure_names_the_shop_and_the_button_that_calls_a_person(language: str) -> None:
    said = DISCLOSURE["texts"][language]
    assert placeholders(said) == {"{shop}"}
    assert WORDS[language]["talk"] in said


def test_launcher_and_panel_speak_the_same_languages() -> None:
    assert set(WORDS) == set(DISCLOSURE["texts"]) == LANGUAGES
    loader = (WIDGET / "widget.js").read_text(encoding="utf-8")
    assert set(re.findall(r"^    (\w\w): \{ open:", loader, re.MULTILINE)) == LANGUAGES
    [listed] = re.findall(r"const LANGUAGES = (\[.*?\]);", (WIDGET / "words.js").read_text(encoding="utf-8"))
    assert set(json.loads(listed)) == LANGUAGES


@in_the_house
@pytest.mark.parametrize("language", sorted(LANGUAGES))
async def test_the_widget_the_api_and_the_record_say_the_same(house: World, language: str) -> None:
    client = house._client()
    assert (await client.get("/widget/disclosure.json")).json() == DISCLOSURE
    told = (await client.post("/v1/sessions", json={"language": language})).json()
    shown = told["disclosure"]
    assert (shown["id"], shown["version"], shown["language"]) == ("chat", DISCLOSURE["version"], language)
    assert shown["text"] == DISCLOSURE["texts"][language].format(shop="Tarn & Thistle")
    client.headers["Authorization"] = f"Bearer {told['session_token']}"
    begun = (await client.post("/v1/conversations", json={"language": language})).json()
    assert begun["messages"][0]["text"] == shown["text"]


def test_other_words_of_the_disclosure_are_another_version() -> None:
    words = json.dumps(DISCLOSURE["texts"], sort_keys=True).encode()
    assert (DISCLOSURE["version"], hashlib.sha256(words).hexdigest()[:16]) == (1, "2a999d5c5cd2414f")


def test_every_word_that_a_script_says_is_a_word() -> None:
    said: set[str] = set()
    for file in WIDGET.glob("*.js"):
        said |= set(re.findall(r"\b(?:say|tellNotice)\(\"(\w+)\"", file.read_text(encoding="utf-8")))
    assert said <= set(WORDS["en"])


def compressed(*files: Path) -> int:
    return sum(len(gzip.compress(file.read_bytes(), mtime=0)) for file in files)


def test_the_launcher_and_the_panel_are_small() -> None:
    launcher = compressed(WIDGET / "widget.js")
    scripts = [file for file in WIDGET.glob("*.js") if not file.name.startswith("playground")]
    panel = [file for file in scripts if file.name != "widget.js"]
    panel += [WIDGET / "panel.html", WIDGET / "panel.css", WIDGET / "thread.css", WIDGET / "files.css", FILE]
    largest = max((WIDGET / "words").glob("*.json"), key=compressed)
    assert launcher <= LAUNCHER
    assert launcher + compressed(*panel, largest) <= WITH_THE_PANEL


@in_the_house
async def test_the_types_and_the_playground_are_served(house: World) -> None:
    client = house._client()
    types = await client.get("/widget.d.ts")
    assert types.headers["content-type"].startswith("text/plain")
    commands = set(re.findall(r'command: "(\w+)"', types.text))
    loader = (WIDGET / "widget.js").read_text(encoding="utf-8")
    offered = set(
        re.findall(
            r"^    (\w+)(?:\(|: \()",
            loader.partition("const commands = {")[2].partition("\n  };")[0],
            re.MULTILINE,
        )
    )
    assert commands == offered
    playground = await client.get("/widget/playground")
    assert playground.status_code == 200
    assert "/widget.d.ts" in playground.text
    tried = set(re.findall(r'^  \["(\w+)", ', (await client.get("/widget/playground.js")).text, re.MULTILINE))
    assert tried == commands
