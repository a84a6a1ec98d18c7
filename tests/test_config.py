"""Settings come out of the environment and from nowhere else."""

import json
import os
import re
import stat
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
SECRETS = {"SECRET_KEY": "k" * 40, "SECURITY_PASSWORD_SALT": "s" * 40}
#: The settings are read where the class is made, so every test starts its own interpreter.
SHOW = """
import json, pathlib, sys
import config
config.INSTANCE = pathlib.Path(sys.argv[1])
names = [name for name in dir(config.Config) if name.isupper()]
print(json.dumps({name: getattr(config.Config, name) for name in names}, default=str))
"""
pytestmark = pytest.mark.no_database


def run(code: str, tmp_path, **environment) -> subprocess.CompletedProcess:
    clean = {name: value for name, value in os.environ.items() if name in {"PATH", "HOME", "LANG"}}
    return subprocess.run(
        [sys.executable, "-c", code, str(tmp_path)],
        cwd=ROOT,
        env=clean | environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def settings(tmp_path, **environment) -> dict:
    done = run(SHOW, tmp_path, **(SECRETS | environment))
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_every_setting_has_a_default(tmp_path):
    read = settings(tmp_path)
    assert read["PRODUCTION"] is False
    assert read["DEBUG"] is False
    assert read["SQLALCHEMY_DATABASE_URI"].startswith("sqlite:///")
    assert read["SESSION_COOKIE_SECURE"] is False
    assert read["SECRET_KEY"] == SECRETS["SECRET_KEY"]


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
def test_the_database_is_where_the_environment_says(tmp_path, scheme):
    read = settings(tmp_path, DATABASE_URL=f"{scheme}://me:pw@db:5432/crm")
    assert read["SQLALCHEMY_DATABASE_URI"] == "postgresql+psycopg://me:pw@db:5432/crm"


def test_tries_are_counted_where_all_machines_see_them(tmp_path):
    assert (
        settings(tmp_path, REDIS_URL="redis://cache:6379/1")["RATELIMIT_STORAGE_URI"]
        == "redis://cache:6379/1"
    )


def test_limits_go_on_in_each_process_while_redis_is_gone(tmp_path):
    assert settings(tmp_path)["RATELIMIT_IN_MEMORY_FALLBACK_ENABLED"] is False
    read = settings(tmp_path, REDIS_URL="redis://cache:6379/1")
    assert read["RATELIMIT_IN_MEMORY_FALLBACK_ENABLED"] is True
    assert read["RATELIMIT_STORAGE_OPTIONS"] == {"socket_connect_timeout": 2, "socket_timeout": 2}


def test_reports_are_read_from_a_replica_only_where_one_is_named(tmp_path):
    assert settings(tmp_path)["REPORTS_DATABASE_URL"] == ""
    read = settings(tmp_path, REPORTS_DATABASE_URL="postgres://copy/crm")
    assert read["REPORTS_DATABASE_URL"] == "postgresql+psycopg://copy/crm"


def test_files_are_kept_beside_the_database_or_where_the_environment_says(tmp_path):
    assert settings(tmp_path)["FILES_URL"].endswith("files")
    assert settings(tmp_path, FILES_URL="s3://kept/here")["FILES_URL"] == "s3://kept/here"


def test_production_sends_cookies_over_tls_only(tmp_path):
    read = settings(tmp_path, APP_ENV="production")
    assert read["PRODUCTION"] is True
    assert read["SESSION_COOKIE_SECURE"] is True
    assert read["REMEMBER_COOKIE_SECURE"] is True


@pytest.mark.parametrize("environment", [{"APP_ENV": "production"}, {"TLS": "on"}])
def test_cookies_are_the_hosts_own_where_tls_is_on(tmp_path, environment):
    read = settings(tmp_path, **environment)
    assert (read["TLS"], read["SESSION_COOKIE_NAME"], read["SESSION_COOKIE_PATH"]) == (
        True,
        "__Host-session",
        "/",
    )
    assert read["REMEMBER_COOKIE_NAME"] == "__Host-remember"


@pytest.mark.parametrize("environment", [{}, {"APP_ENV": "production", "TLS": "off"}])
def test_without_tls_cookies_can_still_be_set(tmp_path, environment):
    read = settings(tmp_path, **environment)
    assert (read["TLS"], read["SESSION_COOKIE_NAME"], read["SESSION_COOKIE_SECURE"]) == (
        False,
        "session",
        False,
    )


def test_hosts_proxies_and_tokens_come_out_of_the_environment(tmp_path):
    read = settings(
        tmp_path,
        TRUSTED_HOSTS="crm.example.org, .example.net,",
        PROXIES="2",
        METRICS_TOKEN="t",
        LOG_LEVEL="WARNING",
    )
    assert read["TRUSTED_HOSTS"] == ["crm.example.org", ".example.net"]
    assert (read["PROXIES"], read["METRICS_TOKEN"], read["LOG_LEVEL"]) == (2, "t", "WARNING")
    assert settings(tmp_path)["TRUSTED_HOSTS"] is None


def test_mail_and_the_site_come_out_of_the_environment(tmp_path):
    read = settings(tmp_path)
    assert (read["MAIL_URL"], read["MAIL_FROM"], read["SITE_URL"]) == ("", "", "http://127.0.0.1:8000")
    set_ = {"MAIL_URL": "smtp://h", "MAIL_FROM": "a@b.example", "SITE_URL": "https://crm.example.org/"}
    read = settings(tmp_path, **set_)
    assert (read["MAIL_URL"], read["SITE_URL"]) == ("smtp://h", "https://crm.example.org")


def test_production_makes_no_secret_of_its_own(tmp_path):
    read = settings(tmp_path, APP_ENV="production", SECRET_KEY="", SECURITY_PASSWORD_SALT="")
    assert (read["SECRET_KEY"], read["SECURITY_PASSWORD_SALT"]) == ("", "")


def test_production_without_secrets_does_not_start(tmp_path):
    done = run("import wsgi", tmp_path, APP_ENV="production")
    assert done.returncode != 0
    assert "Production needs SECRET_KEY" in done.stderr


def test_production_in_debug_does_not_start(tmp_path):
    done = run("import wsgi", tmp_path, APP_ENV="production", FLASK_DEBUG="1", **SECRETS)
    assert "does not run in debug" in done.stderr


def test_a_machine_keeps_its_own_secret_and_shows_it_to_nobody(tmp_path):
    code = "import config, pathlib, sys; config.INSTANCE = pathlib.Path(sys.argv[1]) / 'new'; "
    code += "print(config.own_secret('SECRET_KEY')); print(config.own_secret('SECRET_KEY'))"
    first, again = run(code, tmp_path, **SECRETS).stdout.split()
    assert first == again
    assert len(first) >= 64
    mode = stat.S_IMODE((tmp_path / "new" / "secret_key.txt").stat().st_mode)
    assert mode == 0o600


def test_nothing_else_reads_the_environment():
    sources = [*(ROOT / "crm").rglob("*.py"), *(ROOT / "reports").rglob("*.py"), ROOT / "wsgi.py"]
    reading = [str(path) for path in sources if re.search(r"os\.(environ|getenv)", path.read_text())]
    assert reading == []
