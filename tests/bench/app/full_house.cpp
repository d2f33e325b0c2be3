#include "tests/bench/app/full_house.h"

#include <array>
#include <cmath>

#include <QBuffer>
#include <QImage>
#include <QPainter>

#include "p2p/base/clock.h"
#include "p2p/content/library.h"
#include "p2p/crypto/hash.h"
#include "p2p/crypto/node_key.h"
#include "p2p/ledger/ledger.h"
#include "p2p/ledger/sqlite_store.h"
#include "p2p/wire/amount.h"

namespace mutoscope::bench
{

using base::fail;
using base::Result;

namespace
{

const std::string networkName = "private";
constexpr std::int64_t segmentMs = 6'000;
constexpr int here = 3;               ///< segments of each film that are on the disk
constexpr std::int64_t cap = 3'000'000;
constexpr std::int64_t monthsMs = 300LL * 24 * 3'600'000;
constexpr std::size_t batch = 100;

/// Always the same, in a range.
std::int64_t drawn(const std::string& what, std::int64_t from, std::int64_t to)
{
    const base::Sha256 hash = crypto::sha256(what);
    std::uint32_t number = 0;
    for (int i = 0; i < 4; ++i)
        number = number << 8U | hash.data()[i];
    return from + static_cast<std::int64_t>(number) % (to - from + 1);
}

std::string titleOf(int film)
{
    static constexpr std::array first{"The Last", "A Quiet", "Return of the", "Seven", "Beyond the", "Night of the", "The Secret", "An Ordinary", "Letters from the", "Under the"};
    static constexpr std::array second{"Lighthouse", "Train", "Winter", "Garden", "Projectionist", "Harbour", "Orchestra", "Astronomer", "River", "Station"};
    return std::string(first.at(static_cast<std::size_t>(film / 10 % 10))) + ' ' + second.at(static_cast<std::size_t>(film % 10)) + " (" +
           std::to_string(1900 + film / 10) + ')';
}

std::string posterOf(int film)
{
    QImage picture(480, 270, QImage::Format_RGB32);
    QLinearGradient ground(0, 0, 480, 270);
    ground.setColorAt(0, QColor::fromHsv(film * 37 % 360, 160, 200));
    ground.setColorAt(1, QColor::fromHsv((film * 37 + 60) % 360, 200, 60));
    QPainter painter(&picture);
    painter.fillRect(picture.rect(), ground);
    painter.setBrush(QColor(255, 255, 255, 60));
    for (int i = 0; i < 12; ++i)
        painter.drawEllipse(QPoint(film * 53 * (i + 1) % 480, film * 29 * (i + 3) % 270), 20 + 6 * i, 20 + 6 * i);
    painter.end();
    QBuffer bytes;
    bytes.open(QIODevice::WriteOnly);
    picture.save(&bytes, "JPEG", 80);
    return bytes.data().toStdString();
}

std::string segmentBytes(int film, std::int64_t segment)
{
    return "segment " + std::to_string(segment) + " of film " + std::to_string(film) + std::string(4'096, '.');
}

Result<base::ContentId> putFilm(content::SegmentStore& store, content::Library& library, const crypto::NodeKey& publisher, int film, base::UnixMs now)
{
    const std::string name = "film " + std::to_string(film);
    wire::PlaylistDocument document;
    document.hls = "#EXTM3U\n#EXT-X-VERSION:3\n#EXT-X-TARGETDURATION:6\n#EXT-X-MEDIA-SEQUENCE:0\n#EXT-X-PLAYLIST-TYPE:VOD\n";
    const std::int64_t segments = drawn(name, 300, 1'500);
    wire::Manifest manifest;
    for (std::int64_t i = 0; i < segments; ++i) {
        const bool isHere = i < here;
        const std::string bytes = isHere ? segmentBytes(film, i) : std::string();
        const base::Sha256 hash = isHere ? crypto::sha256(bytes) : crypto::sha256(name + '/' + std::to_string(i));
        if (isHere) {
            if (const auto put = store.put(hash, bytes); !put)
                return tl::unexpected(put.error());
        }
        document.segments.push_back({hash, base::ByteCount(isHere ? static_cast<std::int64_t>(bytes.size()) : 1'500'000), segmentMs});
        document.hls += "#EXTINF:6.000,\n{s:" + std::to_string(i) + "}\n";
        manifest.segmentBytes += document.segments.back().bytes;
    }
    document.hls += "#EXT-X-ENDLIST\n";
    const std::string encoded = wire::encodeFields(std::move(document));
    const std::string poster = posterOf(film);
    for (const std::string& object : {encoded, poster}) {
        if (const auto put = store.put(crypto::sha256(object), object); !put)
            return tl::unexpected(put.error());
    }
    manifest.network = networkName;
    manifest.publisher = publisher.publicKey();
    manifest.title = titleOf(film);
    manifest.description = "Made for a bench.";
    manifest.published = now;
    manifest.durationMs = segments * segmentMs;
    manifest.poster = wire::ObjectRef{crypto::sha256(poster), base::ByteCount(static_cast<std::int64_t>(poster.size()))};
    manifest.playlists.push_back({crypto::sha256(encoded), base::ByteCount(static_cast<std::int64_t>(encoded.size())), segments});
    const auto signedManifest = wire::sign(manifest, publisher);
    if (const auto added = library.add(signedManifest, content::Library::Keep::Playlists); !added)
        return tl::unexpected(added.error());
    const auto loaded = library.load(wire::contentId(signedManifest)); // what a node could not read is no film
    return loaded ? Result<base::ContentId>(loaded->id()) : tl::unexpected(loaded.error());
}

class YearClock final : public base::Clock
{
public:
    base::UnixMs time;
    [[nodiscard]] base::UnixMs now() const override { return time; }
    [[nodiscard]] std::chrono::milliseconds monotonic() const override { return std::chrono::milliseconds(time.value()); }
};

/// The tracker's books while it does not run, and the people in them.
class Books
{
public:
    Books(crypto::NodeKey tracker, crypto::NodeKey person) : m_tracker(std::move(tracker)), m_person(std::move(person)) {}

    Result<void> open(const std::filesystem::path& folder, base::UnixMs from)
    {
        m_clock.time = from;
        auto store = ledger::openSqlite(folder / "ledger.db", {.create = false});
        if (!store)
            return tl::unexpected(store.error());
        auto opened = ledger::Ledger::open(std::move(*store), networkName, m_tracker.publicKey(), m_clock);
        if (!opened)
            return tl::unexpected(opened.error());
        m_ledger = std::move(*opened);
        return begin();
    }

    /// One row of the history more, of the kind that its number says.
    void live(int row, const base::ContentId& film, std::chrono::milliseconds pause)
    {
        later([this, pause](ledger::Ledger&) -> Result<void> {
            m_clock.time += base::UnixMs(pause.count());
            return {};
        });
        if (row % 10 == 0)
            later([request = transfer(row)](ledger::Ledger& l) -> Result<void> { return outcome(l.transfer(request)); });
        else
            contract(row, film, row % 5 == 0);
    }

    Result<void> commit()
    {
        for (const auto& done : m_ledger->transact(m_jobs)) {
            if (!done)
                return done;
        }
        m_jobs.clear();
        return {};
    }
    [[nodiscard]] bool isFull() const { return m_jobs.size() >= batch; }

private:
    template <class T>
    static Result<void> outcome(const Result<T>& result)
    {
        return result ? Result<void>() : tl::unexpected(result.error());
    }
    void later(ledger::Ledger::Job job) { m_jobs.push_back(std::move(job)); }
    [[nodiscard]] base::Nonce nonce()
    {
        return crypto::hash<base::Nonce>("nonce " + std::to_string(++m_nonces));
    }
    template <class M>
    [[nodiscard]] M request(const crypto::NodeKey& key)
    {
        M message;
        message.network = networkName;
        message.node = key.publicKey();
        message.tracker = m_tracker.publicKey();
        message.time = m_clock.now();
        message.nonce = nonce();
        return message;
    }
    template <class M>
    [[nodiscard]] static wire::Signed<M> both(const M& message, const crypto::NodeKey& first, const crypto::NodeKey& second)
    {
        auto document = wire::sign(message, first);
        document.bytes = *wire::countersign(document, second);
        return document;
    }

    Result<void> begin()
    {
        const auto address = [this](const auto& message, ledger::AccountKind kind, base::Address& where) {
            later([message, kind, &where](ledger::Ledger& l) -> Result<void> {
                const auto account = l.addressFor(kind, message.message.node, ledger::documentOf(message));
                if (account)
                    where = account->address;
                return outcome(account);
            });
        };
        for (Party* party : {&m_mine, &m_theirs}) {
            const crypto::NodeKey& key = party == &m_mine ? m_person : m_other;
            party->ordinary = crypto::ordinaryAddress(key.publicKey());
            address(wire::sign(request<wire::GetSpendAddress>(key), key), ledger::AccountKind::Spend, party->spend);
            address(wire::sign(request<wire::GetIncomeAddress>(key), key), ledger::AccountKind::Income, party->income);
        }
        if (const auto done = commit(); !done)
            return done;
        for (const base::Address& to : {m_mine.spend, m_mine.ordinary, m_theirs.spend}) {
            auto order = request<ledger::Issue>(m_tracker);
            order.to = to;
            order.amount = base::Tokens(100'000'000'000);
            later([document = wire::sign(order, m_tracker)](ledger::Ledger& l) { return outcome(l.issue(document)); });
        }
        return commit();
    }

    [[nodiscard]] wire::Signed<wire::Transfer> transfer(int row)
    {
        auto message = request<wire::Transfer>(m_person);
        message.from = m_mine.ordinary;
        message.to = row % 20 == 0 ? m_mine.spend : m_theirs.ordinary;
        message.amount = base::Tokens(drawn("amount " + std::to_string(row), 1, 999'999));
        message.memo = row % 20 == 0 ? "top up" : "for evening " + std::to_string(row);
        return wire::sign(message, m_person);
    }

    void contract(int row, const base::ContentId& film, bool earns)
    {
        const crypto::NodeKey& viewer = earns ? m_other : m_person;
        const crypto::NodeKey& seeder = earns ? m_person : m_other;
        wire::Contract terms;
        terms.network = networkName;
        terms.content = film;
        terms.tracker = m_tracker.publicKey();
        terms.seeder = seeder.publicKey();
        terms.incomeAddress = earns ? m_mine.income : m_theirs.income;
        terms.viewer = viewer.publicKey();
        terms.spendAddress = earns ? m_theirs.spend : m_mine.spend;
        terms.pricePerMiB = base::Tokens(1'000);
        terms.maxAmount = base::Tokens(cap);
        terms.receiptTimeoutMs = 10'000;
        terms.serveUntil = base::UnixMs(m_clock.time.value() + 20LL * 24 * 3'600'000);
        terms.closeUntil = base::UnixMs(m_clock.time.value() + 25LL * 24 * 3'600'000);
        terms.nonce = nonce();
        const auto opened = both(terms, viewer, seeder);
        wire::Receipt receipt;
        receipt.network = networkName;
        receipt.contract = wire::contractId(opened);
        receipt.seeder = seeder.publicKey();
        receipt.viewer = viewer.publicKey();
        receipt.seq = drawn("segments " + std::to_string(row), 1, 1'500);
        for (std::int64_t i = 0; i < receipt.seq; ++i)
            receipt.segments.insert(base::SegmentIndex(static_cast<std::uint32_t>(i)));
        receipt.bytes = base::ByteCount(receipt.seq * 1'500'000);
        receipt.amount = *wire::amountDue(receipt.bytes, terms.pricePerMiB);
        later([opened](ledger::Ledger& l) { return outcome(l.openContract(opened)); });
        later([closed = both(receipt, viewer, seeder)](ledger::Ledger& l) { return outcome(l.closeContract(closed, true)); });
    }

    struct Party {
        base::Address ordinary;
        base::Address spend;
        base::Address income;
    };

    crypto::NodeKey m_tracker;
    crypto::NodeKey m_person;
    crypto::NodeKey m_other = crypto::NodeKey::generate();
    Party m_mine;
    Party m_theirs;
    YearClock m_clock;
    std::unique_ptr<ledger::Ledger> m_ledger;
    std::vector<ledger::Ledger::Job> m_jobs;
    std::uint64_t m_nonces = 0;
};

} // namespace

Result<void> furnish(app::PrivateNetwork& network, const QString& viewer, const FullHouse& house)
{
    crypto::initialise();
    const auto path = [](const QString& folder) { return std::filesystem::path(folder.toStdString()); };
    const std::filesystem::path home = path(network.dataFolder(viewer));
    const std::filesystem::path office = path(network.dataFolder(QStringLiteral("tracker")));
    std::filesystem::create_directories(home);
    const base::SystemClock clock;
    const base::UnixMs now = clock.now();

    auto store = content::SegmentStore::open(home / "films", {});
    if (!store)
        return tl::unexpected(store.error());
    auto library = content::Library::open(home / "manifests", networkName, **store);
    if (!library)
        return tl::unexpected(library.error());
    const crypto::NodeKey publisher = crypto::NodeKey::generate();
    std::vector<base::ContentId> films;
    for (int film = 0; film < house.films; ++film) {
        const auto put = putFilm(**store, **library, publisher, film, now);
        if (!put)
            return tl::unexpected(put.error());
        films.push_back(*put);
    }

    auto person = crypto::NodeKey::loadOrCreate(home / "node-key"); // as a wallet of old: the program takes it over
    auto tracker = crypto::NodeKey::loadOrCreate(office / "tracker.key");
    if (!person || !tracker)
        return tl::unexpected((person ? tracker : person).error());
    Books books(std::move(*tracker), std::move(*person));
    if (auto opened = books.open(office, now - base::UnixMs(monthsMs)); !opened)
        return opened;
    for (int row = 2; row < house.rows; ++row) { // the tokens that came first are rows, too
        books.live(row, films[static_cast<std::size_t>(row) % films.size()], std::chrono::milliseconds(monthsMs / house.rows));
        if (books.isFull()) {
            if (auto done = books.commit(); !done)
                return done;
        }
    }
    return books.commit();
}

} // namespace mutoscope::bench
