"""The page that draws the API (/api/docs), from files of this process: it asks no other host for anything."""

from fastapi import FastAPI
from fastapi.openapi.docs import get_swagger_ui_html
from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from swagger_ui_bundle import swagger_ui_path

from response_headers import page_policy

FILES = "/api/docs/files"


def install(app: FastAPI) -> None:
    """Add the page and its files to `app`."""
    page = get_swagger_ui_html(
        openapi_url=str(app.openapi_url),
        title=app.title,
        swagger_js_url=f"{FILES}/swagger-ui-bundle.js",
        swagger_css_url=f"{FILES}/swagger-ui.css",
        swagger_favicon_url=f"{FILES}/favicon-32x32.png",
    )
    page.headers["Content-Security-Policy"] = page_policy(bytes(page.body).decode())
    app.mount(FILES, StaticFiles(directory=swagger_ui_path), name="documentation")

    @app.get("/api/docs", include_in_schema=False)
    def documentation() -> Response:
        return page
