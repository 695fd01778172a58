"""The command line: `candor demo | serve | staff`."""

import asyncio
import socket
import sys
from contextlib import suppress
from typing import Annotated, NoReturn

import typer

from escalation.settings import Settings, SettingsError, load_settings

app = typer.Typer(no_args_is_help=True, add_completion=False, help="Candor: AI support with a human desk.")
staff_app = typer.Typer(no_args_is_help=True, help="People of the desk.")
app.add_typer(staff_app, name="staff")

DEMO_EMAIL = "aoife@tarnandthistle.example"
DEMO_NAME = "Aoife"


@app.command()
def serve() -> None:
    """Serve, with the settings from the environment and .env."""
    _serve(_settings(), demo=False)


@app.command()
def demo() -> None:
    """Serve the demo shop with its help centre, four customers and one account at the desk."""
    _serve(_settings(demo=True), demo=True)


@staff_app.command("add")
def add_staff(
    email: Annotated[str, typer.Option(prompt=True, help="Address to sign in with.")],
    name: Annotated[str, typer.Option(prompt=True, help="Name that customers will see.")],
    password: Annotated[str, typer.Option(prompt=True, confirmation_prompt=True, hide_input=True)],
) -> None:
    """Make an account for a person of the desk."""
    from escalation.staff import StaffError

    settings = _settings()
    _prepare(settings)
    try:
        asyncio.run(_add_staff(settings, email, name, password))
    except StaffError as error:
        _stop(str(error))
    typer.echo(f"{name} can sign in at http://{settings.host}:{settings.port}/console as {email}.")


def _settings(**overrides: object) -> Settings:
    try:
        return load_settings(**overrides)
    except SettingsError as error:
        _stop(str(error))


def _serve(settings: Settings, *, demo: bool) -> None:
    import uvicorn

    from api.log import set_up_log

    _port_must_be_free(settings)
    set_up_log(settings.log_level)
    typer.echo("Candor is starting: loading the local models and the help centre …")
    # Imported here: the vendors behind it take seconds, and a wrong setting should be told at once.
    from api.app import create_app
    from escalation.assembly import assemble
    from knowledge.index import IndexInUseError, IndexUnavailableError
    from knowledge.transformer import ModelMissingError

    _prepare(settings)
    parts = assemble(settings)
    address = f"http://{settings.host}:{settings.port}"

    class Server(uvicorn.Server):
        async def startup(self, sockets: list[socket.socket] | None = None) -> None:
            # Here and not in the app's lifespan: there, what stops a start is told as a stack trace.
            try:
                await parts.start()
            except BaseException:  # interrupted or failed: what had opened is closed before it is told
                await parts.stop()
                raise
            await super().startup(sockets)
            if self.started:
                typer.echo(_welcome(address, _demo_password(settings) if demo else None))

        async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
            await super().shutdown(sockets)
            await parts.stop()

    if demo:
        asyncio.run(_demo_account(settings))
    config = uvicorn.Config(
        create_app(parts),
        host=settings.host,
        port=settings.port,
        lifespan="off",
        log_level="warning",
        timeout_graceful_shutdown=5,
    )
    server = Server(config)
    try:
        with suppress(KeyboardInterrupt):
            server.run()
    except (IndexInUseError, IndexUnavailableError, ModelMissingError) as error:
        _stop(str(error))
    if not server.started:
        sys.exit(1)


def _prepare(settings: Settings) -> None:
    """Make the data folder and migrate the database; what stands in the way is told in a sentence."""
    from sqlalchemy.engine import make_url
    from sqlalchemy.exc import DBAPIError

    from api.migrate import DatabaseTooNewError

    try:
        settings.data_dir.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        _stop(
            f"Cannot use the folder {settings.data_dir}: {error.strerror}. Choose another with CANDOR_DATA_DIR."
        )
    try:
        asyncio.run(_migrate(settings))
    except DatabaseTooNewError as error:
        _stop(str(error))
    except (DBAPIError, OSError, ImportError) as error:
        why = error.orig if isinstance(error, DBAPIError) else error
        _stop(
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


async def _add_staff(settings: Settings, email: str, name: str, password: str) -> None:
    from escalation.staff import Staff
    from knowledge.database import Database

    database = Database(settings.records_url)
    try:
        await Staff(database).create(email, name, password)
    finally:
        await database.close()


async def _demo_account(settings: Settings) -> None:
    from escalation.staff import StaffError

    with suppress(StaffError):  # it is there from an earlier start
        await _add_staff(settings, DEMO_EMAIL, DEMO_NAME, _demo_password(settings))


def _demo_password(settings: Settings) -> str:
    """Made once for this data folder, so that no demo on the network has a password that everybody knows."""
    from escalation.assembly import made_once

    return made_once(settings.data_dir / "demo-password", octets=9)


def _welcome(address: str, password: str | None) -> str:
    if password is None:
        return f"\nCandor serves at {address}. Console: {address}/console. Stop with Ctrl-C.\n"
    return (
        f"\n  Demo shop with the chat:  {address}/\n"
        f"  Console for people:       {address}/console\n"
        f"     sign in as {DEMO_EMAIL} with the password {password}\n"
        f"  Help centre:              {address}/help\n\n"
        "  Stop with Ctrl-C.\n"
    )


def _port_must_be_free(settings: Settings) -> None:
    with socket.socket(socket.AF_INET6 if ":" in settings.host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.host, settings.port))
        except OSError as error:
            _stop(
                f"Cannot listen on {settings.host}:{settings.port}: {error.strerror}. "
                "Stop the program that uses the port, or choose another with CANDOR_PORT or CANDOR_HOST."
            )


def _stop(message: str) -> NoReturn:
    typer.secho(message, err=True, fg=typer.colors.RED)
    raise typer.Exit(2)
