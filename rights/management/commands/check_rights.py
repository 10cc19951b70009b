"""manage.py check_rights WORK --org SLUG: may a work be shown, and if not, why."""

from argparse import ArgumentParser
from datetime import date
from typing import Any
from uuid import UUID

from django.utils import timezone

from catalog.selectors import works
from foundation.commands import TenantCommand
from rights.gate_words import told
from rights.selectors import gate
from rights.selectors.avails import UnknownWork
from rights.selectors.gate_questions import Question


class Command(TenantCommand):
    """Exit codes: 0 answered, yes or no; 1 a word or a work that nobody knows; 2 wrong usage."""

    help = "Ask the gate whether a work may be shown under a right, in a territory, on a day."

    def arguments(self, parser: ArgumentParser) -> None:
        """Take the question."""
        parser.add_argument("work", type=UUID, metavar="WORK")
        parser.add_argument("--right", required=True, metavar="CODE")
        parser.add_argument(
            "--territory", required=True, metavar="EXPRESSION", help="UNKNOWN: nobody knows where"
        )
        parser.add_argument("--on", type=date.fromisoformat, metavar="DAY", help="today, if not")

    def work(self, org: Any, options: dict[str, Any]) -> None:
        """Ask, and say what was decided."""
        work: UUID = options["work"]
        if work not in works.titles([work]):
            raise UnknownWork(f"There is no work {work} here. Look it up in the list of works.")
        question = Question(work, options["right"], options["territory"], options["on"])
        [decision] = gate.decide([question], now=timezone.now())
        answer = told(decision)
        if options["json"]:
            self.say(answer)
            return
        self.stdout.write("allowed" if answer["allowed"] else "not allowed")
        for each in answer["reasons"]:
            clause = f" ({each['clause']})" if each["clause"] else ""
            self.stdout.write(f"{each['code']}: {each['detail']}{clause}")
