"""`python -m dashboard`: the screens alone, beside an API elsewhere (KOMSHIP_API_URL) and a read-only warehouse."""

import sys

import uvicorn

from dashboard.asgi import build_app
from dashboard.runtime import Runtime
from queries.engine import Warehouse, WarehouseUnavailable
from settings import SettingsError, load_settings


def main() -> int:
    """Serve until interrupted. Returns the exit code."""
    try:
        settings = load_settings()
        if not settings.api_url:
            raise SettingsError("KOMSHIP_API_URL: must say where the API is, such as http://127.0.0.1:8000/api")
        warehouse = Warehouse(settings.warehouse_path, read_only=True)
    except (SettingsError, WarehouseUnavailable) as error:
        sys.stderr.write(f"{error}\n")
        return 2
    try:
        app = build_app(Runtime.with_url(settings, warehouse, settings.api_url))
        uvicorn.run(app, host=settings.host, port=settings.port, log_level="warning", access_log=False)
    finally:
        warehouse.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
