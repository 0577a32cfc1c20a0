"""The supervisor that will be killed: that of `manage.py up`, with its files in the test's folder.

Usage: python -m tests.faults.up --port N
"""

import sys

from django.conf import settings

from config import supervisor

supervisor.VAR = settings.VAR_DIR
sys.exit(supervisor.main())
