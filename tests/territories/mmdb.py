"""A small writer of databases in MaxMind's format (version 2.0): IPv6 trees with IPv4 in ::/96."""

import time
from ipaddress import IPv4Network, ip_network

MARKER = b"\xab\xcd\xefMaxMind.com"
EMPTY = None


def write(path, networks, *, kind="Test-City"):
    """Write ``networks`` (text to record) to ``path``; narrower ones go before wider ones."""
    data, places, root = bytearray(), {}, [EMPTY, EMPTY]
    for text in sorted(networks, key=lambda one: ip_network(one).prefixlen):
        record = networks[text]
        key = repr(record)
        if key not in places:
            places[key] = len(data)
            data += _value(record)
        _put(root, ip_network(text), places[key])
    nodes = []
    _number(root, nodes)
    tree = b"".join(_record(side, nodes) for node in nodes for side in node)
    said = {
        "binary_format_major_version": (5, 2),
        "binary_format_minor_version": (5, 0),
        "build_epoch": (9, int(time.time())),
        "database_type": kind,
        "description": {"en": "Synthetic"},
        "ip_version": (5, 6),
        "languages": ["en"],
        "node_count": (6, len(nodes)),
        "record_size": (5, 32),
    }
    path.write_bytes(tree + bytes(16) + bytes(data) + MARKER + _value(said))
    return path


def place(country, *subdivisions):
    """Return a record of a country and its subdivisions, the largest first."""
    parts = [{"iso_code": code} for code in subdivisions]
    return {"country": {"iso_code": country}, **({"subdivisions": parts} if parts else {})}


def _put(node, network, place):
    bits = int(network.network_address)
    length = network.prefixlen
    if isinstance(network, IPv4Network):
        length += 96
    for at in range(127, 127 - length, -1):
        side = bits >> at & 1
        if at == 128 - length:
            node[side] = place
            return
        if not isinstance(node[side], list):
            node[side] = [node[side], node[side]]
        node = node[side]


def _number(root, nodes):
    waiting = [root]
    while waiting:
        node = waiting.pop()
        nodes.append(node)
        waiting += [side for side in node if isinstance(side, list)]


def _record(side, nodes):
    if side is EMPTY:
        return len(nodes).to_bytes(4, "big")
    if isinstance(side, list):
        at = next(number for number, node in enumerate(nodes) if node is side)
        return at.to_bytes(4, "big")
    return (len(nodes) + 16 + side).to_bytes(4, "big")


def _value(value):
    if isinstance(value, bool):
        return _head(14, int(value))
    if isinstance(value, tuple):
        kind, number = value
        content = number.to_bytes(8, "big").lstrip(b"\0")
        return _head(kind, len(content)) + content
    if isinstance(value, str):
        return _head(2, len(value.encode())) + value.encode()
    if isinstance(value, list):
        return _head(11, len(value)) + b"".join(map(_value, value))
    return _head(7, len(value)) + b"".join(_value(k) + _value(v) for k, v in value.items())


def _head(kind, size):
    if size >= 29:
        assert size < 29 + 256
        return bytes([kind << 5 | 29] if kind < 8 else [29, kind - 7]) + bytes([size - 29])
    return bytes([kind << 5 | size] if kind < 8 else [size, kind - 7])
