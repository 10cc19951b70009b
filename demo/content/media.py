"""Short clips to keep as works' files: tones, made sample by sample."""

import io
import math
import struct
import wave

RATE, SECONDS = 8000, 2
NOTES = (220, 247, 262, 294, 330, 349, 392, 440)


def tone(number: int) -> bytes:
    """Return two seconds of a falling chord as a WAV file; each number has its own."""
    first, second = NOTES[number % len(NOTES)], NOTES[(number * 3 + 2) % len(NOTES)]
    length = RATE * SECONDS
    frames = bytearray()
    for at in range(length):
        swing = math.sin(2 * math.pi * first * at / RATE) + math.sin(
            2 * math.pi * second * at / RATE
        )
        frames += struct.pack("<h", round(7000 * swing * (length - at) / length))
    kept = io.BytesIO()
    with wave.open(kept, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(bytes(frames))
    return kept.getvalue()
