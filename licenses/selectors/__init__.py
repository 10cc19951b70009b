"""Questions about licences."""
