"""The keys of machines."""

from argparse import ArgumentParser, ArgumentTypeError
from datetime import datetime, time
from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime

from gcis.core.commands import ServiceCommand, add_actor, add_dry_run
from gcis.core.errors import SourceFault
from gcis.tokens import services
from gcis.tokens.models import Token
from gcis.tokens.scopes import SCOPES

COLUMNS = ("token", "name", "scopes", "from", "expires", "last used", "state")


class Command(ServiceCommand):
    help = "List, issue and revoke the tokens by which systems use the API."
    example = "./run manage tokens issue emuseum --scope write --expires 2027-01-01 > token.txt"

    def add_arguments(self, parser: ArgumentParser) -> None:
        acts = parser.add_subparsers(dest="act", required=True, metavar="list | issue NAME | revoke ID")
        acts.add_parser("list", help="all tokens, the newest first")
        issue = acts.add_parser("issue", help="make one: its text goes to stdout, alone, and cannot be had again")
        issue.add_argument("name", metavar="NAME", help="what it is for; history will call its holder so")
        scopes = "; ".join(f"{scope}: {meaning}" for scope, meaning in SCOPES.items())
        issue.add_argument("--scope", action="append", default=[], metavar="SCOPE", help=f"may be repeated. {scopes}")
        issue.add_argument("--expires", type=_moment, metavar="DATE", help="the first day on which it opens nothing")
        issue.add_argument(
            "--network", action="append", default=[], metavar="CIDR", help="from where only; may be repeated"
        )
        add_actor(issue)
        revoke = acts.add_parser("revoke", help="from now on it opens nothing")
        revoke.add_argument("id", metavar="ID", help="as `list` shows it")
        add_actor(revoke)
        add_dry_run(revoke)

    def work(self, options: Any) -> None:
        match options.act:
            case "list":
                self.table(COLUMNS, [_row(token) for token in Token.objects.all()])
            case "issue":
                self._issue(options)
            case "revoke":
                self._revoke(options)

    def _issue(self, options: Any) -> None:
        issued = services.issue(
            options.name, options.scope, actor=options.actor, expires=options.expires, networks=options.network
        )
        self.note(f"Token {issued.token} may: {', '.join(issued.token.scopes)}. Keep its text; this was the only time:")
        self.say(issued.secret)

    def _revoke(self, options: Any) -> None:
        token = _find(options.id)
        if token.revoked:
            self.say(f"{token} was revoked before.")
        elif options.dry_run:
            self.say(f"{token} would be revoked. Nothing was changed.")
        else:
            services.revoke(token.pk, options.actor)
            self.say(f"{token} is revoked.")


def _find(text: str) -> Token:
    """By the part of the text that is no secret, or by uuid."""
    token = Token.objects.filter(public_id=text).first()
    if token is None:
        try:
            token = Token.objects.filter(pk=UUID(text)).first()
        except ValueError:
            pass  # then it is nothing at all
    if token is None:
        raise SourceFault("token_unknown", f"There is no token {text!r}.")
    return token


def _row(token: Token) -> tuple[str, ...]:
    over = token.expires and token.expires <= timezone.now()
    state = "revoked" if token.revoked else "expired" if over else "valid"
    return (
        token.public_id,
        token.name,
        " ".join(token.scopes),
        " ".join(token.networks) or "anywhere",
        _day(token.expires) or "never",
        _day(token.last_used) or "never",
        state,
    )


def _day(moment: datetime | None) -> str:
    return f"{timezone.localtime(moment):%Y-%m-%d %H:%M}" if moment else ""


def _moment(text: str) -> datetime:
    """A day (its beginning) or a moment, in the house's time zone if it names none."""
    try:
        moment = parse_datetime(text) if "T" in text else None
        if moment is None and (day := parse_date(text)):
            moment = datetime.combine(day, time())
    except ValueError:  # a thirtieth of February
        moment = None
    if moment is None:
        raise ArgumentTypeError("this is written as 2027-01-01")
    return moment if timezone.is_aware(moment) else timezone.make_aware(moment)
