"""The small demo: twenty-four organisations and fourteen engagements, one in each stage."""

from datetime import date
from random import Random

from crm.demo.analyses import add_analyses, add_first_answer
from crm.demo.clients import Placed, add_clients
from crm.demo.collecting import add_collecting
from crm.demo.engagements import add_engagement
from crm.demo.findings import add_findings
from crm.demo.kept_versions import add_versions
from crm.demo.kept_views import add_views
from crm.demo.lakeside_plan import add_plan
from crm.demo.office import add_office
from crm.demo.people import SIGN_INS, add_people
from crm.demo.regular import add_regular
from crm.demo.rounds import add_rounds
from crm.demo.rows import Rows
from crm.demo.scene import Scene
from crm.demo.story_lakeside import ACCESS, EMERGENCY, NURSES
from crm.demo.story_results import CLINICS, FAMILIES, GUIDELINES
from crm.demo.story_short import BREATH, CHILDREN, FERRY, KIDNEY, ONCOLOGY, ONE_VOICE, RARE, WARDS
from crm.demo.surveys import add_survey
from crm.demo.time import add_rates, add_sheets, weeks_of
from crm.demo.work import add_agendas, add_outline
from crm.demo.worth import add_worth

STORIES = (
    ACCESS, CLINICS, FAMILIES, GUIDELINES, NURSES, CHILDREN, EMERGENCY, BREATH, ONE_VOICE, KIDNEY, FERRY,
    ONCOLOGY, WARDS, RARE,
)  # fmt: skip
SEED = "hangs straight"


def small(as_of: date, password: str) -> tuple[Rows, dict[str, int], dict[str, Placed]]:
    """The rows, with the ids of people and clients by their keys. `password` is a hash."""
    rows = Rows(as_of)
    users = add_people(rows, SIGN_INS, password)
    clients = add_clients(rows, users, Random(SEED))  # noqa: S311 - a story, no secret
    for story in STORIES:
        rng = Random(f"{SEED} {story.title}")  # noqa: S311
        scene = add_engagement(Scene(rows, story, clients[story.organisation], users, rng))
        if story is ACCESS:
            add_outline(scene)
            add_rounds(scene)
            add_agendas(scene)
            add_versions(scene)
            add_plan(scene)
            add_collecting(scene)
            add_survey(scene)
            add_analyses(scene)
            add_findings(scene, add_worth(scene, scene.measures[0]))
            add_regular(rows, users, scene)
        add_first_answer(scene)
    add_office(rows, users)
    add_rates(rows, users)
    add_sheets(rows, weeks_of(rows), users["manager"])
    add_views(rows, users)
    return rows, users, clients
