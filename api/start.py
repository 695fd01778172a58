"""What every command does first: read the settings, make the data folder, migrate. And how a command stops."""

import asyncio
import errno
from typing import NoReturn

import typer

from escalation.settings import Settings, SettingsError, load_settings


def settings_now(**overrides: object) -> Settings:
    """The settings, as they are now."""
    try:
        return load_settings(**overrides)
    except SettingsError as error:
        stop(str(error))


def prepare(settings: Settings) -> None:
    """Make the data folder and migrate the database; what stands in the way is told in a sentence."""
    from sqlalchemy.engine import make_url
    from sqlalchemy.exc import DBAPIError

    from api.migrate import DatabaseTooNewError

    try:
        settings.data_dir.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        stop(
            f"Cannot use the folder {settings.data_dir}: {error.strerror}. Choose another with CANDOR_DATA_DIR."
        )
    try:
        asyncio.run(_migrate(settings))
    except DatabaseTooNewError as error:
        stop(str(error))
    except (DBAPIError, OSError, ImportError) as error:
        why = error.orig if isinstance(error, DBAPIError) else error
        stop(
            f"Cannot open the records at {make_url(settings.records_url).render_as_string()}: {why}. "
            "Restore the file from a backup or move it away, or check CANDOR_DATABASE_URL."
        )


async def _migrate(settings: Settings) -> None:
    from api.migrate import migrate
    from knowledge.database import Database

    database = Database(settings.records_url)
    try:
        await migrate(database)
    finally:
        await database.close()


def is_full(error: Exception) -> bool:
    """Whether the records, the vectors or a file found no room: SQLite, also under Chroma, says it in these words."""
    return (isinstance(error, OSError) and error.errno == errno.ENOSPC) or "disk is full" in str(error)


def stop(message: str) -> NoReturn:
    """Say what stands in the way, and end with status 2."""
    typer.secho(message, err=True, fg=typer.colors.RED)
    raise typer.Exit(2)
