"""What can be done to an account: the ledger's list."""

from audit.registered import Forget, register

INVITED = register("accounts.invited", "A person was invited to set a password", forget=Forget.KEEP)
PASSWORD_SET = register("accounts.password_set", "A password was set by a link", forget=Forget.KEEP)
PASSWORD_CHANGED = register("accounts.password_changed", "A password was changed", forget=Forget.KEEP)
ACCOUNT_CHANGED = register(
    "accounts.account_changed", "The address of an account, or its leave to log in, was changed", forget=Forget.EMPTY
)  # entered before changes of address and blocks had actions of their own
BLOCKED = register("accounts.blocked", "An account was closed", forget=Forget.EMPTY)
UNBLOCKED = register("accounts.unblocked", "An account was opened again", forget=Forget.EMPTY)

# The reason is about the person, so it goes when the person is forgotten. Entries on proposals hold digests and numbers alone.
ROLE_GRANTED = register("accounts.role_granted", "A site role was granted", forget=Forget.EMPTY)
ROLE_WITHDRAWN = register("accounts.role_withdrawn", "A site role was withdrawn", forget=Forget.EMPTY)
PROPOSED = register("accounts.proposed", "An act that takes several signatures was proposed", forget=Forget.KEEP)
SIGNED = register("accounts.signed", "A proposal was signed", forget=Forget.KEEP)
CARRIED_OUT = register("accounts.carried_out", "A proposal had its last signature and was carried out", forget=Forget.KEEP)
PROPOSAL_WITHDRAWN = register("accounts.proposal_withdrawn", "A proposal was withdrawn", forget=Forget.KEEP)
PROPOSAL_VOIDED = register("accounts.proposal_voided", "A proposal became void", forget=Forget.KEEP)
PROPOSALS_FORGOTTEN = register("accounts.proposals_forgotten", "The words of proposals about a person were emptied", forget=Forget.KEEP)

FACTOR_GIVEN = register("accounts.factor_given", "A second step was given", forget=Forget.KEEP)
FACTOR_REFUSED = register("accounts.factor_refused", "A second step was refused", forget=Forget.KEEP)
ADDRESS_CODE_SENT = register("accounts.address_code_sent", "A code was sent to the known address", forget=Forget.KEEP)
ADDRESS_CONFIRMED = register("accounts.address_confirmed", "The known address was confirmed by a code", forget=Forget.KEEP)
DEVICE_ADDED = register("accounts.device_added", "A device for the second step was added", forget=Forget.KEEP)
DEVICE_REMOVED = register("accounts.device_removed", "A device for the second step was removed", forget=Forget.KEEP)
RECOVERY_CODES_MADE = register("accounts.recovery_codes_made", "Recovery codes were made; earlier ones are void", forget=Forget.KEEP)
DEVICES_RESET = register("accounts.devices_reset", "Two administrators removed all devices of a person", forget=Forget.KEEP)
GLASS_BROKEN = register("accounts.glass_broken", "Recovery codes were made on the server for an administrator", forget=Forget.KEEP)
SESSIONS_ENDED = register("accounts.sessions_ended", "Log-ins of a person were ended", forget=Forget.KEEP)
TRIES_REFUSED = register("accounts.tries_refused", "Too many tries in a short time were refused", forget=Forget.KEEP)

# Addresses and reasons are about the person, so they go when the person is forgotten.
ADDRESS_CHANGE_ASKED = register("accounts.address_change_asked", "A change of address was asked for", forget=Forget.EMPTY)
ADDRESS_CHANGED = register("accounts.address_changed", "The address of an account was changed", forget=Forget.EMPTY)
ADDRESS_CHANGE_ENDED = register("accounts.address_change_ended", "A change of address came to nothing", forget=Forget.KEEP)
PEOPLE_INVITED = register("accounts.people_invited", "People were invited from a file", forget=Forget.KEEP)
EXPORT_ASKED = register("accounts.export_asked", "A person asked for a copy of their data", forget=Forget.KEEP)
EXPORT_MADE = register("accounts.export_made", "The copy of a person’s data was made", forget=Forget.KEEP)
EXPORT_FETCHED = register("accounts.export_fetched", "The copy of a person’s data was downloaded", forget=Forget.KEEP)
EXPORT_REMOVED = register("accounts.export_removed", "The copy of a person’s data was removed", forget=Forget.KEEP)
LIST_EXPORTED = register("accounts.list_exported", "A list of the admin was asked for as a file", forget=Forget.KEEP)
ERASURE_ASKED = register("accounts.erasure_asked", "The office noted that a person wants the account erased", forget=Forget.EMPTY)
ERASURE_TAKEN_BACK = register("accounts.erasure_taken_back", "A request to erase an account was taken back", forget=Forget.KEEP)
ERASED = register("accounts.erased", "An account was erased", forget=Forget.KEEP)

MESSAGE_POSTED = register("accounts.message_posted", "A message was put into a person’s inbox", forget=Forget.KEEP)
