"""wadul init: questions, a real login, and files that wadul check finds sound."""

import io
from collections.abc import Callable
from pathlib import Path

import pytest

import config
from bot.__main__ import main
from bot.commands.check import mistakes
from tests.mail_peers import PASSWORD, MailServers

ADDRESS = "aduan@kantor.example.test"


@pytest.fixture
def init(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Callable[..., tuple[int, str]]:
    """Run ``wadul init`` with answers typed one a line; answers the exit code and what it said."""

    def run(*answers: object) -> tuple[int, str]:
        monkeypatch.setattr("sys.stdin", io.StringIO("".join(f"{answer}\n" for answer in answers)))
        code = main(["init", str(tmp_path / "config")])
        said = capsys.readouterr().out
        assert "Traceback" not in said
        return code, said

    return run


def answers(servers: MailServers, password: str = PASSWORD) -> list[object]:
    """What an administrator types; an empty answer takes the default."""
    ports = servers.ports
    return ["kantor", "DPMPTSP Kota Contoh", "", "Kota Contoh", "ktr", "wita", ADDRESS,
            "127.0.0.1", ports["imap"], "127.0.0.1", ports["submission"], "", password]  # fmt: skip


def test_a_first_office_is_written_and_sound(
    init: Callable[..., tuple[int, str]], mail_servers: MailServers, tmp_path: Path
) -> None:
    """The mailbox is tried for real; the files hold no password and wadul check finds no fault."""
    code, said = init(*answers(mail_servers))
    assert (code, "Berhasil masuk" in said) == (0, True), said
    written = (tmp_path / "config" / "offices" / "kantor" / "office.yaml").read_text("utf-8")
    assert "KANTOR_MAIL_PASSWORD" in written
    assert PASSWORD not in written
    offices = config.load(tmp_path / "config", environ={"KANTOR_MAIL_PASSWORD": PASSWORD})
    office = offices.office("kantor")
    assert (office.code, office.time_zone) == ("KTR", "Asia/Makassar")
    assert list(office.procedures) == ["kantor-10"]
    assert "Blitar" not in office.name + office.full_name + office.city
    assert mistakes(offices) == []


def test_a_wrong_password_is_said_and_nothing_is_written_unasked(
    init: Callable[..., tuple[int, str]], mail_servers: MailServers, tmp_path: Path
) -> None:
    """The server's no is told, and the answer to "write it all the same?" is obeyed."""
    code, said = init(*answers(mail_servers, "salah"), "t")
    assert code == 1
    assert "Belum berhasil" in said
    assert not (tmp_path / "config").exists()


def test_unusable_answers_are_asked_again(
    init: Callable[..., tuple[int, str]], mail_servers: MailServers, tmp_path: Path
) -> None:
    """A wrong id, code or port is said with its remedy, and the question comes again."""
    typed = answers(mail_servers)
    typed[8:9] = ["99999", typed[8]]
    typed[4:5] = ["ktro", "ktr"]
    typed[0:1] = ["Kantor Kami", "meja", "kantor"]
    code, said = init(*typed)
    assert code == 0, said
    assert said.count("Coba lagi.") == 4


def test_an_office_that_exists_is_never_overwritten(
    init: Callable[..., tuple[int, str]], mail_servers: MailServers, tmp_path: Path
) -> None:
    """A second init of the same id changes nothing and says so."""
    init(*answers(mail_servers))
    file = tmp_path / "config" / "offices" / "kantor" / "office.yaml"
    file.write_text(file.read_text("utf-8") + "# milik kantor\n", "utf-8")
    code, said = init(*answers(mail_servers))
    assert (code, "sudah ada" in said) == (1, True)
    assert file.read_text("utf-8").endswith("# milik kantor\n")
