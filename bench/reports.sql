-- The floor of each report: one statement, written by hand, that tells all that its page does.

-- portfolio
WITH began AS (
    SELECT m.id, m.engagement_id, m.name, m.direction,
        coalesce(m.baseline, (
            SELECT value FROM observation WHERE measure_id = m.id ORDER BY period_on LIMIT 1)) AS start
    FROM measure m JOIN engagement e ON e.id = m.engagement_id
    WHERE e.stage IN :live AND m.kind IN ('outcome', 'balancing')
), moved AS (
    SELECT b.id, b.engagement_id, b.name, b.direction, b.start,
        sum(CASE WHEN o.value <> b.start THEN 1 ELSE 0 END) AS number,
        max(CASE WHEN o.value <> b.start AND (o.value > b.start) = (b.direction = 'increase')
            THEN o.period_on END) AS right_on
    FROM began b JOIN observation o ON o.measure_id = b.id AND o.period_on <= :today
    GROUP BY b.id, b.engagement_id, b.name, b.direction, b.start
), runs AS (
    SELECT id, engagement_id, name, number, (
        SELECT count(*) FROM observation o WHERE o.measure_id = moved.id AND o.period_on <= :today
        AND (moved.right_on IS NULL OR o.period_on > moved.right_on) AND o.value <> moved.start) AS run
    FROM moved
), placed AS (
    SELECT engagement_id, name, run, max(number) OVER (PARTITION BY engagement_id) AS number,
        row_number() OVER (PARTITION BY engagement_id ORDER BY run DESC, id) AS place FROM runs
), worst AS (
    SELECT engagement_id, max(name) AS name, max(run) AS run, max(number) AS number FROM placed
    WHERE place = 1 GROUP BY engagement_id
)
SELECT e.id, e.title, o.name AS client, e.stage, u.name AS lead, e.starts_on, e.ends_on, e.currency, e.fee,
    b.hours, t.minutes, t.on_budget, g.covered, g.weight, g.rated, m.milestones, m.done, m.late, m.since,
    (SELECT title FROM milestone WHERE engagement_id = e.id AND state IN ('planned', 'in_progress')
        AND planned_on = m.since ORDER BY id LIMIT 1) AS late_title,
    s.sessions, s.last_at, a.open, a.overdue, a.owed_since, w.name AS measure, w.run, w.number,
    (SELECT score FROM satisfaction_score WHERE engagement_id = e.id AND said_on <= :today
        ORDER BY said_on DESC, id DESC LIMIT 1) AS score,
    (SELECT count(*) FROM satisfaction_score WHERE engagement_id = e.id AND said_on <= :today) AS scores,
    h.level, h.note
FROM engagement e
JOIN organisation o ON o.id = e.organisation_id
LEFT JOIN user_account u ON u.id = e.lead_id
LEFT JOIN (SELECT engagement_id, sum(hours) AS hours FROM budget GROUP BY engagement_id) b
    ON b.engagement_id = e.id
LEFT JOIN (
    SELECT t.engagement_id, sum(t.minutes) AS minutes,
        sum(CASE WHEN b.id IS NOT NULL THEN t.minutes ELSE 0 END) AS on_budget
    FROM time_entry t
    LEFT JOIN budget b ON b.engagement_id = t.engagement_id AND b.service_line = t.service_line
    WHERE t.is_billable AND t.kind <> 'travel' AND t.worked_on <= :today GROUP BY t.engagement_id
) t ON t.engagement_id = e.id
LEFT JOIN (
    SELECT engagement_id, sum(CASE WHEN best >= 3 THEN weight ELSE 0 END) AS covered, sum(weight) AS weight,
        count(best) AS rated
    FROM (
        SELECT g.engagement_id, g.weight, max(r.mark) AS best FROM goal g LEFT JOIN relation r ON r.goal_id = g.id
        GROUP BY g.id, g.engagement_id, g.weight) AS best
    GROUP BY engagement_id
) g ON g.engagement_id = e.id
LEFT JOIN (
    SELECT engagement_id, count(*) AS milestones, sum(CASE WHEN state = 'done' THEN 1 ELSE 0 END) AS done,
        sum(CASE WHEN state <> 'done' AND planned_on < :today THEN 1 ELSE 0 END) AS late,
        min(CASE WHEN state <> 'done' AND planned_on < :today THEN planned_on END) AS since
    FROM milestone WHERE state <> 'dropped' GROUP BY engagement_id
) m ON m.engagement_id = e.id
LEFT JOIN (
    SELECT engagement_id, count(*) AS sessions, max(starts_at) AS last_at FROM coaching_session
    WHERE state = 'held' AND starts_at < :end GROUP BY engagement_id
) s ON s.engagement_id = e.id
LEFT JOIN (
    SELECT engagement_id, count(*) AS open, sum(CASE WHEN due_on < :today THEN 1 ELSE 0 END) AS overdue,
        min(due_on) AS owed_since
    FROM action WHERE state = 'open' GROUP BY engagement_id
) a ON a.engagement_id = e.id
LEFT JOIN worst w ON w.engagement_id = e.id
LEFT JOIN health_override h ON h.id = (
    SELECT max(id) FROM health_override WHERE engagement_id = e.id AND from_on <= :today
    AND expires_on >= :today AND (lifted_on IS NULL OR lifted_on > :today))
WHERE e.stage IN :live
ORDER BY o.search_name, e.starts_on, e.id

-- utilisation
SELECT u.id, u.name, u.weekly_minutes, d.currency,
    sum(CASE WHEN d.is_now THEN d.minutes ELSE 0 END) AS logged,
    sum(CASE WHEN d.is_now AND d.is_billable THEN d.minutes ELSE 0 END) AS billable,
    sum(CASE WHEN d.is_now AND d.is_approved AND d.is_billable THEN d.minutes ELSE 0 END) AS approved,
    sum(CASE WHEN d.is_now THEN 0 ELSE d.minutes END) AS logged_before,
    sum(CASE WHEN d.is_billable AND NOT d.is_now THEN d.minutes ELSE 0 END) AS billable_before,
    sum(CASE WHEN d.is_now AND d.is_approved AND d.is_billable THEN d.minutes * d.charged END) AS billed,
    sum(CASE WHEN d.is_now AND d.is_approved AND d.is_billable THEN d.minutes * d.standard END) AS due,
    sum(CASE WHEN d.is_approved AND d.is_billable AND NOT d.is_now THEN d.minutes * d.charged END) AS billed_before,
    sum(CASE WHEN d.is_approved AND d.is_billable AND NOT d.is_now THEN d.minutes * d.standard END) AS due_before
FROM user_account u JOIN (
    SELECT t.user_id, t.minutes, t.is_billable, t.worked_on >= :first AS is_now,
        t.state IN ('approved', 'locked') AS is_approved, p.amount AS standard,
        coalesce(x.rate, r.amount, p.amount) AS charged, coalesce(x.currency, r.currency, p.currency) AS currency
    FROM time_entry t
    LEFT JOIN time_override x ON x.time_entry_id = t.id AND x.what = 'rate'
    LEFT JOIN engagement_rate r ON r.id = (
        SELECT id FROM engagement_rate WHERE engagement_id = t.engagement_id AND from_on <= t.worked_on
        ORDER BY from_on DESC LIMIT 1)
    LEFT JOIN person_rate p ON p.id = (
        SELECT id FROM person_rate WHERE user_id = t.user_id AND from_on <= t.worked_on
        ORDER BY from_on DESC LIMIT 1)
    WHERE t.worked_on BETWEEN :since AND :last
) d ON d.user_id = u.id
GROUP BY u.id, u.name, u.weekly_minutes, d.currency
ORDER BY u.name, u.id

-- hours
WITH spent AS (
    SELECT engagement_id, session_id, strategy_id, sum(CASE WHEN worked_on >= :first THEN minutes ELSE 0 END) AS now,
        sum(CASE WHEN worked_on >= :first THEN 0 ELSE minutes END) AS before
    FROM time_entry WHERE worked_on BETWEEN :since AND :last GROUP BY engagement_id, session_id, strategy_id
)
SELECT e.id, e.title, o.name AS client, g.statement AS goal, st.statement AS strategy, m.title AS milestone, m.state,
    sum(s.now * s.part) AS now, sum(s.before * s.part) AS before, count(*) AS sessions,
    (SELECT sum(hours) FROM budget WHERE engagement_id = e.id) AS budget,
    (SELECT sum(minutes) FROM time_entry WHERE engagement_id = e.id AND is_billable AND kind <> 'travel'
        AND worked_on <= :last) AS used,
    (SELECT count(*) FROM milestone WHERE strategy_id = st.id AND state = 'done' AND actual_on <= :last) AS done
FROM (
    SELECT s.*, t.goal_id, coalesce(t.strategy_id, s.strategy_id) AS of_strategy, t.milestone_id,
        CASE WHEN t.session_id IS NULL THEN 1
            ELSE 1.0 / (SELECT count(*) FROM session_touch WHERE session_id = s.session_id) END AS part
    FROM spent s
    LEFT JOIN coaching_session h ON h.id = s.session_id AND h.state = 'held'
    LEFT JOIN session_touch t ON t.session_id = h.id
) s
JOIN engagement e ON e.id = s.engagement_id
JOIN organisation o ON o.id = e.organisation_id
LEFT JOIN goal g ON g.id = s.goal_id
LEFT JOIN strategy st ON st.id = s.of_strategy
LEFT JOIN milestone m ON m.id = s.milestone_id
GROUP BY e.id, e.title, o.name, g.statement, st.id, st.statement, m.title, m.state
ORDER BY 8 DESC

-- milestones
SELECT m.id, m.title, o.name AS client, e.title AS engagement, st.statement, coalesce(u.name, c.name) AS owner,
    m.baseline_on, m.planned_on, m.actual_on, m.state
FROM milestone m
JOIN engagement e ON e.id = m.engagement_id
JOIN organisation o ON o.id = m.organisation_id
LEFT JOIN strategy st ON st.id = m.strategy_id
LEFT JOIN user_account u ON u.id = m.owner_user_id
LEFT JOIN contact c ON c.id = m.owner_contact_id
WHERE m.baseline_on BETWEEN :since AND :last OR m.actual_on BETWEEN :since AND :last
    OR (m.planned_on < :last AND (m.state IN ('planned', 'in_progress') OR m.actual_on > :last))
ORDER BY o.name, e.title, e.id, m.planned_on, m.id

-- actions
SELECT a.id, a.title, o.name AS client, e.title AS engagement, coalesce(u.name, c.name) AS owner,
    a.due_on, a.done_on, a.state
FROM action a
JOIN engagement e ON e.id = a.engagement_id
JOIN organisation o ON o.id = a.organisation_id
LEFT JOIN user_account u ON u.id = a.owner_user_id
LEFT JOIN contact c ON c.id = a.owner_contact_id
WHERE a.due_on BETWEEN :since AND :last
ORDER BY a.due_on, a.id

-- alignment
SELECT e.id, e.title, o.name AS client, g.perspective, g.goals, g.served, g.measured, g.weight, g.covered,
    s.strategies, s.idle, s.undelivered
FROM (
    SELECT engagement_id, perspective, count(*) AS goals, sum(served) AS served, sum(measured) AS measured,
        sum(weight) AS weight, sum(served * weight) AS covered
    FROM (
        SELECT engagement_id, perspective, weight,
            CASE WHEN EXISTS (SELECT 1 FROM relation WHERE goal_id = goal.id AND mark >= 3) THEN 1 ELSE 0 END AS served,
            CASE WHEN EXISTS (SELECT 1 FROM measure WHERE goal_id = goal.id) THEN 1 ELSE 0 END AS measured
        FROM goal) AS each_goal
    GROUP BY engagement_id, perspective
) g
JOIN engagement e ON e.id = g.engagement_id
JOIN organisation o ON o.id = e.organisation_id
LEFT JOIN (
    SELECT engagement_id, count(*) AS strategies, sum(1 - serves) AS idle, sum(1 - delivered) AS undelivered
    FROM (
        SELECT engagement_id,
            CASE WHEN EXISTS (SELECT 1 FROM relation WHERE strategy_id = strategy.id AND mark >= 3) THEN 1 ELSE 0 END
                AS serves,
            CASE WHEN EXISTS (SELECT 1 FROM milestone WHERE strategy_id = strategy.id AND state <> 'dropped')
                THEN 1 ELSE 0 END AS delivered
        FROM strategy) AS each_strategy
    GROUP BY engagement_id
) s ON s.engagement_id = e.id
ORDER BY o.name, e.title, e.id, g.perspective

-- outcomes
SELECT m.id, m.name, o.name AS client, e.title AS engagement, g.statement, m.unit, m.direction, m.baseline, m.target,
    v.period_on, v.value, v.numerator, v.denominator
FROM measure m
JOIN engagement e ON e.id = m.engagement_id
JOIN organisation o ON o.id = m.organisation_id
LEFT JOIN goal g ON g.id = m.goal_id
LEFT JOIN observation v ON v.measure_id = m.id AND v.period_on <= :last
WHERE m.series_of_id IS NULL
ORDER BY o.name, e.title, e.id, m.id, v.period_on

-- satisfaction
SELECT s.id, o.name AS client, e.title AS engagement, o.kind, s.score, s.said_on, s.is_from_client
FROM satisfaction_score s
JOIN engagement e ON e.id = s.engagement_id
JOIN organisation o ON o.id = s.organisation_id
WHERE s.said_on BETWEEN :since AND :last
ORDER BY s.said_on, s.id

-- coaching-log
SELECT t.session_id, u.name AS coach, min(t.worked_on) AS held_on, o.name AS client, e.title AS engagement, s.number,
    (SELECT count(*) FROM session_contact c WHERE c.session_id = t.session_id) AS people, t.is_billable,
    sum(t.minutes) AS minutes
FROM time_entry t
JOIN user_account u ON u.id = t.user_id
JOIN coaching_session s ON s.id = t.session_id
JOIN engagement e ON e.id = t.engagement_id
JOIN organisation o ON o.id = t.organisation_id
WHERE t.kind = 'coaching' AND t.worked_on BETWEEN :since AND :last AND s.state = 'held'
GROUP BY u.id, u.name, o.name, e.title, t.engagement_id, t.session_id, s.number, t.is_billable
ORDER BY 3, u.name, t.engagement_id, t.session_id, t.is_billable

-- pipeline
SELECT e.id, e.title, o.name AS client, u.name AS lead, e.stage, e.stage_since, e.currency, e.fee,
    (SELECT count(*) FROM stage_move m WHERE m.engagement_id = e.id AND m.moved_on BETWEEN :since AND :last) AS moves
FROM engagement e
JOIN organisation o ON o.id = e.organisation_id
LEFT JOIN user_account u ON u.id = e.lead_id
WHERE e.stage NOT IN ('lost', 'cancelled', 'follow_up')
ORDER BY e.stage_since, e.id

-- channels
SELECT c.id, c.handle, o.name AS client, c.platform,
    (SELECT followers FROM channel_count WHERE channel_id = c.id AND counted_on <= :last
        ORDER BY counted_on DESC LIMIT 1) AS now,
    (SELECT counted_on FROM channel_count WHERE channel_id = c.id AND counted_on <= :last
        ORDER BY counted_on DESC LIMIT 1) AS counted_on,
    (SELECT followers FROM channel_count WHERE channel_id = c.id AND counted_on < :first
        ORDER BY counted_on DESC LIMIT 1) AS at_start,
    (SELECT followers FROM channel_count WHERE channel_id = c.id AND counted_on < :since
        ORDER BY counted_on DESC LIMIT 1) AS before
FROM channel c
JOIN organisation o ON o.id = c.organisation_id
ORDER BY o.name, c.platform, c.handle, c.id

-- data-quality
SELECT e.id, e.title, o.name AS client, u.name AS lead, e.starts_on, 'goal' AS kind, g.id AS thing,
    g.statement AS words, g.weight AS number, g.horizon_on AS due_on,
    (SELECT max(mark) FROM relation WHERE goal_id = g.id) AS best,
    (SELECT count(*) FROM measure WHERE goal_id = g.id) AS hung, (
        SELECT max(starts_at) FROM coaching_session
        WHERE engagement_id = e.id AND state = 'held' AND starts_at < :end) AS last_at
FROM goal g JOIN engagement e ON e.id = g.engagement_id JOIN organisation o ON o.id = e.organisation_id
LEFT JOIN user_account u ON u.id = e.lead_id WHERE e.stage IN :live
UNION ALL
SELECT e.id, e.title, o.name, u.name, e.starts_on, 'strategy', s.id, s.statement, s.effort_hours, NULL,
    (SELECT max(mark) FROM relation WHERE strategy_id = s.id), (
        SELECT sum(t.minutes) FROM session_touch c JOIN coaching_session x ON x.id = c.session_id AND x.state = 'held'
        JOIN time_entry t ON t.session_id = c.session_id WHERE c.strategy_id = s.id), NULL
FROM strategy s JOIN engagement e ON e.id = s.engagement_id JOIN organisation o ON o.id = e.organisation_id
LEFT JOIN user_account u ON u.id = e.lead_id WHERE e.stage IN :live
UNION ALL
SELECT e.id, e.title, o.name, u.name, e.starts_on, 'milestone', m.id, m.title, NULL, m.planned_on, NULL,
    m.strategy_id, NULL
FROM milestone m JOIN engagement e ON e.id = m.engagement_id JOIN organisation o ON o.id = e.organisation_id
LEFT JOIN user_account u ON u.id = e.lead_id
WHERE e.stage IN :live AND m.state IN ('planned', 'in_progress')
UNION ALL
SELECT e.id, e.title, o.name, u.name, e.starts_on, 'measure', m.id, m.name, NULL, NULL, m.goal_id,
    (SELECT 1 FROM observation WHERE measure_id = m.id LIMIT 1), NULL
FROM measure m JOIN engagement e ON e.id = m.engagement_id JOIN organisation o ON o.id = e.organisation_id
LEFT JOIN user_account u ON u.id = e.lead_id WHERE e.stage IN :live AND m.series_of_id IS NULL
