"""A drop without one person in it, and the search for traces of a person in everything a night writes."""

from __future__ import annotations

import csv
import io
import shutil
import zipfile
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
from lxml import etree
from openpyxl import load_workbook
from psycopg import sql

from extracts.pseudonym import Pseudonymiser
from extracts.tombstones import PERSON_NUMBERS


@dataclass
class Persoon:
    """One person of a drop: the BSN, and per supplier the numbers under which its rows stand."""

    bsn: str
    clients: set[tuple[str, str]] = field(default_factory=set)
    sign_ups: set[tuple[str, str]] = field(default_factory=set)
    numbers: set[str] = field(default_factory=set)
    feeds: set[str] = field(default_factory=set)

    def pseudonyms(self, key: str) -> set[str]:
        """Every pseudonym the warehouse may know the person by."""
        pseudonymiser = Pseudonymiser(key)
        return {pseudonymiser.person(self.bsn), *(pseudonymiser.client(*client) for client in self.clients)}


def _rows(path: Path) -> tuple[list[str], list[dict[str, str]], str]:
    encoding = "cp1252" if path.parent.name == "vggm" else "utf-8-sig"
    reader = csv.DictReader(io.StringIO(path.read_bytes().decode(encoding), newline=""), delimiter=";")
    return list(reader.fieldnames or []), list(reader), encoding


def everybody(drop: Path) -> dict[str, Persoon]:
    """Every person with a BSN in the tables of a drop."""
    people: dict[str, Persoon] = {}
    for path in sorted(drop.rglob("*.csv")):
        supplier, feed = path.parent.name, path.stem.rpartition("_")[0]
        for row in _rows(path)[1]:
            if not row.get("bsn"):
                continue
            person = people.setdefault(row["bsn"], Persoon(row["bsn"]))
            person.feeds.add(feed)
            if row.get("clientnummer"):
                person.clients.add((supplier, row["clientnummer"]))
            if row.get("aanmeldnummer"):
                person.sign_ups.add((supplier, row["aanmeldnummer"]))
            person.numbers |= {row[name] for name in PERSON_NUMBERS if row.get(name)}
    for path in sorted(drop.rglob("*.csv")):
        for row in _rows(path)[1]:
            for person in people.values() if row.get("verblijfnummer") else ():
                if (path.parent.name, row.get("aanmeldnummer", "")) in person.sign_ups:
                    person.numbers.add(row["verblijfnummer"])
                    person.feeds.add(path.stem.rpartition("_")[0])
    return people


def without(drop: Path, person: Persoon, target: Path) -> Path:
    """Write a drop as it would have been without a person; messages about nobody else are left out."""
    shutil.copytree(drop, target)
    for path in sorted(target.rglob("*.csv")):
        names, rows, encoding = _rows(path)
        supplier = path.parent.name
        kept = [
            row
            for row in rows
            if row.get("bsn") != person.bsn
            and (supplier, row.get("clientnummer", "")) not in person.clients
            and (supplier, row.get("aanmeldnummer", "")) not in person.sign_ups
            and (row.get("bsn") or row.get("clientnummer") or person.numbers.isdisjoint(row.values()))
        ]
        if len(kept) < len(rows):
            text = io.StringIO(newline="")
            writer = csv.DictWriter(text, names, delimiter=";")
            writer.writeheader()
            writer.writerows(kept)
            path.write_bytes(text.getvalue().encode(encoding))
    for path in sorted(target.rglob("*.xml")):
        content = _message(path.read_bytes(), person.bsn)
        path.write_bytes(content) if content else path.unlink()
    for path in sorted(target.rglob("*.zip")):
        with zipfile.ZipFile(path) as archive:
            members = {name: _message(archive.read(name), person.bsn) for name in archive.namelist()}
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, content in members.items():
                if content:
                    archive.writestr(name, content)
    for path in sorted(target.rglob("*.xlsx")):
        book = load_workbook(path)
        for sheet in book.worksheets:
            found = [n for n, row in enumerate(sheet.iter_rows(values_only=True), 1) if person.bsn in map(str, row)]
            for line in reversed(found):
                sheet.delete_rows(line)
        book.save(path)
    return target


def _message(content: bytes, bsn: str) -> bytes | None:
    tree = etree.fromstring(content)
    clients = [e for e in tree.iter() if etree.QName(e).localname == "Client"]
    found = [c for c in clients if any(etree.QName(e).localname == "Bsn" and e.text == bsn for e in c)]
    if not found:
        return content
    for client in found:
        client.getparent().remove(client)
    return etree.tostring(tree, xml_declaration=True, encoding="UTF-8") if len(found) < len(clients) else None


def traces(url: str, words: set[str], numbers: set[str]) -> Counter[str]:
    """Search every column of every table for pseudonyms anywhere in a text, and for record numbers as a whole value.

    What PostgreSQL's statistics remember of columns is searched too. Returns how many rows per table.
    """
    found: Counter[str] = Counter()
    pattern = "|".join(sorted(words))
    with psycopg.connect(url, autocommit=True) as connection:
        tables = connection.execute(
            "select schemaname, tablename from pg_tables where schemaname !~ '^(pg_catalog|information_schema)'"
        ).fetchall()
        for schema, table in tables:
            texts = connection.execute(
                "select array_agg(column_name::text) from information_schema.columns where table_schema = %s "
                "and table_name = %s and data_type in ('text', 'jsonb', 'character varying')",
                [schema, table],
            ).fetchone()
            columns = sql.SQL(", ").join(
                sql.SQL("{}::text").format(sql.Identifier(name)) for name in (texts and texts[0]) or ()
            )
            row = connection.execute(
                sql.SQL("select count(*) from {} as rij where rij::text ~ {} or array[{}]::text[] && {}").format(
                    sql.Identifier(schema, table), sql.Literal(pattern), columns, sql.Literal(sorted(numbers))
                )
            ).fetchone()
            found[f"{schema}.{table}"] += int(row[0]) if row else 0
        row = connection.execute(
            "select count(*) from pg_stats where most_common_vals::text ~ %(p)s or histogram_bounds::text ~ %(p)s",
            {"p": pattern},
        ).fetchone()
        found["pg_stats"] += int(row[0]) if row else 0
    return +found


def traces_in_files(folder: Path, words: set[str]) -> list[str]:
    """Search every file in a folder, those inside archives too, for these words; returns which have one."""
    wanted = [word.encode() for word in words]
    found = []
    for path in sorted(folder.rglob("*")):
        if not path.is_file():
            continue
        parts = {path.name: path.read_bytes()}
        if zipfile.is_zipfile(path):
            with zipfile.ZipFile(path) as archive:
                parts |= {f"{path.name}/{name}": archive.read(name) for name in archive.namelist()}
        found += [name for name, content in parts.items() if any(word in content for word in wanted)]
    return found
