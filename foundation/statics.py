"""Static files under names that hold their hash, once they are collected."""

from whitenoise.storage import (  # type: ignore[import-untyped]
    CompressedManifestStaticFilesStorage,
)


class HashedStatics(CompressedManifestStaticFilesStorage):
    """Hashed names from the manifest; plain ones where nothing was collected (tests)."""

    manifest_strict = False

    def stored_name(self, name: str) -> str:
        """Return the name that pages link to."""
        return super().stored_name(name) if self.hashed_files else name
