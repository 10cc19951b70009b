"""All parts of the kit in a real browser: light and dark, narrow and wide, by keyboard."""

from decimal import Decimal

import pytest
from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.template import engines
from django.urls import include, path

from foundation.pages import navigation
from foundation.pages.surroundings import Surroundings

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
GALLERY = """
{% extends "kit/base.html" %}
{% import "kit/parts.html" as parts %}
{% import "kit/forms.html" as forms %}
{% block title %}Gallery{% endblock %}
{% block main %}
{{ parts.crumbs([("Home", "/")]) }}
{% call parts.heading("Statements of the spring quarter", "What each payee earned") %}
{{ forms.button_link("Download", "/") }}{{ forms.button_link("New run", "/", "primary") }}
{% endcall %}
{{ parts.tabs(tabs, "Views") }}
{{ parts.facts([("Payable", due|money), ("Units", 120345|number), ("State", "Open")]) }}
<p>{% for tone in ("plain", "info", "success", "warning", "error") %}
{{ parts.badge("State " ~ tone, tone) }} {% endfor %}</p>
{% for tone in ("info", "success", "warning", "error") %}
{% call parts.notice(tone, "A notice") %}<p>Of tone {{ tone }}, with a <a href="/">link</a>.</p>
{% endcall %}{% endfor %}
<div class="card"><h2>Working</h2>{{ parts.tree(nodes) }}</div>
<div class="scrolls" tabindex="0" role="region" aria-label="Figures"><table>
<caption>Figures by work</caption>
<thead><tr><th scope="col" aria-sort="ascending"><a href="/">Work</a></th>
<th scope="col" class="figure">Units</th><th scope="col" class="figure">Earned</th></tr></thead>
<tbody>{% for n in range(6) %}
<tr><th scope="row"><a href="/">The long way to the harbour {{ n }}</a></th>
<td class="figure">{{ (1234 * n)|number }}</td><td class="figure">{{ due|money }}</td></tr>
{% endfor %}
</tbody></table></div>
{{ parts.progress("Rows read", 40, 100) }}
{{ parts.empty("No statements yet", "They come with a run.", forms.button_link("Start", "/")) }}
<form method="post" class="card">{{ shell.csrf() }}{{ forms.fields(form) }}
<div class="actions">{{ forms.button("Save") }}{{ forms.button("Reject", "danger") }}
{{ forms.button("Later", "secondary") }}{{ forms.button("Skip", "quiet") }}</div></form>
{% endblock %}
"""


class Question(forms.Form):
    """A form with every kind of field."""

    name = forms.CharField(help_text="As in the contract")
    note = forms.CharField(required=False, widget=forms.Textarea)
    sure = forms.BooleanField(label="I am sure")
    way = forms.ChoiceField(choices=[("a", "One"), ("b", "Two")], widget=forms.RadioSelect)
    kind = forms.ChoiceField(choices=[("a", "One"), ("b", "Two")])


class Tab:
    """A tab."""

    def __init__(self, label, count, current=False):
        self.label, self.count, self.current, self.url = label, count, current, "/"


LEAF = {"label": "Units sold", "value": "120", "children": []}


def gallery(request):
    """Show every part."""
    messages.success(request, "The run is posted.")
    request.surroundings = Surroundings("Ana Duarte", "Harbour Pictures")
    context = {
        "form": Question({"name": ""} if "wrong" in request.GET else None),
        "due": (Decimal("-1234.5"), "EUR"),
        "tabs": [Tab("Open", 12, current=True), Tab("Published", None)],
        "nodes": [{"label": "Earned", "value": "12.00 EUR", "children": [LEAF, LEAF]}],
    }
    return HttpResponse(engines["jinja2"].from_string(GALLERY).render(context, request))


urlpatterns = [path("", gallery, name="tests_gallery"), path("", include("config.urls"))]


@pytest.fixture
def gallery_shown(settings, monkeypatch):
    """Serve the gallery, with a menu."""
    settings.ROOT_URLCONF = __name__
    monkeypatch.setattr(navigation, "_items", {})
    for order, label in enumerate(("Home", "Statements", "Change requests")):
        monkeypatch.setitem(
            navigation._items, label, navigation.Item("tests_gallery", label, order=order)
        )
    navigation.add(navigation.Item("account_logout", "Sign out", place="person"))


@pytest.mark.parametrize(("width", "dark"), [(1280, True), (320, False)])
def test_every_part_is_clean_and_fits(gallery_shown, look, width, dark):
    eyes = look(width=width, dark=dark)
    eyes.open("/?wrong=1")
    assert eyes.violations() == []
    assert eyes.overflows() <= 0
    eyes.shoot(f"gallery-{width}-{'dark' if dark else 'light'}")


def test_the_check_itself_sees(gallery_shown, look):
    eyes = look()
    eyes.open("/")
    eyes.page.evaluate("document.querySelector('h1').append(new Image())")
    assert any(line.startswith("image-alt") for line in eyes.violations())


def test_text_may_be_twice_as_large(gallery_shown, look):
    eyes = look(width=640)
    eyes.open("/")
    eyes.page.evaluate("document.documentElement.style.setProperty('font-size', '200%')")
    assert eyes.overflows() <= 0


SPACED = """() => document.querySelectorAll("*").forEach((each) => {
    each.style.setProperty("line-height", "1.5");
    each.style.setProperty("letter-spacing", "0.12em");
    each.style.setProperty("word-spacing", "0.16em");
})"""


def test_text_may_be_spaced_as_readers_need_it(gallery_shown, look):
    eyes = look(width=320)
    eyes.open("/")
    eyes.page.evaluate(SPACED)
    assert eyes.overflows() <= 0
    eyes.shoot("gallery-spaced")


def test_the_skip_link_comes_first_and_leads_to_the_content(gallery_shown, look):
    eyes = look()
    eyes.open("/")
    eyes.page.keyboard.press("Tab")
    assert eyes.focused() == "Skip to content"
    eyes.page.keyboard.press("Enter")
    assert eyes.focused() == "main"


def test_a_forms_errors_take_the_focus_and_lead_to_the_fields(gallery_shown, look):
    eyes = look()
    eyes.open("/?wrong=1")
    assert eyes.focused() == "error-summary"
    eyes.page.keyboard.press("Tab")
    eyes.page.keyboard.press("Enter")
    assert eyes.focused() == "id_name"


def test_the_menu_opens_by_keyboard_on_a_narrow_screen(gallery_shown, look):
    eyes = look(width=320, scripts=False)
    eyes.open("/")
    link = eyes.page.get_by_role("link", name="Statements", exact=True)
    assert not link.is_visible()
    eyes.page.get_by_role("button", name="Menu").press("Enter")
    assert link.is_visible()


def test_an_open_menu_closes_on_escape_and_keeps_the_focus(gallery_shown, look):
    eyes = look()
    eyes.open("/")
    eyes.page.locator("summary", has_text="Ana Duarte").press("Enter")
    eyes.page.get_by_role("link", name="Sign out").wait_for(state="visible")
    eyes.page.keyboard.press("Escape")
    assert not eyes.page.get_by_role("link", name="Sign out").is_visible()
    assert eyes.focused() == "Ana Duarte"


def test_a_page_that_is_not_there_says_so(look):
    eyes = look()
    assert eyes.open("/nowhere") == 404
    assert eyes.violations() == []
    assert eyes.page.locator("h1").inner_text() == "There is nothing here"
