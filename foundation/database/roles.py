"""The five roles. None of those that log in is a superuser; the application owns nothing."""

OWNER = "mediatrack_owner"
MIGRATE = "mediatrack_migrate"
APP = "mediatrack_app"
BACKUP = "mediatrack_backup"
SEARCHER = "mediatrack_searcher"
LOGINS = (MIGRATE, APP, BACKUP)
EXTENSIONS = ("btree_gist", "btree_gin", "pg_trgm", "unaccent", "pgcrypto", "intarray")
