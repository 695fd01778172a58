"""The documents name what there is."""

from pathlib import Path

from escalation.experiments.figures import FIGURES
from escalation.experiments.plan import Change
from escalation.inputs import INPUTS
from escalation.settings import Settings

ROOT = Path(__file__).parents[2]


def test_the_readme_names_every_setting() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")

    missing = [name for name in Settings.model_fields if f"CANDOR_{name.upper()}" not in readme]

    assert missing == []


def test_the_page_on_triggers_names_every_input_with_its_meaning() -> None:
    page = (ROOT / "docs" / "triggers.md").read_text(encoding="utf-8")

    for name, source in INPUTS.items():
        group, _, member = name.partition(".")
        if group in ("stakes", "emotions"):
            assert f"`{member}`" in page
        elif group == "customer" and f"conversation.{member}" in INPUTS:
            assert f"`{name}`" in page  # "the same over all of the customer's conversations"
        else:
            assert f"| `{name}` | {source.words} | {source.kind} |" in page


def test_the_page_on_experiments_names_every_figure_and_everything_that_may_be_varied() -> None:
    page = (ROOT / "docs" / "experiments.md").read_text(encoding="utf-8")
    rows = [line for line in page.splitlines() if line.startswith("| `")]

    for name in (*(figure.name for figure in FIGURES), *Change.model_fields):
        assert any(f"`{name}`" in row.split("|")[1] for row in rows), name
