"""Envelope keys: values sealed per subject, whose keys are wrapped by keys kept in files.

``encrypt`` and ``decrypt`` work for the current organisation; ``destroy`` erases a subject.
"""

from foundation.keys.subjects import (
    NoOrganisation,
    SubjectErased,
    UnknownSubject,
    decrypt,
    decrypt_each,
    destroy,
    encrypt,
)

__all__ = [
    "NoOrganisation",
    "SubjectErased",
    "UnknownSubject",
    "decrypt",
    "decrypt_each",
    "destroy",
    "encrypt",
]
