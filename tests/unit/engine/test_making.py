"""Settings make sessions: every key reaches the session, with the dictionaries that they name."""

from pathlib import Path

import pytest

from pyfixmsg_plus.dictionary import Dictionary
from pyfixmsg_plus.engine import Application
from pyfixmsg_plus.engine.dispatch import Dispatch
from pyfixmsg_plus.engine.making import core_of, session_id_of
from pyfixmsg_plus.engine.names import LogonNames
from pyfixmsg_plus.engine.templates import Templates
from pyfixmsg_plus.errors import ConfigError
from pyfixmsg_plus.message import Message
from pyfixmsg_plus.message_types import TypedMessage, fix44
from pyfixmsg_plus.session import SessionConfig
from pyfixmsg_plus.store import StoredNumbers
from tests.unit.engine.pair import Recorder, acceptor_settings, initiator_settings, order, pair, play, until

NEW = StoredNumbers(1, 1, None)


def test_a_session_goes_on_from_the_numbers_of_its_store() -> None:
    core = core_of(acceptor_settings(), StoredNumbers(7, 9, 1))
    assert (core.next_out, core.next_in) == (7, 9)


def test_all_kinds_of_values_reach_the_session() -> None:
    settings = initiator_settings(
        1,
        "FIXT.1.1",
        non_stop_session=False,
        start_time="08:00:00",
        end_time="17:00:00",
        start_day="Monday",
        end_day="Friday",
        logon_tag=("553=user", "554=secret"),
        msg_types=("D:S", "8:R:FIX.5.0SP2:default"),
        test_request_delay_multiplier="0.5",
        allowed_on_behalf_of=("A", "B"),
        supported_app_versions=("FIX.4.4", "FIX.5.0SP2"),
        data_dictionary="",
    )
    core = core_of(settings, NEW)
    assert core.state == "closed"
    assert session_id_of(settings, "2").session_qualifier == "2"


def test_every_name_that_a_session_takes_is_a_key_or_given_by_the_engine() -> None:
    keys = set(dir(acceptor_settings()))
    ours = {
        "app_dictionaries", "check_xml", "default_appl_ext_id", "default_cstm_appl_ver_id",
        "dictionary", "max_held_bytes", "max_set_aside_bytes", "max_waiting", "max_waiting_bytes",
        "transport_dictionary",
    }  # fmt: skip
    assert SessionConfig.names() - keys <= ours


@pytest.mark.parametrize("version", ["FIX.4.4", "FIXT.1.1"])
def test_dictionaries_of_files_are_used_and_shared(version: str, tmp_path: Path) -> None:
    own = Dictionary.bundled("FIX.4.4" if version == "FIX.4.4" else "FIX.5.0SP2").to_quickfix()
    own = own.replace('<message name="News" msgtype="B"', '<message name="OwnNews" msgtype="B"')
    file = tmp_path / "own.xml"
    file.write_text(own)
    transport = tmp_path / "transport.xml"
    transport.write_text(Dictionary.bundled("FIXT.1.1").to_quickfix())
    dictionaries = (
        {"data_dictionary": str(file)}
        if version == "FIX.4.4"
        else {"app_data_dictionary": {"": str(file)}, "transport_data_dictionary": str(transport)}
    )

    async def scene() -> str | None:
        venue = Recorder()
        async with pair(venue, Recorder(), version=version, acceptor=dictionaries) as both:
            both.ours.send(Message({8: version, 35: "B", 148: "head", 33: [{58: "text"}]}))
            await until(lambda: venue.messages)
        return venue.messages[0].name

    assert play(scene()) == "OwnNews"


def test_without_dictionaries_messages_are_taken_as_they_are() -> None:
    async def scene() -> str | None:
        venue = Recorder()
        async with pair(venue, Recorder(), acceptor={"use_data_dictionary": False}) as both:
            both.ours.send(order(**{"9999": "x"}))
            await until(lambda: venue.messages)
        return venue.messages[0].get(9999)

    assert play(scene()) == "x"


def test_a_profile_that_is_none_is_told() -> None:
    with pytest.raises(ConfigError, match="profile"):
        core_of(acceptor_settings(profile="/nowhere"), NEW)


# --------------------------------------------------------------------------------------------- dispatch


def test_what_an_application_overrides_is_known() -> None:
    class Desk(Application):
        def from_admin(self, message: Message, session: object) -> None: ...

    plain, desk = Dispatch(Application()), Dispatch(Desk())
    assert (plain.hears_from_admin, plain.hears_to_admin, plain.hears_to_app, plain.authenticates) == (False,) * 4
    assert desk.hears_from_admin
    given = Application()
    given.to_app = lambda message, session: None  # type: ignore[method-assign] # an instance may have its own
    assert Dispatch(given).hears_to_app


def test_handlers_are_inherited_and_found_once() -> None:
    class Base(Application):
        def on_new_order_single(self, message: Message, session: object) -> str:
            return "base"

    class Desk(Base):
        def on_email(self, message: "fix44.Email", session: object) -> TypedMessage:
            return message

        def on_news(self, message: "NowhereDefined", session: object) -> Message:  # type: ignore[name-defined] # noqa: F821
            return message  # type: ignore[no-any-return] # the annotation means nothing on purpose

    dispatch = Dispatch(Desk())
    assert dispatch.from_app(order())(order(), None) == "base"
    assert dispatch.from_app(order()) is dispatch.from_app(order())
    email = Message({8: "FIX.4.4", 35: "C", 147: "s"})
    assert isinstance(dispatch.from_app(email)(email, None), fix44.Email)
    # An annotation that cannot be resolved asks for nothing.
    news = Message({8: "FIX.4.4", 35: "B"})
    assert dispatch.from_app(news)(news, None) is news


def test_types_that_nobody_knows_are_not_remembered() -> None:
    class Desk(Application):
        def on_new_order_single(self, message: Message, session: object) -> None: ...

        def from_app(self, message: Message, session: object) -> str | None:
            return message.msg_type

    dispatch = Dispatch(Desk())
    for number in range(100):
        unknown = Message({8: "FIX.4.4", 35: f"U{number}"})
        assert dispatch.from_app(unknown)(unknown, None) == f"U{number}"
    assert len(dispatch._by_type) == 0


def test_typed_messages_everywhere_leaves_types_of_a_venue_s_own_as_they_are() -> None:
    class Desk(Application):
        typed_messages = True

        def from_app(self, message: object, session: object) -> type:
            return type(message)

    handler = Dispatch(Desk()).from_app(order())
    assert handler(order(), None) is fix44.NewOrderSingle
    assert handler(Message({8: "FIX.4.4", 35: "U1"}), None) is Message


# --------------------------------------------------------------------------------------------- templates


@pytest.mark.parametrize(
    ("template", "names", "made"),
    [
        ({"theirs": "*"}, ("FIX.4.4", "ANNA", "VENUE"), "FIX.4.4:VENUE->ANNA"),
        ({"theirs": "*", "ours": "*"}, ("FIX.4.4", "ANNA", "OTHER"), "FIX.4.4:OTHER->ANNA"),
        ({"theirs": "*"}, ("FIX.4.4", "ANNA", "OTHER"), None),
        ({"theirs": "*"}, ("FIX.4.2", "ANNA", "VENUE"), None),
        ({"theirs": "*", "target_sub_id": "*"}, ("FIX.4.4", "ANNA", "VENUE", "DESK"), "FIX.4.4:VENUE->ANNA/DESK"),
        ({"theirs": "*", "target_sub_id": "A"}, ("FIX.4.4", "ANNA", "VENUE", "DESK"), None),
        ({"theirs": "ANNA"}, ("FIX.4.4", "BERT", "VENUE"), None),
    ],
)
def test_templates_take_the_names_that_they_leave_open(
    template: dict[str, str], names: tuple[str, ...], made: str | None
) -> None:
    templates = Templates([acceptor_settings(acceptor_template=True, **template), acceptor_settings()])
    found = templates.settings_for(LogonNames(*names))
    assert (None if found is None else str(found.settings)) == made
