"""What a conversation can have come to, as data (wrap_up.yaml): chosen by whoever resolves it."""

from pathlib import Path
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from escalation import policy_files

WRAP_UP_FILE = Path(__file__).with_name("wrap_up.yaml")


class UnknownWrapUpError(ValueError):
    """There is no such code. Says which there are."""


class WrapUp(BaseModel):
    """A code that is stored and counted, and what people read."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    code: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,59}$")]
    label: Annotated[str, Field(min_length=1, max_length=60)]


class WrapUps(BaseModel):
    """Every code, in the order in which they are offered."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    wrap_ups: Annotated[list[WrapUp], Field(min_length=1, max_length=30)]

    @classmethod
    def load(cls, file: Path = WRAP_UP_FILE) -> Self:
        """The codes of a YAML file. Raises `PolicyError`."""
        data, _ = policy_files.read(file, list(cls.model_fields))
        try:
            return cls.model_validate(data)
        except ValidationError as error:
            named = lambda path: policy_files.rule_named(path, data, "wrap_ups", "code")  # noqa: E731 - said once, beside its use
            raise policy_files.explained(file, error, named) from error

    def known(self, code: str) -> None:
        """Raises `UnknownWrapUpError` for a code that is not of the list."""
        if all(code != one.code for one in self.wrap_ups):
            there_are = ", ".join(one.code for one in self.wrap_ups)
            raise UnknownWrapUpError(f"There is no wrap-up code {code!r}. There is: {there_are}.")

    def label(self, code: str) -> str:
        """What people read for a code; one that was used earlier and is no more in the list reads as itself."""
        return next((one.label for one in self.wrap_ups if one.code == code), code.replace("_", " "))

    @model_validator(mode="after")
    def _each_once(self) -> Self:
        codes = [one.code for one in self.wrap_ups]
        if len(set(codes)) < len(codes):
            raise ValueError("each code must stand there once")
        return self
