"""The documents name what there is."""

from pathlib import Path

from escalation.settings import Settings

ROOT = Path(__file__).parents[2]


def test_the_readme_names_every_setting() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")

    missing = [name for name in Settings.model_fields if f"CANDOR_{name.upper()}" not in readme]

    assert missing == []
