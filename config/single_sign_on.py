"""An office's single sign-on as data: which OpenID provider says who its officers are.

Source: OpenID Connect Core 1.0, 3.1 (code flow) and 5.1 (claims).
"""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, SecretStr

from config.procedure import Model

_ISSUER = r"^(https://[^\s/@?#]+|http://(localhost|127\.0\.0\.1)(:\d+)?)(/[^\s?#]*)?$"


class SingleSignOn(Model):
    """``issuer`` as the provider itself writes it; ``name`` stands on the button.

    ``login`` is the claim that holds an officer's login; ``domain`` is taken off its end (an address' "@blitar.go.id").
    ``second_step``: the provider asks for two steps itself, so that Wadul asks for no second one. ``private``: it may
    stand in a private network; else only a public address is asked.
    """

    issuer: Annotated[str, Field(pattern=_ISSUER, max_length=300)]
    client_id: Annotated[str, Field(min_length=1, max_length=200)]
    client_secret: SecretStr
    name: Annotated[str, Field(min_length=1, max_length=40)] = "SSO"
    login: Annotated[str, Field(pattern=r"^[A-Za-z_][A-Za-z0-9_.:/-]{0,60}$")] = "preferred_username"
    domain: Annotated[str, Field(pattern=r"^$|^[a-z0-9.-]+\.[a-z]{2,}$")] = ""
    second_step: bool = False
    private: bool = False
