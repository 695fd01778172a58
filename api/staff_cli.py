"""`candor staff`: accounts of the desk, what each may approve, and what each takes."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Annotated, Any

import typer

from api.start import prepare, settings_now, stop

if TYPE_CHECKING:  # they take a second to import
    from agent.money import Money
    from escalation.settings import Settings
    from escalation.staff import Staff

app = typer.Typer(no_args_is_help=True, help="People of the desk.")

APPROVES = "Up to which amount they may approve what the AI may not do alone, such as 500.00."
LIST = "Names with commas between them; an empty word takes all away."
Email = Annotated[str, typer.Argument(help="Address of the account.")]


@app.command("add")
def add_staff(
    email: Annotated[str, typer.Option(prompt=True, help="Address to sign in with.")],
    name: Annotated[str, typer.Option(prompt=True, help="Name that customers will see.")],
    password: Annotated[str, typer.Option(prompt=True, confirmation_prompt=True, hide_input=True)],
    approves_up_to: Annotated[str, typer.Option(help=APPROVES)] = "0",
) -> None:
    """Make an account for a person of the desk. They belong to every queue until `candor staff set` says which."""
    settings = settings_now()
    prepare(settings)
    with_staff(
        settings, lambda staff: staff.create(email, name, password, approves_up_to=amount(approves_up_to))
    )
    typer.echo(f"{name} can sign in at http://{settings.host}:{settings.port}/console as {email}.")


@app.command("approves")
def let_approve(email: Email, up_to: Annotated[str, typer.Argument(help=APPROVES)]) -> None:
    """Set up to which amount a person may approve what the AI may not do alone."""
    settings, most = settings_now(), amount(up_to)
    prepare(settings)
    with_staff(settings, lambda staff: staff.let_approve(email, most))
    typer.echo(f"{email} may approve up to {most}.")


@app.command("set")
def set_work(
    email: Email,
    role: Annotated[str | None, typer.Option(help="agent, or supervisor, who may override routing.")] = None,
    queues: Annotated[
        str | None, typer.Option(help=f"Queues that they work in; none: every queue. {LIST}")
    ] = None,
    skills: Annotated[str | None, typer.Option(help=f"Skills, as routes ask for them. {LIST}")] = None,
    languages: Annotated[
        str | None, typer.Option(help=f"Languages beside the one everybody speaks, such as de,fr. {LIST}")
    ] = None,
    capacity: Annotated[
        int | None,
        typer.Option(help="Conversations that they are offered at the same time; 0: as routing has it."),
    ] = None,
) -> None:
    """Set what a person takes. What is not named stays as it is."""
    from escalation.records import Role

    settings = settings_now()
    _queues_must_be_known(settings, queues)
    prepare(settings)
    if role is not None and role not in list(Role):
        stop(f"role: give one of {', '.join(Role)}.")
    changes: dict[str, Any] = {
        "role": Role(role) if role else None,
        "queues": _names(queues),
        "skills": _names(skills),
        "languages": _names(languages),
        "capacity": capacity,
    }
    with_staff(settings, lambda staff: _set_and_tell(staff, email, changes))


@app.command("show")
def show_staff() -> None:
    """List the accounts: who they are and what they take. Addresses and names are printed."""
    settings = settings_now()
    prepare(settings)
    with_staff(settings, _show)


async def _set_and_tell(staff: "Staff", email: str, changes: dict[str, Any]) -> None:
    account = await staff.set_work(
        email, **{name: value for name, value in changes.items() if value is not None}
    )
    typer.echo(_told(account))


async def _show(staff: "Staff") -> None:
    for account in await staff.accounts():
        typer.echo(_told(account))


def _told(account: Any) -> str:
    def listed(names: list[str], otherwise: str) -> str:
        return ", ".join(names) or otherwise

    return (
        f"{account.email}  {account.name}, {account.role}; queues: {listed(account.queues, 'every')}; "
        f"skills: {listed(account.skills, 'none')}; languages: {listed(account.languages, 'the common one')}; "
        f"capacity: {account.capacity or 'as routing has it'}"
    )


def _names(text: str | None) -> list[str] | None:
    return None if text is None else [name.strip() for name in text.split(",") if name.strip()]


def _queues_must_be_known(settings: "Settings", queues: str | None) -> None:
    if not queues:
        return
    from escalation.policy_files import PolicyError
    from escalation.routing import ROUTING_FILE, Routing

    try:
        known = Routing.load(settings.routing_file or ROUTING_FILE).queues
    except PolicyError as error:
        stop(str(error))
    if unknown := [name for name in _names(queues) or [] if name not in known]:
        stop(f"queues: there is no {', '.join(unknown)}. There is: {', '.join(known)}.")


def with_staff(settings: "Settings", act: Callable[["Staff"], Awaitable[object]]) -> None:
    """Do something with the accounts, or stop with what is wrong."""
    from escalation.staff import Staff, StaffError
    from knowledge.database import Database

    async def run() -> None:
        database = Database(settings.records_url)
        try:
            await act(Staff(database))
        finally:
            await database.close()

    try:
        asyncio.run(run())
    except StaffError as error:
        stop(str(error))


def amount(text: str) -> "Money":
    """An amount in the currency of approvals, or stop with what is wrong."""
    from agent.money import Money
    from escalation.staff import APPROVED_IN

    try:
        return Money.parse(text, APPROVED_IN)
    except ValueError:
        stop(f"amount: give it in {APPROVED_IN} like 500 or 500.00.")
