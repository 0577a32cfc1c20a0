"""What complaints write into the ledger: ids and words of a closed list, never a word of a story."""

from audit.registered import Forget, register

STEP_TAKEN = register("complaints.step_taken", "A step of a case was taken", forget=Forget.KEEP)
STEP_REFUSED = register("complaints.step_refused", "A step of a case was refused", forget=Forget.KEEP)

# Sealed words and files: ids, kinds, sizes. Who complained has no account, so `by` is nobody there.
KEY_DESTROYED = register(
    "complaints.key_destroyed", "The key of a case was destroyed, and with it everything that was told", forget=Forget.KEEP
)
ERASURES_REPLAYED = register(
    "complaints.erasures_replayed", "Erasures of cases were done again after a backup was restored", forget=Forget.KEEP
)
CASE_KEYS_ROTATED = register("complaints.case_keys_rotated", "Keys of cases were wrapped anew", forget=Forget.KEEP)
RECEIPT_MADE = register("complaints.receipt_made", "A code was given to whoever complained", forget=Forget.KEEP)
RECEIPT_REPLACED = register("complaints.receipt_replaced", "A code was replaced by a new one", forget=Forget.KEEP)
FILE_RECEIVED = register("complaints.file_received", "A file was received", forget=Forget.KEEP)
FILE_REFUSED = register("complaints.file_refused", "A file was refused", forget=Forget.KEEP)
FILE_CLEANED = register("complaints.file_cleaned", "A copy of a file without anything hidden was made", forget=Forget.KEEP)
FILE_DISCLOSED = register("complaints.file_disclosed", "A file was disclosed to the parties", forget=Forget.KEEP)
FILE_RELIED_ON = register("complaints.file_relied_on", "A file was relied on", forget=Forget.KEEP)
