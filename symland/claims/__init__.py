"""One file a kind of claim: its statement, and how evidence becomes a certificate."""
