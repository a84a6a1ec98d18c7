"""Reports that the people of the demo have made regularly."""

from types import SimpleNamespace

from crm.demo.people import SIGN_INS
from crm.demo.rows import Rows
from crm.demo.scene import Scene
from crm.runs.models import ReportSchedule, Rhythm
from crm.runs.when import next_after

ZONES = {person.key: person.time_zone for person in SIGN_INS}


def add_regular(rows: Rows, users: dict[str, int], scene: Scene) -> None:
    """The manager's milestones every Monday; each quarter, the sponsor's progress."""
    _add(rows, users, "manager", "Milestones of the week", "milestones", Rhythm.WEEKLY, weekday=1)
    of = {"engagement_id": scene.engagement_id, "readers": ["consultant", "client", "manager"]}
    _add(rows, users, "manager", "Progress for the board", "progress", Rhythm.QUARTERLY, **of)


def _add(rows: Rows, users, who: str, name: str, report: str, rhythm: Rhythm, readers=None, **said) -> None:
    when = SimpleNamespace(rhythm=rhythm, weekday=said.get("weekday"), day=None, hour=7, time_zone=ZONES[who])
    rows.add(
        ReportSchedule, user_id=users[who], name=name, report=report, format="pdf", asked="{}", rhythm=rhythm,
        readers=sorted(users[one] for one in readers or [who]), time_zone=ZONES[who],
        next_at=next_after(rows.made_at, when), **said,
    )  # fmt: skip
