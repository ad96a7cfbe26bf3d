"""Who may do what, for which hamlet. Rights come from roles in force, looked up with every message."""

from __future__ import annotations

from storage.rows import Person, Record

HEADS = ("hamlet_head", "hamlet_deputy")
COMMITTEE = ("standing_committee",)
MEMBERS = (*COMMITTEE, *HEADS)
ALL = (*MEMBERS, "observer")


def kinds(person: Person) -> set[str]:
    return {role.kind for role in person.roles}


def holds(person: Person, *wanted: str) -> bool:
    """Whether the person holds one of these roles."""
    return any(role.kind in wanted for role in person.roles)


def hamlets(person: Person) -> list[str]:
    """The codes of the hamlets that the person answers for."""
    codes = [role.hamlet for role in person.roles if role.kind in HEADS and role.hamlet is not None]
    return list(dict.fromkeys(codes))


def may_report_for(person: Person, hamlet: str | None) -> bool:
    """Own hamlets; the committee for the commune and, naming its source, for every hamlet."""
    return holds(person, *COMMITTEE) or (hamlet is not None and hamlet in hamlets(person))


def may_see(person: Person, record: Record) -> bool:
    return holds(person, "standing_committee", "observer") or record.hamlet in hamlets(person)


def may_correct(person: Person, record: Record) -> bool:
    """The hamlet's head or deputy; the committee what is the commune's own or what it wrote itself."""
    if record.hamlet is not None and record.hamlet in hamlets(person):
        return True
    committee = holds(person, *COMMITTEE)
    return committee and (
        record.hamlet is None or record.author == person.person or record.source is not None
    )
