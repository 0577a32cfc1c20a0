"""What the ledger itself does."""

from audit.registered import Forget, register

DETAILS_FORGOTTEN = register("audit.details_forgotten", "The details about a person were emptied", forget=Forget.KEEP)
READ = register("audit.read", "Something confidential was read", forget=Forget.KEEP)
ANCHORED = register("audit.anchored", "The end of the ledger was written down", forget=Forget.KEEP)
VERIFICATION_ASKED = register("audit.verification_asked", "Somebody asked for a verification of the ledger", forget=Forget.KEEP)
VERIFIED = register("audit.verified", "The whole ledger was verified", forget=Forget.KEEP)
