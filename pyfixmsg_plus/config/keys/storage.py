"""Keys of the message store and of logs."""

from pyfixmsg_plus.config.key import Group, Topic
from pyfixmsg_plus.config.kinds import Choice, Flag, ListOf, LocationText, PathText, Tag, Text, Whole
from pyfixmsg_plus.config.secret import Location
from pyfixmsg_plus.config.values import REDACTED_TAGS

__all__ = ["LOG", "STORE"]

_key = Topic(Group.STORE).key
STORE = (
    _key("Store", LocationText(), "The URL of the message store.", Location(""),
         default_words="journal: in FileStorePath, else memory:"),
    _key("StoreSync", Choice(("always", "interval", "never")), "When the store is on disk before bytes go out.",
         "always"),
    _key("StoreSyncIntervalMs", Whole(1, 60_000, "ms"), "How often, with StoreSync=interval.", 5),
    _key("PersistMessages", Flag(), "N: keep numbers only, and fill gaps instead of sending again.", "Y",
         engines="CJGN"),
    _key("FileStorePath", PathText(), "The directory of the journal.", engines="CJGN"),
    Topic(Group.STORE).folded("FileStoreSync", Flag(), "Y is StoreSync=always, N is never.", "store_sync",
                              engines="JG"),
    _key("FileStoreMaxCachedMsgs", Whole(0, 100_000_000), "So many messages are kept in memory too.", 10_000,
         engines="J"),
)  # fmt: skip

_key = Topic(Group.LOG).key
LOG = (
    _key("Log", LocationText(), "The URL of the log of messages and events.", default_words="file: in FileLogPath"),
    _key("FileLogPath", PathText(), "The directory of the log files.", engines="CJGN"),
    _key("FileLogBackupPath", PathText(), "The directory to which full log files are moved.", engines="C"),
    _key("FileLogHeartbeats", Flag(), "Log heartbeats too.", "N", engines="J"),
    _key("FileIncludeMilliseconds", Flag(), "Times in the log have milliseconds.", "Y", default_words="Y (J N)",
         engines="J"),
    _key("FileIncludeTimeStampForMessages", Flag(), "Messages in the log have a time before them.", "Y",
         default_words="Y (J N)", engines="J"),
    _key("ScreenLogShowIncoming", Flag(), "The terminal shows received messages.", "Y", engines="CJ"),
    _key("ScreenLogShowOutgoing", Flag(), "The terminal shows sent messages.", "Y", engines="CJ"),
    _key("ScreenLogShowEvents", Flag(), "The terminal shows events.", "Y", engines="CJ"),
    _key("ScreenLogShowHeartBeats", Flag(), "The terminal shows heartbeats too.", "N", engines="J"),
    _key("ScreenIncludeMilliseconds", Flag(), "Times on the terminal have milliseconds.", "N", engines="J"),
    _key("RedactFieldsInLogs", ListOf(Tag()), "Fields that logs do not show; those of the default always.",
         REDACTED_TAGS, engines="N"),
    _key("RedactionLogText", Text(), "What logs show instead.", "***", default_words="*** (N <redacted>)",
         engines="N"),
)  # fmt: skip
