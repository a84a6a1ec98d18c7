"""What the worksheet says, in sentences."""

from crm.alignment.queries import Worksheet
from crm.findings import Finding, worst_first


def findings_of(sheet: Worksheet) -> list[Finding]:
    """The findings of one worksheet, the worst first; what they mean is in crm.methods.alignment."""
    engagement = {"engagement_id": sheet.engagement_id}
    if not sheet.goals:
        sentence = "This engagement has no goal yet: nothing that is done can be walked back to one."
        return [Finding("bad", "No goal", sentence, "Add a goal", "alignment.create_goal", engagement)]
    if sheet.score is None:
        sentence = "No goal carries any weight, so nothing can be scored."
        return [Finding("bad", "No weights", sentence, "Weigh the goals", "alignment.worksheet", engagement)]
    return worst_first([*_goals(sheet), *_strategies(sheet), *_whole(sheet), *_notes(sheet)])


def _goals(sheet: Worksheet):
    score, engagement = sheet.score, {"engagement_id": sheet.engagement_id}
    for position in score.orphan_goals:
        weight = f"It carries {score.weights[position]:.0%} of the weight.".replace("%", " %")
        sentence = f"Goal “{sheet.goals[position].statement}” has no strategy rated 3 or more. {weight}"
        yield Finding(
            "bad", "Orphan goal", sentence, "Add a strategy", "alignment.create_strategy", engagement
        )
    for position in score.weak_goals:
        sentence = f"Goal “{sheet.goals[position].statement}” has no strategy rated 3 or more, only a 1."
        yield Finding(
            "warn", "Weak goal", sentence, "Add a strategy", "alignment.create_strategy", engagement
        )
    for position in score.single_point_goals:
        sentence = f"Goal “{sheet.goals[position].statement}” stands on one strategy alone."
        yield Finding(
            "info", "Single point", sentence, "See the worksheet", "alignment.worksheet", engagement
        )


def _strategies(sheet: Worksheet):
    for position in sheet.score.orphan_strategies:
        row = sheet.strategies[position]
        yield Finding(
            "warn",
            "Orphan strategy",
            f"Strategy “{row.statement}” serves no goal.",
            "Edit the strategy",
            "alignment.edit_strategy",
            {"strategy_id": row.id},
        )
    for position in sheet.score.over_claimed_strategies:
        row = sheet.strategies[position]
        yield Finding(
            "warn",
            "Over-claimed",
            f"Strategy “{row.statement}” is rated 9 on more than half of the goals.",
            "See the worksheet",
            "alignment.worksheet",
            {"engagement_id": sheet.engagement_id},
        )


def _whole(sheet: Worksheet):
    score, engagement = sheet.score, {"engagement_id": sheet.engagement_id}
    if score.is_dense and len(sheet.goals) > 1 and len(sheet.strategies) > 1:
        sentence = "More than 60 % of the cells are filled: where everything matters, nothing was decided."
        yield Finding("warn", "Too dense", sentence, "See the worksheet", "alignment.worksheet", engagement)
    if score.misfits is None:
        return
    for position, misfit in enumerate(score.misfits):
        if misfit >= 0.2:
            planned, carried = score.effort_shares[position], score.shares[position]
            row = sheet.strategies[position]
            sentence = (
                f"{planned * 100:.0f} % of the effort is planned for “{row.statement}”, "
                f"which carries {carried * 100:.0f} % of the goals."
            )
            yield Finding(
                "warn",
                "Effort misfit",
                sentence,
                "Edit the strategy",
                "alignment.edit_strategy",
                {"strategy_id": row.id},
            )


def _notes(sheet: Worksheet):
    goals = {row.id: row.statement for row in sheet.goals}
    strategies = {row.id: row.statement for row in sheet.strategies}
    bare = [row for row in sheet.relations.values() if row.mark == 9 and not row.note]
    if bare:
        first = f"“{strategies[bare[0].strategy_id]}” for “{goals[bare[0].goal_id]}”"
        more = f", and {len(bare) - 1} more," if len(bare) > 1 else ""
        yield Finding(
            "info",
            "9 without a reason",
            f"The 9 of {first}{more} has no note that says why.",
            "Write the note",
            "alignment.note",
            {
                "engagement_id": sheet.engagement_id,
                "goal": bare[0].goal_id,
                "strategy": bare[0].strategy_id,
            },
        )
