"""Claims beyond the default: territories, thirds, a licence period, a part sold on."""

from demo.content.plan import Piece, Stake

EUROPE = "EU + GB + CH + NO"


def stakes(pieces: tuple[Piece, ...]) -> tuple[Stake, ...]:
    """Return the claims of Meridian Arts Group beyond those made with each work."""
    by_kind: dict[str, list[str]] = {}
    for piece in pieces:
        by_kind.setdefault(piece.kind, []).append(piece.code)
    found = [
        Stake(code, "master", (("DIS-01", 1),), "US + CA", since="2026-01-01", until="2028-12-31")
        for code in by_kind["recording"][:8]
    ]
    found += [
        Stake(code, "performance", (("SOC-01", 1),), "GB + IE", source="society")
        for code in by_kind["composition"][:8]
    ]
    found += [
        Stake(code, "mechanical", (("PUB-02", 1), ("PUB-03", 1), ("PUB-04", 1)), "DACH")
        for code in by_kind["composition"][8:14]
    ]
    found += [
        Stake(code, "audiovisual", (("DIS-03", 1),), EUROPE, since="2026-01-01", until="2030-12-31")
        for code in by_kind["film"][:4]
    ]
    found += [
        Stake(code, "audiovisual", (("STU-02", 70),), "LATAM", total=100, since="2026-04-01")
        for code in by_kind["series"]
    ]
    found += [
        Stake(code, "book", (("AUT-01", 2), ("PUB-05", 1)), "WORLD - US") for code in
        by_kind["book"][:3]
    ]  # fmt: skip
    return tuple(found)
