"""Small files that survive a crash: whole or not at all, readable by their owner only."""
import os
import pathlib


def sync_folder(folder: pathlib.Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def write_whole(path: pathlib.Path, data: bytes) -> None:
    """Replaces the file; after return it is on disk under mode 0600."""
    beside = path.with_name(path.name + ".new")
    beside.unlink(missing_ok=True)  # left by a crash
    handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(handle)
    os.replace(beside, path)
    sync_folder(path.parent)
