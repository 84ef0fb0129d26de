"""The desk's rooms beside its lists and tickets, for the tests that go through every page."""

from __future__ import annotations

# Without a ticket; whoever reads everything may open each.
ROOMS = (
    *("/meja/rekap", "/meja/rekap?masa=2026-11-23", "/meja/rekap?masa=x", "/meja/rekap/aduan?menurut=lewat"),
    *("/meja/naskah", "/meja/lapangan/", "/meja/sop/blitar-10"),
    *("/meja/impor", "/meja/pengaturan/izin", "/meja/pengaturan/templat"),
)
# What belongs to a ticket.
OF_A_TICKET = ("/izin", "/tamu", "/lapangan", "/sop", "/templat")
