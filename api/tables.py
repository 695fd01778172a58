"""Every table of every room, in one metadata."""

from sqlmodel import SQLModel

import knowledge.records  # noqa: F401 - the imports register the tables

METADATA = SQLModel.metadata
