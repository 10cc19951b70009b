"""Two questions that are asked before an organisation is open."""

from django.db import migrations

from foundation.database.searches import Searchable, SearchFunction

IN_FORCE = "m.starts <= now() AND (m.ends IS NULL OR m.ends > now())"
THEIRS = (
    "(m.user_id = person OR EXISTS (SELECT 1 FROM accounts_teammember t "
    "WHERE t.org_id = m.org_id AND t.team_id = m.team_id AND t.user_id = person))"
)
# One probe of the index (org_id, user_id) for each organisation, and one for its teams.
ORGANISATIONS = (
    "SELECT o.id FROM accounts_organisation o WHERE EXISTS (SELECT 1 FROM accounts_membership m "
    f"WHERE m.org_id = o.id AND {THEIRS} AND {IN_FORCE})"
)
BELONGS = (
    "SELECT EXISTS (SELECT 1 FROM accounts_membership m "
    f"WHERE m.org_id = organisation AND {THEIRS} AND {IN_FORCE})"
)


class Migration(migrations.Migration):
    dependencies = [("accounts", "0003_four_eyes")]

    operations = [
        migrations.RunSQL(
            "GRANT SELECT ON accounts_organisation TO mediatrack_searcher",
            "REVOKE SELECT ON accounts_organisation FROM mediatrack_searcher",
        ),
        Searchable("TeamMember"),
        SearchFunction(
            "Membership", "accounts_organisations_of", "person uuid", "SETOF uuid", ORGANISATIONS
        ),
        SearchFunction(
            "Membership",
            "accounts_belongs",
            "person uuid, organisation uuid",
            "boolean",
            BELONGS,
        ),
    ]
