"""Whom news about a task concerns."""

from rapport.agenda.models import Task


def whose(task: Task) -> dict[str, int]:
    """Its assignee and its member, as details of the fact; they stay readable when the task is gone."""
    return {"assignee": task.assignee_id} | ({"member": task.member_id} if task.member_id else {})
