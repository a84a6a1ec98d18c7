from crm.jobs.registry import Schedule, task
from crm.mail.delivering import deliver
from crm.mail.outbox import DELIVER

task(DELIVER, "Send waiting mail", schedule=Schedule("Every minute"), has_steps=True)(deliver)
