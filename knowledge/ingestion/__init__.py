"""Sources (folders, uploads, web pages) become Markdown documents."""

from knowledge.ingestion.documents import Document, Limits, Progress, Unreadable

__all__ = ["Document", "Limits", "Progress", "Unreadable"]
