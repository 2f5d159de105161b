"""`docker-compose.yml` gives Airflow every setting there is."""

from __future__ import annotations

import re

import yaml

from doorstroom.settings import REPOSITORY, Settings

SETTINGS = {str(field.validation_alias) for field in Settings.model_fields.values()}


def test_airflow_gets_every_setting() -> None:
    services = yaml.safe_load((REPOSITORY / "docker-compose.yml").read_text())["services"]
    # The state folder is a volume of the image's own.
    assert SETTINGS - {"DOORSTROOM_STATE"} <= set(services["airflow"]["environment"])
    assert "DOORSTROOM_STATE=" in (REPOSITORY / "Dockerfile").read_text()


def test_every_setting_is_explained_in_the_example() -> None:
    explained = set(re.findall(r"^([A-Z_]+)=", (REPOSITORY / ".env.example").read_text(), flags=re.MULTILINE))
    assert explained >= SETTINGS
