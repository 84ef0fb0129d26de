"""A bucket that is away, refuses us, or holds something else than it should; and what lies here of it for a while."""

from __future__ import annotations

import asyncio
import os
import socket
from collections.abc import Iterator
from pathlib import Path

import obstore
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from inbox import bucket
from inbox.bucket import Bucket
from inbox.files import Files, StoreAway, digest_of, place
from inbox.moving_files import Moved, move_files
from inbox.passing import passes
from inbox.refused import Refused
from tests import buckets
from tests.buckets import Store

PHOTO = b"\xff\xd8\xff\xe0 foto jalan"
DIGEST = digest_of(PHOTO)


@pytest.fixture
def store() -> Iterator[Store]:
    """A bucket that answers."""
    with buckets.serve() as one:
        yield one


@pytest.fixture
def files(store: Store, tmp_path: Path) -> Bucket:
    """The store over it, on a machine with a folder of its own."""
    return Bucket(tmp_path / "here", store.address, rest_seconds=0)


async def test_what_one_machine_put_the_other_has(files: Bucket, store: Store, tmp_path: Path) -> None:
    """Machines share no folder."""
    await files.put(PHOTO)
    other = Bucket(tmp_path / "there", store.address)
    assert await other.read(DIGEST) == PHOTO
    await other.fetch(DIGEST)
    assert other.path(DIGEST).read_bytes() == PHOTO
    assert not files.path(DIGEST).exists()


async def test_content_that_was_changed_there_is_not_handed_out(files: Bucket) -> None:
    """What is not what its name says is not there."""
    await files.put(PHOTO)
    obstore.put(files._store, place(DIGEST), b"something else")
    with pytest.raises(FileNotFoundError):
        await files.read(DIGEST)
    await files.fetch(DIGEST)
    assert not files.path(DIGEST).exists()


@pytest.mark.parametrize("address", ["s3://tidak-ada", "s3://tidak-ada/berkas"])
async def test_a_bucket_that_is_missing_is_away(store: Store, tmp_path: Path, address: str) -> None:
    """Nobody may think that their file is there, or that it never was."""
    files = Bucket(tmp_path, address, rest_seconds=0)
    for asked in (files.put(PHOTO), files.read(DIGEST), files.fetch(DIGEST)):
        with pytest.raises(StoreAway):
            await asked
    with pytest.raises(StoreAway, match="NoSuchBucket"):
        files.check()


async def test_a_store_that_nobody_reaches_passes(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """What was to be stored is tried again; for a moment nobody even tries."""
    with socket.create_server(("127.0.0.1", 0)) as one:
        monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{one.getsockname()[1]}")
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_REGION"):
        monkeypatch.setenv(name, "x")
    files = Bucket(tmp_path, "s3://wadul", rest_seconds=60)
    with pytest.raises(StoreAway) as away:
        await files.put(PHOTO)
    assert passes(away.value)
    with pytest.raises(StoreAway, match="resting"):
        await files.put(PHOTO)


@pytest.mark.parametrize("status", [403, 500, 503])
async def test_a_store_that_refuses_is_away_until_it_does_not(
    files: Bucket, store: Store, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, status: int
) -> None:
    """A wrong key and a server in trouble alike: nothing is taken for stored, nothing for missing; it comes back."""

    async def refuse(_: web.Request) -> web.Response:
        return web.Response(status=status)

    app = web.Application()
    app.router.add_route("*", "/{path:.*}", refuse)
    async with TestServer(app) as server:
        monkeypatch.setenv("AWS_ENDPOINT_URL", str(server.make_url("")).rstrip("/"))
        wrong = Bucket(tmp_path / "other", store.address, rest_seconds=0)
        for asked in (wrong.put(PHOTO), wrong.read(DIGEST)):
            with pytest.raises(StoreAway):
                await asked
    assert await files.put(PHOTO) == DIGEST


async def test_a_key_that_may_only_read_is_told(store: Store, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A bucket that lists and refuses to take anything is found when it is looked at, not with the first photograph."""

    async def show(request: web.Request) -> web.Response:
        listing = b"<ListBucketResult><Name>x</Name><IsTruncated>false</IsTruncated></ListBucketResult>"
        return web.Response(status=403) if request.method == "PUT" else web.Response(body=listing)

    Bucket(tmp_path, store.address).check()
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", show)
    async with TestServer(app) as server:
        monkeypatch.setenv("AWS_ENDPOINT_URL", str(server.make_url("")).rstrip("/"))
        with pytest.raises(StoreAway):
            await asyncio.to_thread(Bucket(tmp_path / "other", store.address).check)


async def test_what_nobody_used_for_a_week_is_let_go(files: Bucket, monkeypatch: pytest.MonkeyPatch) -> None:
    """The folder does not grow into a second store; what is used stays, and what went comes back when asked for."""
    monkeypatch.setattr(bucket, "_SWEEP_EVERY_SECONDS", 0.0)
    old, used = await files.put(b"old"), await files.put(b"used")
    await files.fetch(old, used)
    for digest in (old, used):
        os.utime(files.path(digest), (0, 0))
    await files.fetch(used, await files.put(b"new"))
    assert (files.path(old).exists(), files.path(used).exists()) == (False, True)
    await files.fetch(old)
    assert files.path(old).read_bytes() == b"old"


async def test_a_folder_goes_into_the_bucket_and_goes_on_where_it_broke_off(files: Bucket, tmp_path: Path) -> None:
    """What is there is not sent again; what is damaged is named and left out."""
    folder = Files(tmp_path / "folder")
    digests = [await folder.put(f"berkas {number}".encode()) for number in range(20)]
    folder.path(digests[3]).write_bytes(b"spoilt")
    told: list[int] = []
    await files.put(b"berkas 0")
    moved = await move_files(folder, files, lambda so_far: told.append(so_far.count))
    assert (moved.count, moved.already, moved.damaged) == (19, 1, [digests[3]])
    assert told[-1] == 19
    assert all(files.has(digest) for digest in digests if digest != digests[3])
    again = await move_files(folder, files, lambda _: None)
    assert again == Moved(19, 19, [digests[3]])


async def test_a_bucket_that_is_away_stops_the_move(store: Store, tmp_path: Path) -> None:
    """With a sentence, not a trace."""
    folder = Files(tmp_path / "folder")
    await folder.put(PHOTO)
    with pytest.raises(Refused, match="backup-store-away"):
        await move_files(folder, Bucket(tmp_path / "here", "s3://tidak-ada"), lambda _: None)
