"""The command line: `candor demo | serve | staff | kb | triggers | routing | ledger | turns | sessions | disclosures | experiment | eval`."""

import gc
import socket
import sys
from contextlib import suppress
from importlib.metadata import entry_points
from typing import TYPE_CHECKING, Any

import typer
from typer.core import TyperGroup

from api import (
    disclosures_cli,
    experiments_cli,
    kb_cli,
    ledger_cli,
    routing_cli,
    sessions_cli,
    staff_cli,
    triggers_cli,
    turns_cli,
    webhooks_cli,
)
from api.staff_cli import amount, with_staff
from api.start import prepare, settings_now, stop
from escalation.settings import Settings, SettingsError

if TYPE_CHECKING:  # they take a second to import
    from escalation.staff import Staff

BESIDE = "candor.commands"  # group of entry points in pyproject.toml


class Commands(TyperGroup):
    """Our own commands, and those of `evals`, which stands beside this room and may not be imported from it.

    The latter are loaded once they are asked for: that takes seconds, which nobody should wait for `candor kb list`.
    """

    def list_commands(self, ctx: Any) -> list[str]:
        """The names, in the order of the help."""
        return [*super().list_commands(ctx), *sorted(entry_points(group=BESIDE).names)]

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """The command of that name; None if there is none."""
        for beside in entry_points(group=BESIDE, name=cmd_name):
            command = typer.main.get_command(beside.load())
            command.name = cmd_name
            return command
        return super().get_command(ctx, cmd_name)


app = typer.Typer(
    cls=Commands, no_args_is_help=True, add_completion=False, help="Candor: AI support with a human desk."
)
app.add_typer(staff_cli.app, name="staff")
app.add_typer(kb_cli.app, name="kb")
app.add_typer(triggers_cli.app, name="triggers")
app.add_typer(routing_cli.app, name="routing")
app.add_typer(ledger_cli.app, name="ledger")
app.add_typer(turns_cli.app, name="turns")
app.add_typer(sessions_cli.app, name="sessions")
app.add_typer(disclosures_cli.app, name="disclosures")
app.add_typer(webhooks_cli.app, name="webhooks")
app.add_typer(experiments_cli.app, name="experiment")

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
        stop(str(error))
    except SettingsError as error:
        stop(str(error))
    address = f"http://{settings.host}:{settings.port}"

    class Server(uvicorn.Server):
        async def startup(self, sockets: list[socket.socket] | None = None) -> None:
            # Here and not in the app's lifespan: there, what stops a start is told as a stack trace.
            try:
                await parts.start()
            except BaseException:  # interrupted or failed: what had opened is closed before it is told
                await parts.stop()
                raise
            # What has been loaded by now stays. The garbage collector need not walk it again and again: with 100,000
            # passages it would stop everybody for half a second.
            gc.collect()
            gc.freeze()
            await super().startup(sockets)
            if self.started:
                typer.echo(_welcome(address, _demo_password(settings) if demo else None))

        async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
            await super().shutdown(sockets)
            await parts.stop()

    if demo:
        with_staff(settings, lambda staff: _demo_account(staff, _demo_password(settings)))
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


async def _demo_account(staff: "Staff", password: str) -> None:
    from escalation.records import Role
    from escalation.staff import StaffError

    with suppress(StaffError):  # it is there from an earlier start
        await staff.create(DEMO_EMAIL, DEMO_NAME, password)
    # Enough for what the demo's customers can ask for.
    await staff.let_approve(DEMO_EMAIL, amount("1000"))
    await staff.set_work(DEMO_EMAIL, role=Role.SUPERVISOR)


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
