#include <array>

#include <nlohmann/json.hpp>

#include <QtTest>

#include "p2p/wire/answers.h"
#include "p2p/wire/requests.h"

using namespace mutoscope;
using namespace mutoscope::wire;
using base::ErrorCode;
using nlohmann::json;

namespace
{

crypto::NodeKey keyOf(char c)
{
    const std::string seed(crypto::NodeKey::seedSize, c);
    return crypto::NodeKey::fromSeed(reinterpret_cast<const std::uint8_t*>(seed.data()));
}

Transfer transfer(const crypto::NodeKey& node)
{
    Transfer message;
    message.network = "test";
    message.node = node.publicKey();
    message.time = base::UnixMs(1'700'000'000'000);
    message.amount = base::Tokens(5);
    message.memo = "for the film";
    return message;
}

/// A contract's payload is not looked at by countersign(), so any content does.
Contract contract(const crypto::NodeKey& viewer, const crypto::NodeKey& seeder)
{
    Contract message;
    message.network = "test";
    message.viewer = viewer.publicKey();
    message.seeder = seeder.publicKey();
    return message;
}

ErrorCode codeOf(const std::string& bytes)
{
    const auto opened = open<Transfer>(bytes, "test", {Role::Node});
    return opened ? ErrorCode::Internal : opened.error().code;
}

std::string decoded(const json& value)
{
    return base::fromBase64Url(value.get<std::string>()).value();
}

/// The envelope of a payload with this protected header, properly signed.
std::string sealed(const std::string& header, const std::string& payload, const crypto::NodeKey& key)
{
    const std::string protectedPart = base::toBase64Url(header);
    const std::string encoded = base::toBase64Url(payload);
    const json signature = {{"protected", protectedPart},
                            {"signature", base::toBase64Url(key.sign(protectedPart + "." + encoded).raw())}};
    return json{{"payload", encoded}, {"signatures", json::array({signature})}}.dump();
}

} // namespace

class TestEnvelope : public QObject
{
    Q_OBJECT

    crypto::NodeKey m_key = keyOf('a');
    crypto::NodeKey m_other = keyOf('b');
    std::string m_sealed = sign(transfer(m_key), m_key).bytes;
    json m_json = json::parse(m_sealed);
    std::string m_payload = decoded(m_json["payload"]);
    json m_header = json::parse(decoded(m_json["signatures"][0]["protected"]));

private Q_SLOTS:
    void isTheJwsOfRfc7515()
    {
        QCOMPARE(m_json.size(), std::size_t{2});
        QCOMPARE(
            m_header,
            (json{{"alg", "EdDSA"},
                  {"typ", "mutoscope.transfer.v1"},
                  {"jwk", {{"kty", "OKP"}, {"crv", "Ed25519"}, {"x", base::toBase64Url(m_key.publicKey().raw())}}}}));
        QCOMPARE(json::parse(m_payload)["memo"], json("for the film"));
        const auto opened = open<Transfer>(m_sealed, "test", {Role::Node});
        QVERIFY2(opened, opened ? "" : opened.error().message.c_str());
        QCOMPARE(opened->payload, crypto::sha256(m_payload));
        QCOMPARE(opened->bytes, m_sealed);
        QCOMPARE(opened->message.amount, base::Tokens(5));
    }

    void takesAnotherLibrarysForm()
    {
        // Another order of members and white space in the header: signed as it stands.
        const std::string x = base::toBase64Url(m_key.publicKey().raw());
        const std::string header = "{ \"typ\":\"mutoscope.transfer.v1\", \"jwk\":{\"x\":\"" + x +
                                   "\",\"crv\":\"Ed25519\",\"kty\":\"OKP\"}, \"alg\":\"EdDSA\" }";
        QVERIFY(open<Transfer>(sealed(header, m_payload, m_key), "test", {Role::Node}));
        QVERIFY(open<Transfer>(m_json.dump(2), "test", {Role::Node}));
    }

    void howTheEnvelopeIsWrittenDoesNotMatter()
    {
        const std::string text = m_sealed;
        const std::string payload = m_json["payload"];
        const std::string signatures = m_json["signatures"].dump();
        std::string escaped = text; // the payload's first letter, e
        escaped.replace(escaped.find(payload), 1, "\\u0065");
        for (const std::string& other : {m_json.dump(2), " " + text, text + "\n", escaped,
                                         R"({"signatures":)" + signatures + R"(,"payload":")" + payload + R"("})"}) {
            const auto read = open<Transfer>(other, "test", {Role::Node});
            QVERIFY2(read, other.c_str());
            QCOMPARE(read->payload, crypto::sha256(m_payload));
        }
        for (const std::string& other : {text + "}", text.substr(0, text.size() - 2) + ",]}", R"({"payload":")" + payload + R"("})",
                                         R"({"payload":")" + payload + R"(","signatures":[]})"})
            QVERIFY2(!open<Transfer>(other, "test", {Role::Node}), other.c_str());
    }

    void everyFlippedBitIsRefused()
    {
        for (std::size_t bit = 0; bit < m_sealed.size() * 8; ++bit) {
            std::string flipped = m_sealed;
            flipped[bit / 8] = static_cast<char>(flipped[bit / 8] ^ 1 << bit % 8);
            if (codeOf(flipped) != ErrorCode::BadSignature)
                QFAIL(("bit " + std::to_string(bit)).c_str());
        }
    }

    void everyFlippedBitOfTwoSignaturesIsRefused()
    {
        const auto proposal = sign(contract(m_key, m_other), m_key);
        const std::string bytes = countersign(proposal, m_other).value();
        QVERIFY(open<Contract>(bytes, "test", {Role::Viewer, Role::Seeder}));
        for (std::size_t bit = 0; bit < bytes.size() * 8; ++bit) {
            std::string flipped = bytes;
            flipped[bit / 8] = static_cast<char>(flipped[bit / 8] ^ 1 << bit % 8);
            if (open<Contract>(flipped, "test", {Role::Viewer, Role::Seeder}))
                QFAIL(("bit " + std::to_string(bit)).c_str());
        }
    }

    void everyShorterOneIsRefused()
    {
        for (std::size_t size = 0; size < m_sealed.size(); ++size)
            QCOMPARE(codeOf(m_sealed.substr(0, size)), ErrorCode::BadSignature);
        QCOMPARE(codeOf(m_sealed + "x"), ErrorCode::BadSignature);
        QCOMPARE(codeOf(m_sealed + std::string("\0x", 2)), ErrorCode::BadSignature);
    }

    void sizeIsLookedAtFirst()
    {
        QCOMPARE(codeOf(std::string(Transfer::maxBytes + 1, '{')), ErrorCode::TooLarge);
        QCOMPARE(codeOf(std::string(Transfer::maxBytes, '{')), ErrorCode::BadSignature);
    }

    void wrongTypeNetworkAndRole()
    {
        QVERIFY(!open<GetBalance>(sign(transfer(m_key), m_key).bytes, "test", {Role::Node}));
        QVERIFY(!open<Transfer>(m_sealed, "live", {Role::Node}));
        QVERIFY(!open<Transfer>(m_sealed, "", {Role::Node}));
        // The same payload under another type: GetBalance and Handshake have the same fields.
        Handshake handshake;
        handshake.network = "test";
        handshake.node = m_key.publicKey();
        const auto bytes = sign(handshake, m_key).bytes;
        QVERIFY(open<Handshake>(bytes, "test", {Role::Node}));
        QVERIFY(!open<GetBalance>(bytes, "test", {Role::Node}));
        // Signed by the viewer alone, by the seeder alone, by nobody that is asked for.
        const auto byViewer = sign(contract(m_key, m_other), m_key).bytes;
        QVERIFY(open<Contract>(byViewer, "test", {Role::Viewer}));
        QVERIFY(!open<Contract>(byViewer, "test", {Role::Seeder}));
        QVERIFY(!open<Contract>(byViewer, "test", {Role::Viewer, Role::Seeder}));
        QVERIFY(!open<Contract>(byViewer, "test", {}));
        const auto both = countersign(sign(contract(m_key, m_other), m_key), m_other).value();
        QVERIFY(!open<Contract>(both, "test", {Role::Viewer}));
        QVERIFY(open<Contract>(both, "test", {Role::Seeder, Role::Viewer}));
    }

    void anotherKeyThanThePayloads()
    {
        QVERIFY(!open<Transfer>(sign(transfer(m_other), m_key).bytes, "test", {Role::Node}));
        // The right key in the header, another's signature.
        json forged = json::parse(sign(transfer(m_key), m_other).bytes);
        forged["signatures"][0]["protected"] = m_json["signatures"][0]["protected"];
        QCOMPARE(codeOf(forged.dump()), ErrorCode::BadSignature);
    }

    void signers()
    {
        const auto withSignatures = [&](const std::vector<json>& signatures) {
            json envelope = m_json;
            envelope["signatures"] = signatures;
            return codeOf(envelope.dump());
        };
        const json mine = m_json["signatures"][0];
        const json others =
            json::parse(countersign(m_sealed, Transfer::type, Transfer::maxBytes, m_other).value())["signatures"][1];
        QCOMPARE(withSignatures({mine}), ErrorCode::Internal); // the way in works
        QCOMPARE(withSignatures({}), ErrorCode::BadSignature);
        QCOMPARE(withSignatures({mine, mine}), ErrorCode::BadSignature);
        QCOMPARE(withSignatures({mine, others}), ErrorCode::BadSignature);
        QCOMPARE(withSignatures({others}), ErrorCode::BadSignature);
        QCOMPARE(withSignatures(std::vector<json>(maxSignatures + 1, mine)), ErrorCode::BadSignature);

        // One party twice does not stand for two.
        const auto byViewer = sign(contract(m_key, m_other), m_key);
        json twice = json::parse(byViewer.bytes);
        twice["signatures"].push_back(twice["signatures"][0]);
        QVERIFY(!open<Contract>(twice.dump(), "test", {Role::Viewer, Role::Seeder}));
        QVERIFY(!open<Contract>(twice.dump(), "test", {Role::Viewer}));
    }

    void headers_data()
    {
        QTest::addColumn<QByteArray>("patch");
        QTest::newRow("alg none") << QByteArray(R"({"alg":"none"})");
        QTest::newRow("alg None") << QByteArray(R"({"alg":"eddsa"})");
        QTest::newRow("alg HS256") << QByteArray(R"({"alg":"HS256"})");
        QTest::newRow("alg Ed25519") << QByteArray(R"({"alg":"Ed25519"})");
        QTest::newRow("alg missing") << QByteArray(R"({"alg":null})");
        QTest::newRow("alg a number") << QByteArray(R"({"alg":1})");
        QTest::newRow("typ of another") << QByteArray(R"({"typ":"mutoscope.receipt.v1"})");
        QTest::newRow("typ in upper case") << QByteArray(R"({"typ":"MUTOSCOPE.TRANSFER.V1"})");
        QTest::newRow("typ missing") << QByteArray(R"({"typ":null})");
        QTest::newRow("crit") << QByteArray(R"({"crit":["b64"],"b64":false})");
        QTest::newRow("kid") << QByteArray(R"({"kid":"1"})");
        QTest::newRow("jwk missing") << QByteArray(R"({"jwk":null})");
        QTest::newRow("jwk with a secret") << QByteArray(R"({"jwk":{"d":"AAAA"}})");
        QTest::newRow("jwk of another curve") << QByteArray(R"({"jwk":{"crv":"X25519"}})");
        QTest::newRow("jwk of another type") << QByteArray(R"({"jwk":{"kty":"EC"}})");
        QTest::newRow("jwk short") << QByteArray(R"({"jwk":{"x":"AAAA"}})");
    }
    void headers()
    {
        QCOMPARE(codeOf(sealed(m_header.dump(), m_payload, m_key)), ErrorCode::Internal); // unchanged it is good
        QFETCH(QByteArray, patch);
        json header = m_header;
        header.merge_patch(json::parse(patch.toStdString()));
        QCOMPARE(codeOf(sealed(header.dump(), m_payload, m_key)), ErrorCode::BadSignature);
    }

    void aHeaderWithAMemberTwice()
    {
        std::string header = m_header.dump();
        header.insert(1, R"("alg":"none",)");
        QCOMPARE(codeOf(sealed(header, m_payload, m_key)), ErrorCode::BadSignature);
    }

    void extraMembers()
    {
        json envelope = m_json;
        envelope["header"] = json::object();
        QCOMPARE(codeOf(envelope.dump()), ErrorCode::BadSignature);
        envelope = m_json;
        envelope["signatures"][0]["header"] = {{"alg", "EdDSA"}};
        QCOMPARE(codeOf(envelope.dump()), ErrorCode::BadSignature);
        json payload = json::parse(m_payload);
        payload["extra"] = 1;
        QCOMPARE(codeOf(sealed(m_header.dump(), payload.dump(), m_key)), ErrorCode::BadSignature);
        // The flattened form of RFC 7515 §7.2.2 is another one.
        const json flattened = {{"payload", m_json["payload"]},
                                {"protected", m_json["signatures"][0]["protected"]},
                                {"signature", m_json["signatures"][0]["signature"]}};
        QCOMPARE(codeOf(flattened.dump()), ErrorCode::BadSignature);
    }

    void base64UrlOfAnotherForm()
    {
        const auto with = [&](const std::string& pointer, const std::string& text) {
            json envelope = m_json;
            envelope[json::json_pointer(pointer)] = text;
            return codeOf(envelope.dump());
        };
        for (const std::string pointer : {"/payload", "/signatures/0/protected", "/signatures/0/signature"}) {
            const std::string good = m_json[json::json_pointer(pointer)];
            QCOMPARE(with(pointer, good), ErrorCode::Internal);
            QCOMPARE(with(pointer, good + "="), ErrorCode::BadSignature);
            QCOMPARE(with(pointer, good + "=="), ErrorCode::BadSignature);
            QCOMPARE(with(pointer, good + "\n"), ErrorCode::BadSignature);
            QCOMPARE(with(pointer, " " + good), ErrorCode::BadSignature);
            QCOMPARE(with(pointer, ""), ErrorCode::BadSignature);
        }
        // 64 bytes leave four unused bits in the last character: with one of them set it is the same to a lax decoder.
        std::string lax = m_json["signatures"][0]["signature"];
        const std::string alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
        lax.back() = alphabet[alphabet.find(lax.back()) + 1];
        QCOMPARE(with("/signatures/0/signature", lax), ErrorCode::BadSignature);
    }

    void valuesOfOtherKinds()
    {
        for (const char* text : {"[]", "{}", "null", "1", R"("text")", R"({"payload":1,"signatures":[]})",
                                 R"({"payload":"","signatures":{}})", R"({"payload":"","signatures":[1]})",
                                 R"({"payload":"","signatures":[{"protected":1,"signature":2}]})"})
            QCOMPARE(codeOf(text), ErrorCode::BadSignature);
    }

    void aKeyThatNobodyOwns()
    {
        // Under the neutral element any message has the signature R = 1, S = 0 in careless libraries.
        Transfer message = transfer(m_key);
        message.node = base::fixedFromHex<base::PublicKey>("01" + std::string(62, '0')).value();
        json header = m_header;
        header["jwk"]["x"] = base::toBase64Url(message.node.raw());
        json envelope = json::parse(sealed(header.dump(), encodeFields(message), m_key));
        envelope["signatures"][0]["signature"] = base::toBase64Url(base::fromHex("01" + std::string(126, '0')).value());
        QCOMPARE(codeOf(envelope.dump()), ErrorCode::BadSignature);
    }

    void countersignKeepsTheFirstSignature()
    {
        const auto proposal = sign(contract(m_key, m_other), m_key);
        const std::string both = countersign(proposal, m_other).value();
        QCOMPARE(json::parse(both)["signatures"][0], json::parse(proposal.bytes)["signatures"][0]);
        QCOMPARE(open<Contract>(both, "test", {Role::Viewer, Role::Seeder})->payload, proposal.payload);
        std::string full = proposal.bytes;
        for (std::size_t i = 1; i < maxSignatures; ++i)
            full = countersign(full, Contract::type, Contract::maxBytes, keyOf(static_cast<char>('d' + i))).value();
        QVERIFY(!countersign(full, Contract::type, Contract::maxBytes, m_other));
        QVERIFY(!countersign(proposal.bytes, Receipt::type, Contract::maxBytes, m_other)); // another type
        QVERIFY(!countersign("{}", Contract::type, Contract::maxBytes, m_other));
    }

    void answersAreBoundToTheirRequest()
    {
        const base::Sha256 request = crypto::sha256("request");
        const base::UnixMs time(5);
        auto answer = answerTo<TransferAnswer>(request, "test", m_key.publicKey(), time);
        answer.balance = base::Tokens(7);
        const std::string bytes = sign(answer, m_key).bytes;
        const auto& node = m_key.publicKey();
        QCOMPARE(openAnswer<TransferAnswer>(200, bytes, "test", node, request)->message.balance, base::Tokens(7));
        QCOMPARE(openAnswer<TransferAnswer>(200, bytes, "test", node, crypto::sha256("other")).error().code,
                 ErrorCode::WrongData);
        QCOMPARE(openAnswer<TransferAnswer>(200, bytes, "test", m_other.publicKey(), request).error().code,
                 ErrorCode::WrongData);
        QCOMPARE(openAnswer<AddressClosedAnswer>(200, bytes, "test", node, request).error().code, ErrorCode::WrongData);
        QVERIFY(!openAnswer<TransferAnswer>(402, bytes, "test", node, request));

        const base::Error error{ErrorCode::PaymentRequired, "there are 3 tokens and 5 are needed"};
        const auto refused = refusal(error, request, "test", m_key, time);
        QCOMPARE(openAnswer<TransferAnswer>(402, refused.bytes, "test", node, request).error(), error);
        QCOMPARE(openAnswer<TransferAnswer>(404, refused.bytes, "test", node, request).error().code,
                 ErrorCode::WrongData);
        QCOMPARE(openAnswer<TransferAnswer>(402, refused.bytes, "test", m_other.publicKey(), request).error().code,
                 ErrorCode::WrongData);
        QCOMPARE(openAnswer<TransferAnswer>(400, "", "test", node, request).error().code, ErrorCode::BadSignature);
        QCOMPARE(openAnswer<TransferAnswer>(500, "<html>", "test", node, request).error().code, ErrorCode::WrongData);
    }

    void aRefusalMayQuoteAnything()
    {
        // Longer than the field, cut in the middle of a character, and with bytes that no JSON can carry.
        std::string russian = "x";
        while (russian.size() < 600)
            russian += "Ж";
        const base::Sha256 request = crypto::sha256("request");
        for (const std::string& text : {russian, std::string("a file named \xff\xfe"), std::string(600, '\xff')}) {
            const auto refused = refusal({ErrorCode::NotFound, text}, request, "test", m_key, base::UnixMs(1));
            const auto opened = openAnswer<TransferAnswer>(404, refused.bytes, "test", m_key.publicKey(), request);
            QCOMPARE(opened.error().code, ErrorCode::NotFound);
            QVERIFY(base::isUtf8(opened.error().message) && opened.error().message.size() <= 500);
        }
    }
};

QTEST_GUILESS_MAIN(TestEnvelope)
#include "tst_envelope.moc"
