"""manage.py exceptions --org SLUG [--decide KEY --work ID]: the queue."""

from argparse import ArgumentParser
from typing import Any
from uuid import UUID

from django.core.management.base import CommandError
from django.utils import timezone

from audit.actors import command
from catalog.selectors import works
from foundation.commands import TenantCommand
from royalties.selectors import exceptions as questions
from royalties.services import exceptions

SHOWN = 20


class Command(TenantCommand):
    """Exit codes: 0 done; 1 no such exception or work; 2 wrong usage."""

    help = "List the sales that nobody could match for certain, or decide which work one is."

    def arguments(self, parser: ArgumentParser) -> None:
        """Take a decision: an exception's key and a work's id or own code."""
        parser.add_argument("--decide", metavar="KEY", help="the exception to decide")
        parser.add_argument("--work", metavar="ID", help="the work it is: its id or own code")
        parser.add_argument("--reason", default="", help="why, for the record")
        parser.add_argument("--again", action="store_true", help="look for all works once more")
        parser.add_argument("--limit", type=_count, help="list at most so many")
        parser.add_argument("--undo", metavar="KEY", help="undo the decision on this key")

    def work(self, org: Any, options: dict[str, Any]) -> None:
        """Decide, if asked; then list what is open."""
        by, now = command("exceptions"), timezone.now()
        if bool(options["decide"]) != bool(options["work"]):
            raise CommandError("--decide KEY and --work ID go together.", returncode=2)
        if options["again"]:
            exceptions.match_again(by=by, at=now)
        if options["undo"]:
            rule = questions.rule_of(options["undo"])
            exceptions.undo(rule_id=rule, reason=options["reason"], by=by, at=now)
        if options["decide"]:
            work = _work(options["work"])
            exceptions.decide(
                key=options["decide"], work_id=work, by=by, at=now, reason=options["reason"]
            )
            if not options["json"]:
                title = works.titles([work])[work]
                self.stdout.write(f"Decided: {options['decide']} is {title}, here and from now on.")
        if options["json"]:
            self.say(questions.summary(limit=options["limit"]))
        else:
            self.stdout.write(_text(questions.summary(limit=options["limit"] or SHOWN)))


def _count(text: str) -> int:
    """Return a whole number above zero."""
    if not text.isdecimal() or not int(text):
        raise ValueError(text)
    return int(text)


def _work(named: str) -> UUID:
    """Return the id of a work named by its id or own code."""
    try:
        return UUID(named)
    except ValueError:
        found = works.by_codes([named]).get(named)
    if found is None:
        raise exceptions.NoWork(f"There is no work {named!r}. Give its id or own code.")
    return found


def _text(answer: dict[str, Any]) -> str:
    if not answer["open"]:
        return "No exceptions are open."
    sums = ", ".join(f"{each['amount']} {each['currency']}" for each in answer["totals"])
    said = [f"{answer['open']} exceptions are open, {sums} at stake."]
    for each in answer["items"]:
        numbers = " ".join(f"{kind} {value}" for kind, value in each["identifiers"].items())
        named = " · ".join(part for part in (each["title"], each["artist"], numbers) if part)
        said.append(f"{each['key']}  {each['amount']} {each['currency']}  {named}")
        lines = "1 line" if each["lines"] == 1 else f"{each['lines']} lines"
        said.append(f"    {each['doubt']} {lines}.")
        for like in each["suggestions"]:
            said.append(f"    {like['score']}  {like['code']}  {like['title']}")
    said.append("Decide one: --decide KEY --work CODE. KEY stands first in its line.")
    if len(answer["items"]) < answer["open"]:
        said.append(f"… and more: --limit {answer['open']} lists all.")
    return "\n".join(said)
