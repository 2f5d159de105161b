"""Airflow with its web interface and scheduler on this machine: what `make up` runs until Ctrl-C."""

# ruff: noqa: PLC0415 - Airflow and dbt may be imported only after the configuration stands
from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

from doorstroom import airflow_env, warehouse
from doorstroom.settings import Settings, SettingsError

DEFAULT_PORT = 8080
USER = "beheer"
START_TIMEOUT = 180
STOP_TIMEOUT = 30

#: In this order: a task that starts before the API server answers fails. No triggerer: none of our tasks waits outside
#: its worker. Logs are read from the folder, so the scheduler need not serve them on the network.
SERVICES = {"api-server": [], "dag-processor": [], "scheduler": ["--skip-serve-logs"]}


def run(settings: Settings) -> int:
    """Run Airflow and the warehouse until Ctrl-C or SIGTERM; returns 0, or 1 when a service died by itself."""
    signal.signal(signal.SIGTERM, _interrupt)
    with airflow_env.alone(settings), warehouse.running(settings):
        airflow_env.apply(settings)
        os.environ.update(_web(settings))
        _prepare(settings)
        logs = settings.state / "airflow" / "logs"
        services: dict[str, subprocess.Popen[bytes]] = {}
        try:
            return _serve(settings, services, logs)
        except KeyboardInterrupt:
            _say("Airflow stopt …")
            return 0
        finally:
            # A second Ctrl-C must not leave half of it running.
            signal.signal(signal.SIGINT, signal.SIG_IGN)
            signal.signal(signal.SIGTERM, signal.SIG_IGN)
            _stop(services)


def _interrupt(*_: object) -> None:
    raise KeyboardInterrupt


def _say(text: str) -> None:
    sys.stderr.write(f"{text}\n")


def _web(settings: Settings) -> dict[str, str]:
    """Return the configuration of the web interface: one user with a generated password, this machine only.

    AIRFLOW_HOST is for a container, whose own 127.0.0.1 nobody can reach.
    """
    port = choose_port(os.environ.get("AIRFLOW_PORT", ""))
    return {
        "AIRFLOW__API__HOST": os.environ.get("AIRFLOW_HOST") or "127.0.0.1",
        "AIRFLOW__API__PORT": str(port),
        "AIRFLOW__API__BASE_URL": f"http://127.0.0.1:{port}",
        "AIRFLOW__API__WORKERS": "1",
        "AIRFLOW__CORE__EXECUTION_API_SERVER_URL": f"http://127.0.0.1:{port}/execution/",
        "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_USERS": f"{USER}:admin",
        "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_PASSWORDS_FILE": str(_passwords(settings)),
        "NO_PROXY": ",".join(filter(None, [os.environ.get("NO_PROXY", ""), "127.0.0.1"])),
    }


def _passwords(settings: Settings) -> Path:
    return settings.state / "airflow" / "passwords.json"


def choose_port(wanted: str) -> int:
    """Return AIRFLOW_PORT when it is free, or, when it is not set, 8080 or the next free port.

    Raises SettingsError when the port asked for is taken or is no port.
    """
    if wanted:
        if not wanted.isdigit() or not 0 < int(wanted) < 65536:
            message = f"AIRFLOW_PORT={wanted} is geen poortnummer."
            raise SettingsError(message)
        if not warehouse.port_is_free(int(wanted)):
            message = f"AIRFLOW_PORT={wanted} is al in gebruik."
            raise SettingsError(message)
        return int(wanted)
    return next(port for port in range(DEFAULT_PORT, 65536) if warehouse.port_is_free(port))


def _prepare(settings: Settings) -> None:
    from doorstroom import dbt_build

    _say("Airflow wordt klaargezet …")
    log = settings.state / "airflow" / "logs" / "klaarzetten.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("w", encoding="utf-8") as stream, contextlib.redirect_stdout(stream):
        airflow_env.migrate()
        airflow_env.forget_broken_night()
        dbt_build.ensure_manifest(settings)


def _start(name: str, log: Path) -> subprocess.Popen[bytes]:
    # A session of its own: Ctrl-C reaches us first, and we stop each service with all its workers.
    with log.open("ab") as stream:
        return subprocess.Popen(
            [sys.executable, "-m", "airflow", name, *SERVICES[name]],
            stdin=subprocess.DEVNULL,
            stdout=stream,
            stderr=stream,
            start_new_session=True,
        )


def _serve(settings: Settings, services: dict[str, subprocess.Popen[bytes]], logs: Path) -> int:
    """Start the services and watch them; returns 1 when one stops or the whole is not ready in time."""
    url = os.environ["AIRFLOW__API__BASE_URL"]
    deadline = time.monotonic() + START_TIMEOUT
    told = False
    services["api-server"] = _start("api-server", logs / "api-server.log")
    while True:
        for name, process in services.items():
            if process.poll() is not None:
                _say(f"Airflow's {name} is gestopt (status {process.returncode}); zie {logs / f'{name}.log'}")
                return 1
        if not told:
            healthy = _healthy(url)
            if "metadatabase" in healthy:
                for name in SERVICES.keys() - services.keys():
                    services[name] = _start(name, logs / f"{name}.log")
            if {"metadatabase", "scheduler", "dag_processor"} <= healthy:
                _tell(settings, url)
                told = True
            elif time.monotonic() > deadline:
                _say(f"Airflow is na {START_TIMEOUT} seconden nog niet klaar; zie {logs}")
                return 1
        time.sleep(1)


def _healthy(url: str) -> set[str]:
    """Return the parts of Airflow that say they are well; none while the API server does not answer."""
    try:
        with urllib.request.urlopen(f"{url}/api/v2/monitor/health", timeout=5) as answer:  # noqa: S310 - our own http
            health = json.load(answer)
    except (OSError, ValueError):
        return set()
    return {part for part, told in health.items() if told and told.get("status") == "healthy"}


def _tell(settings: Settings, url: str) -> None:
    secret = json.loads(_passwords(settings).read_text(encoding="utf-8"))[USER]
    sys.stdout.write(f"{url}\n")
    sys.stdout.flush()
    _say(f"Airflow draait. Gebruiker: {USER}, wachtwoord: {secret}")
    _say("De DAG `nacht` doet hetzelfde als make nightly; start hem met de knop Trigger. Ctrl-C stopt alles.")
    server = warehouse.embedded(settings)
    if not settings.warehouse and server.running_port() is not None:
        _say(f"Warehouse: {server.url()}")


def _stop(services: dict[str, subprocess.Popen[bytes]]) -> None:
    for process in reversed(services.values()):
        if process.poll() is None:
            process.terminate()
    deadline = time.monotonic() + STOP_TIMEOUT
    for process in services.values():
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(max(0.1, deadline - time.monotonic()))
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
