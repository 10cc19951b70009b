"""Which encoding a text file is in, decided by its bytes."""

import codecs
from pathlib import Path

from integrations.files.contract import UnreadableFile

# What a person may say that a file is in, when its bytes don't tell.
OFFERED = {
    "utf-8": "UTF-8",
    "utf-16": "UTF-16",
    "cp1252": "Windows-1252 (Western Europe)",
    "iso8859-15": "ISO 8859-15 (Western Europe)",
    "cp1250": "Windows-1250 (Central Europe)",
    "cp1251": "Windows-1251 (Cyrillic)",
    "mac-roman": "Mac Roman",
    "cp932": "Shift-JIS (Japanese)",
    "cp949": "Korean",
    "gb18030": "GB 18030 (Chinese)",
}
_PIECE = 1 << 20
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# Bytes Windows-1252 leaves undefined, and the range Japanese encodings start their letters with.
_UNDEFINED = bytes([0x81, 0x8D, 0x8F, 0x90, 0x9D])
_CONTROL_RANGE = bytes(range(0x80, 0xA0))
_HIGH = bytes(range(0x80, 0x100))


def detected(path: Path) -> tuple[str, str]:
    """Return the encoding of a text file and the reason, or raise ``UnreadableFile``.

    UTF-8 and UTF-16 (with or without a byte order mark) are proved by decoding the whole file;
    what is left is taken as Windows-1252, unless its bytes speak against it.
    """
    with path.open("rb") as file:
        head = file.read(4096)
    for mark, encoding in _BOMS:
        if head.startswith(mark):
            _prove(path, encoding)
            return encoding, "byte order mark"
    if guessed := _wide(head):
        _prove(path, guessed)
        return guessed, "every second byte is zero"
    try:
        _prove(path, "utf-8")
    except UnreadableFile:
        return _one_byte(path)
    return "utf-8", "decodes as UTF-8"


def chosen(path: Path, encoding: str) -> tuple[str, str]:
    """Return the encoding that a person chose; ``UnreadableFile`` where the bytes are none."""
    if encoding not in OFFERED:
        raise UnreadableFile(f"{encoding[:40]!r} is no encoding that is read.")
    python = "utf-8-sig" if encoding == "utf-8" else encoding
    _prove(path, python)
    return python, "chosen by hand"


def _prove(path: Path, encoding: str) -> None:
    decoder = codecs.getincrementaldecoder(encoding)("strict")
    with path.open("rb") as file:
        while piece := file.read(_PIECE):
            _decode(decoder, piece, encoding, final=False)
        _decode(decoder, b"", encoding, final=True)


def _decode(
    decoder: codecs.IncrementalDecoder, piece: bytes, encoding: str, *, final: bool
) -> None:
    try:
        decoder.decode(piece, final)
    except UnicodeDecodeError as error:
        raise UnreadableFile(
            f"The file's text is not {encoding.upper()}: {error.reason}. Save it as UTF-8."
        ) from None


def _wide(head: bytes) -> str | None:
    if len(head) < 4:
        return None
    even, odd = head[0::2], head[1::2]
    if odd.count(0) * 2 > len(odd) and even.count(0) * 10 < len(even):
        return "utf-16-le"
    if even.count(0) * 2 > len(even) and odd.count(0) * 10 < len(odd):
        return "utf-16-be"
    return None


def _one_byte(path: Path) -> tuple[str, str]:
    high = control = 0
    with path.open("rb") as file:
        while piece := file.read(_PIECE):
            if any(byte in piece for byte in _UNDEFINED):
                raise UnreadableFile(
                    "The file is neither UTF-8, UTF-16 nor Windows-1252. Save it as UTF-8."
                )
            high += len(piece) - len(piece.translate(None, _HIGH))
            control += len(piece) - len(piece.translate(None, _CONTROL_RANGE))
    if control * 5 > high * 2:
        raise UnreadableFile(
            "The file is not in a Western encoding (its bytes look like Shift-JIS or another one). "
            "Save it as UTF-8."
        )
    return "cp1252", "not UTF-8; read as Windows-1252, so look at accented letters"
