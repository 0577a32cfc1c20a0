"""What the ledger itself does."""

from audit.registered import Forget, register

DETAILS_FORGOTTEN = register("audit.details_forgotten", "The details about a person were forgotten", forget=Forget.KEEP)
