"""Keys of TLS."""

from pyfixmsg_plus.config.key import Group, Topic
from pyfixmsg_plus.config.kinds import Choice, Flag, ListOf, PathText, Pem, SecretText, Text, TlsVersion, Whole

__all__ = ["KEYS"]

_JAVA = "It names a class of Java. Leave it out."
_tls = Topic(Group.TLS)
_key = _tls.key
KEYS = (
    _key("SocketUseSSL", Flag(), "Speak TLS.", "N", aliases=("SSLEnable",), engines="JGN"),
    _key("SocketCertificateFile", PathText(), "Our certificate with its chain, PEM; or a PKCS 12 file.",
         aliases=("SSLCertificate", "SocketKeyStore"), engines="CJGN"),
    _key("SocketPrivateKeyFile", PathText(), "Its private key, PEM.", engines="CG"),
    _key("SocketPrivateKeyPassword", SecretText(), "The password of the key or of the PKCS 12 file.",
         aliases=("SSLCertificatePassword", "SocketKeyStorePassword"), engines="JN"),
    _tls.folded("ServerCertificateFile", PathText(), "An acceptor's certificate.", "socket_certificate_file",
                engines="C"),
    _tls.folded("ServerCertificateKeyFile", PathText(), "An acceptor's key.", "socket_private_key_file", engines="C"),
    _tls.folded("ClientCertificateFile", PathText(), "An initiator's certificate.", "socket_certificate_file",
                engines="C"),
    _tls.folded("ClientCertificateKeyFile", PathText(), "An initiator's key.", "socket_private_key_file", engines="C"),
    _key("KeyStoreType", Text(), "The form of SocketKeyStore: PKCS12 or PEM.", "", default_words="by its bytes",
         engines="J"),
    _tls.ignored("KeyManagerFactoryAlgorithm", Text(), "How Java reads the key store.", _JAVA, "", engines="J"),
    _key("SocketCAFile", PathText(), "Certificates to trust, PEM or PKCS 12.", default_words="of the system",
         aliases=("CertificationAuthoritiesFile", "SSLCACertificate", "SocketTrustStore"), engines="CJGN"),
    _key("SocketCADirectory", PathText(), "A directory, every file of which holds certificates to trust.",
         aliases=("CertificationAuthoritiesDirectory",), engines="C"),
    _key("SocketTrustStorePassword", SecretText(), "The password of SocketTrustStore.", engines="J"),
    _key("TrustStoreType", Text(), "The form of SocketTrustStore: PKCS12 or PEM.", "", default_words="by its bytes",
         engines="J"),
    _tls.ignored("TrustManagerFactoryAlgorithm", Text(), "How Java reads the trust store.", _JAVA, "", engines="J"),
    _key("SocketCertificateBytes", Pem(), "Our certificate as PEM text.", engines="G"),
    _key("SocketPrivateKeyBytes", Pem(), "Our private key as PEM text.", engines="G"),
    _key("SocketCABytes", Pem(), "Certificates to trust as PEM text.", engines="G"),
    _key("CertificateRevocationListFile", PathText(), "Revoked certificates.", engines="C"),
    _key("CertificateRevocationListDirectory", PathText(), "A directory of lists of revoked certificates.",
         engines="C"),
    _key("SSLCheckCertificateRevocation", Flag(), "Refuse a certificate whose issuer has no list here.", "N",
         engines="N"),
    _key("NeedClientAuth", Flag(), "An acceptor demands a certificate (mutual TLS).", "N",
         aliases=("SSLRequireClientCertificate",), engines="JN"),
    _key("WantClientAuth", Flag(), "An acceptor checks a certificate if one is shown.", "N"),
    _tls.folded("CertificateVerifyLevel", Whole(0, 2), "0 no certificate, 1 NeedClientAuth, 2 WantClientAuth.",
                "need_client_auth", engines="C"),
    _key("SSLValidateCertificates", Flag(), "Check the peer's certificate.", "Y", engines="N"),
    _tls.folded("SocketInsecureSkipVerify", Flag(), "The opposite of SSLValidateCertificates.",
                "ssl_validate_certificates", engines="G"),
    _key("UseSNI", Flag(), "Send the name of the server.", "Y", engines="J"),
    _key("SNIHostName", Text(without=" ,/"), "The name of the server, sent and checked.", "",
         default_words="the host that is connected to", aliases=("SocketServerName", "SSLServerName"), engines="JGN"),
    _key("EndpointIdentificationAlgorithm", Choice(("HTTPS", "none"), also=(("LDAPS", "HTTPS"),)),
         "HTTPS: the certificate must be for the name.", "HTTPS", engines="J"),
    _key("SSLProtocol", TlsVersion(), "The least version of TLS; older than 1.2 is an error.", "TLSv1.2",
         aliases=("EnabledProtocols", "SSLProtocols", "SocketMinimumTLSVersion"), engines="CJGN"),
    _key("CipherSuites", ListOf(Text(without=" "), separators=",:"), "The only suites to use.", (),
         default_words="of the library", aliases=("TLSCipherSuites", "SSLCipherSuite"), engines="CJ"),
)  # fmt: skip
