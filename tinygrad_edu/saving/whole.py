"""Files that are written whole or not at all: models, pictures and pages."""

from __future__ import annotations

import os
import secrets
import stat
from pathlib import Path


def write_whole(path: str | os.PathLike[str], data: bytes) -> None:
    """Write a file, whole or not at all.

    It is written beside the old one, which it then replaces at once: on a full disk, or
    if the process is killed, there is one whole file of that name. Who may read the old
    file may read the new one, and a link keeps pointing.

    Raises:
        OSError: If the file cannot be written; the old one is then as it was.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     write_whole(f"{folder}/x.svg", b"<svg/>")
    ...     Path(f"{folder}/x.svg").read_bytes()
    b'<svg/>'
    """
    path = Path(path).resolve()
    mode = None
    if path.exists():
        if not path.is_file():
            raise OSError(
                f"{path} exists already, and is not a file. Choose another name."
            )
        # What must not be written must not be replaced either.
        with path.open("ab"):
            mode = stat.S_IMODE(path.stat().st_mode)
    beside = path.with_name(f".{secrets.token_hex(8)}.tmp")
    try:
        with beside.open("xb") as file:
            if mode is not None:
                beside.chmod(mode)
            file.write(data)
            file.flush()
            # On the disk before it takes the place of the old file.
            os.fsync(file.fileno())
        beside.replace(path)
    except BaseException as error:
        if isinstance(error, OSError):
            # In the words of the caller, who has not heard of the other.
            error.filename = str(path)
        beside.unlink(missing_ok=True)
        raise
