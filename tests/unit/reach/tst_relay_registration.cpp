#include <QTest>

#include "p2p/net/endpoint.h"
#include "p2p/reach/relay_registration.h"

using namespace mutoscope;
using namespace mutoscope::reach;

/// Who may be called at a relay.
class TestRelayRegistration : public QObject
{
    Q_OBJECT

    const std::string m_challenge = std::string(32, 'c');
    const std::string m_relay = "relay.example:7481";

private Q_SLOTS:
    void initTestCase() { crypto::initialise(); }

    void whoSignsIsRegistered()
    {
        const auto key = crypto::NodeKey::generate();
        const std::string message = signRegistration(key, "test", m_relay, m_challenge);
        QVERIFY(message.size() <= 4096); // a frame
        const auto registered = checkRegistration(message, "test", m_relay, m_challenge);
        QVERIFY(registered);
        QVERIFY(*registered == key.publicKey());
        QVERIFY(checkRegistration(message, "test", {}, m_challenge));
    }

    void whatWasSignedForAnotherIsNoUse()
    {
        const auto key = crypto::NodeKey::generate();
        const std::string message = signRegistration(key, "test", m_relay, m_challenge);
        QVERIFY(!checkRegistration(message, "test", m_relay, std::string(32, 'd'))); // another connection
        QVERIFY(!checkRegistration(message, "test", "other.example:7481", m_challenge));
        QVERIFY(!checkRegistration(message, "main", m_relay, m_challenge));
        QVERIFY(!checkRegistration("{}", "test", m_relay, m_challenge));
        QVERIFY(signRegistration(key, "test", m_relay, "short").empty());
    }

    void theEndpointOfAnOfferIsReadAgain()
    {
        const auto key = crypto::NodeKey::generate();
        const auto endpoint = net::parseEndpoint("https://" + relayEndpoint({.host = "2001:db8::1", .port = 7481, .pin = {}}, key.publicKey()));
        QVERIFY(endpoint);
        QCOMPARE(endpoint->host, std::string("2001:db8::1"));
        QVERIFY(endpoint->relayed == key.publicKey());
    }
};

QTEST_GUILESS_MAIN(TestRelayRegistration)
#include "tst_relay_registration.moc"
