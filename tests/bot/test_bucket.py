"""A bucket for an installation's files, as its administrator fills it, saves it and is told what is wrong with it."""

from __future__ import annotations

import asyncio
import shutil
from pathlib import Path

import pytest

from inbox.files import digest_of, opened
from tests import buckets
from tests.bot.test_backup import PICTURE, Wadul, lived, wadul
from tests.bot.test_doctor import Doctor, config, data, examined

__all__ = ["config", "data", "examined", "lived", "wadul"]
PART = "files"


def test_a_folder_is_moved_saved_and_brought_back(
    lived: tuple[str, Path], wadul: Wadul, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Folder to bucket, twice; the archive is whole without the folder; it comes back into another bucket."""
    url, folder = lived
    archive, fresh = tmp_path / "cadangan.tar", tmp_path / "baru"
    with buckets.serve() as store:
        code, said = wadul("move", "--files", store.address, data=folder, database=url)
        assert code == 0
        assert f"1 berkas ada di {store.address}, 0 di antaranya sudah ada" in said
        assert "1 di antaranya sudah ada" in wadul("move", "--files", store.address, data=folder, database=url)[1]
        shutil.rmtree(folder / PART)
        monkeypatch.setenv("WADUL_FILES", store.address)
        code, said = wadul("backup", str(archive), data=folder, database=url)
        assert (code, "1 berkas" in said) == (0, True)
    with buckets.serve() as other:
        monkeypatch.setenv("WADUL_FILES", other.address)
        assert wadul("restore", str(archive), data=fresh)[0] == 0
        assert not list((fresh / PART).glob("*"))
        there = opened(fresh / PART, other.address)
        assert asyncio.run(there.read(digest_of(PICTURE))) == PICTURE


@pytest.mark.parametrize(
    ("arguments", "told"),
    [((), "Katakan apa yang dipindahkan"), (("--files", "bucket-kami"), "bucket-kami bukan alamat bucket")],
)
def test_what_is_missing_is_said(wadul: Wadul, tmp_path: Path, arguments: tuple[str, ...], told: str) -> None:
    """With the remedy."""
    code, said = wadul("move", *arguments, data=tmp_path)
    assert (code, told in said) == (1, True)


def test_a_bucket_that_is_away_makes_no_archive(
    lived: tuple[str, Path], wadul: Wadul, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Half an archive would be believed; whoever restores is told that it is not the archive."""
    url, folder = lived
    archive = tmp_path / "c.tar"
    assert wadul("backup", str(archive), data=folder, database=url)[0] == 0
    (folder / PART).rename(tmp_path / PART)
    with buckets.serve():
        monkeypatch.setenv("WADUL_FILES", "s3://tidak-ada")
        for asked in (("backup", str(tmp_path / "d.tar")), ("restore", str(archive))):
            where = {"data": folder, "database": url} if asked[0] == "backup" else {"data": tmp_path / "baru"}
            code, said = wadul(*asked, **where)
            assert (code, "Penyimpanan berkas tidak menjawab (NoSuchBucket)" in said) == (1, True), said
        (tmp_path / PART).rename(folder / PART)
        code, said = wadul("move", "--files", "s3://tidak-ada", data=folder, database=url)
        assert (code, "tidak menjawab (NoSuchBucket)" in said) == (1, True)
    assert not (tmp_path / "d.tar").exists()


def test_the_doctor_says_what_a_bucket_lacks(examined: Doctor) -> None:
    """One that is not there is named with what to look at; one that answers is fine."""
    with buckets.serve() as store:
        assert "Bucket" not in examined(FILES=store.address)[1]
        code, said = examined(FILES="s3://tidak-ada")
    assert code == 1
    assert "Bucket s3://tidak-ada tidak bisa dibaca dan ditulis (NoSuchBucket)" in said
