"""What complaints write into the ledger: ids and words of a closed list, never a word of a story."""

from audit.registered import Forget, register

STEP_TAKEN = register("complaints.step_taken", "A step of a case was taken", forget=Forget.KEEP)
STEP_ASKED = register("complaints.step_asked", "Somebody asked for a step of a case", forget=Forget.KEEP)
STEP_PROPOSED = register("complaints.step_proposed", "A step of a case was signed first and waits for others", forget=Forget.KEEP)
STEP_VOIDED = register("complaints.step_voided", "A step of a case that waited for signatures became void", forget=Forget.KEEP)
STEP_REFUSED = register("complaints.step_refused", "A step of a case was refused", forget=Forget.KEEP)
OBLIGATION_MET = register("complaints.obligation_met", "What a decision asked of a coach was noted as done", forget=Forget.KEEP)
LEGAL_HOLD_ENDED = register("complaints.legal_hold_ended", "A legal hold on a case was ended", forget=Forget.KEEP)
CLOCK_WARNED = register("complaints.clock_warned", "It was said that a deadline of a case comes near, or is over", forget=Forget.KEEP)

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

# People who work on cases.
APPOINTED = register("complaints.appointed", "A person was appointed to work on cases", forget=Forget.KEEP)
APPOINTMENT_ENDED = register("complaints.appointment_ended", "An appointment to work on cases was given a last day", forget=Forget.KEEP)
CASE_ROLE_OVER = register("complaints.case_role_over", "The last appointment of a person to work on cases was over", forget=Forget.KEEP)
INTERESTS_DECLARED = register("complaints.interests_declared", "A person’s register of interests was declared complete", forget=Forget.KEEP)
INTEREST_ENTERED = register("complaints.interest_entered", "An interest was entered into a person’s register", forget=Forget.KEEP)
INTEREST_ENDED = register("complaints.interest_ended", "An interest in a person’s register was given an end", forget=Forget.KEEP)
INTEREST_TAKEN_BACK = register("complaints.interest_taken_back", "An interest was taken out of a person’s register", forget=Forget.KEEP)
SEAT_GIVEN = register("complaints.seat_given", "A seat in a case was given to a person, by a draw or by name", forget=Forget.KEEP)
SEAT_ATTESTED = register("complaints.seat_attested", "A person attested that they have no conflict in a case", forget=Forget.KEEP)
SEAT_ENDED = register("complaints.seat_ended", "A person’s seat in a case ended", forget=Forget.KEEP)
EXCLUDED = register("complaints.excluded", "A person was noted as taking no new seat in a case", forget=Forget.KEEP)

# What whoever complained does with the code; `by` is nobody there.
MESSAGE_WRITTEN = register("complaints.message_written", "A message was written to the office with a code", forget=Forget.KEEP)
CONTACT_CHANGED = register("complaints.contact_changed", "How to reach whoever complained was changed with a code", forget=Forget.KEEP)

# Letters on paper: which letter and by what way, never to where.
LETTER_SENT = register("complaints.letter_sent", "It was noted that a letter of a case went out on paper", forget=Forget.KEEP)
LETTER_DELIVERED = register("complaints.letter_delivered", "It was noted on which day a letter on paper arrived", forget=Forget.KEEP)
LETTER_RETURNED = register("complaints.letter_returned", "It was noted that a letter on paper came back", forget=Forget.KEEP)
