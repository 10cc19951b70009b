"""manage.py import_license FILE --org SLUG: enter a licence's document as a draft."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.utils import timezone

from accounts.selectors import people
from audit.actors import command
from foundation.api import bodies
from foundation.commands import TenantCommand
from kernel.errors import DomainError
from licenses.engine import wording
from licenses.services import drafts, signing


class DocumentUnreadable(DomainError):
    """A file that is no JSON object; ``extra`` names the file."""

    code = "file_unreadable"
    status = 422


class Command(TenantCommand):
    """Exit codes: 0 entered; 1 the document is no licence, or is refused; 2 wrong usage."""

    help = "Enter a licence's document as the draft of its next version."

    def arguments(self, parser: ArgumentParser) -> None:
        """Take the file, and whether its signature is asked for."""
        parser.add_argument("file", type=Path, metavar="LICENCE.json")
        parser.add_argument("--ask", metavar="REASON", help="ask for its signature, with a reason")
        parser.add_argument("--by", metavar="EMAIL", help="who asks: somebody who enters licences")
        parser.add_argument(
            "--breach", default="", metavar="WHY", help="why it is signed whatever is in the way"
        )

    def work(self, org: Any, options: dict[str, Any]) -> None:
        """Enter it; say what it comes to and what stands in its way."""
        now = timezone.now()
        entered = drafts.enter(
            document=document(options["file"]), by=command("import_license"), at=now
        )
        version = entered.version
        asked = None
        if options["ask"]:
            asked = signing.ask(
                license=version.license,
                reason=options["ask"],
                breach=options["breach"],
                by=people.by_email(options["by"] or ""),
                at=now,
            )
        words = list(dict.fromkeys(one.words for one in entered.obstacles))
        if options["json"]:
            self.say(
                {
                    "license": version.license.code,
                    "id": str(version.license_id),
                    "version": version.number,
                    "sha256": version.sha256,
                    "change_request": str(asked.pk) if asked else None,
                    "terms": wording.lines(drafts.terms_of(version)),
                    "in_the_way": words,
                }
            )
            return
        self.stdout.write(
            f"Licence {version.license.code}, version {version.number}, entered as draft."
        )
        for each in words:
            self.stdout.write(f"  in the way: {each}")
        if asked:
            self.stdout.write(f"Its signature waits for approval at /changes/{asked.pk}/.")


def document(path: Path) -> dict[str, Any]:
    """Return the JSON object in a file. Raises DocumentUnreadable."""
    try:
        found = bodies.parse(path.read_bytes())
    except OSError as error:
        raise DocumentUnreadable(f"{path} can't be read: {error}.", file=path.name) from error
    except DomainError as error:
        raise DocumentUnreadable(f"{path}: {error.detail}", file=path.name) from error
    if not isinstance(found, dict):
        raise DocumentUnreadable(f"{path} must hold one JSON object {{ … }}.", file=path.name)
    return found
