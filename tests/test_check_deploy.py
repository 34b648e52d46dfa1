"""`manage.py check --deploy`: silent where all is right, and a sentence for each thing that is not."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from pytest_django import Settings

from gcis import checks

ROOT = Path(__file__).parents[1]
EXAMPLE = ROOT / "deploy" / "gcis.env.example"


def _example() -> dict[str, str]:
    """The file that people start from, with the one thing filled in that they have to make."""
    lines = [line for line in EXAMPLE.read_text().splitlines() if line and not line.startswith("#")]
    return dict(line.split("=", 1) for line in lines) | {
        "GCIS_SECRET_KEY": "0123456789-abcdefghijklmnopqrstuvwxyz-ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    }


PRODUCTION = _example()


def check(home: Path, **changes: str) -> subprocess.CompletedProcess[str]:
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("GCIS_", "DJANGO_"))}
    return subprocess.run(
        [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"],
        cwd=ROOT,
        env={**inherited, **PRODUCTION, "GCIS_HOME": str(home), "GCIS_METRICS_DIR": str(home / "metrics"), **changes},
        capture_output=True,
        text=True,
        timeout=60,
    )


def test_a_production_environment_is_clean(tmp_path: Path) -> None:
    ran = check(tmp_path)
    assert (ran.returncode, ran.stdout) == (0, "System check identified no issues (2 silenced).\n"), ran.stderr


def test_what_is_fine_on_a_desk_is_not_on_the_web(tmp_path: Path) -> None:
    ran = check(
        tmp_path, GCIS_PUBLIC_URL="http://127.0.0.1:8000", GCIS_SECRET_KEY="", GCIS_DATABASE_URL="", GCIS_PROXIES="0"
    )
    assert ran.returncode == 1
    for expected in ("gcis.W003", "gcis.W005", "gcis.E003", "gcis.E004", "security.W010"):
        assert expected in ran.stderr


def ids(found: list[checks.CheckMessage]) -> set[str | None]:
    return {message.id for message in found}


@pytest.fixture
def production(settings: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Settings:
    monkeypatch.setenv("GCIS_SECRET_KEY", PRODUCTION["GCIS_SECRET_KEY"])
    settings.GCIS_PUBLIC_URL = PRODUCTION["GCIS_PUBLIC_URL"]
    settings.GCIS_PROXIES, settings.SECURE_SSL_REDIRECT, settings.GCIS_EMBEDDED = 1, True, False
    settings.ALLOWED_HOSTS = ["images.example.org"]
    monkeypatch.setitem(settings.DATABASES["default"], "ENGINE", "django.db.backends.postgresql")
    return settings


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, {"gcis.I001"}),  # the stores of tests are folders
        ({"GCIS_PUBLIC_URL": "http://images.example.org"}, {"gcis.I001", "gcis.W003"}),
        ({"ALLOWED_HOSTS": ["*"]}, {"gcis.I001", "gcis.W004"}),
        ({"GCIS_PROXIES": 0}, {"gcis.I001", "gcis.E003"}),
        ({"GCIS_PROXIES": 0, "SECURE_SSL_REDIRECT": False}, {"gcis.I001"}),
        ({"GCIS_EMBEDDED": True}, {"gcis.W006"}),
    ],
)
def test_what_is_found_before_a_deployment(
    production: Settings, changes: dict[str, object], expected: set[str]
) -> None:
    for name, value in changes.items():
        setattr(production, name, value)
    assert ids(checks.deployable()) == expected


def test_a_broker_and_a_file_do_not_go_together(production: Settings) -> None:
    production.DATABASES["default"]["ENGINE"] = "django.db.backends.sqlite3"  # put back with the fixture
    assert ids(checks.deployable()) == {"gcis.I001", "gcis.E004"}


def test_a_secret_key_in_a_file_is_of_one_host(production: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("GCIS_SECRET_KEY")
    assert "gcis.W005" in ids(checks.deployable())


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, set()),
        ({"GCIS_JOB_LEASE": 30, "GCIS_JOB_BEAT": 15}, {"gcis.E001"}),
        ({"GCIS_METRICS_NETWORKS": ["everywhere"]}, {"gcis.E002"}),
        ({"GCIS_METRICS_NETWORKS": ["10.0.0.1/8"]}, {"gcis.E002"}),
        ({"GCIS_METRICS_NETWORKS": ["10.0.0.0/8", "::/0"]}, {"gcis.W002"}),
    ],
)
def test_what_no_installation_works_with(settings: Settings, changes: dict[str, object], expected: set[str]) -> None:
    for name, value in changes.items():
        setattr(settings, name, value)
    assert ids(checks.sane()) == expected


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="there is no systemd here")
def test_systemd_understands_the_units(tmp_path: Path) -> None:
    units = sorted((ROOT / "deploy" / "systemd").iterdir())
    assert len(units) == 5
    for unit in units:
        text = unit.read_text().replace("/srv/gcis/.venv/bin/python", sys.executable)
        (tmp_path / unit.name.replace("@.", "@1.")).write_text(text)
    names = [path.name for path in tmp_path.iterdir() if "reap.service" not in path.name]
    ran = subprocess.run(
        ["systemd-analyze", "verify", *sorted(names)], cwd=tmp_path, capture_output=True, text=True, timeout=60
    )
    ours = [line for line in ran.stderr.splitlines() if "gcis" in line]
    assert (ran.returncode, ours) == (0, [])
