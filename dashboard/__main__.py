"""`python -m dashboard`: the screens alone, beside an API elsewhere (KOMSHIP_API_URL) and a read-only warehouse."""

import sys

from dashboard.asgi import build_app
from dashboard.runtime import Runtime
from queries.engine import Warehouse, WarehouseUnavailable
from server import listen, run, stoppable
from settings import Settings, SettingsError, load_settings
from startup import start_errors


def main() -> int:
    """Serve until interrupted. Returns the exit code."""
    with start_errors(WarehouseUnavailable), stoppable():
        settings = load_settings()
        url = _api_url(settings)
        sockets = listen(settings)
        warehouse = Warehouse(settings.warehouse_path, read_only=True)
        try:
            run(build_app(Runtime.with_url(settings, warehouse, url)), sockets, settings)
        finally:
            warehouse.close()
    return 0


def _api_url(settings: Settings) -> str:
    if not settings.api_url.startswith(("http://", "https://")):
        raise SettingsError("KOMSHIP_API_URL: write where the API is, such as http://127.0.0.1:8000/api")
    return settings.api_url


if __name__ == "__main__":
    sys.exit(main())
