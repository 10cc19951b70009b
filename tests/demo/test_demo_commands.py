"""The demo's commands: for demos alone, and never into a database with data."""

import pytest
from django.core.management import call_command

from accounts.models import Organisation
from demo.content import organisations
from demo.services import loading

pytestmark = pytest.mark.django_db


def test_outside_a_demo_nothing_is_loaded_or_told(settings):
    for name in ("load_demo", "demo_accounts"):
        with pytest.raises(loading.NoDemo):
            call_command(name)
    assert not Organisation.objects.exists()


def test_a_database_with_data_is_left_alone(settings, org, capsys):
    settings.DEMO = True
    call_command("load_demo", "--if-empty")
    assert "data already" in capsys.readouterr().out
    assert Organisation.objects.count() == 1


def test_the_sign_ins_are_printed(settings, capsys):
    settings.DEMO = True
    call_command("demo_accounts")
    told = capsys.readouterr().out
    assert "ana.analyst@meridian.example" in told
    assert organisations.PASSWORD in told
