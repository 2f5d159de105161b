"""The settings: defaults, `.env`, and the key that is never defaulted for real deliveries."""

from __future__ import annotations

from pathlib import Path

import pytest

from doorstroom.settings import DEMO_DROP, DEMO_PSEUDONYM_KEY, REPOSITORY, Settings, SettingsError

GOOD_KEY = "k" * 32


def test_without_anything_set_the_state_is_dot_data_and_the_drop_is_the_demo(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DOORSTROOM_STATE")
    monkeypatch.delenv("DOORSTROOM_PSEUDONYM_KEY")
    settings = Settings.from_env()
    assert settings.warehouse is None
    assert settings.drop is None
    assert settings.state == REPOSITORY / ".data"
    assert settings.drop_url == str(DEMO_DROP)
    assert settings.pseudonym_key == DEMO_PSEUDONYM_KEY


def test_empty_variables_count_as_not_set(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DOORSTROOM_WAREHOUSE", "DOORSTROOM_DROP", "DOORSTROOM_STATE", "DOORSTROOM_PSEUDONYM_KEY"):
        monkeypatch.setenv(name, "")
    settings = Settings.from_env()
    assert (settings.warehouse, settings.drop, settings.key) == (None, None, None)
    assert settings.state == REPOSITORY / ".data"


@pytest.mark.parametrize("drop", ["/srv/drop", "sftp://leverancier@example.org/drop", "s3://emmer/drop", "drop"])
def test_a_given_drop_without_a_key_is_refused_with_what_to_do(monkeypatch: pytest.MonkeyPatch, drop: str) -> None:
    monkeypatch.delenv("DOORSTROOM_PSEUDONYM_KEY")
    monkeypatch.setenv("DOORSTROOM_DROP", drop)
    with pytest.raises(SettingsError, match=r"DOORSTROOM_PSEUDONYM_KEY ontbreekt[\s\S]*secrets\.token_hex[\s\S]*\.env"):
        _ = Settings.from_env().pseudonym_key


def test_a_drop_chosen_at_run_time_needs_a_key_as_well(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DOORSTROOM_PSEUDONYM_KEY")
    settings = Settings.from_env()
    assert settings.key_for(f"file://{DEMO_DROP}/") == DEMO_PSEUDONYM_KEY
    with pytest.raises(SettingsError):
        settings.key_for("/srv/echte-leveringen")


def test_a_short_key_is_used_with_a_caution_that_does_not_repeat_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOORSTROOM_PSEUDONYM_KEY", "veel-te-kort")
    settings = Settings.from_env()
    assert settings.pseudonym_key == "veel-te-kort"
    assert "korter dan 32" in (settings.caution or "")
    assert "veel-te-kort" not in (settings.caution or "")
    monkeypatch.setenv("DOORSTROOM_PSEUDONYM_KEY", GOOD_KEY)
    assert Settings.from_env().caution is None


def test_the_key_is_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOORSTROOM_PSEUDONYM_KEY", GOOD_KEY)
    settings = Settings.from_env()
    assert settings.pseudonym_key == GOOD_KEY
    assert GOOD_KEY not in repr(settings)


def test_a_warehouse_that_is_not_postgres_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOORSTROOM_WAREHOUSE", "mysql://gebruiker:geheim@example.org/x")
    with pytest.raises(SettingsError, match="postgresql://") as caught:
        Settings.from_env()
    assert "geheim" not in str(caught.value)


def test_dot_env_is_read_and_the_environment_wins(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    dot_env = tmp_path / ".env"
    dot_env.write_text(f"DOORSTROOM_PSEUDONYM_KEY={GOOD_KEY}\nDOORSTROOM_DROP=/srv/uit-env\nIETS_ANDERS=1\n")
    monkeypatch.setitem(Settings.model_config, "env_file", dot_env)
    monkeypatch.delenv("DOORSTROOM_PSEUDONYM_KEY")
    assert Settings.from_env().drop == "/srv/uit-env"
    assert Settings.from_env().pseudonym_key == GOOD_KEY
    monkeypatch.setenv("DOORSTROOM_DROP", "/srv/uit-omgeving")
    assert Settings.from_env().drop == "/srv/uit-omgeving"


def test_relative_folders_are_seen_from_the_repository_root(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DOORSTROOM_STATE", "ergens/state")
    monkeypatch.setenv("DOORSTROOM_DROP", "ergens/drop")
    settings = Settings.from_env()
    assert settings.state == REPOSITORY / "ergens" / "state"
    assert settings.drop == str(REPOSITORY / "ergens" / "drop")
