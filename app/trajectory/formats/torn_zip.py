"""The members of a zip file that has lost the list of them, which stands at its end."""

from __future__ import annotations

import struct
from pathlib import Path
from zipfile import ZipInfo

_HEADER = struct.Struct("<4sHHHIIIIHH")
_MARK = b"PK\x03\x04"
_NOT_SIMPLE = 0b1001  # encrypted, or its size stands behind it


def torn_members(path: Path, most: int) -> dict[str, ZipInfo]:
    """Those that are whole, by their names.

    Args:
        path: Of the file.
        most: Members that are looked for.

    Raises:
        OSError: It cannot be read.
    """
    found: dict[str, ZipInfo] = {}
    size = path.stat().st_size
    with path.open("rb") as stream:
        while len(found) < most and len(head := stream.read(_HEADER.size)) == _HEADER.size:
            mark, _, flags, method, _, crc, packed, unpacked, name, extra = _HEADER.unpack(head)
            begins = stream.tell() + name + extra
            if mark != _MARK or flags & _NOT_SIMPLE or begins + packed > size:
                break
            member = ZipInfo(stream.read(name).decode("utf-8", "replace"))
            member.header_offset = begins - name - extra - _HEADER.size
            member.compress_type, member.CRC = method, crc
            member.compress_size, member.file_size = packed, unpacked
            found[member.filename] = member
            stream.seek(begins + packed)
    return found
