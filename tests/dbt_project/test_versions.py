"""A changed definition runs beside the old one: the recipe of CONTRIBUTING.md, on a copy of the project."""

from __future__ import annotations

from pathlib import Path

import psycopg
import yaml

from tests.dbt_project.mutations import copy_project, invoke


def test_a_second_version_stands_beside_the_first(relations: str, tmp_path: Path) -> None:
    project = copy_project(tmp_path)
    marts = project / "models" / "marts"
    first = (marts / "mart_doorstroom.sql").read_text(encoding="utf-8")
    changed = first.replace("count(*)::integer as aantal", "2 * count(*)::integer as aantal")
    assert changed != first
    (marts / "mart_doorstroom_v2.sql").write_text(changed, encoding="utf-8")
    declarations = yaml.safe_load((marts / "_marts__models.yml").read_text(encoding="utf-8"))
    mart = next(model for model in declarations["models"] if model["name"] == "mart_doorstroom")
    mart["latest_version"] = 1
    mart["versions"] = [
        {"v": 1, "defined_in": "mart_doorstroom", "config": {"alias": "mart_doorstroom"}},
        {"v": 2, "config": {"meta": {"definitieversie": 2}}},
    ]
    (marts / "_marts__models.yml").write_text(yaml.safe_dump(declarations, allow_unicode=True), encoding="utf-8")
    with psycopg.connect(relations, autocommit=True) as connection:
        connection.execute(
            """insert into intermediate.int_doorstroom (regio, domein, basis, perimeter, maand, herkomst, verblijf,
                   van_product, naar_product, richting)
               values ('CG', 'BW', 'levering', 'A', '2019-01-01', 'GM0202', 'GM0202', '15Z03', '15Z04', 'opschaling')"""
        )
        try:
            status = invoke(project, relations, "run", "--select", "mart_doorstroom")
            assert status == {"mart_doorstroom": "success"}
            found = connection.execute(
                """select 'oud', gemeente_basis, aantal from marts.mart_doorstroom
                   union all select 'nieuw', gemeente_basis, aantal from marts.mart_doorstroom_v2"""
            ).fetchall()
        finally:
            connection.execute("truncate intermediate.int_doorstroom")
            connection.execute("drop table if exists marts.mart_doorstroom_v2")
    assert sorted(found) == [
        ("nieuw", "herkomst", 2),
        ("nieuw", "verblijf", 2),
        ("oud", "herkomst", 1),
        ("oud", "verblijf", 1),
    ]
