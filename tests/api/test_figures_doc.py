"""The page on figures says what the code counts."""

from pathlib import Path

from escalation.after.policy import After
from escalation.centre.bands import Bands
from escalation.centre.definitions import FIGURES, in_words

DOCS = Path(__file__).parents[2] / "docs"


def test_the_page_on_figures_has_every_definition_and_every_value() -> None:
    page = (DOCS / "figures.md").read_text("utf-8")

    for figure in FIGURES:
        assert f"### {figure.title}\n\n{in_words(figure, After.load())}\n" in page
        for value in figure.values:
            assert f"| {value.label} | `{value.name}` | {value.kind} |" in page


def test_the_page_on_figures_has_every_alert_and_its_playbook_is_there() -> None:
    page = (DOCS / "figures.md").read_text("utf-8")

    for band in Bands.load().alerts:
        edge = band.above or band.below
        assert edge is not None
        assert f"| `{band.alert}` | `{band.figure}` over {band.period}, " in page
        assert (
            f"{edge.ring:g}, until {edge.rest:g} | [{band.playbook}](playbooks/{band.playbook}.md) |" in page
        )
        assert (DOCS / "playbooks" / f"{band.playbook}.md").is_file()
