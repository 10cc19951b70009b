"""What Meridian's registry argues about: conflicts, an override, limits, holds, documents."""

from datetime import date

from demo.content.plan import Disputes, Limit, Paper, Quarrel, Stake

QUARRELS = (
    Quarrel(
        Stake("MER-W020", "performance", (("PUB-01", 1),), "FR + BE", ref="Songwriter agreement 7"),
        Stake("MER-W020", "performance", (("SOC-01", 1),), "FR", source="society",
              ref="Aldermoor register, 11 May 2026"),
    ),
    Quarrel(
        Stake("MER-R030", "master", (("DIS-01", 1),), "DE + AT + CH", ref="Brightwater agreement"),
        Stake("MER-R030", "master", (("DIS-02", 1),), "DE", source="import",
              ref="Overland catalogue of April"),
    ),
    Quarrel(
        Stake("MER-F02", "audiovisual", (("DIS-04", 1),), "JP", since="2026-01-01",
              until="2031-12-31", ref="Canopy output deal, schedule 2"),
        Stake("MER-F02", "video_on_demand", (("DIS-02", 1),), "JP", since="2026-06-01",
              ref="Overland amendment 3"),
    ),
    Quarrel(
        Stake("MER-W021", "mechanical", (("PUB-02", 1),), "IT", ref="Quayside administration"),
        Stake("MER-W021", "mechanical", (("PUB-03", 1),), "IT", ref="Fernhill sub-publishing"),
        (("PUB-02", 2), ("PUB-03", 1)),
        "Both agreements stand; the parties settled on two thirds and one third.",
    ),
)  # fmt: skip
OVERRIDES = (
    Stake(
        "MER-F03", "audiovisual", (("DIS-04", 1),), "CH", since="2026-01-01", until="2030-12-31",
        ref="Swiss carve-out, clause 12", why="The carve-out of clause 12 goes before Europe",
    ),
)  # fmt: skip
LIMITS = (
    Limit(
        "MER-F06", "blocked", "Estate of the author: no stage adaptation", "stage", "WORLD", "14.2"
    ),
    Limit("MER-R012", "explicit", "Explicit lyrics in the second verse"),
)
HELD = (("MER-O02", "legal", "The consent of one performer is missing"),)
PAPERS = (
    Paper("MER-F01", "Assignment of all rights", "Dara Ellison Productions to Meridian Pictures",
          date(2019, 3, 14), "Assignment of all rights in The Cartographer's Daughter."),
    Paper("MER-B07", "Author's agreement", "Author and Meridian Books", date(2021, 9, 1),
          "Publishing agreement for The Glass Meadow, translation rights included."),
)  # fmt: skip


def meridian() -> Disputes:
    """Return all that is contested, limited, held or proved at Meridian Arts Group."""
    return Disputes(QUARRELS, OVERRIDES, LIMITS, HELD, PAPERS)
