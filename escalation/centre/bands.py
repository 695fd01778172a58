"""From which figures an alert stands, as data; and whether one does. Pure, but for reading the file."""

from pathlib import Path
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from agent.models.prices import MICROS
from escalation import policy_files
from escalation.centre.definitions import VALUES
from escalation.centre.measures import Kind, Measured
from escalation.centre.periods import Period

BANDS_FILE = Path(__file__).with_name("bands.yaml")

Name = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,59}$")]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


class Edge(_Part):
    """Where an alert begins, and where it ends."""

    ring: float
    rest: float


class Band(_Part):
    """One alert: beyond which edge of which figure."""

    alert: Name
    figure: str
    period: Period
    playbook: Name
    above: Edge | None = None
    below: Edge | None = None

    def rings(self, measured: Measured, *, rang: bool) -> bool:
        """Whether the alert stands; `rang`: it stood before. What cannot be measured leaves it as it was."""
        if measured.value is None:
            return rang
        scale = MICROS if measured.kind is Kind.MONEY else 1
        if self.above is not None:
            near = measured.value if measured.low is None else measured.low
            return measured.value > self.above.rest * scale if rang else near > self.above.ring * scale
        if self.below is not None:
            near = measured.value if measured.high is None else measured.high
            return measured.value < self.below.rest * scale if rang else near < self.below.ring * scale
        return False

    @field_validator("figure")
    @classmethod
    def _figure_is_known(cls, figure: str) -> str:
        if figure not in VALUES:
            raise ValueError(f"there is no figure {figure!r}. There is: {', '.join(VALUES)}")
        return figure

    @field_validator("period")
    @classmethod
    def _is_looked_at_often(cls, period: Period) -> Period:
        if period is Period.MONTH:
            raise ValueError("today or 7d; of 30 days nobody can act on")
        return period

    @model_validator(mode="after")
    def _one_edge(self) -> Self:
        if (self.above is None) == (self.below is None):
            raise ValueError("give either above or below")
        if self.above is not None and self.above.rest > self.above.ring:
            raise ValueError("above: rest must not lie above ring; otherwise the alert never rests")
        if self.below is not None and self.below.rest < self.below.ring:
            raise ValueError("below: rest must not lie below ring; otherwise the alert never rests")
        return self


class Bands(_Part):
    """Every alert there may be."""

    alerts: tuple[Band, ...]

    @classmethod
    def load(cls, file: Path = BANDS_FILE) -> Self:
        """From a YAML file. Raises `PolicyError`."""
        data, _ = policy_files.read(file, list(cls.model_fields))
        try:
            return cls.model_validate(data)
        except ValidationError as error:
            raise policy_files.explained(
                file, error, lambda path: policy_files.rule_named(path, data, "alerts", "alert")
            ) from error

    @model_validator(mode="after")
    def _each_has_a_name_of_its_own(self) -> Self:
        names = [band.alert for band in self.alerts]
        if twice := sorted({name for name in names if names.count(name) > 1}):
            raise ValueError(f"the alert '{twice[0]}' is there twice. Give each a name of its own")
        return self
