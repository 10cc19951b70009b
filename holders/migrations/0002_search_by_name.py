from django.db import migrations

from foundation.database.searches import SearchFunction

# "Like" is one word (or more) of the name being near what is wanted, typing errors allowed.
BODY = """
SELECT id, round(word_similarity(wanted, name_key)::numeric, 3) AS score
FROM holders_holder
WHERE org_id = {org} AND wanted <% name_key
    AND (active OR NOT only_active) AND (kinds = '{}' OR kind = ANY(kinds))
ORDER BY 2 DESC, length(name_key), name_key, id
LIMIT most
"""


class Migration(migrations.Migration):
    dependencies = [("holders", "0001_holders_and_societies")]

    operations = [
        SearchFunction(
            "holder",
            "holders_like",
            "wanted text, kinds text[], only_active boolean, most integer",
            "TABLE (id uuid, score numeric) ROWS 20 SET pg_trgm.word_similarity_threshold = 0.5",
            BODY,
        ),
    ]
