"""manage.py avails --org SLUG: what is free to license, with the proof of each no."""

from argparse import ArgumentParser
from datetime import date
from typing import Any
from uuid import UUID

from django.utils import timezone

from catalog.selectors import works
from foundation.commands import TenantCommand
from rights.engine.asked import Match
from rights.selectors import avails
from rights.selectors.avails import BATCH, Terms, Title, UnknownWork
from rights.telling import told


class Command(TenantCommand):
    """Exit codes: 0 answered; 1 a word or a work that nobody knows; 2 wrong usage."""

    help = "Show which works are free for rights, territories and dates, and what is in the way."

    def arguments(self, parser: ArgumentParser) -> None:
        """Take the question."""
        parser.add_argument("--right", action="append", required=True, metavar="CODE")
        parser.add_argument("--territory", required=True, metavar="EXPRESSION")
        parser.add_argument("--from", dest="first", type=date.fromisoformat, metavar="DAY")
        parser.add_argument("--to", dest="last", type=date.fromisoformat, metavar="DAY")
        parser.add_argument("--exclusive", action="store_true")
        parser.add_argument("--match", choices=[one.value for one in Match], default="covers")
        parser.add_argument("--days", type=int, default=1, help="in a row, for --match at_least")
        parser.add_argument("--language", action="append", default=[], metavar="CODE")
        parser.add_argument("--work", action="append", default=[], type=UUID, metavar="ID")

    def work(self, org: Any, options: dict[str, Any]) -> None:
        """Ask about the works named, or about all that aren't retired."""
        terms = Terms(
            tuple(options["right"]),
            options["territory"],
            options["first"],
            options["last"],
            options["exclusive"],
            Match(options["match"]),
            options["days"],
            tuple(options["language"]),
        )
        asked = avails.question(terms, today=timezone.localdate())
        found: list[Title] = []
        for ids in _batches(options["work"]):
            found += avails.of_works(ids, asked, languages=terms.languages)
        if options["json"]:
            self.say({"results": [told(one) for one in found]})
            return
        titles = works.titles([one.work for one in found])
        for one in found:
            self.stdout.write(_line(one, titles))
        free = sum(1 for one in found if one.answer.verdict == "yes")
        self.stdout.write(f"{free} of {len(found)} works are free.")


def _batches(wanted: list[UUID]) -> list[list[UUID]]:
    if wanted:
        known = works.titles(wanted)
        if missing := [one for one in wanted if one not in known]:
            raise UnknownWork.among(missing)
        return [list(dict.fromkeys(wanted))]
    batches: list[list[UUID]] = []
    while batch := works.live_after(batches[-1][-1] if batches else None, BATCH):
        batches.append(batch)
    return batches


def _line(one: Title, titles: dict[UUID, str]) -> str:
    words = told(one)
    reasons = [
        f"{each['code']} {each['clause']} in {each['territory']}, "
        f"{each['from'] or '…'} – {each['to'] or '…'}"
        for each in words["blocking"]
        if each["needed"]
    ]
    best = [way["words"] for way in words["ways_out"][:1]]
    parts = [f"{titles.get(one.work, one.work)}: {one.answer.verdict}", *reasons]
    return "; ".join(parts) + (f" (way out: {best[0]})" if best else "")
