"""How messages reach workers, and what beat sends when."""

from django.conf import settings

broker_url = settings.REDIS_URL.replace("unix://", "redis+socket://", 1)
broker_connection_retry_on_startup = True
broker_connection_timeout = 2
task_acks_late = True
task_reject_on_worker_lost = True
worker_prefetch_multiplier = 1
task_ignore_result = True
task_default_queue = "mediatrack"
timezone = "UTC"
beat_schedule = {
    "pulse": {"task": "foundation.tasks.pulse", "schedule": 5.0},
    "sweep jobs": {"task": "foundation.tasks.sweep_jobs", "schedule": 15.0},
    "seal events": {
        "task": "audit.tasks.seal_events",
        "schedule": 2.0,
        "options": {"expires": 10},
    },
    "sign checkpoints": {"task": "audit.tasks.sign_checkpoints", "schedule": 300.0},
    "drain deliveries": {
        "task": "audit.tasks.drain_deliveries",
        "schedule": 2.0,
        "options": {"expires": 10},
    },
    "send digests": {"task": "notifications.tasks.send_digests", "schedule": 1800.0},
    "publish due": {"task": "royalties.tasks.publish_due", "schedule": 300},
    "keep licences": {"task": "licenses.tasks.keep_licenses", "schedule": 900.0},
    "send webhooks": {
        "task": "integrations.tasks.send_webhooks",
        "schedule": 2.0,
        "options": {"expires": 10},
    },
    "make partitions": {"task": "foundation.tasks.make_partitions", "schedule": 43_200.0},
    "forget answers": {"task": "foundation.tasks.forget_answers", "schedule": 86_400.0},
    "forget uploads": {"task": "integrations.tasks.forget_uploads", "schedule": 86_400.0},
    "destroy files": {"task": "foundation.tasks.destroy_files", "schedule": 86_400.0},
}
