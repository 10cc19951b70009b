"""The demo's mail page: what would have been sent, and only in a demo."""

import re
from uuid import uuid4

import pytest
from django.core.mail import EmailMessage
from django.test import Client
from django.urls import include, path

from accounts.views import mail

pytestmark = pytest.mark.django_db
urlpatterns = [
    path("mail/", mail.Mail.as_view(), name="mail"),
    path("mail/<uuid:pk>/", mail.OneMail.as_view(), name="mail_one"),
    path("", include("config.urls")),
]


@pytest.fixture
def demo(settings):
    """The addresses and the mail of a demo."""
    settings.ROOT_URLCONF = __name__
    settings.EMAIL_BACKEND = "foundation.mail.Keeping"


def test_what_a_demo_would_send_is_read_on_a_page(demo):
    client = Client()
    empty = client.get("/mail/").content
    assert b"No mail yet" in empty
    assert b"Demo only: anybody who reaches this server can read this mail" in empty
    text = "Your code is 1-2-3.\nOr open https://harbour.example/ now. <b>"
    EmailMessage("Your code", text, "us@harbour.example", ["ana@harbour.example"]).send()
    listed = client.get("/mail/?q=ana@harbour").content.decode()
    address = re.search(r'<th scope="row"><a href="(/mail/[^"]+/)">Your code</a>', listed).group(1)
    shown = client.get(address).content.decode()
    assert "Your code is 1-2-3." in shown
    assert "Demo only: anybody who reaches this server" in shown
    assert 'href="https://harbour.example/"' in shown
    assert "&lt;b&gt;" in shown
    assert client.get(f"/mail/{uuid4()}/").status_code == 404


def test_without_a_demo_there_is_no_such_page():
    assert Client().get("/mail/").status_code == 404
