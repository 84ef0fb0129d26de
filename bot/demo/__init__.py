"""Stand-in platforms and HP Warga, the citizen's phone on a page; `serve` never imports any of it."""
