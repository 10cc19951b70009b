from django.db import migrations

from foundation.database.searches import SearchFunction

# A whole title near the wanted one, or the wanted words near some of the title's words.
WORKS = """
SELECT id, round(greatest(similarity(title_key, wanted),
    word_similarity(wanted, title_key) * 0.95)::numeric, 3) AS score
FROM catalog_work
WHERE org_id = {org} AND wanted <% title_key AND (kinds = '{}' OR kind = ANY(kinds))
ORDER BY 2 DESC, length(title_key), title_key, id
LIMIT most
"""
ARTISTS = """
SELECT id, round(similarity(name_key, wanted)::numeric, 3) AS score
FROM catalog_artist
WHERE org_id = {org} AND wanted <% name_key
ORDER BY 2 DESC, name_key, id
LIMIT most
"""
FOUND = "TABLE (id uuid, score numeric) ROWS 20 SET pg_trgm.word_similarity_threshold = 0.5"


class Migration(migrations.Migration):
    dependencies = [("catalog", "0001_works")]

    operations = [
        SearchFunction(
            "work", "works_titled_like", "wanted text, kinds text[], most integer", FOUND, WORKS
        ),
        SearchFunction("artist", "artists_like", "wanted text, most integer", FOUND, ARTISTS),
    ]
