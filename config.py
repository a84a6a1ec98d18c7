"""Settings, read once from the environment. Nothing else reads os.environ."""

import os
import secrets
from pathlib import Path

ROOT = Path(__file__).parent
INSTANCE = ROOT / "instance"
DEMO_PASSWORD = "hang it straight"  # noqa: S105 - printed by every demo; refused in production


def database_url(url: str) -> str:
    """Name the PostgreSQL driver that we ship, whichever way the address was written."""
    for prefix in ("postgres://", "postgresql://"):
        if url.startswith(prefix):
            return "postgresql+psycopg://" + url.removeprefix(prefix)
    return url


def listed(text: str | None) -> list[str] | None:
    """The words between the commas; None where there are none."""
    return [word.strip() for word in (text or "").split(",") if word.strip()] or None


def own_secret(name: str) -> str:
    """A secret of this machine, made once and kept in instance/."""
    INSTANCE.mkdir(exist_ok=True)
    path = INSTANCE / f"{name.lower()}.txt"
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(48))
    return path.read_text().strip()


class Config:
    PRODUCTION = os.environ.get("APP_ENV") == "production"
    DEBUG = os.environ.get("FLASK_DEBUG") == "1"
    TLS = os.environ.get("TLS", "on" if PRODUCTION else "off") == "on"
    TRUSTED_HOSTS = listed(os.environ.get("TRUSTED_HOSTS"))
    PROXIES = int(os.environ.get("PROXIES") or 0)
    LOG_LEVEL = os.environ.get("LOG_LEVEL") or "INFO"
    METRICS_TOKEN = os.environ.get("METRICS_TOKEN") or ""
    METRICS_FOLDER = os.environ.get("PROMETHEUS_MULTIPROC_DIR") or ""
    SECRET_KEY = os.environ.get("SECRET_KEY") or ("" if PRODUCTION else own_secret("SECRET_KEY"))
    SECURITY_PASSWORD_SALT = os.environ.get("SECURITY_PASSWORD_SALT") or (
        "" if PRODUCTION else own_secret("SECURITY_PASSWORD_SALT")
    )
    SQLALCHEMY_DATABASE_URI = database_url(
        os.environ.get("DATABASE_URL") or f"sqlite:///{INSTANCE / 'plumbline.db'}"
    )
    #: Statements are kept once for each role that reads: see crm.guard.
    SQLALCHEMY_ENGINE_OPTIONS = {"hide_parameters": not DEBUG, "query_cache_size": 4000}  # noqa: RUF012
    #: A streaming replica of PostgreSQL that reports are read from: see crm.replica.
    REPORTS_DATABASE_URL = database_url(os.environ.get("REPORTS_DATABASE_URL") or "")
    #: A replica that is further behind than this is not asked.
    REPORTS_LAG_SECONDS = 60
    STATEMENT_SECONDS = 30
    RATELIMIT_STORAGE_URI = os.environ.get("REDIS_URL") or "memory://"
    #: Where Redis is gone, each process counts alone until it is back.
    RATELIMIT_IN_MEMORY_FALLBACK_ENABLED = bool(os.environ.get("REDIS_URL"))
    RATELIMIT_STORAGE_OPTIONS = {  # noqa: RUF012
        name: 2 for name in ("socket_connect_timeout", "socket_timeout") if os.environ.get("REDIS_URL")
    }
    RATELIMIT_HEADERS_ENABLED = True
    REDIS_URL = os.environ.get("REDIS_URL") or ""
    QUEUE_FILE = str(INSTANCE / "queue.db")
    #: Where files are kept: a folder that all processes share, or s3://bucket/prefix.
    FILES_URL = os.environ.get("FILES_URL") or str(INSTANCE / "files")
    #: How often a worker says that it lives, and looks for what was left lying.
    HEARTBEAT_SECONDS = 15
    #: Where people reach this installation: what links in mail begin with.
    SITE_URL = (os.environ.get("SITE_URL") or "http://127.0.0.1:8000").rstrip("/")
    MAIL_URL = os.environ.get("MAIL_URL") or ""
    MAIL_FROM = os.environ.get("MAIL_FROM") or ""
    #: For how long a mail is its sender's; longer than a server may take over all its answers.
    MAIL_LEASE_SECONDS = 600
    #: After how long a mail is tried again at first; each time it waits twice as long.
    MAIL_RETRY_SECONDS = 60
    #: Pictures at the head of printed reports: centre.svg, client-7.png. A file that is missing is left out.
    LOGOS_FOLDER = os.environ.get("LOGOS_FOLDER") or str(INSTANCE / "logos")
    #: For how many days the files of reports are kept, and what the reports said.
    FILES_DAYS = int(os.environ.get("FILES_DAYS") or 30)
    DATA_DAYS = int(os.environ.get("DATA_DAYS") or 3653)
    SIGN_IN_LIMIT = "10 per minute; 60 per hour"
    GUESS_LIMIT = "30 per hour"
    SEARCHES_LIMIT = "120 per minute"
    DOWNLOADS_LIMIT = "30 per minute; 300 per hour"
    IMPORTS_LIMIT = "30 per minute; 300 per hour"
    UNSUBSCRIBE_LIMIT = "30 per minute; 300 per hour"
    #: A hospital reaches us from one address: many people answer behind it in the same hour.
    SURVEY_LIMIT = "120 per minute; 3000 per hour"
    MAX_CONTENT_LENGTH = 32 * 1024 * 1024
    MAX_FORM_MEMORY_SIZE = 4 * 1024 * 1024
    MAX_FORM_PARTS = 1_000
    SESSION_COOKIE_NAME = "__Host-session" if TLS else "session"
    SESSION_COOKIE_PATH = "/"
    SESSION_COOKIE_HTTPONLY = True
    SESSION_COOKIE_SAMESITE = "Lax"
    SESSION_COOKIE_SECURE = TLS
    REMEMBER_COOKIE_NAME = "__Host-remember" if TLS else "remember"
    REMEMBER_COOKIE_HTTPONLY = True
    REMEMBER_COOKIE_SECURE = TLS
    REMEMBER_COOKIE_SAMESITE = "Lax"
    SEND_FILE_MAX_AGE_DEFAULT = 86_400
    WTF_CSRF_TIME_LIMIT = None

    BOOTSTRAP_SERVE_LOCAL = True

    SECURITY_PASSWORD_HASH = "argon2"  # noqa: S105 - the name of a method
    SECURITY_PASSWORD_LENGTH_MIN = 12
    SECURITY_PASSWORD_SINGLE_HASH = False
    SECURITY_CHANGEABLE = True
    SECURITY_SEND_PASSWORD_CHANGE_EMAIL = False
    SECURITY_SEND_REGISTER_EMAIL = False
    SECURITY_POST_LOGIN_VIEW = "/"
    SECURITY_POST_LOGOUT_VIEW = "/login"
    SECURITY_CHANGE_URL = "/password"
    SECURITY_POST_CHANGE_VIEW = "/account"
    SECURITY_LOGOUT_METHODS = ("POST",)
    SECURITY_RETURN_GENERIC_RESPONSES = True
    SECURITY_FLASH_MESSAGES = True
    SECURITY_MSG_UNAUTHENTICATED = ("Sign in to go on.", "info")
    SECURITY_STATIC_FOLDER = None
    SECURITY_LOGIN_USER_TEMPLATE = "accounts/sign_in.html"
    SECURITY_VERIFY_TEMPLATE = "accounts/verify.html"
    SECURITY_CHANGE_PASSWORD_TEMPLATE = "accounts/password.html"  # noqa: S105
    SECURITY_DEFAULT_REMEMBER_ME = False
    SECURITY_ANONYMOUS_USER_DISABLED = False


class TestConfig(Config):
    TESTING = True
    PRODUCTION = False
    SECRET_KEY = "for tests only"  # noqa: S105
    SECURITY_PASSWORD_SALT = "for tests only"  # noqa: S105
    WTF_CSRF_ENABLED = False
    SERVER_NAME = "crm.test"
    RATELIMIT_ENABLED = False
    LOG_LEVEL = "WARNING"
    METRICS_TOKEN = ""
    REDIS_URL = ""
    QUEUE_FILE = ""
    FILES_URL = ""
    SITE_URL = "https://crm.test"
    MAIL_URL = ""
    MAIL_FROM = ""
    TLS = False
    TRUSTED_HOSTS = None
    PROXIES = 0
    SQLALCHEMY_DATABASE_URI = database_url(os.environ.get("TEST_DATABASE_URL") or "sqlite://")
    REPORTS_DATABASE_URL = ""
    SECURITY_PASSWORD_HASH_PASSLIB_OPTIONS = {  # noqa: RUF012 - quick to reckon, for tests alone
        "argon2__time_cost": 1,
        "argon2__memory_cost": 8,
        "argon2__parallelism": 1,
    }
