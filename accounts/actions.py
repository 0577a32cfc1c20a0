"""What can be done to an account: the ledger's list."""

from audit.registered import Forget, register

INVITED = register("accounts.invited", "A person was invited to set a password", forget=Forget.KEEP)
PASSWORD_SET = register("accounts.password_set", "A password was set by a link", forget=Forget.KEEP)
PASSWORD_CHANGED = register("accounts.password_changed", "A password was changed", forget=Forget.KEEP)
TRIES_REFUSED = register("accounts.tries_refused", "Too many tries in a short time were refused", forget=Forget.KEEP)
