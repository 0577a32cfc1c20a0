"""What complaints write into the ledger: ids and words of a closed list, never a word of a story."""

from audit.registered import Forget, register

STEP_TAKEN = register("complaints.step_taken", "A step of a case was taken", forget=Forget.KEEP)
STEP_REFUSED = register("complaints.step_refused", "A step of a case was refused", forget=Forget.KEEP)

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
