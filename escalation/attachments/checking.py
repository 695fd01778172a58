"""What a customer's file really is, by its content alone. The only door to Pillow. Runs in a bounded child process (`child.py`).

Images are decoded and written anew, so that nothing but pixels is left: no EXIF (where a photo was taken), no comments, no second
file behind the first. A PDF is kept as it is, if it parses and is not encrypted; it is only ever served as a download.
"""

import io
import json
import struct
import sys

from PIL import Image, ImageOps

from escalation.attachments.kinds import UNREADABLE, Checked
from knowledge.ingestion.documents import Limits
from knowledge.ingestion.formats import RefusedError
from knowledge.ingestion.worker import confine

MOST_PIXELS = 50_000_000  # the largest that today's phones make; decoded at most 200 MB
LONGEST_EDGE = 4096  # pixels that are kept; a label can be read on it
_FORMATS = ("PNG", "JPEG", "WEBP", "GIF")
_JPEG_QUALITY = 88
# What Pillow raises for what is no image, or a damaged one.
_DAMAGED = (
    OSError, ValueError, SyntaxError, EOFError, TypeError, LookupError, ArithmeticError, struct.error,
)  # fmt: skip

TOO_MANY_PIXELS = (
    f"The image has more than {MOST_PIXELS // 1_000_000} million pixels. Make it smaller and send it again."
)
LOCKED = "The PDF is protected by a password. Save it without one and send it again."


def check(data: bytes) -> Checked:
    """The file as it may be kept. Raises `RefusedError` with a sentence for its sender."""
    if data.startswith(b"%PDF-"):
        return _pdf(data)
    try:
        return _image(data)
    except RefusedError:  # a ValueError too
        raise
    except Image.DecompressionBombError as error:  # far beyond what is refused below
        raise RefusedError(TOO_MANY_PIXELS) from error
    except _DAMAGED as error:
        raise RefusedError(UNREADABLE) from error


def _pdf(data: bytes) -> Checked:
    from knowledge.ingestion.formats.pdf import LOCKED as UNDER_PASSWORD
    from knowledge.ingestion.formats.pdf import count_pages

    try:
        count_pages(data)
    except RefusedError as refused:
        raise RefusedError(LOCKED if str(refused) == UNDER_PASSWORD else UNREADABLE) from refused
    return Checked(data, "application/pdf")


def _image(data: bytes) -> Checked:
    with Image.open(io.BytesIO(data), formats=_FORMATS) as opened:
        # Before a pixel is decoded: a bomb is small until it is opened.
        if opened.width * opened.height > MOST_PIXELS:
            raise RefusedError(TOO_MANY_PIXELS)
        photo = opened.format in {"JPEG", "WEBP"}
        opened.draft("RGB", (LONGEST_EDGE, LONGEST_EDGE))
        opened.load()
        upright = ImageOps.exif_transpose(opened)
    see_through = "A" in upright.getbands() or "transparency" in upright.info
    image = upright.convert("RGBA" if see_through else "RGB")
    image.thumbnail((LONGEST_EDGE, LONGEST_EDGE))
    # A new image from the pixels: nothing that the file said besides them comes along.
    clean = Image.frombytes(image.mode, image.size, image.tobytes())
    media_type = "image/jpeg" if photo and not see_through else "image/png"
    out = io.BytesIO()
    if media_type == "image/jpeg":
        clean.save(out, "JPEG", quality=_JPEG_QUALITY)
    else:
        clean.save(out, "PNG")
    return Checked(out.getvalue(), media_type, *clean.size)


def main() -> None:
    """Check what comes on the standard input; a line of JSON answers, then the bytes."""
    limits = Limits(**json.loads(sys.argv[1]))
    Image.preinit()  # readers are files of Python: they are opened before the process is confined
    Image.init()
    from knowledge.ingestion.formats import pdf  # noqa: F401 - the same

    confine(limits)
    answers, sys.stdout = sys.stdout.buffer, sys.stderr
    try:
        checked = check(sys.stdin.buffer.read())
    except RefusedError as refused:
        told, data = {"why": str(refused)}, b""
    else:
        told, data = {k: v for k, v in vars(checked).items() if k != "data"}, checked.data
    answers.write(json.dumps(told).encode() + b"\n" + data)
    answers.flush()


if __name__ == "__main__":
    main()
