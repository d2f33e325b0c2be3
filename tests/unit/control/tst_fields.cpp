#include <QTest>

#include "tests/unit/control/full_snapshot.h"

using namespace mutoscope;
using tests::full;

namespace
{

/// Stands for any value where a struct is made of such.
struct Anything {
    template <class T>
    operator T() const; // NOLINT(google-explicit-constructor)
};

template <class T, std::size_t... n>
consteval bool isMadeOf(std::index_sequence<n...>)
{
    return requires { T{(static_cast<void>(n), Anything())...}; };
}

/// Of an aggregate.
template <class T, std::size_t count = 0>
consteval std::size_t members()
{
    if constexpr (isMadeOf<T>(std::make_index_sequence<count + 1>()))
        return members<T, count + 1>();
    else
        return count;
}

struct Counter {
    std::size_t count = 0;
    template <class T, class... Limits>
    void operator()(const char*, T&, Limits...)
    {
        ++count;
    }
};

template <class T>
std::size_t listed()
{
    T value;
    Counter counter;
    if constexpr (requires { value.fields(counter); }) {
        value.fields(counter);
    } else {
        using control::fields;
        fields(counter, value);
    }
    return counter.count;
}

template <class T>
bool comesBack(const T& value)
{
    const std::string text = control::Writer::textOf(value);
    const auto json = wire::JsonText::read(text, {});
    T read;
    return json && control::Reader::read(json->root(), read) && control::Writer::textOf(read) == text;
}

template <class E>
void everyNameComesBack(int count)
{
    for (int i = 0; i < count; ++i) {
        const auto value = static_cast<E>(i);
        QVERIFY(!control::enumText(value).empty());
        E read{};
        QVERIFY(control::enumFromText(control::enumText(value), read));
        QCOMPARE(read, value);
    }
    QVERIFY2(control::enumText(static_cast<E>(count)).empty(), "there are more");
    E read{};
    QVERIFY(!control::enumFromText("unheard of", read));
    QVERIFY(!control::enumFromText("", read));
}

} // namespace

class TestFields : public QObject
{
    Q_OBJECT

    /// Of each struct that crosses the socket: a member that its field list forgets would silently stay behind.
    template <class... Ts>
    void checkAll()
    {
        const auto check = []<class T>(const char* name) {
            qInfo("%s: %zu members", name, members<T>());
            QVERIFY(members<T>() > 0);
            QVERIFY2(listed<T>() == members<T>(), qPrintable(QString::fromLatin1(name) + QStringLiteral(" has members that are not listed")));
            QVERIFY2(comesBack(full<T>()), name);
            QVERIFY2(comesBack(T()), name);
        };
        (check.template operator()<Ts>(typeid(Ts).name()), ...);
    }

private Q_SLOTS:
    void everyMemberIsListed()
    {
        struct Three {
            int a;
            std::optional<base::Tokens> b;
            std::vector<std::string> c;
        };
        static_assert(members<Three>() == 3);
        checkAll<node::TrackerStatus, node::Wallet, node::SeededTitle, node::SeedingRules, node::LibraryFilm, node::HeldPermit, node::ContractPage, node::DiskUse, node::SourceStatus,
                 node::PortCheck, reach::ByRelay, reach::RelayCost, node::RelayRun, node::ReachStatus, node::PermitWanted, node::Problem, node::TimeRange, node::Quality, node::SubtitleTrack,
                 node::SubtitlePiece, node::SeederInUse, node::Viewing, node::Snapshot, node::FoundFilm, node::FilmPage, node::SeederHealth, node::FilmHealth, node::PlayOptions,
                 node::Publication, wire::ObjectRef, wire::HistoryEntry>();
    }

    void everyEnumHasItsNames()
    {
        everyNameComesBack<node::TrackerState>(3);
        everyNameComesBack<node::Stage>(8);
        everyNameComesBack<node::WayOut>(4);
        everyNameComesBack<node::SourceState>(5);
        everyNameComesBack<base::ErrorCode>(static_cast<int>(base::ErrorCode::Internal) + 1);
    }

    void whatDoesNotFitIsNamed_data()
    {
        QTest::addColumn<QByteArray>("json");
        QTest::addColumn<QByteArray>("wrong");
        QTest::newRow("missing") << QByteArray("{\"from_ms\":1}") << QByteArray("to_ms");
        QTest::newRow("unknown") << QByteArray("{\"from_ms\":1,\"to_ms\":2,\"x\":3}") << QByteArray("does not fit");
        QTest::newRow("of another kind") << QByteArray("{\"from_ms\":\"1\",\"to_ms\":2}") << QByteArray("from_ms");
        QTest::newRow("no object") << QByteArray("[1,2]") << QByteArray("does not fit");
        QTest::newRow("null") << QByteArray("null") << QByteArray("does not fit");
    }
    void whatDoesNotFitIsNamed()
    {
        QFETCH(QByteArray, json);
        QFETCH(QByteArray, wrong);
        const auto text = wire::JsonText::read(json.toStdString(), {});
        QVERIFY(text);
        node::TimeRange range;
        const auto read = control::Reader::read(text->root(), range);
        QVERIFY(!read);
        QVERIFY2(read.error().message.find(wrong.toStdString()) != std::string::npos, read.error().message.c_str());
    }

    void numbersStayInTheirTypes()
    {
        const auto reads = []<class T>(const char* json, T& value) {
            const auto text = wire::JsonText::read(json, {});
            return text && control::Reader::read(text->root(), value);
        };
        std::uint16_t port = 0;
        QVERIFY(reads("65535", port));
        QVERIFY(!reads("65536", port));
        QVERIFY(!reads("-1", port));
        std::int64_t number = 0;
        QVERIFY(reads("-5", number));
        QCOMPARE(number, -5);
        bool flag = false;
        QVERIFY(!reads("1", flag));
        double half = 0;
        QVERIFY(reads("500000", half));
        QCOMPARE(half, 0.5);
        QCOMPARE(control::Writer::textOf(0.25), std::string("250000"));
        base::ContentId id;
        QVERIFY(!reads("\"abcd\"", id));
    }

    /// Names and titles come from strangers; what is not UTF-8 must not end the process.
    void anyBytesCanBeWritten()
    {
        const std::string text = control::Writer::textOf(std::string("a\xff\0b\x1f", 5));
        QVERIFY(wire::JsonText::read(text, {}));
    }
};

QTEST_GUILESS_MAIN(TestFields)
#include "tst_fields.moc"
