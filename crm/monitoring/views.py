"""What machines ask: whether Plumbline lives, whether it can work, and how it fares."""

from collections.abc import Iterator
from hmac import compare_digest

from flask import Blueprint, Response, abort, current_app, request
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily
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
    """What is not needed is told and not counted: without a worker pages work, and mail waits."""
    parts = queries.readiness()
    needed = {parts[name] for name in queries.NEEDED}
    return parts, 200 if needed == {"ok"} else 503


@bp.get("/metrics")
@public
def metrics():
    """Figures for Prometheus, for whoever has the token; nobody else learns that they are here."""
    token = current_app.config["METRICS_TOKEN"]
    given = request.authorization.token if request.authorization else None
    if not token or not compare_digest((given or "").encode(), token.encode()):
        abort(404)
    figures = generate_latest(_figures()) + generate_latest(_Waiting())
    return Response(figures, content_type=CONTENT_TYPE_LATEST)


class _Waiting:
    """What waits in the database for the worker, which is another process: asked when it is wanted."""

    def collect(self) -> Iterator[GaugeMetricFamily]:
        for name, counts in queries.waiting().items():
            family = GaugeMetricFamily(name, "How many there are in each state.", labels=["state"])
            for state, count in counts.items():
                family.add_metric([state], count)
            yield family


def _figures() -> CollectorRegistry:
    """Those of this process; those of all workers where they share a folder for them."""
    folder = current_app.config["METRICS_FOLDER"]
    if not folder:
        return REGISTRY
    registry = CollectorRegistry()
    MultiProcessCollector(registry, path=folder)
    return registry
