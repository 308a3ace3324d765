"""The phrase tier: lexicons of banned wording, one a language, matched on folded text."""
