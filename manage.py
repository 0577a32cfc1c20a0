#!/usr/bin/env python3
"""The project's commands."""

import os
import sys

from django.core.management import execute_from_command_line

USAGE = 2  # how argparse leaves; here every refusal leaves with 1


def main() -> None:
    """Run a command. Where settings, database or disk are in its way it says so in words; --traceback shows the rest."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.dev")
    try:
        execute_from_command_line(sys.argv)
    except KeyboardInterrupt:
        sys.exit(130)
    except SystemExit as end:
        sys.exit(1 if end.code == USAGE else end.code)
    except Exception as problem:
        from config import refusals

        words = refusals.sentence(problem)
        if words is None or "--traceback" in sys.argv:
            raise
        sys.exit(words)


if __name__ == "__main__":
    main()
