"""Who did what, the last act first."""

from __future__ import annotations

from storage import audit
from storage.rows import AuditEntry
from tests.storage.house import NOW, Store, later


def test_acts_are_kept_in_order(store: Store, commune: int, head: int) -> None:
    store.write(audit.note, commune, NOW, None, "start")
    store.write(
        audit.note, commune, later(hours=1), head, "withdraw", "phie\u0302\u0301u 12", {"lý do": "nhầm"}
    )
    first = AuditEntry(1, NOW, None, "start", None, {})
    second = AuditEntry(2, later(hours=1), head, "withdraw", "phiếu 12", {"lý do": "nhầm"})
    assert store.read(audit.last, commune, 10) == [second, first]
    assert store.read(audit.last, commune, 1) == [second]
