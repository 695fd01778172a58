"""The numbers of what comes after a conversation, as data."""

from datetime import timedelta
from pathlib import Path
from typing import Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from escalation import policy_files

AFTER_FILE = Path(__file__).with_name("after.yaml")


class After(BaseModel):
    """When a customer is asked, when silence counts, and what counts as coming back. The file says why each number."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)

    ask_after_minutes: float = Field(gt=0, le=24 * 60)
    assumed_after_hours: float = Field(gt=0, le=30 * 24)
    back_within_days: float = Field(gt=0, le=90)
    alike: float = Field(gt=0, le=1)

    @classmethod
    def load(cls, file: Path = AFTER_FILE) -> Self:
        """From a YAML file. Raises `PolicyError`."""
        data, _ = policy_files.read(file, list(cls.model_fields))
        try:
            return cls.model_validate(data)
        except ValidationError as error:
            raise policy_files.explained(file, error, lambda path: path) from error

    @property
    def ask_after(self) -> timedelta:
        """Silence after an answer from which the customer is asked."""
        return timedelta(minutes=self.ask_after_minutes)

    @property
    def silence(self) -> timedelta:
        """Silence from which a matter is taken to be over."""
        return timedelta(hours=self.assumed_after_hours)

    @property
    def back_within(self) -> timedelta:
        """How long a matter can come back."""
        return timedelta(days=self.back_within_days)
