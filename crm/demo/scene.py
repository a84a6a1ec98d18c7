"""Where a story is played: the rows it goes into, its people, and the ids that its parts are given."""

from dataclasses import dataclass, field
from datetime import date
from random import Random

from crm.demo import days
from crm.demo.clients import Placed
from crm.demo.rows import Rows
from crm.demo.story import Owner, Story


@dataclass
class Scene:
    rows: Rows
    story: Story
    client: Placed
    users: dict[str, int]
    rng: Random
    engagement_id: int = 0
    goals: list[int] = field(default_factory=list)
    strategies: list[int] = field(default_factory=list)
    steps: list[int] = field(default_factory=list)
    measures: list[int] = field(default_factory=list)
    last_session: int | None = None

    @property
    def lead(self) -> int:
        return self.users[self.story.team[0]]

    @property
    def second(self) -> int:
        return self.users[self.story.team[-1]]

    def add(self, model, **said) -> int:
        """A row on the thread of this engagement."""
        where = {"engagement_id": self.engagement_id, "organisation_id": self.client.id}
        return self.rows.add(model, **where, **said)

    def day(self, offset: int | None) -> date | None:
        return days.after(self.rows.as_of, offset)

    def owner(self, owner: Owner) -> dict[str, int | None]:
        """The two columns that say who is to do it."""
        if isinstance(owner, int):
            return {"owner_user_id": None, "owner_contact_id": self.client.contacts[owner]}
        user = {None: None, "lead": self.lead, "second": self.second}[owner]
        return {"owner_user_id": user, "owner_contact_id": None}
