"""The lock check sees what is missing, what is another version, and what has no hash."""

from __future__ import annotations

from doorstroom.lint import lock_problems
from doorstroom.settings import REPOSITORY

LOCK = """\
pandas==3.1.1 \\
    --hash=sha256:aa
psycopg==3.3.9 ; python_version < '4' \\
    --hash=sha256:bb
moto==5.0 \\
    --hash=sha256:cc
"""


def test_a_lock_that_holds_everything_is_in_order() -> None:
    assert lock_problems("pandas==3.1.1\npsycopg[binary]\n# opmerking\nMoto[s3]>=5\n", LOCK) == []


def test_a_missing_package_is_named() -> None:
    assert lock_problems("lxml", LOCK) == ["requirements.txt mist lxml"]


def test_another_version_is_named() -> None:
    assert lock_problems("pandas==3.2", LOCK) == ["requirements.txt heeft pandas 3.1.1, niet pandas==3.2"]


def test_a_package_without_hash_is_named() -> None:
    assert lock_problems("", "los==1.0\n" + LOCK) == ["zonder hash in requirements.txt: los==1.0"]


def test_the_lock_of_this_repository_is_in_step() -> None:
    wanted = (REPOSITORY / "requirements.in").read_text(encoding="utf-8")
    locked = (REPOSITORY / "requirements.txt").read_text(encoding="utf-8")
    assert lock_problems(wanted, locked) == []
