"""What complaints write into the ledger: ids and words of a closed list, never a word of a story."""

from audit.registered import Forget, register

STEP_TAKEN = register("complaints.step_taken", "A step of a case was taken", forget=Forget.KEEP)
STEP_REFUSED = register("complaints.step_refused", "A step of a case was refused", forget=Forget.KEEP)
