"""Sources (folders, uploads, web pages) become Markdown documents."""

from knowledge.ingestion.documents import Document, Limits, Progress, Unreadable
from knowledge.ingestion.reading import read_files, read_folder
from knowledge.ingestion.web import read_web

__all__ = ["Document", "Limits", "Progress", "Unreadable", "read_files", "read_folder", "read_web"]
