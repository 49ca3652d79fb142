"""`python -m api`: the API alone; `user`: accounts and sessions; `verify-ledger` and `verify-audit`: are they sound?"""

import structlog
import typer
import uvicorn
from rich.console import Console
from sqlalchemy.orm import Session

from api import user_commands
from api.domains.ledger.verify import RULES, problems
from api.kernel.audit import first_break
from api.kernel.db import make_engine
from api.kernel.migrate import upgrade
from api.main import create_app
from queries.engine import Warehouse, WarehouseUnavailable
from settings import Settings, SettingsError, load_settings

app = typer.Typer(help=__doc__, add_completion=False)
app.add_typer(user_commands.app, name="user")
app.command("create-user")(user_commands.create_user)
app.command("self-approval")(user_commands.self_approval)
console = Console()
log = structlog.get_logger("api")


def _settings() -> Settings:
    try:
        return load_settings()
    except SettingsError as error:
        console.print(str(error), style="red", markup=False, highlight=False)
        raise typer.Exit(2) from None


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
    settings = _settings()
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    upgrade(settings.database_url)
    engine = make_engine(settings.database_url)
    warehouse = _warehouse(settings)
    try:
        api = create_app(settings=settings, engine=engine, warehouse=warehouse)
        console.print(f"Komship API: http://{settings.host}:{settings.port}/api/docs", highlight=False)
        uvicorn.run(api, host=settings.host, port=settings.port, log_level="warning", access_log=False)
    finally:
        if warehouse is not None:
            warehouse.close()
        engine.dispose()


@app.command("verify-ledger")
def verify_ledger() -> None:
    """Count every rule of the ledger again from its entries; exit code 1 when any is broken."""
    settings = _settings()
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    upgrade(settings.database_url)
    engine = make_engine(settings.database_url)
    try:
        with Session(engine) as session:
            found = problems(session)
    finally:
        engine.dispose()
    for problem in found:
        keys = ", ".join(map(str, problem.keys))
        told = f"broken: {problem.rule}: {problem.count:,} (first: {keys})"
        console.print(told, style="red", markup=False, highlight=False, soft_wrap=True)
    if found:
        raise typer.Exit(1)
    console.print(f"the ledger is sound: {len(RULES)} rules hold", highlight=False)


@app.command("verify-audit")
def verify_audit() -> None:
    """Follow the chain of the audit entries; exit code 1 where one was changed, added or removed."""
    settings = _settings()
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    upgrade(settings.database_url)
    engine = make_engine(settings.database_url)
    try:
        with Session(engine) as session:
            broken = first_break(session)
    finally:
        engine.dispose()
    if broken:
        console.print(f"broken: {broken}", style="red", markup=False, highlight=False, soft_wrap=True)
        raise typer.Exit(1)
    console.print("the audit trail is whole", highlight=False)


if __name__ == "__main__":
    app()
