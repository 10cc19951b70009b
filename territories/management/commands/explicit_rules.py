"""manage.py explicit_rules --org SLUG: where explicit content may not be shown, and own rules."""

from argparse import ArgumentParser
from dataclasses import asdict
from datetime import date
from typing import Any
from uuid import UUID

from django.utils import timezone

from audit import actors
from foundation.commands import TenantCommand
from kernel.period import Period
from territories.selectors import explicit as questions
from territories.services import explicit
from territories.services.explicit import BadExplicitRule


class Command(TenantCommand):
    """Exit codes: 0 done; 1 a word that nobody knows, or no such rule; 2 wrong usage."""

    help = "List the rules on explicit content; lay down an own one, or withdraw it."

    def arguments(self, parser: ArgumentParser) -> None:
        """Take a deed, or none for the list."""
        deed = parser.add_mutually_exclusive_group()
        deed.add_argument("--forbid", metavar="EXPRESSION", help="no explicit content there")
        deed.add_argument("--allow", metavar="EXPRESSION", help="public rules don't hold there")
        deed.add_argument("--withdraw", type=UUID, metavar="ID", help="end an own rule")
        parser.add_argument("--from", dest="first", type=date.fromisoformat, metavar="DAY")
        parser.add_argument("--to", dest="last", type=date.fromisoformat, metavar="DAY")
        parser.add_argument("--basis", default="", help="what it rests on, or why it ends")

    def work(self, org: Any, options: dict[str, Any]) -> None:
        """Do the deed, if one is asked for; list the rules."""
        actor, now = actors.command("explicit_rules"), timezone.now()
        words = options["forbid"] or options["allow"]
        if words:
            explicit.lay_down(
                expression=words,
                forbids=bool(options["forbid"]),
                period=_period(options["first"], options["last"]),
                basis=options["basis"],
                actor=actor,
                at=now,
            )
        elif options["withdraw"]:
            explicit.withdraw(
                rule_id=options["withdraw"], reason=options["basis"], actor=actor, at=now
            )
        found = [_told(rule) for rule in questions.known().rules]
        if options["json"]:
            self.say({"rules": found})
            return
        for one in found:
            verb = "forbidden" if one["forbids"] else "allowed"
            whose = one["id"] if one["own"] else "public"
            days = f"{one['from'] or '…'} – {one['to'] or '…'}"
            self.stdout.write(f"{one['territory']}: {verb}, {days} ({whose}; {one['basis']})")


def _period(first: date | None, last: date | None) -> Period | None:
    if first is None and last is None:
        return None
    if first and last and last < first:
        raise BadExplicitRule(f"The last day, {last}, is before the first, {first}.")
    if first is None:
        raise BadExplicitRule("Say from which day the rule holds, too: --from DAY.")
    return Period.inclusive(first, last)


def _told(rule: questions.Rule) -> dict[str, Any]:
    said = asdict(rule)
    first, last = said.pop("starts"), Period(rule.starts or date.min, rule.ends).last_day
    return {
        **said,
        "id": str(rule.id),
        "territory": said.pop("expression"),
        "from": first and first.isoformat(),
        "to": last and last.isoformat(),
    }
