"""What every answer tells the browser: what may run, who may frame it, what it may keep."""

from flask import Flask, Response, request
from werkzeug.middleware.proxy_fix import ProxyFix

#: A page runs and shows what this house serves, and nothing that stands in the page itself.
CONTENT = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data:",
    "font-src": "'self'",
    "connect-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
}
#: What no page of ours asks a device for.
DEVICES = (
    "accelerometer",
    "browsing-topics",
    "camera",
    "display-capture",
    "geolocation",
    "gyroscope",
    "magnetometer",
    "microphone",
    "midi",
    "payment",
    "usb",
)
A_YEAR = 31_536_000
FILES = frozenset({"static", "bootstrap.static"})


def headers_of(*, tls: bool) -> tuple[tuple[str, str], ...]:
    """The headers of every answer. Same-origin referrers stay: the CSRF check over TLS asks for them."""
    policy = [f"{name} {sources}" for name, sources in CONTENT.items()]
    secure = [("Strict-Transport-Security", f"max-age={A_YEAR}")] if tls else []
    return (
        ("Content-Security-Policy", "; ".join([*policy, *(["upgrade-insecure-requests"] if tls else [])])),
        ("X-Content-Type-Options", "nosniff"),
        ("X-Frame-Options", "DENY"),
        ("Referrer-Policy", "same-origin"),
        ("Permissions-Policy", ", ".join(f"{device}=()" for device in DEVICES)),
        ("Cross-Origin-Opener-Policy", "same-origin"),
        ("Cross-Origin-Resource-Policy", "same-origin"),
        *secure,
    )


def init_app(app: Flask) -> None:
    fixed = headers_of(tls=app.config["TLS"])
    if app.config["PRODUCTION"] and not app.config["TRUSTED_HOSTS"]:
        app.logger.warning("TRUSTED_HOSTS is not set: whatever name a request gives this house is believed.")

    @app.after_request
    def tell(response: Response) -> Response:
        response.headers.extend(fixed)
        if not is_kept(response):
            response.headers["Cache-Control"] = "no-store"
        return response

    if proxies := app.config["PROXIES"]:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=proxies, x_proto=proxies, x_host=proxies)


def is_kept(response: Response) -> bool:
    """Our own files may be kept, and what a view marks as private to one reader; pages may not."""
    is_file = request.endpoint in FILES and response.status_code in (200, 304)
    control = response.cache_control
    return is_file or (control.private is not None and not control.no_store)
