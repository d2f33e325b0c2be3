#include <set>

#include <nlohmann/json.hpp>

#include <QtTest>

#include "p2p/wire/amount.h"
#include "p2p/wire/answers.h"
#include "p2p/wire/catalogue.h"
#include "p2p/wire/permit.h"
#include "p2p/wire/requests.h"

using namespace mutoscope;
using namespace mutoscope::wire;
using base::ErrorCode;
using nlohmann::json;

namespace
{

/// Fills every field that a message lists with a value of its own, as FieldReader would.
class Filler
{
public:
    explicit Filler(bool withOptional) : m_withOptional(withOptional) {}

    template <class Tag, std::size_t N>
    void operator()(const char*, base::FixedBytes<Tag, N>& value)
    {
        value = base::FixedBytes<Tag, N>::fromRaw(std::string(N, static_cast<char>(++m_counter)));
    }
    template <class Tag, class Rep>
    void operator()(const char*, base::Strong<Tag, Rep>& value)
    {
        value = base::Strong<Tag, Rep>(static_cast<Rep>(++m_counter));
    }
    void operator()(const char*, bool& value) { value = !value; }
    void operator()(const char*, std::int64_t& value) { value = ++m_counter; }
    void operator()(const char*, std::string& value, MaxSize) { value = "Ж\"\\\n" + std::to_string(++m_counter); }
    void operator()(const char*, SegmentRanges& value)
    {
        value.insert(base::SegmentIndex(3));
        value.insert(base::SegmentIndex(7));
        value.insert(base::SegmentIndex(8));
    }
    void operator()(const char*, std::vector<std::string>& values, MaxSize, MaxSize) { values = {"one", "two"}; }
    template <class T, class... Limits>
    void operator()(const char* name, std::optional<T>& value, Limits... limits)
    {
        if (m_withOptional)
            (*this)(name, value.emplace(), limits...);
    }
    template <class T>
    requires requires(T& t, Filler& f) { t.fields(f); }
    void operator()(const char*, T& value) { value.fields(*this); }
    template <class T>
    requires requires(T& t, Filler& f) { t.fields(f); }
    void operator()(const char*, std::vector<T>& values, MaxSize)
    {
        values.resize(2);
        for (T& value : values)
            value.fields(*this);
    }
    template <class T>
    requires std::is_enum_v<T>
    void operator()(const char*, T& value) { value = std::get<0>(namesOf(value).back()); }

private:
    bool m_withOptional;
    std::int64_t m_counter = 0;
};

crypto::NodeKey signer()
{
    const std::string seed(crypto::NodeKey::seedSize, 's');
    return crypto::NodeKey::fromSeed(reinterpret_cast<const std::uint8_t*>(seed.data()));
}

/// What a message's own check asks for beyond its fields.
template <class M>
void makeSound(M& message, const base::PublicKey& key)
{
    message.network = "test";
    const_cast<base::PublicKey&>(message.key(Role::Viewer)) = key; // whoever signs this message alone
    if constexpr (std::is_same_v<M, Contract>)
        message.closeUntil = message.serveUntil + base::UnixMs(1);
    if constexpr (std::is_same_v<M, Permit>)
        message.expires = message.notBefore + base::UnixMs(1);
}

template <class M>
M filled(bool withOptional)
{
    M message;
    Filler filler(withOptional);
    message.fields(filler);
    makeSound(message, signer().publicKey());
    return message;
}

template <class M>
base::Result<Signed<M>> opened(const std::string& payload)
{
    return open<M>(seal(payload, M::type, signer()), "test", {Role::Viewer});
}

/// The names that are not there without the optional fields.
template <class M>
std::vector<std::string> optionalNames()
{
    std::vector<std::string> names;
    const json without = json::parse(encodeFields(filled<M>(false)));
    const json with = json::parse(encodeFields(filled<M>(true)));
    for (const auto& [name, value] : with.items()) {
        if (!without.contains(name))
            names.push_back(name);
    }
    return names;
}

template <class M>
void checkMessage()
{
    for (const bool withOptional : {true, false}) {
        const M message = filled<M>(withOptional);
        const std::string payload = encodeFields(message);
        const auto back = opened<M>(payload);
        QVERIFY2(back, back ? "" : back.error().message.c_str());
        QCOMPARE(encodeFields(back->message), payload); // every field came back
        QVERIFY(sign(message, signer()).bytes.size() <= M::maxBytes);

        const json object = json::parse(payload);
        QCOMPARE(object.dump(), payload); // members in alphabetical order, no white space, no needless escape
        const auto optional = optionalNames<M>();
        for (const auto& [name, value] : object.items()) {
            json changed = object;
            changed.erase(name);
            const bool mayBeMissing = std::ranges::find(optional, name) != optional.end();
            QCOMPARE(opened<M>(changed.dump()).has_value(), mayBeMissing);
            for (const json& wrong :
                 {json(nullptr), json(-1), json::object(), json::array({json::array()}), json("\x01?")}) {
                changed[name] = wrong;
                const bool isFreeText =
                    wrong.is_string() && value.is_string() && name != "network" && opened<M>(changed.dump());
                QVERIFY2(isFreeText || !opened<M>(changed.dump()), (name + ": " + wrong.dump()).c_str());
            }
            if (value.is_string()) {
                changed[name] = std::string(M::maxBytes * 5 / 8, 'x');
                QVERIFY2(!opened<M>(changed.dump()), name.c_str());
            }
            if (value.is_number()) {
                changed[name] = base::maxInteger + 1;
                QVERIFY2(!opened<M>(changed.dump()), name.c_str());
                changed[name] = 1.5;
                QVERIFY2(!opened<M>(changed.dump()), name.c_str());
            }
        }
        json more = object;
        more["unknown"] = 1;
        QVERIFY(!opened<M>(more.dump()));
    }
}

} // namespace

class TestMessages : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void requests()
    {
        checkMessage<Handshake>();
        checkMessage<GetIncomeAddress>();
        checkMessage<GetSpendAddress>();
        checkMessage<Transfer>();
        checkMessage<GetBalance>();
        checkMessage<GetHistory>();
        checkMessage<GetContract>();
        checkMessage<GetPapers>();
        checkMessage<PapersAnswer>();
        checkMessage<CloseIncomeAddress>();
        checkMessage<CloseSpendAddress>();
        checkMessage<FindSeeders>();
        checkMessage<Search>();
        checkMessage<GetPeer>();
        checkMessage<Settle>();
    }

    void answers()
    {
        checkMessage<Problem>();
        checkMessage<HandshakeAnswer>();
        checkMessage<AddressAnswer>();
        checkMessage<TransferAnswer>();
        checkMessage<BalanceAnswer>();
        checkMessage<HistoryAnswer>();
        checkMessage<ContractAnswer>();
        checkMessage<AddressClosedAnswer>();
        checkMessage<AnnounceAnswer>();
        checkMessage<SeedersAnswer>();
        checkMessage<SearchAnswer>();
        checkMessage<DescribeAnswer>();
        checkMessage<ContractAccepted>();
        checkMessage<ReceiptAccepted>();
        checkMessage<PeerAnswer>();
        checkMessage<SettleAnswer>();
    }

    void contractAndReceipt()
    {
        checkMessage<Contract>();
        checkMessage<Receipt>();
    }

    void content()
    {
        checkMessage<Manifest>();
        checkMessage<Offer>();
        checkMessage<Permit>();
    }

    void typesAreDifferent()
    {
        const std::vector<std::string_view> types{Handshake::type,         GetIncomeAddress::type,
                                                  GetSpendAddress::type,   Transfer::type,
                                                  GetBalance::type,        GetHistory::type,
                                                  GetContract::type,       CloseIncomeAddress::type,
                                                  CloseSpendAddress::type, FindSeeders::type,
                                                  Problem::type,           HandshakeAnswer::type,
                                                  AddressAnswer::type,     TransferAnswer::type,
                                                  BalanceAnswer::type,     HistoryAnswer::type,
                                                  ContractAnswer::type,    AddressClosedAnswer::type,
                                                  AnnounceAnswer::type,    SeedersAnswer::type,
                                                  ContractAccepted::type,  ReceiptAccepted::type,
                                                  Contract::type,          Receipt::type,
                                                  Manifest::type,          Offer::type,
                                                  Search::type,            SearchAnswer::type,
                                                  DescribeAnswer::type,
                                                  GetPeer::type,           Settle::type,
                                                  PeerAnswer::type,        SettleAnswer::type,
                                                  Permit::type};
        QCOMPARE(std::set(types.begin(), types.end()).size(), types.size());
    }

    void contractsThatMakeNoSense()
    {
        const auto isGood = [](auto change) {
            auto contract = filled<Contract>(true);
            change(contract);
            return opened<Contract>(encodeFields(contract)).has_value();
        };
        QVERIFY(isGood([](Contract&) {}));
        QVERIFY(!isGood([](Contract& c) { c.creditWindow = 0; }));
        QVERIFY(!isGood([](Contract& c) { c.creditWindow = maxCreditWindow + 1; }));
        QVERIFY(isGood([](Contract& c) { c.creditWindow = maxCreditWindow; }));
        QVERIFY(isGood([](Contract& c) { c.closeUntil = c.serveUntil; }));
        QVERIFY(!isGood([](Contract& c) { c.closeUntil = c.serveUntil - base::UnixMs(1); }));
        QVERIFY(!isGood([](Contract& c) { c.seeder = c.viewer; }));
        QVERIFY(!isGood([](Contract& c) { c.incomeTracker = c.tracker; }));
    }

    /// What was signed before there were two trackers has the same bytes.
    void oneTrackerIsWrittenAsEver()
    {
        auto contract = filled<Contract>(true);
        contract.incomeTracker.reset();
        QVERIFY(encodeFields(contract).find("income_tracker") == std::string::npos);
        QCOMPARE(opened<Contract>(encodeFields(contract))->message.seedersTracker(), contract.tracker);
        auto answer = filled<ContractAnswer>(true);
        answer.promise.reset();
        QVERIFY(encodeFields(answer).find("promise") == std::string::npos);
    }

    void receiptsThatMakeNoSense()
    {
        auto receipt = filled<Receipt>(true);
        receipt.bytes = base::ByteCount(0);
        QVERIFY(!opened<Receipt>(encodeFields(receipt)));
        receipt.segments = {};
        QVERIFY(opened<Receipt>(encodeFields(receipt)));
        receipt.bytes = base::ByteCount(1);
        QVERIFY(!opened<Receipt>(encodeFields(receipt)));
    }

    void rangesOfAnotherForm()
    {
        json receipt = json::parse(encodeFields(filled<Receipt>(true)));
        QCOMPARE(receipt["segments"], json::parse("[[3,3],[7,8]]"));
        for (const char* text : {"[[3,4],[5,8]]", "[[7,8],[3,3]]", "[[3]]", "[[3,3,3]]", "[3]", "[[3,2]]", "[[-1,3]]",
                                 "[[\"3\",3]]", "[[0,1048576]]", "[[0,4294967296]]", "{}", "[[]]"}) {
            receipt["segments"] = json::parse(text);
            QVERIFY2(!opened<Receipt>(receipt.dump()), text);
        }
        receipt["segments"] = json::parse("[[0,1048575]]");
        QVERIFY(opened<Receipt>(receipt.dump()));
    }

    void aReceiptFitsItsContractOnly()
    {
        Contract contract = filled<Contract>(true);
        contract.pricePerMiB = base::Tokens(1'000'000);
        contract.maxAmount = base::Tokens(2'000'000);
        const auto id = base::ContractId::fromRaw(std::string(32, 'c'));
        Receipt receipt;
        receipt.contract = id;
        receipt.seeder = contract.seeder;
        receipt.viewer = contract.viewer;
        receipt.bytes = base::ByteCount(1 << 20);
        receipt.amount = base::Tokens(1'000'000);
        QVERIFY(fits(receipt, contract, id));
        const auto isGood = [&](auto change) {
            Receipt changed = receipt;
            change(changed);
            return fits(changed, contract, id).has_value();
        };
        QVERIFY(!isGood([](Receipt& r) { r.contract = {}; }));
        QVERIFY(!isGood([](Receipt& r) { std::swap(r.seeder, r.viewer); }));
        QVERIFY(!isGood([](Receipt& r) { r.amount += base::Tokens(1); }));
        QVERIFY(!isGood([](Receipt& r) { r.amount -= base::Tokens(1); }));
        QVERIFY(!isGood([](Receipt& r) { r.bytes += base::ByteCount(2); }));
        const auto of = [](std::int64_t bytes) {
            return [bytes](Receipt& r) {
                r.bytes = base::ByteCount(bytes);
                r.amount = amountDue(r.bytes, base::Tokens(1'000'000)).value();
            };
        };
        QVERIFY(isGood(of(2 << 20))); // exactly the cap
        QVERIFY(!isGood(of((2 << 20) + 2)));
        QVERIFY(isGood(of(0)));
    }

    void manifestsHaveLimits()
    {
        const auto isGood = [](auto change) {
            auto manifest = filled<Manifest>(true);
            change(manifest);
            return opened<Manifest>(encodeFields(manifest)).has_value();
        };
        QVERIFY(isGood([](Manifest& m) { m.playlists.resize(Manifest::maxPlaylists); }));
        QVERIFY(!isGood([](Manifest& m) { m.playlists.resize(Manifest::maxPlaylists + 1); }));
        QVERIFY(!isGood([](Manifest& m) { m.playlists.clear(); }));
        QVERIFY(!isGood([](Manifest& m) { m.playlists[0].segments = PlaylistDocument::maxSegments + 1; }));
        QVERIFY(!isGood([](Manifest& m) { m.playlists[0].bytes = base::ByteCount(PlaylistDocument::maxBytes + 1); }));
        const auto segments = [](std::int64_t last) {
            return [last](Manifest& m) {
                m.playlists.assign(27, {{}, {}, 38'836}); // 27 × 38,836 = 2^20 − 4
                m.playlists.push_back({{}, {}, last});
            };
        };
        QVERIFY(isGood([](Manifest& m) { m.encryption.reset(); }));
        QVERIFY(!isGood([](Manifest& m) { m.access = Access::Open; })); // and encrypted
        QVERIFY(isGood([](Manifest& m) { m.access = Access::Open; m.encryption.reset(); }));
        QVERIFY(isGood(segments(4)));
        QVERIFY(!isGood(segments(5))); // no receipt could name the last one
    }

    void playlistDocuments()
    {
        PlaylistDocument document{.hls = "#EXTM3U\n", .segments = {{crypto::sha256("a"), base::ByteCount(1), 1000}}};
        const auto back = PlaylistDocument::decode(encodeFields(document));
        QVERIFY(back);
        QCOMPARE(back->hls, document.hls);
        QCOMPARE(back->segments, document.segments);
        document.segments.assign(PlaylistDocument::maxSegments, document.segments[0]);
        QVERIFY(PlaylistDocument::decode(encodeFields(document)));
        document.segments.push_back(document.segments[0]);
        QVERIFY(!PlaylistDocument::decode(encodeFields(document)));
        document.segments.resize(1);
        for (const std::int64_t bytes : {std::int64_t{0}, PlaylistDocument::maxSegmentBytes + 1}) {
            document.segments[0].bytes = base::ByteCount(bytes);
            QVERIFY(!PlaylistDocument::decode(encodeFields(document)));
        }
        QCOMPARE(PlaylistDocument::decode(std::string(PlaylistDocument::maxBytes + 1, ' ')).error().code,
                 ErrorCode::TooLarge);
    }
};

QTEST_GUILESS_MAIN(TestMessages)
#include "tst_messages.moc"
