"""The kinds of files that are taken, and why one is not."""

from dataclasses import dataclass

ENDINGS = {"image/png": ".png", "image/jpeg": ".jpg", "application/pdf": ".pdf"}  # of what is kept

EMPTY = "The file is empty."
KINDS = "Send an image (PNG, JPEG, WebP, GIF) or a PDF."
UNREADABLE = f"The file is damaged, or neither an image nor a PDF. {KINDS}"


class FileRefusedError(ValueError):
    """A file that is not taken. The message is for its sender."""


@dataclass(frozen=True)
class Checked:
    """A file that may be kept. Width and height in pixels, of images."""

    data: bytes
    media_type: str
    width: int | None = None
    height: int | None = None
