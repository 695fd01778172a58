"""The command line: `candor demo | serve | staff | kb | triggers | ledger | eval`."""

import asyncio
import socket
import sys
from contextlib import suppress
from importlib.metadata import entry_points
from typing import Annotated

import typer

from api import kb_cli, ledger_cli, triggers_cli
from api.start import prepare, settings_now, stop
from escalation.settings import Settings

app = typer.Typer(no_args_is_help=True, add_completion=False, help="Candor: AI support with a human desk.")
staff_app = typer.Typer(no_args_is_help=True, help="People of the desk.")
app.add_typer(staff_app, name="staff")
app.add_typer(kb_cli.app, name="kb")
app.add_typer(triggers_cli.app, name="triggers")
app.add_typer(ledger_cli.app, name="ledger")
# `evals` stands beside this room and may not be imported from it: it names its commands in pyproject.toml.
for command in entry_points(group="candor.commands"):
    app.add_typer(command.load(), name=command.name)

DEMO_EMAIL = "aoife@tarnandthistle.example"
DEMO_NAME = "Aoife"


@app.command()
def serve() -> None:
    """Serve, with the settings from the environment and .env."""
    _serve(settings_now(), demo=False)


@app.command()
def demo() -> None:
    """Serve the demo shop with its help centre, four customers and one account at the desk."""
    _serve(settings_now(demo=True), demo=True)


@staff_app.command("add")
def add_staff(
    email: Annotated[str, typer.Option(prompt=True, help="Address to sign in with.")],
    name: Annotated[str, typer.Option(prompt=True, help="Name that customers will see.")],
    password: Annotated[str, typer.Option(prompt=True, confirmation_prompt=True, hide_input=True)],
) -> None:
    """Make an account for a person of the desk."""
    from escalation.staff import StaffError

    settings = settings_now()
    prepare(settings)
    try:
        asyncio.run(_add_staff(settings, email, name, password))
    except StaffError as error:
        stop(str(error))
    typer.echo(f"{name} can sign in at http://{settings.host}:{settings.port}/console as {email}.")


def _serve(settings: Settings, *, demo: bool) -> None:
    import uvicorn

    from api.log import set_up_log

    _port_must_be_free(settings)
    set_up_log(settings.log_level)
    typer.echo("Candor is starting: loading the local models and the help centre …")
    # Imported here: the vendors behind it take seconds, and a wrong setting should be told at once.
    from api.app import create_app
    from escalation.assembly import assemble
    from escalation.triggers import PolicyError
    from knowledge.index import IndexInUseError, IndexUnavailableError
    from knowledge.transformer import ModelMissingError

    prepare(settings)
    try:
        parts = assemble(settings)
    except PolicyError as error:
        stop(f"CANDOR_TRIGGERS_FILE: {error}")
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
        stop(str(error))
    if not server.started:
        sys.exit(1)


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
            stop(
                f"Cannot listen on {settings.host}:{settings.port}: {error.strerror}. "
                "Stop the program that uses the port, or choose another with CANDOR_PORT or CANDOR_HOST."
            )
