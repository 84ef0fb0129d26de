"""The tables' history, one file a change, the same for both databases; `inbox.migrate` walks it."""
