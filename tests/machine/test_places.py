"""Every checkout has places of its own; every socket's path fits."""

from pathlib import Path

from machine import places


def test_two_checkouts_of_the_same_name_never_share_a_state_directory() -> None:
    one, two = Path("/srv/a/mediatrack"), Path("/srv/b/mediatrack")
    assert places.state_directory(one) != places.state_directory(two)
    assert places.state_directory(one) == places.state_directory(one)


def test_odd_names_become_plain_ones() -> None:
    name = places.checkout_name(Path("/srv/Rights & Royalties, o'Brien's copy"))
    assert name.startswith("rights-royalties-o-brien")
    assert set(name) <= set("abcdefghijklmnopqrstuvwxyz0123456789-")


def test_a_short_socket_path_stays_where_it_is() -> None:
    assert places.socket_directory(Path("/var/lib/x"), "redis.sock") == Path("/var/lib/x")


def test_a_socket_path_too_long_moves_to_a_short_place_of_its_own() -> None:
    deep = Path("/home") / ("a" * 60) / ("b" * 60)
    moved = places.socket_directory(deep, "redis.sock")
    other = places.socket_directory(deep / "c", "redis.sock")
    assert len(str(moved / "redis.sock")) <= places.SOCKET_LIMIT
    assert moved != other


def test_a_private_directory_is_closed_to_others(tmp_path: Path) -> None:
    made = places.make_private(tmp_path / "parent" / "child")
    assert made.stat().st_mode & 0o777 == 0o700
    assert made.parent.stat().st_mode & 0o005 == 0o005
