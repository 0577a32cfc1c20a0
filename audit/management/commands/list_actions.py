"""`manage.py list_actions`: the closed list of actions as the table of docs/ledger.md."""

from typing import Any

from django.core.management.base import BaseCommand

from audit.registered import ACTIONS


class Command(BaseCommand):
    help = "Print every action of the ledger and how a person is forgotten from it, as the rows of docs/ledger.md."

    def handle(self, *args: Any, **options: Any) -> None:
        for action in sorted(ACTIONS.values(), key=lambda action: action.name):
            self.stdout.write(f"| `{action.name}` | {action.sentence} | {action.forget.value} |")
