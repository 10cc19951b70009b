"""What a creator of the demo asks about their statements, and when the demo's sources are due."""

from datetime import UTC, datetime

from demo.content.plan import Asked, Expected

EXPECTED = (
    Expected("Kestrel Music", "quarter", 20, "2026-Q1"),
    Expected("Lumen Audio", "quarter", 20, "2026-Q1"),
    Expected("Tidepool", "quarter", 45, "2026-Q1"),
    Expected("Parrot Player", "month", 20, "2026-01"),
    Expected("Lantern Books Wholesale", "quarter", 60, "2026-Q1"),
)
ASKED = (
    Asked(
        "2026-Q1",
        "earned",
        "This is less than I expected. Are the streams of March in it?",
        datetime(2026, 5, 4, 9, tzinfo=UTC),
        "They are: the partners' files of this quarter report January to March. Open the amount, "
        "then a work, and you see the file and the row of each.",
    ),
    Asked(
        "2026-Q2",
        "",
        "I played in Norway in May. Which part of this comes from there?",
        datetime(2026, 8, 3, 9, tzinfo=UTC),
    ),
)
