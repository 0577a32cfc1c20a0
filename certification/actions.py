"""What certification writes into the ledger."""

from audit.registered import Forget, register

CERTIFICATE_ISSUED = register("certification.certificate_issued", "A certificate was issued", forget=Forget.KEEP)
CERTIFICATE_MOVED = register(
    "certification.certificate_moved", "A certificate was given to the person it was meant for", forget=Forget.EMPTY
)
TERM_GRANTED = register("certification.term_granted", "A term was granted", forget=Forget.KEEP)
TERM_CORRECTED = register("certification.term_corrected", "The dates of a term were corrected", forget=Forget.EMPTY)
TERM_VOIDED = register("certification.term_voided", "A term granted in error was voided", forget=Forget.EMPTY)
GIVEN_BACK = register("certification.given_back", "A certificate was given back", forget=Forget.KEEP)
NAME_CORRECTED = register("certification.name_corrected", "The name on a certificate was changed", forget=Forget.EMPTY)
STATEMENT_SIGNED = register("certification.statement_signed", "The statement on the Code was signed", forget=Forget.KEEP)
REQUIREMENT_MET = register("certification.requirement_met", "A requirement was recorded as met by another route", forget=Forget.EMPTY)
SANCTION_IMPOSED = register("certification.sanction_imposed", "A sanction was imposed", forget=Forget.KEEP)
SANCTION_ENDED = register("certification.sanction_ended", "A sanction was ended", forget=Forget.KEEP)
SANCTION_EXTENDED = register("certification.sanction_extended", "A sanction was extended", forget=Forget.KEEP)
SANCTION_VOIDED = register("certification.sanction_voided", "A sanction was voided", forget=Forget.EMPTY)
HOLD_PLACED = register("certification.hold_placed", "New certificates for a person were blocked for a time", forget=Forget.KEEP)
HOLD_LIFTED = register("certification.hold_lifted", "The block on new certificates was ended", forget=Forget.KEEP)
SCHEME_CHANGED = register("certification.scheme_changed", "The rules of a scheme were changed", forget=Forget.KEEP)
EDITION_PUBLISHED = register(
    "certification.edition_published", "An edition was published after counting whom it touches", forget=Forget.KEEP
)
COACHES_IMPORTED = register("certification.coaches_imported", "Coaches were imported from a file", forget=Forget.KEEP)
