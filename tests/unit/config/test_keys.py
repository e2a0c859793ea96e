"""The table of keys: every key of the engines in use, each once, under its names."""

import re

import pytest

from pyfixmsg_plus.config.key import Key, Status, snake_case, spelling_of
from pyfixmsg_plus.config.keys import ATTRIBUTES, KEYS, key_named, known_spelling, nearest


def _words(text: str) -> list[str]:
    return re.findall(r"\S+", text)


# Every name of the four engines, as their documentation has it.
NAMES = _words("""
BeginString SenderCompID TargetCompID SenderSubID SenderLocationID TargetSubID TargetLocationID SessionQualifier
ConnectionType DefaultApplVerID HeartBtInt HeartBtIntOverride StartTime EndTime StartDay EndDay Weekdays TimeZone
UseLocalTime NonStopSession LogonTime LogoutTime LogonDay LogoutDay ResetOnLogon ResetOnLogout ResetOnDisconnect
RefreshOnLogon ResetOnError DisconnectOnError ResetSeqTime EnableNextExpectedMsgSeqNum SendNextExpectedMsgSeqNum
EnableLastMsgSeqNumProcessed ResendRequestChunkSize MaxMessagesInResendRequest ClosedResendInterval
SendRedundantResendRequests IgnorePossDupResendRequests ResendSessionLevelRejects CmeEnhancedResend
RequiresOrigSendingTime AllowPosDup ForceResendWhenCorruptedStore CheckCompID CheckLatency MaxLatency
ValidateSequenceNumbers LogonTimeout LogoutTimeout TestRequestDelayMultiplier HeartBeatTimeoutMultiplier
DisableHeartBeatCheck SendLogoutBeforeDisconnectFromTimeout TimestampPrecision TimeStampPrecision
MillisecondsInTimeStamp LogonTag LogonTag1 UseDataDictionary DataDictionary TransportDataDictionary AppDataDictionary
AppDataDictionary.FIX.4.4 ValidateIncomingMessage ValidateFieldsOutOfOrder ValidateFieldsHaveValues
ValidateUserDefinedFields ValidateUnorderedGroupFields FirstFieldInGroupIsDelimiter AllowUnknownMsgFields
AllowUnknownEnumValues ValidateLengthAndChecksum ValidateChecksum RejectGarbledMessage
RejectMessageOnUnhandledException RejectInvalidMessage PreserveMessageFieldsOrder Encoding SocketConnectHost
SocketConnectPort SocketConnectHost1 SocketConnectPort12 HostSelectionPolicy
HostSelectionPolicyPriorityStartOverInterval ReconnectInterval SocketConnectSourceHost SocketLocalHost
SocketConnectSourcePort SocketLocalPort SocketConnectTimeout SocketTimeout SocketConnectProtocol SocketAcceptProtocol
ProxyType ProxyVersion ProxyHost ProxyPort ProxyUser ProxyPassword ProxyDomain ProxyWorkstation SocketIgnoreProxy
SocketAcceptPort SocketAcceptAddress SocketAcceptHost AllowedRemoteAddresses AcceptorTemplate DynamicSessions
DynamicQualifier DynamicSession UseTCPProxy ContinueInitializationOnError LogMessageWhenSessionNotFound SocketNodelay
SocketTcpNoDelay SocketReuseAddress SocketSendBufferSize SocketReceiveBufferSize SocketKeepAlive SocketLinger
SocketTrafficClass SocketOobInline SocketSendTimeout SocketReceiveTimeout SocketSynchronousWrites
SocketSynchronousWriteTimeout MaxScheduledWriteRequests InChanCapacity SocketUseSSL SSLEnable SocketCertificateFile
SocketPrivateKeyFile ServerCertificateFile ServerCertificateKeyFile ClientCertificateFile ClientCertificateKeyFile
SSLCertificate SSLCertificatePassword SocketKeyStore SocketKeyStorePassword KeyStoreType KeyManagerFactoryAlgorithm
SocketCAFile CertificationAuthoritiesFile CertificationAuthoritiesDirectory SSLCACertificate SocketTrustStore
SocketTrustStorePassword TrustStoreType TrustManagerFactoryAlgorithm SocketCertificateBytes SocketPrivateKeyBytes
SocketCABytes CertificateRevocationListFile CertificateRevocationListDirectory SSLCheckCertificateRevocation
NeedClientAuth SSLRequireClientCertificate CertificateVerifyLevel SSLValidateCertificates SocketInsecureSkipVerify
UseSNI SNIHostName SocketServerName SSLServerName EndpointIdentificationAlgorithm SSLProtocol EnabledProtocols
SSLProtocols SocketMinimumTLSVersion CipherSuites TLSCipherSuites SSLCipherSuite PersistMessages FileStorePath
FileStoreSync FileStoreMaxCachedMsgs MySQLStoreDatabase MySQLStoreUser MySQLStorePassword MySQLStoreHost
MySQLStorePort MySQLStoreUseConnectionPool PostgreSQLStoreDatabase PostgreSQLStoreUser PostgreSQLStorePassword
PostgreSQLStoreHost PostgreSQLStorePort PostgreSQLStoreUseConnectionPool OdbcStoreUser OdbcStorePassword
OdbcStoreConnectionString JdbcDataSourceName JdbcDriver JdbcURL JdbcUser JdbcPassword JdbcStoreMessagesTableName
JdbcStoreSessionsTableName JdbcLogIncomingTable JdbcLogOutgoingTable JdbcLogEventTable JdbcLogHeartBeats
JdbcMaxActiveConnection SQLStoreDriver SQLStoreDataSourceName SQLStoreConnMaxLifetime SQLStoreMessagesTableName
SQLStoreSessionsTableName MongoStoreConnection MongoStoreDatabase MongoStoreReplicaSet SleepycatDatabaseDir
SleepycatSequenceDbName SleepycatMessageDbName FileLogPath FileLogBackupPath FileLogHeartbeats FileIncludeMilliseconds
FileIncludeTimeStampForMessages ScreenLogShowIncoming ScreenLogShowOutgoing ScreenLogShowEvents
ScreenLogShowHeartBeats ScreenIncludeMilliseconds MySQLLogDatabase MySQLLogIncomingTable MySQLLogOutgoingTable
MySQLLogEventTable PostgreSQLLogDatabase PostgreSQLLogEventTable OdbcLogConnectionString OdbcLogEventTable
SLF4JLogEventCategory SLF4JLogErrorEventCategory SLF4JLogIncomingMessageCategory SLF4JLogOutgoingMessageCategory
SLF4JLogPrependSessionID SLF4JLogHeartbeats SQLLogDriver SQLLogDataSourceName MongoLogConnection MongoLogDatabase
MongoLogReplicaSet RedactFieldsInLogs RedactionLogText HttpAcceptPort Description SendResetSeqNumFlag
""")

# Names that only we have.
OURS = _words("""
application_version session_version supported_app_versions store log store_sync store_sync_interval_ms driver
throttle_out_per_s throttle_in_per_s max_connections max_logons_per_s write_buffer_bytes profile max_message_size
test_message_indicator msg_types default_appl_ver_id_reply logout_waits_for_gap resend_request_timeout max_set_aside
send_session_status require_same_heart_bt_int adopt_expected_seq_num allowed_on_behalf_of strict_settings end_seq_no
reject_style logout_text logon_refusal begin_string_text appl_ver_id_in_business_reject ask_again_after_serving
echo_reset_seq_num_flag
last_processed_in_resend_request missing_group_delimiter heartbeats_while_test_request_pending test_request_id
close_after_logout_reply_s cme_enhanced_resend gap_fill_poss_dup ignore_poss_dup_resend_requests allow_codes
allow_tags
""")


@pytest.mark.parametrize("name", NAMES)
def test_every_name_of_the_engines_is_known_in_any_case(name: str) -> None:
    found = known_spelling(name)
    assert found is not None
    assert known_spelling(name.lower()) == known_spelling(name.upper()) == found
    assert found.key.engines


@pytest.mark.parametrize("name", OURS)
def test_every_name_of_ours_is_known(name: str) -> None:
    found = known_spelling(name)
    assert found is not None
    assert found.key.name == name
    assert known_spelling(found.key.quickfix) == found


def test_no_two_keys_share_a_spelling() -> None:
    spellings = [(spelling, key.name) for key in KEYS for spelling in set(map(spelling_of, key.spellings))]
    assert len({spelling for spelling, _ in spellings}) == len(spellings)


@pytest.mark.parametrize("key", KEYS, ids=lambda key: key.name)
def test_a_key_is_described_in_one_sentence_that_fits_on_a_line(key: Key) -> None:
    assert re.fullmatch(r"\S.*\.", key.doc)
    assert len(key.doc) < 112
    assert re.fullmatch(r"[a-z][a-z0-9]*(_[a-z0-9]+)*", key.name)
    assert set(key.engines) <= set("CJGN")
    assert key.kind.words


@pytest.mark.parametrize("key", KEYS, ids=lambda key: key.name)
def test_what_does_not_work_says_why(key: Key) -> None:
    assert bool(key.why) == (key.status is not Status.WORKS)
    if key.status is Status.FOLDED:
        assert key.why in ATTRIBUTES


@pytest.mark.parametrize(
    ("name", "annotation"),
    [("begin_string", "str"), ("heart_bt_int", "int | None"), ("weekdays", "tuple[Day, ...]"),
     ("connection_type", 'Literal["initiator", "acceptor"]'), ("ssl_protocol", 'Literal["TLSv1.2", "TLSv1.3"]')],
)  # fmt: skip
def test_the_type_of_an_attribute_is_that_of_its_kind(name: str, annotation: str) -> None:
    assert key_named(name).annotation == annotation


@pytest.mark.parametrize("key", ATTRIBUTES.values(), ids=lambda key: key.name)
def test_a_default_is_a_value_of_its_kind(key: Key) -> None:
    if key.default not in (None, "") and key.name != "store":
        assert key.kind.read(key.default) == key.default


@pytest.mark.parametrize(
    ("quickfix", "ours"),
    [("BeginString", "begin_string"), ("SenderCompID", "sender_comp_id"), ("SocketCAFile", "socket_ca_file"),
     ("UseSNI", "use_sni"), ("SNIHostName", "sni_host_name"), ("SocketUseSSL", "socket_use_ssl")],
)  # fmt: skip
def test_our_name_has_the_same_words(quickfix: str, ours: str) -> None:
    assert snake_case(quickfix) == ours
    assert key_named(ours).quickfix == quickfix


@pytest.mark.parametrize(
    ("given", "name", "suffix"),
    [
        ("SocketConnectHost", "socket_connect_host", ""),
        ("socket_connect_host7", "socket_connect_host", "7"),
        ("LogonTag123", "logon_tag", "123"),
        ("AppDataDictionary.FIX.4.4", "app_data_dictionary", "FIX.4.4"),
        ('app_data_dictionary["FIX.4.4"]', "app_data_dictionary", "FIX.4.4"),
        ("appdatadictionary.fix.5.0sp2", "app_data_dictionary", "FIX.5.0SP2"),
    ],
)
def test_a_number_or_a_version_behind_a_name_is_told_apart(given: str, name: str, suffix: str) -> None:
    found = known_spelling(given)
    assert found is not None
    assert (found.key.name, found.suffix) == (name, suffix)


@pytest.mark.parametrize(
    "given", ["SocketConnectHost0", "SocketConnectHost1234", "HeartBtInt1", "DataDictionary.4", ""]
)
def test_a_number_or_a_version_stands_only_behind_names_that_take_it(given: str) -> None:
    assert known_spelling(given) is None


@pytest.mark.parametrize(
    ("given", "near"),
    [("HartBtInt", "HeartBtInt"), ("hart_bt_int", "heart_bt_int"), ("heartbtin", "heart_bt_int"),
     ("SSLEnabled", "SSLEnable"), ("Username", None), ("x" * 81, None)],
)  # fmt: skip
def test_the_nearest_name_is_told_in_the_same_style(given: str, near: str | None) -> None:
    assert nearest(given) == near
