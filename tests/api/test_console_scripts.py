"""What a browser loads before the console can be used."""

import re
from pathlib import Path

import pytest

CONSOLE = Path(__file__).parents[2] / "api" / "console"
MOST = 150_000  # bytes of script at the first load, as they lie there: neither minified nor compressed
IMPORT = re.compile(r"""^\s*(?:import|export)\b[^"';]*?["'](\.[^"']+)["']""", re.MULTILINE)


def loaded_with(entry: Path) -> set[Path]:
    """A module and all that it imports before it runs."""
    found, open_ends = set(), [entry]
    while open_ends:
        module = open_ends.pop()
        if module in found:
            continue
        found.add(module)
        open_ends += [
            (module.parent / name).resolve() for name in IMPORT.findall(module.read_text(encoding="utf-8"))
        ]
    return found


@pytest.mark.parametrize("entry", ["console.js", "knowledge/knowledge.js"])
def test_the_first_load_of_a_page_is_under_150_kb_of_script(entry: str) -> None:
    scripts = loaded_with((CONSOLE / entry).resolve())

    assert len(scripts) > 10  # else the imports were not understood
    assert sum(script.stat().st_size for script in scripts) < MOST
