"""The API: all routes under /api."""

from collections.abc import Callable
from typing import Any

import structlog
from fastapi import FastAPI, Request, Response
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from sqlalchemy import Engine
from starlette.middleware.cors import CORSMiddleware

from api.domains.audit.routes import router as audit_router
from api.domains.auth.hashing import Hashing
from api.domains.auth.limits import SignInLimits
from api.domains.auth.prolonging import Prolonging
from api.domains.auth.routes import router as auth_router
from api.domains.auth.sessions import Authenticator
from api.domains.bank_accounts.banks import Banks, load_banks
from api.domains.bank_accounts.routes import router as bank_accounts_router
from api.domains.bank_accounts.uses import WaitingWithdrawals
from api.domains.dashboards.routes import router as dashboards_router
from api.domains.feedback.routes import router as feedback_router
from api.domains.growth.routes import router as growth_router
from api.domains.income.routes import finance_router
from api.domains.income.routes import router as income_router
from api.domains.partners.routes import router as partners_router
from api.domains.payouts.bank_profiles import BankProfiles, load_profiles
from api.domains.payouts.routes import router as payouts_router
from api.domains.payouts.views import holds_of
from api.domains.pickups.routes import router as pickups_router
from api.domains.problem_partners.routes import router as problem_partners_router
from api.domains.profile.routes import router as profile_router
from api.domains.review.holds import HoldsOf
from api.domains.review.policy import Policy, load_policy
from api.domains.review.routes import router as review_router
from api.domains.search.routes import router as search_router
from api.domains.tickets.routes import router as tickets_router
from api.domains.users.routes import router as users_router
from api.domains.withdrawals.routes import router as withdrawals_router
from api.domains.withdrawals.views import waiting_withdrawals
from api.kernel import documentation, errors, replay, store_identity
from api.kernel.answers import Envelope
from api.kernel.db import session_factory
from api.kernel.files import sheets
from api.kernel.files.store import FileStore
from api.kernel.gates import Gates
from api.kernel.middleware import Measured, RequestId, may_read_metrics
from api.kernel.parts import Parts
from api.kernel.request_body import WholeBody
from api.ports.name_check import NameCheck, load_check
from api.verification_metrics import Verifications
from queries.engine import Warehouse
from queries.withdrawal_risk import RiskFacts
from settings import Settings, SettingsError, listed
from texts import Text

# what browsers of clients may send and read; a token in a header is no cookie, so none are let through
CORS: dict[str, Any] = {
    "allow_methods": ("GET", "POST", "PUT", "PATCH", "DELETE"),
    "allow_headers": (
        "Authorization",
        "X-Application-Id",
        "X-Request-Id",
        "Idempotency-Key",
        "If-Match",
        "Content-Type",
        "Accept-Language",
    ),
    "expose_headers": ("X-Request-Id", "X-Change-Seq", "Content-Disposition"),
    "max_age": 3600,
}
_AROUND_A_FILE = 1024 * 1024  # bytes of the other fields of a form, the signed dossier above all

ROUTERS = (
    auth_router,
    profile_router,
    users_router,
    bank_accounts_router,
    partners_router,
    pickups_router,
    tickets_router,
    dashboards_router,
    growth_router,
    income_router,
    finance_router,
    withdrawals_router,
    review_router,
    payouts_router,
    audit_router,
    feedback_router,
    search_router,
    problem_partners_router,
)


def configure_logging(level: str) -> None:
    """JSON lines with time, level and request id."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
    )


def create_app(
    *,
    settings: Settings,
    engine: Engine,
    warehouse: Warehouse | None,
    on_change: Callable[[], None] | None = None,
    risk_facts: RiskFacts | None = None,
) -> FastAPI:
    """The API over an open store and warehouse. `on_change` is called after each committed write; `risk_facts` are
    those that the worker keeps ready, if there is one."""
    configure_logging(settings.log_level)
    app = FastAPI(title="Komship API", version="1.0.0", openapi_url="/api/openapi.json", docs_url=None, redoc_url=None)
    authenticator = Authenticator()
    parts = Parts(settings, session_factory(engine), Gates.of(engine), authenticator, warehouse)
    if on_change is not None:
        parts.on_change = on_change
    if warehouse is not None:
        parts.add(RiskFacts, risk_facts or RiskFacts(warehouse))
    try:
        parts.add(Policy, load_policy(settings.policy))
        parts.add(NameCheck, load_check(settings.name_check))
        parts.add(Banks, load_banks(settings.bank_profiles))
        parts.add(BankProfiles, load_profiles(settings.bank_profiles))
    except ValueError as error:
        raise SettingsError(str(error)) from None
    parts.add(SignInLimits, SignInLimits())
    parts.add(Hashing, Hashing())
    parts.add(HoldsOf, holds_of)
    parts.add(WaitingWithdrawals, waiting_withdrawals)
    try:
        parts.add(FileStore, FileStore(settings.proof_url))
    except (ValueError, ImportError) as error:
        raise SettingsError(f"KOMSHIP_PROOF_URL: write a folder or s3://BUCKET/FOLDER ({error})") from None
    app.state.parts = parts
    replay.install(app)
    errors.install(app)
    store_identity.guard(engine)
    _add_health(app, engine)
    _add_metrics(app, settings)
    documentation.install(app)
    app.add_middleware(WholeBody, most=max(settings.proof_max_bytes, sheets.MAX_BYTES) + _AROUND_A_FILE)
    app.add_middleware(Prolonging, authenticator=authenticator)
    app.add_middleware(RequestId)
    if origins := listed(settings.allowed_origins):
        app.add_middleware(CORSMiddleware, allow_origins=origins, **CORS)
    for router in ROUTERS:
        app.include_router(router, prefix="/api")
    return app


def _add_health(app: FastAPI, engine: Engine) -> None:
    @app.head("/api/health/live", include_in_schema=False)
    @app.get("/api/health/live")
    def live() -> Envelope[dict[str, bool]]:
        return Envelope(data={"live": True})

    @app.head("/api/health/ready", include_in_schema=False)
    @app.get("/api/health/ready")
    def ready(request: Request) -> object:
        store_identity.verify(engine)
        if app.state.parts.warehouse is None:
            return errors.refused(request, 503, Text("the warehouse is not open"))
        return Envelope(data={"ready": True})


def _add_metrics(app: FastAPI, settings: Settings) -> None:
    token = settings.metrics_token.get_secret_value()
    registry = CollectorRegistry()
    registry.register(Verifications(lambda: app.state.parts.warehouse, settings.now))
    app.add_middleware(Measured, registry=registry)

    @app.get("/api/metrics", include_in_schema=False)
    def metrics(request: Request) -> Response:
        if not may_read_metrics(request, token):
            return errors.refused(request, 403, Text("metrics are for this machine, or for the holder of the token"))
        return Response(generate_latest(registry), media_type=CONTENT_TYPE_LATEST)
