"""Reads suites: every error is named with file and line, and the cases that are right go on.

A suite is a folder of YAML files; its name is the folder's. A single file may be given, too.
"""

import difflib
import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

from evals.suites.case import (
    Approval,
    Article,
    Briefing,
    Case,
    Customer,
    Earlier,
    Expected,
    Goal,
    Line,
    Receipt,
    Refund,
    Subscription,
    SuiteFile,
    World,
)
from evals.suites.checking import impossible
from evals.suites.marks import Marked, Place, UnreadableYamlError, read_marked

SHIPPED = Path(__file__).parents[1] / "cases"
# Which class a part is of, by the field that it stands in.
_PARTS: Mapping[str, type[BaseModel]] = {
    "": SuiteFile, "cases": Case, "world": World, "articles": Article, "customer": Customer, "lines": Line, "goal": Goal,
    "expect": Expected, "receipts": Receipt, "briefing": Briefing, "approvals": Approval, "earlier": Earlier, "refunds": Refund,
    "subscriptions": Subscription,
}  # fmt: skip


class NoSuiteError(ValueError):
    """What was asked for is no suite. The message names those that there are."""


@dataclass(frozen=True)
class Problem:
    """Something wrong in a file."""

    file: Path
    line: int
    what: str

    def __str__(self) -> str:
        return f"{shown(self.file)}:{self.line}: {self.what}"


@dataclass(frozen=True)
class Located:
    """A case, and where it stands."""

    suite: str
    case: Case
    file: Path
    line: int
    steps: tuple[int, ...] = ()  # the line of each step of the customer's script

    def where_step(self, step: int) -> str:
        """File and line of a step (from 0), for people."""
        return f"{shown(self.file)}:{self.steps[step] if step < len(self.steps) else self.line}"

    @property
    def where(self) -> str:
        """File and line, for people."""
        return f"{shown(self.file)}:{self.line}"


@dataclass
class Suites:
    """What was read: cases in the order of their files, what is wrong, and a hash of each suite's files."""

    cases: list[Located] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    hashes: dict[str, str] = field(default_factory=dict)


def shown(file: Path) -> str:
    """A path for people: from here where it lies below."""
    try:
        return str(file.resolve().relative_to(Path.cwd()))
    except ValueError:
        return str(file)


def find(names: Sequence[str]) -> list[Path]:
    """The folder or file of each name: a shipped suite, or a path; none given are all shipped ones. Raises `NoSuiteError`.

    A shipped suite comes first: the repository has a folder `knowledge` beside the suite of that name. `./knowledge` is the folder.
    """
    shipped = {folder.name: folder for folder in sorted(SHIPPED.glob("*")) if folder.is_dir()}
    if not names:
        return list(shipped.values())
    found = []
    for name in names:
        path = shipped.get(name) or (Path(name) if Path(name).exists() else None)
        if path is None:
            near = difflib.get_close_matches(name, shipped, n=1)
            hint = f" Did you mean {near[0]}?" if near else f" There are: {', '.join(shipped) or 'none'}."
            raise NoSuiteError(f"There is no suite and no path {name!r}.{hint}")
        found.append(path)
    return found


def read(paths: Sequence[Path]) -> Suites:
    """Every case of these folders and files."""
    suites = Suites()
    for path in paths:
        for folder, files in _folders(path):
            digest = hashlib.sha256()
            for file in files:
                digest.update(file.name.encode() + b"\0" + file.read_bytes() + b"\0")
                _read_file(file, folder.name, suites)
            if not files:
                suites.problems.append(Problem(path, 1, "there is no case file (*.yaml) in it"))
            suites.hashes[folder.name] = digest.hexdigest()[:16]
    _check_names(suites)
    return suites


def _folders(path: Path) -> Iterator[tuple[Path, list[Path]]]:
    """A file is a suite of its folder's name; a folder of folders is several suites."""
    if path.is_file():
        yield path.resolve().parent, [path]
        return
    files = sorted(file for file in path.glob("*") if file.suffix in (".yaml", ".yml"))
    inner = sorted(
        folder for folder in path.glob("*") if folder.is_dir() and not folder.name.startswith((".", "_"))
    )
    if files or not inner:
        yield path.resolve(), files
    for folder in inner:
        yield from _folders(folder)


def _read_file(file: Path, suite: str, suites: Suites) -> None:
    def problem(place: Place, what: str) -> None:
        suites.problems.append(Problem(file, marked.line(place), what))

    try:
        marked = read_marked(file)
    except (UnreadableYamlError, OSError) as error:
        suites.problems.append(Problem(file, getattr(error, "line", 1), f"cannot be read: {error}"))
        return
    content = marked.content
    if not isinstance(content, dict) or not isinstance(content.get("cases"), list) or not content["cases"]:
        problem((), "a file has `about` and a list of `cases`")
        return
    # The frame alone: one wrong case must not take the others with it.
    frame = {**content, "cases": [_STAND_IN]}
    try:
        world = SuiteFile.model_validate(frame).world
    except ValidationError as error:
        _tell(error, (), suites, file, marked)
        return
    for number, raw in enumerate(content["cases"]):
        place = ("cases", number)
        try:
            case = Case.model_validate(raw)
        except ValidationError as error:
            _tell(error, place, suites, file, marked)
            continue
        if "world" not in case.model_fields_set:
            case = case.model_copy(update={"world": world})
        faults = list(impossible(case))
        for way, what in faults:
            problem((*place, *way), f"{case.id}: {what}")
        if not faults:
            steps = [marked.line((*place, "customer", "lines", at)) for at in range(len(case.customer.lines))]
            suites.cases.append(Located(suite, case, file, marked.line(place), tuple(steps)))


_STAND_IN = {
    "id": "stand-in", "why": "-", "harm": "wrong end state", "customer": {"lines": [{"say": "-"}]}, "expect": {"floor": "ai"},
}  # fmt: skip


def _tell(error: ValidationError, before: Place, suites: Suites, file: Path, marked: Marked) -> None:
    for fault in error.errors(include_url=False, include_context=False):
        place: Place = (*before, *fault["loc"])
        name = ".".join(str(part) for part in (place[2:] if before else place))
        if fault["type"] == "extra_forbidden":
            what = _unknown(place)
        elif fault["type"] == "missing":
            what = f"{name}: is missing"
        else:
            given = fault["input"]
            said = f" (it says {given!r:.80})" if isinstance(given, str | int | float | bool) else ""
            what = f"{name}: {fault['msg'].removeprefix('Value error, ')}{said}"
        suites.problems.append(Problem(file, marked.line(place), what))


def _unknown(place: Place) -> str:
    field_name = str(place[-1])
    around = next((part for part in reversed(place[:-1]) if isinstance(part, str)), "")
    known = list(_PARTS[around].model_fields) if around in _PARTS else []
    near = difflib.get_close_matches(field_name, known, n=1, cutoff=0.5)
    hint = f" Did you mean `{near[0]}`?" if near else f" There are: {', '.join(known)}." if known else ""
    return f"there is no field `{field_name}` in {around or 'a file'}.{hint}"


def _check_names(suites: Suites) -> None:
    """An id is a case's alone, whichever suite it is in; `same_as` names one that was read."""
    first: dict[str, Located] = {}
    for located in suites.cases:
        if earlier := first.get(located.case.id):
            what = f"the id {located.case.id} is that of {earlier.where}"
            suites.problems.append(Problem(located.file, located.line, what))
        else:
            first[located.case.id] = located
    kept = []
    for located in first.values():
        other = located.case.same_as
        if other is not None and (other not in first or other == located.case.id):
            near = difflib.get_close_matches(other, first.keys() - {located.case.id}, n=1)
            hint = f" Did you mean {near[0]}?" if near else ""
            what = f"{located.case.id}: `same_as` names {other}, which is no other case that was read.{hint}"
            suites.problems.append(Problem(located.file, located.line, what))
        else:
            kept.append(located)
    suites.cases = kept


def schema() -> dict[str, Any]:
    """The JSON schema of a file."""
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **SuiteFile.model_json_schema()}
