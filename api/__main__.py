"""`python -m api`: the API alone; `user`: accounts and sessions; `verify-ledger` and `verify-audit`: are they sound?"""

from contextlib import ExitStack

import structlog
import typer
from rich.console import Console
from sqlalchemy.orm import Session

from api import user_commands
from api.domains.withdrawals.verify import RULES, problems
from api.kernel.audit import first_break
from api.kernel.db import close_store
from api.kernel.integrity import damage
from api.kernel.opening import command_store, open_store
from api.main import create_app
from api.models import Base
from queries.engine import Warehouse, WarehouseUnavailable
from response_headers import API_POLICY, ResponseHeaders
from server import listen, run, stoppable
from settings import Settings, load_settings
from startup import start_errors

app = typer.Typer(help=__doc__, add_completion=False)
app.add_typer(user_commands.app, name="user")
app.command("create-user")(user_commands.create_user)
app.command("self-approval")(user_commands.self_approval)
console = Console()
log = structlog.get_logger("api")


def _warehouse(settings: Settings) -> Warehouse | None:
    try:
        return Warehouse(settings.warehouse_path, read_only=True)
    except WarehouseUnavailable as error:
        log.warning("analytics are answered with 503", reason=str(error))
        return None


@app.callback(invoke_without_command=True)
def serve(context: typer.Context) -> None:
    """Serve the API. Analytics need a warehouse that no other process is writing; without one they answer 503."""
    if context.invoked_subcommand is not None:
        return
    with start_errors(), stoppable(), ExitStack() as stack:
        settings = load_settings()
        settings.require_signing_key()
        sockets = listen(settings)
        engine = open_store(settings)
        stack.callback(close_store, engine)
        warehouse = _warehouse(settings)
        if warehouse is not None:
            stack.callback(warehouse.close)
        api = create_app(settings=settings, engine=engine, warehouse=warehouse)
        console.print(f"Komship API: http://{settings.host}:{settings.port}/api/docs", highlight=False)
        run(ResponseHeaders(api, API_POLICY), sockets, settings)


@app.command("verify-ledger")
def verify_ledger() -> None:
    """Let the database check its files, then count every rule of the ledger again; exit code 1 when any is broken."""
    with command_store() as (_settings, engine):
        broken = [f"the database: {finding}" for finding in damage(engine, Base.metadata)]
        if not broken:
            with Session(engine) as session:
                found = problems(session)
            broken = [f"{each.rule}: {each.count:,} (first: {', '.join(map(str, each.keys))})" for each in found]
    for line in broken:
        console.print(f"broken: {line}", style="red", markup=False, highlight=False, soft_wrap=True)
    if broken:
        raise typer.Exit(1)
    console.print(f"the ledger is sound: {len(RULES)} rules hold", highlight=False)


@app.command("verify-audit")
def verify_audit() -> None:
    """Follow the chain of the audit entries; exit code 1 where one was changed, added or removed."""
    with command_store() as (_settings, engine), Session(engine) as session:
        broken = first_break(session)
    if broken:
        console.print(f"broken: {broken}", style="red", markup=False, highlight=False, soft_wrap=True)
        raise typer.Exit(1)
    console.print("the audit trail is whole", highlight=False)


if __name__ == "__main__":
    app()
