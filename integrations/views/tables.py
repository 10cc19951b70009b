"""Tables of works and holders: the list, one from upload to result, what is there as a table."""

import io
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.db.models.fields.json import KeyTransform
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from accounts.doors import Obstacle
from accounts.policies import can
from accounts.selectors import people
from accounts.views.base import Page, refuse
from foundation.exports.writers import TYPES
from foundation.models import Job
from foundation.pages import fragments
from foundation.pages.tables import Choice, Column, Table
from foundation.storage import responses
from integrations import permissions
from integrations.forms import TableForm, TableMapForm, TakeBackForm
from integrations.models import TableImport
from integrations.services import tables
from integrations.services.comparing import previewed
from integrations.targets import TARGETS, Target
from integrations.views.imports import PROGRAM
from integrations.views.wizard import received
from kernel.errors import DomainError

State = TableImport.State
TONES = {
    State.MAPPED: "info",
    State.CHECKED: "warning",
    State.TAKEN: "success",
    State.REVERSED: "plain",
}
FIGURES = ("rows", "new", "changed", "same", "wrong")
SHOWN = 100
LONGEST = 120  # of a value that a finding shows whole
# What is wrong with a row as a whole: no other value of one column would mend it.
OF_ROWS = {"row_twice", "id_unknown", "changed_meanwhile", "field_fixed", "taken"}


class Tables(Table):
    """Tables that came in."""

    caption = "Table imports"
    noun = ("table", "tables")
    start = "-begun"
    columns = (
        Column("file", "File", "file_name", sort="file_name", link="table"),
        Column("target", "Holds", lambda row: TARGETS[row.target].label, sort="target"),
        Column(
            "state",
            "State",
            lambda row: (State(row.state).label, TONES[row.state]),
            kind="badge",
            sort="state",
        ),
        *(Column(name, name.capitalize(), name, kind="number") for name in FIGURES),
        Column("by", "By", lambda row: row.by),
        Column("begun", "Begun", "begun_at", kind="moment", sort="begun_at"),
    )
    fields = ("file_name", "target", "state", "begun_by", "begun_at", *FIGURES)
    search = ("file_name",)
    search_label = "Search file"
    filters = (
        Choice("state", "State", State.choices, lambda value: Q(state=value)),
        Choice(
            "target",
            "Holds",
            [(each.name, each.label) for each in TARGETS.values()],
            lambda value: Q(target=value),
        ),
    )
    nothing = (
        "No tables yet",
        "Works and holders come in as CSV or XLSX: you see what is new and what changes first.",
    )

    def complete(self, rows: Any) -> None:
        """Name people."""
        names = people.names_of(row.begun_by for row in rows)
        for row in rows:
            row.by = names.get(row.begun_by, PROGRAM)


class List(Page):
    """All tables that came in."""

    permission = permissions.TABLE_IMPORT

    def get(self, request: HttpRequest) -> HttpResponse:
        """List them."""
        figures = {name: KeyTransform(name, "figures") for name in FIGURES}
        table = Tables(self.rows(TableImport.objects.all()).annotate(**figures), request)
        context = {"table": table, "targets": mine(self)}
        return fragments.page(request, "integrations/tables.html", context, block="list")


def mine(page: Page) -> list[Target]:
    """Return the targets that a page's person may edit."""
    return [each for each in TARGETS.values() if can(page.person, each.permission)]


class New(Page):
    """Bring a table."""

    permission = permissions.TABLE_IMPORT

    def get(self, request: HttpRequest) -> HttpResponse:
        """Show the form."""
        return self.show(request, TableForm(mine(self)))

    def post(self, request: HttpRequest) -> HttpResponse:
        """Keep the table and look at it."""
        form = TableForm(mine(self), request.POST, request.FILES)
        if not form.is_valid():
            return self.show(request, form, status=422)
        try:
            with received(form, self.person) as (source, name):
                row = tables.begin(
                    target=form.cleaned_data["target"],
                    source=source,
                    name=name,
                    by=self.person,
                    at=timezone.now(),
                    encoding=form.cleaned_data["encoding"],
                )
        except DomainError as refusal:
            form.add_error("file", refusal.detail)
            return self.show(request, form, status=refusal.status)
        return redirect("table_map", pk=row.pk)

    def show(self, request: HttpRequest, form: TableForm, *, status: int = 200) -> HttpResponse:
        """Show the form."""
        context = {"form": form, "targets": mine(self)}
        return render(request, "integrations/table_new.html", context, status=status)


class Standing(Page):
    """What is there as a table with id and version, to be changed and brought back."""

    permission = permissions.TABLE_IMPORT

    def get(self, request: HttpRequest) -> HttpResponse:
        """Write it; ``of`` names the target, ``as`` the kind of file."""
        found = TARGETS.get(request.GET.get("of", ""))
        if found is None or not can(self.person, found.permission):
            raise Http404
        kind = "xlsx" if request.GET.get("as") == "xlsx" else "csv"
        out = io.BytesIO()
        tables.standing(found, out, kind)
        return responses.attached(
            out.getvalue(), name=f"{found.name}.{kind}", media_type=TYPES[kind]
        )


class TablePage(Page):
    """A page of one table; who may not edit what it holds gets 403."""

    permission = permissions.TABLE_IMPORT

    def found(self, pk: UUID) -> TableImport:
        """Return the table within reach."""
        row = self.one(TableImport.objects.select_related("plan_file").defer("keys"), pk)
        if not can(self.person, TARGETS[row.target].permission):
            refuse(self.request, Obstacle.FORBIDDEN)
            raise PermissionDenied
        return row

    def show(
        self, row: TableImport, template: str, *, status: int = 200, block: str = "", **more: Any
    ) -> HttpResponse:
        """Render a page of the table."""
        context = {
            "row": row,
            "target": TARGETS[row.target],
            "words": State(row.state).label,
            "tone": TONES[State(row.state)],
            "counted": row.counted(),
            **more,
        }
        if block:
            return fragments.page(self.request, template, context, block=block, status=status)
        return render(self.request, template, context, status=status)


class Map(TablePage):
    """Which column feeds which field."""

    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """Show it."""
        row = self.found(pk)
        return self.look(row, TableMapForm(row), row.mapping)

    def post(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """Keep the mapping and check every row; or look what it makes of the first ones."""
        row = self.found(pk)
        form = TableMapForm(row, request.POST)
        if not form.is_valid():
            return self.look(row, form, row.mapping, status=422)
        if "look" in request.POST:
            return self.look(row, form, form.cleaned_data)
        tables.map(table_id=row.pk, mapping=form.cleaned_data, by=self.person, at=timezone.now())
        return redirect("table", pk=pk)

    def look(
        self, row: TableImport, form: TableMapForm, mapping: Mapping[str, str], *, status: int = 200
    ) -> HttpResponse:
        """Show the columns, and the first rows as the file has them beside what is read of them."""
        target, mapping = TARGETS[row.target], {f: h for f, h in mapping.items() if h}
        rows = [
            (int(number), dict(zip(row.detection["headings"], cells, strict=False)))
            for number, *cells in row.detection["raw"]
        ]
        return self.show(
            row,
            "integrations/table_map.html",
            form=form,
            preview=previewed(target, mapping, rows, tables.rules(row)),
            read=[each for each in target.fields if each.name in mapping],
            tones={"new": "success", "changed": "info", "same": "plain", "wrong": "error"},
            status=status,
        )


class One(TablePage):
    """One table: how far it is, what is new, what changes, what is wrong."""

    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """Show it."""
        row = self.found(pk)
        changes = tables.plan(row)
        names = {each.name: each.label for each in TARGETS[row.target].fields}
        changed = [each for each in changes if each.before is not None]
        groups = [{"group": group} for group in row.findings.get("groups", [])]
        columns = set(row.mapping.values())
        settled = [
            each["group"]
            for each in groups
            if each["group"]["outcome"] == "rejected"
            and each["group"]["column"] in columns
            and each["group"]["code"] not in OF_ROWS
            and len(each["group"]["value"]) < LONGEST
        ]
        return self.show(
            row,
            "integrations/table.html",
            block="state",
            job=Job.objects.filter(pk=row.job_id).first() if row.job_id else None,
            by=people.name_of(row.begun_by) or PROGRAM,
            names=names,
            new=[each for each in changes if each.before is None][:SHOWN],
            changed=[(each, _differences(each, names)) for each in changed[:SHOWN]],
            groups=groups[:50],
            errors=row.findings.get("errors", [])[:SHOWN],
            settled=settled[:20] if row.state == State.CHECKED else [],
            rules=tables.rules(row),
            **({} if fragments.wanted(request) else self.happened(row)),
        )


def _differences(change: Any, names: dict[str, str]) -> list[tuple[str, str, str]]:
    """Return label, value before and value after of each field that changes."""
    return [
        (label, change.before[name], change.after[name])
        for name, label in names.items()
        if change.before[name] != change.after[name]
    ]


class Settle(TablePage):
    """Say what one value stands for in all its rows, or take that back."""

    http_method_names = ("post",)

    def post(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """Keep it and check every row again."""
        row, told = self.found(pk), request.POST
        try:
            tables.settle(
                table_id=row.pk,
                column=told.get("column", "")[:500],
                value=told.get("value", "")[:500],
                meaning=told.get("meaning", ""),
                by=self.person,
                at=timezone.now(),
            )
        except DomainError as refusal:
            messages.error(request, refusal.detail)
        return redirect("table", pk=pk)


class Take(TablePage):
    """Make and change what the check found."""

    http_method_names = ("post",)

    def post(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """Ask for it."""
        tables.take(table_id=self.found(pk).pk, by=self.person, at=timezone.now())
        return redirect("table", pk=pk)


class TakeBack(TablePage):
    """Take away what the table made, change back what it changed."""

    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """Show what it would do."""
        return self.ask(self.found(pk), TakeBackForm())

    def post(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """Do it."""
        row, form = self.found(pk), TakeBackForm(request.POST)
        if not form.is_valid():
            return self.ask(row, form, status=422)
        try:
            tables.give_back(
                table_id=row.pk,
                reason=form.cleaned_data["reason"],
                by=self.person,
                at=timezone.now(),
            )
        except DomainError as refusal:
            return self.ask(row, form, problem=refusal.detail, status=refusal.status)
        messages.success(request, f"{row.file_name} is taken back.")
        return redirect("table", pk=pk)

    def ask(
        self, row: TableImport, form: TakeBackForm, *, problem: str = "", status: int = 200
    ) -> HttpResponse:
        """Ask whether to go on."""
        template = "integrations/table_take_back.html"
        return self.show(row, template, form=form, problem=problem, status=status)


class Errors(TablePage):
    """The wrong rows, led by what is wrong."""

    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """Write them."""
        row = self.found(pk)
        if row.plan_file is None:
            raise Http404
        return responses.attached(
            tables.errors_csv(row), name="errors.csv", media_type="text/csv; charset=utf-8"
        )
