"""manage.py rights --org SLUG: who holds which right, by work, by holder or by territory."""

from argparse import ArgumentParser
from datetime import date
from typing import Any
from uuid import UUID

from django.core.management.base import CommandError
from django.utils import timezone

from catalog.selectors import works
from foundation.commands import TenantCommand
from rights.selectors import claims
from rights.selectors.claims import ClaimFound


class Command(TenantCommand):
    """Exit codes: 0 answered; 1 a word that nobody knows; 2 wrong usage."""

    help = "Show who holds which right: of a work, of a holder, or in a territory."

    def arguments(self, parser: ArgumentParser) -> None:
        """Take what is asked about, and when."""
        about = parser.add_mutually_exclusive_group()
        about.add_argument("--work", type=UUID, metavar="ID")
        about.add_argument("--holder", type=UUID, metavar="ID")
        parser.add_argument("--territory", metavar="EXPRESSION", help="such as DACH, or EU - IT")
        parser.add_argument("--right", metavar="CODE", help="a right type, such as mechanical")
        when = parser.add_mutually_exclusive_group()
        when.add_argument("--on", type=date.fromisoformat, help="the day (default: today)")
        when.add_argument("--always", action="store_true", help="whatever the day")
        parser.add_argument("--limit", type=int, default=claims.PAGE)

    def work(self, org: Any, options: dict[str, Any]) -> None:
        """Ask and answer."""
        on = None if options["always"] else options["on"] or timezone.localdate()
        right, territory, limit = options["right"], options["territory"], options["limit"]
        if options["work"]:
            found = claims.of_work(options["work"], right, territory, on=on)
        elif options["holder"]:
            found = claims.of_holder(options["holder"], right, territory, on=on, limit=limit)
        elif territory:
            found = claims.in_territory(territory, right, on=on, limit=limit)
        else:
            raise CommandError("Say --work, --holder or --territory.")
        titles = works.titles([one.work for one in found])
        if options["json"]:
            self.say({"on": on and on.isoformat(), "claims": [_told(one, titles) for one in found]})
            return
        for one in found:
            self.stdout.write(_line(one, titles))
        self.stdout.write(f"{len(found)} claims.")


def _told(one: ClaimFound, titles: dict[UUID, str]) -> dict[str, Any]:
    return {
        "claim": str(one.claim),
        "work": str(one.work),
        "title": titles.get(one.work, ""),
        "right_type": one.right_type,
        "rights": one.rights,
        "territory": one.territory,
        "written": one.written,
        "starts": one.starts and one.starts.isoformat(),
        "last_day": one.last_day and one.last_day.isoformat(),
        "source": one.source,
        "override_reason": one.override_reason,
        "shares": [
            {
                "holder": str(share.holder),
                "name": share.name,
                "parts": share.parts,
                "of": share.of,
                "percent": share.percent,
            }
            for share in one.shares
        ],
    }


def _line(one: ClaimFound, titles: dict[UUID, str]) -> str:
    shares = ", ".join(f"{share.name} {share.percent} %" for share in one.shares)
    window = f"{one.starts or '…'} – {one.last_day or '…'}"
    place = f"{one.rights} in {one.territory}, {window} ({one.source})"
    return f"{titles.get(one.work, one.work)}: {place}: {shares}"
