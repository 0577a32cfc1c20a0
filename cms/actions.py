"""What can be done to the texts, for the ledger."""

from audit.registered import Forget, register

TEXTS_LOADED = register("cms.texts_loaded", "The demonstration wording was loaded", forget=Forget.KEEP)
EDITION_IMPORTED = register("cms.edition_imported", "An official text was imported as a draft edition", forget=Forget.KEEP)
EDITION_PUBLISHED = register("cms.edition_published", "An edition was published and frozen", forget=Forget.KEEP)
PIECE_PLACED = register("cms.piece_placed", "A piece of an imported text was given its clause by hand", forget=Forget.KEEP)
EDITION_WITHDRAWN = register("cms.edition_withdrawn", "A draft edition was withdrawn", forget=Forget.KEEP)
