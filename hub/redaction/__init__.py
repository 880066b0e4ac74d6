"""What a recipient is shown: which parts may be opened, how each item is treated, and sealing for the recipient."""
