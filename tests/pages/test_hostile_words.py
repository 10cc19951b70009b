"""Whatever people and files may have written stays text: pages, files, and in a real browser (U7).

As the database's superuser, markup that is a formula too is put before every text that a person or
a file can fill; a new column joins by itself unless its name says that machines write it.
"""

import csv
import io
import json
import re
from urllib.parse import urlsplit

import psycopg
import pytest
from django.apps import apps
from django.db import models
from django.test import Client
from psycopg import sql

from tests import crawl, factories
from tests.pages import renderings
from tests.pages.test_every_rendering import Sessions

pytestmark = [
    pytest.mark.browser,
    pytest.mark.assurance,
    pytest.mark.django_db(transaction=True),
]
MARK = "<i data-canary onfocus=alert(1) autofocus tabindex=0>"
LONG = f"=1+1\"'>{MARK}<script>alert(2)</script>{{{{7*7}}}} שלום 🎻 Ødegård "
SHORT = f"={MARK}"
OURS = ("accounts", "audit", "catalog", "foundation", "holders", "integrations", "notifications",
        "rights", "royalties", "territories", "licenses")  # fmt: skip
# Written by machines, or held to a form before they are stored: keys, codes, hashes, numbers.
MACHINE = re.compile(
    r"code|kind|key|key_id|\w*_key|sha256|\w*_hash|currency|period|zone|locale|country|state|dedupe"
    r"|media_type|task|actor_kind|subject_kind|auth_level|request_id|list|query|address|topic|email"
    r"|password|client_id|slug|role|ipi|isni|value|number|profile|fingerprint|how|isrc|iswc|upc|own"
    r"|basis|family|alpha_3|expression|territory|territories|reference|pivot|payee|work|category"
    r"|target|head|url|sender|written"
)
LEAVES = {"title", "name", "note", "artist", "file", "reason", "description", "label"}
FORMULA = re.compile(r"\s*[=+@\t\r-]")
NUMBER = re.compile(r"-?[0-9.]+")


def columns():
    """Yield table, column, longest text and whether it is JSON, of what people and files fill."""
    for model in apps.get_models():
        if model._meta.app_label not in OURS or model._meta.proxy:
            continue
        for field in model._meta.local_concrete_fields:
            table, column = model._meta.db_table, field.column
            if isinstance(field, models.JSONField):
                yield table, column, None, True
            elif (
                isinstance(field, (models.CharField, models.TextField))
                and not field.choices
                and not MACHINE.fullmatch(field.name)
            ):
                yield table, column, field.max_length, False


def plant(link):
    """Write the canary into every such column that takes it; return the columns that hold it."""
    holding = set()
    link.execute("SET session_replication_role = replica")
    for table, column, longest, inside in columns():
        names = {"t": sql.Identifier(table), "c": sql.Identifier(column)}
        try:
            if inside:
                done = _inside(link, names)
            else:
                text = SHORT if longest and longest < 200 else LONG
                statement = "UPDATE {t} SET {c} = left(%s || {c}, %s) WHERE {c} <> ''"
                if longest and longest < len(SHORT):
                    continue
                done = link.execute(
                    sql.SQL(statement).format(**names), [text, longest or 10_000]
                ).rowcount
        except psycopg.errors.IntegrityError:
            continue  # the database itself refuses it
        if done:
            holding.add(f"{table}.{column}")
    link.execute("RESET session_replication_role")
    return holding


def _inside(link, names):
    rows = link.execute(
        sql.SQL("SELECT DISTINCT {c}::text FROM {t} WHERE {c} IS NOT NULL LIMIT 2000").format(
            **names
        )
    )
    done = 0
    for (old,) in rows.fetchall():
        new = json.dumps(_marked(json.loads(old)))
        if json.loads(new) != json.loads(old):
            update = "UPDATE {t} SET {c} = %s::jsonb WHERE {c} = %s::jsonb"
            done += link.execute(sql.SQL(update).format(**names), [new, old]).rowcount
    return done


def _marked(value):
    if isinstance(value, list):
        return [_marked(each) for each in value]
    if isinstance(value, dict):
        return {
            key: SHORT + each if key in LEAVES and isinstance(each, str) else _marked(each)
            for key, each in value.items()
        }
    return value


def faults(address, answer):
    """Return what an answer lets through."""
    told, kind = crawl.text(answer), answer.headers.get("Content-Type", "")
    if answer.status_code >= 500:
        return [f"{answer.status_code}: {address}"]
    if "html" in kind and MARK in told:
        return [f"markup: {address}: {told[max(0, told.index(MARK) - 80) :][:160]!r}"]
    if "�" in told or "Ã" in told:
        return [f"letters lost: {address}"]
    if "csv" in kind:
        return [
            f"formula: {address}: {cell!r}"
            for row in csv.reader(io.StringIO(told.removeprefix("\ufeff")))
            for cell in row
            if FORMULA.match(cell) and not NUMBER.fullmatch(cell)
        ][:3]
    if "spreadsheetml" in kind and re.search(r"<f[ >]|<i data-canary", told):
        return [f"formula or markup: {address}"]
    return []


def test_what_people_and_files_wrote_is_text_everywhere(
    look, settings, harbour, superuser, tmp_path
):
    settings.KEY_DIR, settings.FILE_DIR = tmp_path / "keys", tmp_path / "files"
    people = renderings.demo()
    holding = plant(superuser)
    wrong, pages, kinds, shown = [], {}, set(), 0
    for role in renderings.ROLES:
        client = factories.sign_in(Client(raise_request_exception=False), people[role])
        for name, address, answer in crawl.walk(client, each=1):
            wrong += faults(address, answer)
            kind = answer.headers.get("Content-Type", "").split(";")[0]
            kinds.add(kind)
            asked = bool(urlsplit(address).query)
            if kind == "text/html" and answer.status_code == 200:
                if b"&lt;i data-canary" in answer.content:  # elsewhere there is nothing to run
                    shown += 1
                    one = renderings.Rendering(name, people[role], address)
                    pages.setdefault((name, asked), one)
    sessions, heard = Sessions(look), set()

    def ran(dialog):
        wrong.append(f"ran: {dialog.message}")
        dialog.dismiss()

    for one in pages.values():
        if one.person.pk not in heard:
            heard.add(one.person.pk)
            sessions.of(one.person).page.on("dialog", ran)
        eyes, _ = sessions.show(one)
        if eyes.page.locator("[data-canary]").count():
            wrong.append(f"made an element: {one}")
    assert not wrong, "\n" + "\n".join(dict.fromkeys(wrong))
    assert len(holding) >= 30
    assert shown >= 50
    assert {"text/csv", "text/html"} <= kinds
