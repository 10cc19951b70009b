"""The words of the pages before signing in."""

import pytest
from django.test import Client
from django.urls import reverse

pytestmark = pytest.mark.django_db


def test_the_way_to_a_new_password_stands_once():
    shown = Client().get(reverse("account_login")).content.decode()
    assert shown.count(reverse("account_reset_password")) == 1
    assert shown.count("your password?") == 1


@pytest.mark.parametrize(
    "name", ["account_login", "account_request_login_code", "account_reset_password"]
)
def test_an_address_is_called_the_same_everywhere(name):
    shown = Client().get(reverse(name)).content.decode()
    assert ">E-mail</label>" in shown
    assert 'placeholder="E-mail address"' in shown
    assert "Email" not in shown
