"""What can be done to an account: the ledger's list."""

from audit.registered import Forget, register

INVITED = register("accounts.invited", "A person was invited to set a password", forget=Forget.KEEP)
PASSWORD_SET = register("accounts.password_set", "A password was set by a link", forget=Forget.KEEP)
PASSWORD_CHANGED = register("accounts.password_changed", "A password was changed", forget=Forget.KEEP)
ACCOUNT_CHANGED = register(
    "accounts.account_changed", "The address of an account, or its leave to log in, was changed", forget=Forget.EMPTY
)

# The reason is about the person, so it goes when the person is forgotten. Entries on proposals hold digests and numbers alone.
ROLE_GRANTED = register("accounts.role_granted", "A site role was granted", forget=Forget.EMPTY)
ROLE_WITHDRAWN = register("accounts.role_withdrawn", "A site role was withdrawn", forget=Forget.EMPTY)
PROPOSED = register("accounts.proposed", "An act that takes several signatures was proposed", forget=Forget.KEEP)
SIGNED = register("accounts.signed", "A proposal was signed", forget=Forget.KEEP)
CARRIED_OUT = register("accounts.carried_out", "A proposal had its last signature and was carried out", forget=Forget.KEEP)
PROPOSAL_WITHDRAWN = register("accounts.proposal_withdrawn", "A proposal was withdrawn", forget=Forget.KEEP)
PROPOSAL_VOIDED = register("accounts.proposal_voided", "A proposal became void", forget=Forget.KEEP)
PROPOSALS_FORGOTTEN = register("accounts.proposals_forgotten", "The words of proposals about a person were emptied", forget=Forget.KEEP)

FACTOR_GIVEN = register("accounts.factor_given", "A second factor was given", forget=Forget.KEEP)
FACTOR_REFUSED = register("accounts.factor_refused", "A second factor was refused", forget=Forget.KEEP)
ADDRESS_CODE_SENT = register("accounts.address_code_sent", "A code was sent to the known address", forget=Forget.KEEP)
ADDRESS_CONFIRMED = register("accounts.address_confirmed", "The known address was confirmed by a code", forget=Forget.KEEP)
DEVICE_ADDED = register("accounts.device_added", "A device for the second factor was added", forget=Forget.KEEP)
DEVICE_REMOVED = register("accounts.device_removed", "A device for the second factor was removed", forget=Forget.KEEP)
RECOVERY_CODES_MADE = register("accounts.recovery_codes_made", "Recovery codes were made; earlier ones are void", forget=Forget.KEEP)
DEVICES_RESET = register("accounts.devices_reset", "Two administrators removed all devices of a person", forget=Forget.KEEP)
GLASS_BROKEN = register("accounts.glass_broken", "Recovery codes were made on the server for an administrator", forget=Forget.KEEP)
SESSIONS_ENDED = register("accounts.sessions_ended", "Log-ins of a person were ended", forget=Forget.KEEP)
TRIES_REFUSED = register("accounts.tries_refused", "Too many tries in a short time were refused", forget=Forget.KEEP)
