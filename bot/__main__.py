"""The command line: ``wadul demo | serve | check | init | inspect | channel | officer | token | procedure | ...``.

Reads arguments, builds what a command needs, and says in words what went wrong; every sentence is a template. Exit
codes: 0 done, 1 refused with a sentence, 2 the arguments are wrong.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import os
import sys
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import NoReturn, cast

from pydantic import ValidationError

from bot.saying import say, say_mistakes, say_settings
from channels import kinds
from config import SHIPPED, Misconfigured
from inbox.refused import Refused
from templates import sentence


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; answer its exit code."""
    options = _parser().parse_args(arguments)
    try:
        return _run(options)
    except Misconfigured as error:
        say_mistakes(error.mistakes)
    except ValidationError as error:
        say_settings(error)
    except Refused as error:
        say(error.code, **error.values)
    except (KeyboardInterrupt, EOFError):
        return 130
    except BrokenPipeError:
        # Whoever read our output has gone; closing it once more at the end would say so with a trace.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 1


def _run(options: argparse.Namespace) -> int:
    """Import the verb's module, and nothing that other verbs need.

    What is imported stays: looking through it for garbage would cost a tenth of a start, and later a part of every
    request.
    """
    gc.disable()
    verb = import_module(f"bot.commands.{options.command}")
    gc.freeze()
    gc.enable()
    return cast("int", asyncio.run(verb.run(options)))


class _Help(argparse.HelpFormatter):
    def add_usage(self, usage, actions, groups, prefix=None) -> None:  # type: ignore[no-untyped-def]
        super().add_usage(usage, actions, groups, sentence("command-usage") if prefix is None else prefix)


class _Parser(argparse.ArgumentParser):
    """argparse with Indonesian headings."""

    def __init__(self, **settings: object) -> None:
        super().__init__(formatter_class=_Help, add_help=False, **settings)  # type: ignore[arg-type]
        self._positionals.title = sentence("command-positionals")
        self._optionals.title = sentence("command-options")
        self.add_argument("-h", "--help", action="help", help=sentence("command-help"))

    def error(self, message: str) -> NoReturn:  # noqa: ARG002 - argparse's own signature
        """What argparse says of a mistake is English: the usage, and where to read more, say it in Indonesian."""
        self.print_usage(sys.stderr)
        self.exit(2, sentence("command-wrong", {"command": self.prog}) + "\n")


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(prog="wadul", description=sentence("command-about"))
    verbs = parser.add_subparsers(dest="command", required=True, metavar="PERINTAH", parser_class=_Parser)

    def verb(name: str) -> argparse.ArgumentParser:
        return verbs.add_parser(name, help=sentence(f"command-{name}"), description=sentence(f"command-{name}"))

    verb("demo")
    serving = verb("serve")
    _config(serving, required=True)
    serving.add_argument(
        "--only", action="append", choices=("web", "doors", "deliver"), help=sentence("command-serve-only")
    )
    checking = verb("check")
    _config(checking)
    checking.add_argument("--no-secrets", action="store_true", help=sentence("command-check-no-secrets"))
    checking.add_argument("--online", action="store_true", help=sentence("command-check-online"))
    verb("init").add_argument("folder", type=Path, metavar="DIR", help=sentence("command-config"))
    inspecting = verb("inspect")
    inspecting.add_argument("kind", choices=sorted(kinds()), help=sentence("command-inspect-kind"))
    inspecting.add_argument("files", nargs="*", default=["-"], metavar="FILE", help=sentence("command-inspect-files"))
    _channel(verb("channel"))
    _officer(verb("officer"))
    _token(verb("token"))
    _procedure(verb("procedure"))
    searching = verb("search").add_subparsers(dest="verb", required=True, metavar="PERINTAH", parser_class=_Parser)
    searching.add_parser("rebuild", help=sentence("command-search-rebuild"))
    turning = verb("identity").add_subparsers(dest="verb", required=True, metavar="PERINTAH", parser_class=_Parser)
    turning.add_parser("rotate", help=sentence("command-identity-rotate"))
    _journal(verb("journal"))
    _privacy(verb("privacy"))
    _config(verb("replay"), required=True)
    _config(verb("doctor"), required=True)
    verb("backup").add_argument("file", metavar="FILE.tar", help=sentence("command-backup-file"))
    verb("restore").add_argument("file", metavar="FILE.tar", help=sentence("command-restore-file"))
    moving = verb("move")
    moving.add_argument("--to", default="", metavar="postgres://...", help=sentence("command-move-to"))
    moving.add_argument("--files", default="", metavar="s3://...", help=sentence("command-move-files"))
    return parser


def _config(parser: argparse.ArgumentParser, *, required: bool = False) -> None:
    default = None if required else SHIPPED
    parser.add_argument(
        "--config", type=Path, metavar="DIR", required=required, default=default, help=sentence("command-config")
    )


def _procedure(parser: argparse.ArgumentParser) -> None:
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="PERINTAH", parser_class=_Parser)
    importing = verbs.add_parser("import", help=sentence("command-procedure-import"))
    importing.add_argument("file", type=Path, metavar="FILE.csv", help=sentence("command-procedure-file"))
    importing.add_argument("--office", help=sentence("command-procedure-office"))
    importing.add_argument("--out", type=Path, metavar="FILE.yaml", help=sentence("command-procedure-out"))
    _config(importing)


def _channel(parser: argparse.ArgumentParser) -> None:
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="PERINTAH", parser_class=_Parser)
    checking = verbs.add_parser("check", help=sentence("command-channel-check"))
    checking.add_argument("id", metavar="ID", help=sentence("command-channel-id"))
    _config(checking, required=True)


def _journal(parser: argparse.ArgumentParser) -> None:
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="PERINTAH", parser_class=_Parser)
    verifying = verbs.add_parser("verify", help=sentence("command-journal-verify"))
    verifying.add_argument("--anchor", action="append", metavar="SEGEL", help=sentence("command-journal-anchor"))


def _privacy(parser: argparse.ArgumentParser) -> None:
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="PERINTAH", parser_class=_Parser)
    exporting = verbs.add_parser("export", help=sentence("command-privacy-export"))
    exporting.add_argument("file", type=Path, metavar="FILE.zip", help=sentence("command-privacy-file"))
    erasing = verbs.add_parser("erase", help=sentence("command-privacy-erase"))
    erasing.add_argument("--reason", required=True, help=sentence("command-privacy-reason"))
    erasing.add_argument("--dry-run", action="store_true", help=sentence("command-privacy-dry-run"))
    erasing.add_argument("--yes", action="store_true", help=sentence("command-privacy-yes"))
    _config(verbs.add_parser("due", help=sentence("command-privacy-due")), required=True)
    breach = verbs.add_parser("breach", help=sentence("command-privacy-breach"))
    breach.add_argument("file", type=Path, metavar="FILE.zip", help=sentence("command-privacy-file"))
    breach.add_argument("--office", required=True, help=sentence("command-office"))
    breach.add_argument("--since", required=True, metavar="WAKTU", help=sentence("command-breach-since"))
    breach.add_argument("--until", default="", metavar="WAKTU", help=sentence("command-breach-until"))
    breach.add_argument("--found", default="", metavar="WAKTU", help=sentence("command-breach-found"))
    breach.add_argument("--officer", default="", metavar="LOGIN", help=sentence("command-breach-officer"))
    breach.add_argument(
        "--ticket", action="append", default=[], metavar="NOMOR", help=sentence("command-breach-ticket")
    )
    _config(breach)
    for one in (exporting, erasing):
        one.add_argument("--office", required=True, help=sentence("command-office"))
        one.add_argument("--ticket", metavar="NOMOR", default="", help=sentence("command-privacy-ticket"))
        one.add_argument("--address", default="", help=sentence("command-privacy-address"))
        _config(one)


def _officer(parser: argparse.ArgumentParser) -> None:
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="PERINTAH", parser_class=_Parser)
    adding = verbs.add_parser("add", help=sentence("command-officer-add"))
    adding.add_argument("login", help=sentence("command-login"))
    adding.add_argument("name", help=sentence("command-name"))
    adding.add_argument("--office", required=True, help=sentence("command-office"))
    adding.add_argument("--role", action="append", required=True, help=sentence("command-role"))
    _config(adding)
    changing = verbs.add_parser("password", help=sentence("command-officer-password"))
    changing.add_argument("login", help=sentence("command-login"))
    _config(changing)
    for verb in ("leave", "sign-out", "reset-second", "unlink"):
        other = verbs.add_parser(verb, help=sentence(f"command-officer-{verb}"))
        other.add_argument("login", help=sentence("command-login"))
        _config(other)
    _config(verbs.add_parser("list", help=sentence("command-officer-list")))


def _token(parser: argparse.ArgumentParser) -> None:
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="PERINTAH", parser_class=_Parser)
    creating = verbs.add_parser("create", help=sentence("command-token-create"))
    creating.add_argument("login", help=sentence("command-login"))
    creating.add_argument("label", help=sentence("command-token-label"))
    creating.add_argument("--scope", action="append", help=sentence("command-token-scope"))
    creating.add_argument("--days", type=int, metavar="HARI", help=sentence("command-token-days"))
    verbs.add_parser("list", help=sentence("command-token-list"))
    verbs.add_parser("revoke", help=sentence("command-token-revoke")).add_argument(
        "id", type=int, metavar="NOMOR", help=sentence("command-token-id")
    )


if __name__ == "__main__":
    sys.exit(main())
