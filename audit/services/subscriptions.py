"""Who is told of which event or fact. Apps subscribe when they start."""

from kernel.errors import DomainError

EVERYTHING = "*"
_tasks: dict[str, list[str]] = {}


class BadSubscription(DomainError):
    """A subscription that names nothing."""

    code = "bad_subscription"
    status = 500


def subscribe(code: str, task: str) -> None:
    """Have ``task``, a dotted path, told of every event or fact ``code`` from now on.

    ``*`` stands for all root events. The function gets one ``Notice`` inside a transaction of the
    organisation; it may be told twice and must not mind. Subscribing again changes nothing.
    """
    if not code or "." not in task:
        raise BadSubscription(f"{task!r} can't be told of {code!r}. Give a code and a dotted path.")
    tasks = _tasks.setdefault(code, [])
    if task not in tasks:
        tasks.append(task)


def unsubscribe(code: str, task: str) -> None:
    """End a subscription; what was promised before is still delivered."""
    _tasks.get(code, []).remove(task)


def told_of(code: str, *, root: bool) -> list[str]:
    """Return the tasks to tell of ``code``; ``root`` events also reach those of ``*``."""
    found = list(_tasks.get(code, ()))
    if root:
        found += [task for task in _tasks.get(EVERYTHING, ()) if task not in found]
    return found
