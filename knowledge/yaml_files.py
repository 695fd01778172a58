"""YAML, read safely and by libyaml where PyYAML was built with it: in a tenth of the time, which every start of ours waits for."""

from typing import Any

import yaml

# Both make nothing but plain values. Where libyaml is missing the same is read by Python.
_SAFE: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_TEXTS: Any = getattr(yaml, "CBaseLoader", yaml.BaseLoader)


def load(text: str) -> Any:
    """What a file says: mappings, lists, texts, numbers, truth values. Raises `yaml.YAMLError`."""
    return yaml.load(text, Loader=_SAFE)  # noqa: S506 - it is a safe one


def load_texts(text: str) -> Any:
    """The same with every scalar as a text, for files of phrases: "no" is a word, and to `load` a truth value."""
    return yaml.load(text, Loader=_TEXTS)  # noqa: S506 - it makes nothing but texts
