"""What courses write into the ledger."""

from audit.registered import Forget, register

RUN_STARTED = register("courses.run_started", "A run through a course was started", forget=Forget.KEEP)
RUN_ASSIGNED = register("courses.run_assigned", "A run through a course was assigned", forget=Forget.KEEP)
ATTEMPTS_GRANTED = register("courses.attempts_granted", "More attempts were opened by staff", forget=Forget.EMPTY)
ATTEMPTS_TAKEN_BACK = register("courses.attempts_taken_back", "Attempts that staff had opened were taken back", forget=Forget.EMPTY)
ATTEMPT_STARTED = register("courses.attempt_started", "An attempt was started", forget=Forget.KEEP)
ATTEMPT_SUBMITTED = register("courses.attempt_submitted", "An attempt was submitted and graded", forget=Forget.KEEP)
ATTEMPT_REGRADED = register("courses.attempt_regraded", "An attempt was graded again because a question was void", forget=Forget.KEEP)
CLAUSE_PUT_RIGHT = register("courses.clause_put_right", "A missed critical clause was put right", forget=Forget.KEEP)
COURSE_COMPLETED = register("courses.course_completed", "A course was completed", forget=Forget.KEEP)
COMPLETED_OTHERWISE = register("courses.completed_otherwise", "A course was completed by another route", forget=Forget.EMPTY)
QUESTION_VOIDED = register("courses.question_voided", "A version of a question was declared void", forget=Forget.KEEP)
CONTENT_RETIRED = register("courses.content_retired", "A page or question was retired", forget=Forget.KEEP)
