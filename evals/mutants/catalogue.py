"""The list of mutants (`mutants.yaml`), with the cases that should notice each of them."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any
from unittest import mock

import yaml
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from agent.models import Writer
from evals.mutants import writers
from evals.suites.case import Id

LISTED = Path(__file__).with_name("mutants.yaml")
Swap = tuple[Any, str, Any]
"""Whose attribute, its name, and what stands there instead."""
Patch = Callable[[], Sequence[Swap]]


class WrongCatalogueError(ValueError):
    """The list of mutants cannot be used; says what is wrong."""


@dataclass(frozen=True)
class Mutant:
    """A product that is broken in one way. `writer` gives the language model of its cases, None is the offline model."""

    id: str
    breaks: str
    harm: str
    cases: tuple[str, ...]
    patch: Patch
    writer: Callable[[], Writer] | None = None

    @contextmanager
    def in_place(self) -> Iterator[None]:
        """The product of this process is broken inside."""
        with ExitStack() as stack:
            for owner, name, new in self.patch():
                stack.enter_context(mock.patch.object(owner, name, new))
            yield


class Row(BaseModel):
    """One mutant as it is written in the file."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: Id
    breaks: str = Field(min_length=1)
    harm: str = Field(min_length=1)
    patch: str = Field(pattern=r"^[a-z_]+\.[a-z_]+$")
    """Module and function in `patches/`."""
    given: dict[str, Any] = {}
    """Arguments of that function."""
    writer: str | None = None
    """A function of `writers.py`."""
    cases: tuple[Id, ...] = Field(min_length=1)

    def mutant(self) -> Mutant:
        """Raises `WrongCatalogueError` where there is no such patch or writer."""
        module, name = self.patch.split(".")
        try:
            patch = getattr(import_module(f"evals.mutants.patches.{module}"), name)
            writer = getattr(writers, self.writer) if self.writer else None
        except (ImportError, AttributeError) as error:
            raise WrongCatalogueError(f"mutant {self.id}: {error}") from error
        return Mutant(self.id, self.breaks, self.harm, self.cases, partial(patch, **self.given), writer)


_ROWS = TypeAdapter(tuple[Row, ...])


def mutants(file: Path = LISTED) -> tuple[Mutant, ...]:
    """All mutants in the order of the file. Raises `WrongCatalogueError`."""
    try:
        rows = _ROWS.validate_python(yaml.safe_load(file.read_text(encoding="utf-8")))
    except (yaml.YAMLError, ValidationError) as error:
        raise WrongCatalogueError(f"{file.name}: {error}") from error
    ids = [row.id for row in rows]
    if twice := next((id_ for id_ in ids if ids.count(id_) > 1), None):
        raise WrongCatalogueError(f"{file.name}: two mutants have the id {twice}")
    return tuple(row.mutant() for row in rows)
