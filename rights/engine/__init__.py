"""The registry's arithmetic: boxes of rights, places and days, and shares as whole parts."""
