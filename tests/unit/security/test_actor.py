import unicodedata

import pytest

from pyfixmsg_plus.security import ROLE_SCOPES, SCOPES, SYSTEM, Actor, Role, roles_of, scopes_of


@pytest.mark.parametrize(
    ("other", "same"),
    [
        (Actor("https://id", "Zoë"), True),
        (Actor("https://id", unicodedata.normalize("NFD", "zoë")), True),
        (Actor("https://id", "ZOË", roles=frozenset({"ADMIN"}), ip="10.0.0.1"), True),
        (Actor("https://other", "Zoë"), False),
        (Actor("https://id", "Zoe"), False),
    ],
)
def test_persons_are_the_same_by_issuer_and_folded_subject(other: Actor, same: bool) -> None:
    assert (Actor("https://id", "Zoë").person == other.person) is same


def test_an_actor_may_what_the_roles_and_the_issuers_word_open() -> None:
    actor = Actor("https://id", "mia", roles=frozenset({"MAKER", "STRANGER"}), granted=frozenset({"fix:orders"}))
    assert [actor.may(scope) for scope in ("baskets:write", "fix:orders", "baskets:approve")] == [True, True, False]
    assert [actor.has("MAKER"), actor.has("ADMIN"), actor.is_system, actor.name] == [True, False, False, "mia"]


def test_nothing_is_closed_to_the_service_itself() -> None:
    assert all(SYSTEM.may(scope) for scope in SCOPES)
    assert SYSTEM.is_system
    assert not Actor("https://id", "system").is_system


@pytest.mark.parametrize(
    ("role", "scope"), [("ADMIN", "baskets:approve"), ("VIEWER", "audit:read"), ("SCRAPER", "baskets:read")]
)
def test_a_role_does_not_open_what_another_is_for(role: str, scope: str) -> None:
    assert scope not in scopes_of([role])


def test_scopes_alone_tell_the_role() -> None:
    assert roles_of({"baskets:approve"}) == {"APPROVER"}
    assert roles_of({"baskets:read"}) == frozenset()
    assert roles_of(SCOPES) == {role.value for role in Role} - {"VIEWER"}


def test_every_scope_belongs_to_a_role() -> None:
    assert scopes_of(role.value for role in Role) == SCOPES
    assert set(ROLE_SCOPES) == set(Role)
