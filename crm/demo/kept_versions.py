"""Three versions of one worksheet: a first one, one that the client answers, and what both agreed to."""

from crm.accounts.models import User
from crm.alignment.models import Goal, Relation, Strategy
from crm.alignment.models_sheet import (
    GoalCause,
    GoalComparison,
    GoalOrigin,
    GoalParent,
    SheetSetup,
    StrategyTie,
)
from crm.demo.scene import Scene
from crm.organisations.models import Contact
from crm.versions.actions import written
from crm.versions.changes import changes
from crm.versions.content import Content, Rows, canonical, compose
from crm.versions.models import Say, Turn, Version, VersionState
from crm.versions.sheet import Kept

KEPT_ON = (-396, -388, -381)
PLACED = {
    "parents": GoalParent, "origins": GoalOrigin, "causes": GoalCause, "comparisons": GoalComparison,
    "relations": Relation, "ties": StrategyTie,
}  # fmt: skip


def add_versions(scene: Scene) -> None:
    """The last of them says what the worksheet says by then: it is called once all of that is there."""
    agreed = _content(scene)
    proposed = _second(agreed)
    _keep(scene, 1, "Before the workshop", VersionState.KEPT, _first(proposed))
    second = _keep(scene, 2, "After the workshop", VersionState.WITHDRAWN, proposed)
    third = _keep(scene, 3, "After the answer to version 2", VersionState.AGREED, agreed)
    asked = [one.as_dict() for one in changes(proposed, agreed) if one.kind == "weight"]
    client = scene.users[scene.story.sponsor]
    _say(scene, second, Say.PROPOSE, KEPT_ON[1], "As it stood on the wall when we left the room.")
    _say(
        scene, second, Say.COUNTER, KEPT_ON[1] + 4,
        "The board will ask about the west side first. Five points more for being heard.", client, asked,
    )  # fmt: skip
    _say(scene, second, Say.WITHDRAW, KEPT_ON[2], "Version 3 takes its place.")
    _say(scene, third, Say.PROPOSE, KEPT_ON[2], f"{len(asked)} of {len(asked)} changes taken over.")
    _say(scene, third, Say.AGREE, KEPT_ON[2] + 2, None, client)


def _content(scene: Scene) -> Content:
    book, names = scene.rows, {row["id"]: row["name"] for row in scene.rows.of(User)}
    people = {row["id"]: row["name"] for row in book.of(Contact)}

    def of(model) -> list[dict]:
        here = (row for row in book.of(model) if row["engagement_id"] == scene.engagement_id)
        return [
            row
            | {"by": names.get(row.get("user_id"))}
            | {"owner": names.get(row.get("owner_user_id")) or people.get(row.get("owner_contact_id"))}
            for row in here
        ]

    found = {name: of(model) for name, model in PLACED.items()}
    lines = {"goals": of(Goal), "strategies": of(Strategy), "setup": next(iter(of(SheetSetup)), None)}
    return compose(scene.engagement_id, Rows(**found, **lines))


def _second(agreed: Content) -> Content:
    """The weights as the client found them: five points less for the third goal, five more for the first."""
    moved = {0: 5, 2: -5}
    goals = [
        goal | {"weight": goal["weight"] + moved.get(place, 0)} for place, goal in enumerate(agreed["goals"])
    ]
    return agreed | {"goals": goals}


def _first(later: Content) -> Content:
    """Before the workshop: the last strategy was not thought of, half of the restatements not written."""
    gone = later["strategies"][-1]["id"]
    goals = [
        goal | ({"smart_text": None, "owner": None} if place > 1 else {})
        for place, goal in enumerate(later["goals"])
    ]
    weaker = {9: 3}
    return later | {
        "goals": goals,
        "strategies": later["strategies"][:-1],
        "relations": [
            row | ({"mark": weaker.get(row["mark"], row["mark"]), "note": None} if place % 3 == 0 else {})
            for place, row in enumerate(later["relations"])
            if row["strategy_id"] != gone
        ],
        "ties": [row for row in later["ties"] if gone not in (row["strategy_id"], row["other_id"])],
    }


def _keep(scene: Scene, number: int, name: str, state: VersionState, content: Content) -> int:
    made = scene.rows.made_on(scene.day(KEPT_ON[number - 1]))
    said = {"number": number, "name": name, "state": state, "user_id": scene.lead}
    return scene.add(Version, **said, **written(canonical(content), Kept(content)), **made)


def _say(scene: Scene, version: int, say: Say, day: int, note, client=None, asked=()) -> None:
    scene.add(
        Turn, version_id=version, say=say, note=note, changes=list(asked), is_from_client=client is not None,
        user_id=client or scene.lead, **scene.rows.made_on(scene.day(day)),
    )  # fmt: skip
