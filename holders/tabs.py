"""The tabs of a holder's page: apps above add theirs at start."""

from foundation.pages.tabs import Saying, Tab, Tabs

__all__ = ["Saying", "Tab", "add", "open_to"]

_all = Tabs()
add, open_to = _all.add, _all.open_to
