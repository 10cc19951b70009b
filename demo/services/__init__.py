"""The demo's deeds: they call the other apps' services, as people at their desks would."""
