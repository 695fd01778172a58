"""An experiment as a person writes it: a YAML file, read strictly. What is wrong with it is told with the field and the mend."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, Self

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    PrivateAttr,
    ValidationError,
    field_validator,
    model_validator,
)

from escalation import policy_files
from escalation.experiments.figures import BY_NAME
from escalation.experiments.laws import LAWS
from escalation.experiments.sequential import TIGHTEST_AT

Name = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{2,59}$")]
Threshold = Annotated[float, Field(gt=0, lt=1)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


class Search(_Part):
    """From which confidence what a search found is enough to answer (`knowledge/confidence.py`)."""

    enough_alone: Threshold | None = None
    enough_mixed: Threshold | None = None
    enough_later: Threshold | None = None


class Knowledge(_Part):
    """The knowledge base as an earlier publication left it."""

    publication: int = Field(ge=1)


class Change(_Part):
    """What a variant does otherwise. What is not named is as the product has it."""

    tone: str | None = Field(default=None, max_length=500)
    model: str | None = Field(default=None, min_length=1)
    search: Search | None = None
    knowledge: Knowledge | None = None
    triggers: dict[str, dict[str, float | str]] = Field(default_factory=dict)
    """New thresholds by rule and input of the triggers."""

    @property
    def subjects(self) -> list[str]:
        """What it changes."""
        return [name for name in type(self).model_fields if getattr(self, name) not in (None, {}, Search())]

    @model_validator(mode="before")
    @classmethod
    def _only_what_may_be_varied(cls, given: Any) -> Any:
        for name in given if isinstance(given, dict) else ():
            if name in cls.model_fields:
                continue
            if name in LAWS:
                raise ValueError(f"{name} may not be varied: {LAWS[name]}")
            raise ValueError(f"{name} is nothing that can be varied. There is: {', '.join(cls.model_fields)}")
        return given


def in_words(change: Change) -> list[str]:
    """What a variant does otherwise, a line for each value."""

    def lines(path: str, given: Any) -> list[str]:
        if isinstance(given, dict):
            return [line for name, inner in given.items() for line in lines(f"{path}.{name}", inner)]
        return [f"{path}: {given}"]

    said = change.model_dump(exclude_none=True, exclude_defaults=True)
    return [line for name, given in said.items() for line in lines(name, given)]


def together(changes: Iterable[Change]) -> Change:
    """Changes of different things as one."""
    return Change(**{name: getattr(change, name) for change in changes for name in change.subjects})


class Guardrail(_Part):
    """A figure that stops the experiment when B is surely worse in it by more than this, in the figure's own unit."""

    figure: str
    worse_by: float = Field(ge=0)

    @field_validator("figure")
    @classmethod
    def _figure_is_known(cls, name: str) -> str:
        return _deciding(name)

    @model_validator(mode="after")
    def _a_share_has_a_bound_below_one(self) -> Self:
        if BY_NAME[self.figure].kind == "share" and self.worse_by >= 1:
            raise ValueError(
                f"worse_by of {self.figure} is a share: 0.05 are five of a hundred customers, {self.worse_by:g} is never reached"
            )
        return self


class Variants(_Part):
    """A is the product as it is, so it says nothing; B is what is tried."""

    A: Change = Change()
    B: Change

    @field_validator("A", mode="before")
    @classmethod
    def _a_is_the_control(cls, given: Any) -> Any:
        if given not in (None, {}):
            raise ValueError(
                "A is the control, the product as it is: leave it empty and write what is tried under B"
            )
        return {}

    @model_validator(mode="after")
    def _b_is_another(self) -> Self:
        if not self.B.subjects:
            raise ValueError(
                f"B changes nothing, so it is A. Name what is tried: {', '.join(Change.model_fields)}"
            )
        return self


class Plan(_Part):
    """One experiment."""

    experiment: Name
    question: str = Field(min_length=10, max_length=300)
    share: float
    """Of the customers who take part, above 0 and at most 1; half of these get each variant."""
    primary: str
    guardrails: tuple[Guardrail, ...] = Field(min_length=1)
    customers: int = Field(default=TIGHTEST_AT, ge=100, le=10_000_000)
    """About how many are expected: there the test is sharpest. It holds at any number."""
    variants: Variants
    _version: str = PrivateAttr("")

    @classmethod
    def load(cls, file: Path) -> Self:
        """From a YAML file. Raises `PolicyError`."""
        data, version = policy_files.read(file, list(cls.model_fields))
        try:
            plan = cls.model_validate(data)
        except ValidationError as error:
            raise policy_files.explained(file, error, lambda path: _place(path, data)) from error
        plan._version = version  # noqa: SLF001 - our own
        return plan

    @property
    def version(self) -> str:
        """Which text of the file this is."""
        return self._version

    @property
    def change(self) -> Change:
        """What B does otherwise."""
        return self.variants.B

    @field_validator("share")
    @classmethod
    def _share_is_possible(cls, share: float) -> float:
        return possible(share)

    @field_validator("primary")
    @classmethod
    def _primary_is_known(cls, name: str) -> str:
        return _deciding(name)

    @model_validator(mode="before")
    @classmethod
    def _fields_are_known(cls, given: Any) -> Any:
        for name in given if isinstance(given, dict) else ():
            if name not in cls.model_fields:
                raise ValueError(f"there is no field {name!r}. There is: {', '.join(cls.model_fields)}")
        return given

    @model_validator(mode="after")
    def _each_guardrail_once(self) -> Self:
        names = [guard.figure for guard in self.guardrails]
        if twice := sorted({name for name in names if names.count(name) > 1}):
            raise ValueError(f"the guardrail {twice[0]!r} is there twice. Keep one bound for it")
        return self


def possible(share: float) -> float:
    """A share of customers. Raises ValueError for one that cannot be."""
    if not 0 < share <= 1:
        raise ValueError(
            f"share must be above 0 and at most 1 (0.2 are a fifth of the customers), not {share:g}"
        )
    return share


def _deciding(name: str) -> str:
    """A figure that can decide something. Raises ValueError."""
    deciding = ", ".join(figure.name for figure in BY_NAME.values() if not figure.once)
    if name not in BY_NAME:
        raise ValueError(f"there is no figure {name!r}. There is: {deciding}")
    if BY_NAME[name].once:
        raise ValueError(
            f"{name} counts only those who gave it, who may differ between the variants, so it is shown and decides nothing. "
            f"Take one of: {deciding}"
        )
    return name


def _place(path: Sequence[str], data: Mapping[str, Any]) -> list[str]:
    steps = [step for step in path if step not in {"float", "str", "dict[str,union[float,str]]"}]
    return policy_files.rule_named(steps, data, "guardrails", "figure")
