"""What deeds lean on: locks in one order, hooks behind the wall, commands that answer programs."""

import json
import threading
from uuid import uuid4

import pytest
from celery import shared_task
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from accounts.models import Organisation
from accounts.selectors.organisations import UnknownOrganisation
from foundation import tenancy
from foundation.commands import TenantCommand
from foundation.locks import RowGone, lock_for_change
from foundation.models import IdempotencyKey, StoredFile
from foundation.tasks import TenantTask
from foundation.tenancy import current_org, tenant_atomic

pytestmark = pytest.mark.django_db


def answer(**fields):
    """Write one row."""
    row = {"key": str(uuid4()), "caller_id": uuid4(), "status": 200, "body": b""}
    saved = IdempotencyKey(**row, created_at=timezone.now(), **fields)
    saved.save()
    return saved


def file():
    """Write one row of another table."""
    row = {"sha256": uuid4().hex, "size": 1, "wrapped_key": b"k", "created_at": timezone.now()}
    saved = StoredFile(**row)
    saved.save()
    return saved


def test_rows_are_locked_by_table_then_by_id(in_org):
    one, two, stored = answer(), answer(), file()
    locked = lock_for_change(stored, two, (IdempotencyKey, [one.id]))
    assert locked == [*sorted([one, two], key=lambda row: row.id), stored]


def test_a_row_that_is_gone_is_said(in_org):
    one = answer()
    with pytest.raises(RowGone):
        lock_for_change(one, (IdempotencyKey, [uuid4()]))


@pytest.mark.django_db(transaction=True)
def test_two_deeds_that_name_rows_the_other_way_round_do_not_deadlock():
    org = Organisation.objects.create(slug="harbour", name="Harbour").id
    with tenant_atomic(org):
        rows = [answer() for _ in range(4)]
    troubles = []

    def deed(order):
        try:
            for _ in range(30):
                with tenant_atomic(org):
                    lock_for_change(*order)
        except Exception as trouble:
            troubles.append(trouble)
        finally:
            connection.close()

    threads = [threading.Thread(target=deed, args=(each,)) for each in (rows, rows[::-1])]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert troubles == []


def test_a_hook_on_commit_works_for_the_same_organisation(org, django_capture_on_commit_callbacks):
    seen = []
    with django_capture_on_commit_callbacks(execute=True), tenant_atomic(org.id):
        tenancy.on_commit(lambda: seen.append(current_org()))
        assert seen == []
    assert seen == [org.id]


def test_what_is_kept_of_a_refusal_survives_the_rollback(org):
    def keep():
        tenancy.afterwards(lambda: answer(request_hash="refused"))
        answer(request_hash="lost")
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError), tenant_atomic(org.id):
        keep()
    with tenant_atomic(org.id):
        kept = list(IdempotencyKey.objects.values_list("request_hash", flat=True))
    assert kept == ["refused"]


class Echo(TenantCommand):
    """Answers with the organisation that is set."""

    def work(self, org, options):
        """Say it."""
        if not options["json"]:
            raise UnknownOrganisation("Only in JSON.", org=org.slug)
        self.say({"org": org.slug, "set": str(current_org())})


def test_a_command_works_inside_its_organisation(org, capsys):
    call_command(Echo(), "--org", "harbour", "--json")
    assert json.loads(capsys.readouterr().out) == {"org": "harbour", "set": str(org.id)}
    assert current_org() is None


def test_a_domain_error_ends_a_command_with_a_problem_document(org, capsys):
    with pytest.raises(SystemExit) as ended:
        Echo().run_from_argv(["manage.py", "echo", "--org", "harbour"])
    assert ended.value.code == 1
    problem = json.loads(capsys.readouterr().err)
    assert (problem["code"], problem["org"]) == ("unknown_organisation", "harbour")


def test_a_command_without_its_organisation_is_used_wrongly(capsys):
    with pytest.raises(SystemExit) as ended:
        Echo().run_from_argv(["manage.py", "echo"])
    assert ended.value.code == 2


@shared_task(base=TenantTask)
def where():
    """Answer with the organisation that is set."""
    return current_org()


def test_a_task_runs_inside_its_organisation(org):
    assert where(org_id=str(org.id)) == org.id


def test_flush_is_for_demos(settings):
    settings.MAY_FLUSH = False
    with pytest.raises(CommandError, match="demo"):
        call_command("flush", interactive=False)
