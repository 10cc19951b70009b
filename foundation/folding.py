"""Names and titles as they are compared: without case, accents, punctuation and double spaces."""

import unicodedata

# Letters that Unicode doesn't take apart, as they are written where they don't exist.
_LETTERS = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i", "ħ": "h"}
)
_JOINED = "'’‘ʼ`´."  # don't and dont, R.E.M. and REM are the same


def fold(text: str) -> str:
    """Return ``text`` for comparison: "Éire & The Düb’s" becomes "eire and the dubs".

    Accents are taken off Latin, Greek and Cyrillic letters alone: elsewhere (kana, Indic scripts)
    the marks make another sound. A text of nothing but punctuation folds to itself, so that a
    title like "!!!" is still found.
    """
    spread = unicodedata.normalize("NFKD", text).casefold()
    plain = "".join(letter for letter in spread if not "\u0300" <= letter <= "\u036f")
    plain = unicodedata.normalize("NFC", plain).translate(_LETTERS).replace("&", " and ")
    words = "".join(_kept(letter) for letter in plain if letter not in _JOINED)
    return " ".join(words.split()) or " ".join(plain.split())


def _kept(letter: str) -> str:
    return letter if unicodedata.category(letter)[0] in "LMN" else " "
