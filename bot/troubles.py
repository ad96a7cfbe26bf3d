"""What is in the way of a file or of the data, said to the computer's owner: where, what, the remedy."""

from __future__ import annotations

import errno
from pathlib import Path

from storage.errors import DataFolderUnusable, StorageUnavailable

_FULL = "đĩa đầy. Xóa bớt tệp khác rồi chạy lại"
_CLOSED = "không có quyền đọc hoặc ghi ở đây. Mở quyền, hoặc chọn nơi khác"
_FILE = "một tệp đang nằm ở chỗ cần thư mục. Đổi tên tệp đó, hoặc chọn nơi khác"
_SAYS = {
    errno.ENOSPC: _FULL,
    errno.EDQUOT: _FULL,
    errno.EACCES: _CLOSED,
    errno.EPERM: _CLOSED,
    errno.EROFS: "ổ đĩa này chỉ cho đọc. Chọn nơi khác",
    errno.EISDIR: "đây là thư mục, cần một tệp. Ghi thêm tên tệp",
    errno.ENOTDIR: _FILE,
    errno.EEXIST: _FILE,
    errno.ENOENT: "không có tệp hoặc thư mục này. Xem lại đường dẫn",
    errno.ENAMETOOLONG: "tên dài quá. Đặt tên ngắn hơn",
    errno.EIO: "không đọc hoặc ghi được. Xem ổ đĩa còn tốt không",
}
_DATA = {
    "full": "Đĩa đầy nên không ghi được dữ liệu. Xóa bớt tệp khác rồi chạy lại.",
    "locked": "Một chương trình khác đang giữ dữ liệu. Chờ một lát rồi chạy lại.",
    "io": "Không đọc hoặc ghi được dữ liệu. Xem ổ đĩa còn chỗ không, còn tốt không, rồi chạy lại.",
}


def of_file(error: OSError, file: Path | str | None = None) -> str:
    """ "du-lieu/x: đĩa đầy. …"; ``file`` where the error names none, or names one that nobody knows."""
    where = file or error.filename or ""
    said = _said(error)
    return f"{where}: {said}." if where else f"{said[:1].upper()}{said[1:]}."


def cause(error: OSError) -> str:
    """Why, without a remedy: "đĩa đầy"."""
    return _said(error).partition(". ")[0]


def _said(error: OSError) -> str:
    return _SAYS.get(error.errno or 0, f"không dùng được ({error.strerror or error})")


def of_data(error: StorageUnavailable | DataFolderUnusable) -> str:
    if isinstance(error, DataFolderUnusable):
        return f"{of_file(error.error, error.path)} Nơi để dữ liệu đặt bằng MATRAN_DATA."
    return _DATA[error.reason]
