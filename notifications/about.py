"""The topics of the product: whom each concerns and what it says."""

from collections.abc import Iterable
from uuid import UUID

from django.urls import reverse

from accounts import changes as kinds
from accounts import permissions
from accounts.selectors import access, changes, people
from audit.services.deliveries import Notice
from holders.selectors import holders
from licenses import permissions as licenses
from licenses.selectors import told as told_of_licenses
from notifications import topics
from notifications.models.notices import Mail
from notifications.topics import FYI, NEEDS_YOU, Message, Topic
from rights.permissions import CLAIM_VIEW, CONFLICT_ASK
from rights.selectors import conflicts
from royalties import permissions as royalties
from royalties.selectors import publishing, questions, runs


def _approvers(notice: Notice) -> Iterable[UUID]:
    found = changes.shown().filter(pk=notice.subject_id).first()
    if found is None:
        return ()
    return access.people_with(kinds.kind(found.kind).approve) - {found.maker_id}


def _asked(notice: Notice) -> Message | None:
    found = changes.shown().filter(pk=notice.subject_id, state="pending").first()
    if found is None:
        return None
    about = changes.names_of([found])[found.pk]
    label = kinds.kind(found.kind).label
    text = f"{found.maker} asks for your approval: {label}{': ' + about if about else ''}"
    return Message(text, reverse("change", args=[found.pk]))


def _maker(notice: Notice) -> Iterable[UUID]:
    made = changes.shown().filter(pk=notice.subject_id).values_list("maker_id", flat=True)
    return set(made) - {notice.actor_id}


def _decided(notice: Notice) -> Message | None:
    found = changes.shown().filter(pk=notice.subject_id).first()
    if found is None:
        return None
    about = changes.names_of([found])[found.pk] or kinds.kind(found.kind).label
    word = "approved and done" if notice.code.endswith("applied") else "rejected"
    return Message(f"Your change was {word}: {about}", reverse("change", args=[found.pk]))


def _unmatched(notice: Notice) -> Message:
    count = int(notice.data["keys"])
    waits = "1 title waits" if count == 1 else f"{count:,} titles wait"
    return Message(f"An import came in: {waits} for a decision", reverse("exceptions"))


def _posted(notice: Notice) -> Message:
    run = runs.by_id(notice.subject_id)
    return Message(f"The royalty run of {run.period} was posted", reverse("statements"))


def _published(notice: Notice) -> Message:
    text = f"Statement {notice.data['number']} for {notice.data['period']} is there"
    return Message(text, reverse("statement", args=[notice.data["statement"]]))


def _due(notice: Notice) -> Message | None:
    day = publishing.by_id(notice.subject_id)
    if day is None:
        return None
    text = f"The statements of {day.period} are published on {day.publish_on:%Y-%m-%d}"
    return Message(f"{text}: hold back what isn't ready", reverse("publish_calendar"))


def _question(notice: Notice) -> Message | None:
    found = questions.concerned(notice.subject_id)
    if found is None or found.state != "open":
        return None
    text = f"A question about statement {found.number} waits for an answer"
    return Message(text, reverse("question", args=[notice.subject_id]))


def _asker(notice: Notice) -> Iterable[UUID]:
    found = questions.concerned(notice.subject_id)
    if found is None:
        return ()
    return ({found.author} & holders.people_of_portal(found.holder)) - {notice.actor_id}


def _answered(notice: Notice) -> Message | None:
    found = questions.concerned(notice.subject_id)
    if found is None:
        return None
    word = "was closed" if notice.code.endswith("closed") else "has an answer"
    text = f"Your question about statement {found.number} {word}"
    return Message(text, reverse("own_question", args=[notice.subject_id]))


def _disputed(notice: Notice) -> Message | None:
    found = conflicts.find(UUID(str(notice.data["conflict"])))
    if found is None:
        return None
    word = "began" if notice.code.endswith("flagged") else "has ended"
    return Message(
        f"A conflict about who holds {found.title} {word}",
        reverse("conflict", args=[found.conflict]),
    )


def _role(notice: Notice) -> Message | None:
    name = people.role_of_membership(notice.subject_id)
    if not name:
        return None
    given = notice.code.endswith("given")
    text = f"You have the role {name} now" if given else f"Your role {name} has ended"
    return Message(text, reverse("home"))


APPROVAL = Topic(
    "approval",
    "A change waits for my approval",
    NEEDS_YOU,
    ("accounts.change.proposed",),
    _approvers,
    _asked,
    Mail.AT_ONCE,
    permissions.CHANGES_SEE,
)
DECIDED = Topic(
    "decided",
    "A change I asked for was decided",
    FYI,
    ("accounts.change.applied", "accounts.change.rejected"),
    _maker,
    _decided,
    Mail.AT_ONCE,
    permissions.CHANGES_SEE,
)
EXCEPTIONS = Topic(
    "exceptions",
    "Imported sales wait for a decision",
    NEEDS_YOU,
    ("royalties.sales.unmatched",),
    lambda notice: access.people_with(royalties.EXCEPTION_DECIDE),
    _unmatched,
    Mail.DAILY,
    royalties.EXCEPTION_DECIDE,
)
POSTED = Topic(
    "posted",
    "A royalty run was posted",
    FYI,
    ("royalties.run.posted",),
    lambda notice: access.people_with(royalties.RUN_SEE) - {notice.actor_id},
    _posted,
    Mail.DAILY,
    royalties.RUN_SEE,
)
PUBLISHED = Topic(
    "published",
    "A statement of mine was published",
    FYI,
    ("royalties.statement.published",),
    lambda notice: holders.people_of_portal(UUID(str(notice.data["holder"]))),
    _published,
    Mail.AT_ONCE,
    royalties.PORTAL_SEE,
)
DUE = Topic(
    "due",
    "Statements are due to be published",
    NEEDS_YOU,
    ("royalties.statements.due",),
    lambda notice: access.people_with(royalties.STATEMENT_PUBLISH),
    _due,
    Mail.DAILY,
    royalties.STATEMENT_PUBLISH,
)
QUESTION = Topic(
    "question",
    "Somebody asks about a statement",
    NEEDS_YOU,
    ("royalties.question.asked", "royalties.question.asked_on"),
    lambda notice: access.people_with(royalties.QUESTION_ANSWER) - {notice.actor_id},
    _question,
    Mail.DAILY,
    royalties.QUESTION_ANSWER,
)
ANSWERED = Topic(
    "answered",
    "A question of mine about a statement was answered or closed",
    FYI,
    ("royalties.question.answered", "royalties.question.closed"),
    _asker,
    _answered,
    Mail.AT_ONCE,
    royalties.QUESTION_ASK,
)
ROLE = Topic(
    "role",
    "My roles changed",
    FYI,
    ("accounts.role.given", "accounts.role.ended"),
    lambda notice: people.of_membership(notice.subject_id),
    _role,
    Mail.NEVER,
)


CONFLICT = Topic(
    "conflict",
    "Claims to a work are in conflict, or no longer",
    NEEDS_YOU,
    ("rights.conflict.flagged", "rights.conflict.ended"),
    lambda notice: access.people_with(CONFLICT_ASK) - {notice.actor_id},
    _disputed,
    Mail.DAILY,
    CLAIM_VIEW,
)
EXPORTED = Topic(
    "exported",
    "A file I asked for is ready",
    FYI,
    ("accounts.list.export_ready",),
    lambda notice: {notice.actor_id},
    lambda notice: Message(
        "A file you asked for is ready", reverse("job", args=[notice.data["job"]])
    ),
    Mail.NEVER,
)


def _license(notice: Notice) -> Message | None:
    text = told_of_licenses.sentence(notice.code, notice.subject_id)
    return Message(text, reverse("license", args=[notice.subject_id])) if text else None


def _about_licenses(name: str, label: str, group: str, events: tuple[str, ...], who: str) -> Topic:
    return Topic(
        name,
        label,
        group,
        tuple(f"licenses.license.{event}" for event in events),
        lambda notice: access.people_with(who) - {notice.actor_id},
        _license,
        Mail.DAILY,
        who,
    )


LICENSES = (
    _about_licenses(
        "licences_ending",
        "A licence ends, renews itself, or an option lapses",
        NEEDS_YOU,
        ("expiring", "expired", "renewed", "option_lapsing", "option_lapsed", "audit_due"),
        licenses.LICENSE_ENTER,
    ),
    _about_licenses(
        "instalments",
        "An instalment of a licence is due or overdue",
        NEEDS_YOU,
        ("instalment_due", "instalment_overdue"),
        licenses.LICENSE_PAY,
    ),
    _about_licenses(
        "licences_signed",
        "A licence was signed or terminated",
        FYI,
        ("signed", "terminated"),
        licenses.LICENSE_SEE,
    ),
)


def fill() -> None:
    """Add them, at start."""
    for topic in (
        APPROVAL,
        DECIDED,
        EXCEPTIONS,
        POSTED,
        PUBLISHED,
        DUE,
        QUESTION,
        ANSWERED,
        ROLE,
        CONFLICT,
        EXPORTED,
        *LICENSES,
    ):
        topics.add(topic)
