"""How much of a file is taken into memory, or onto the disk, at most."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds that no honest file comes near. Sizes are in bytes.

    Args:
        line: Of a line.
        document: Of one document of JSON, which takes several times as much once it is parsed.
        mended: Of a damaged document that is looked through for what can be read of it.
        unpacked: Of a file that was compressed or in another encoding: it goes onto the disk.
        member: Of one member of an archive.
        archive: Of all members that are read.
        members: How many there may be.
    """

    line: int = 2**29
    document: int = 2**29
    mended: int = 2**26
    unpacked: int = 2**30
    member: int = 2**28
    archive: int = 2**30
    members: int = 100_000


LIMITS = Limits()
