"""What can be done to an account: the ledger's list."""

from audit.registered import Forget, register

INVITED = register("accounts.invited", "A person was invited to set a password", forget=Forget.KEEP)
PASSWORD_SET = register("accounts.password_set", "A password was set by a link", forget=Forget.KEEP)
PASSWORD_CHANGED = register("accounts.password_changed", "A password was changed", forget=Forget.KEEP)
ACCOUNT_CHANGED = register(
    "accounts.account_changed", "The address of an account, or its leave to log in, was changed", forget=Forget.EMPTY
)

# Roles and proposals: the reason and the words are about the person, so they go when the person is forgotten.
ROLE_GRANTED = register("accounts.role_granted", "A site role was granted", forget=Forget.EMPTY)
ROLE_WITHDRAWN = register("accounts.role_withdrawn", "A site role was withdrawn", forget=Forget.EMPTY)
