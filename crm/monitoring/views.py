"""What machines ask: whether Plumbline lives, whether it can work, and how it fares."""

from hmac import compare_digest

from flask import Blueprint, Response, abort, current_app, request
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, CollectorRegistry, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector

from crm.access import public
from crm.monitoring import queries

bp = Blueprint("monitoring", __name__)


@bp.get("/healthz")
@public
def alive():
    return {"alive": "ok"}


@bp.get("/readyz")
@public
def ready():
    parts = queries.readiness()
    return parts, 200 if set(parts.values()) == {"ok"} else 503


@bp.get("/metrics")
@public
def metrics():
    """Figures for Prometheus, for whoever has the token; nobody else learns that they are here."""
    token = current_app.config["METRICS_TOKEN"]
    given = request.authorization.token if request.authorization else None
    if not token or not compare_digest((given or "").encode(), token.encode()):
        abort(404)
    return Response(generate_latest(_figures()), content_type=CONTENT_TYPE_LATEST)


def _figures() -> CollectorRegistry:
    """Those of this process; those of all workers where they share a folder for them."""
    folder = current_app.config["METRICS_FOLDER"]
    if not folder:
        return REGISTRY
    registry = CollectorRegistry()
    MultiProcessCollector(registry, path=folder)
    return registry
