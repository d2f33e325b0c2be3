#pragma once

#include <memory>

#include <QPainter>
#include <QStringList>
#include <QWidget>

#include "p2p/node/node.h"
#include "ui/film_packager.h"
#include "ui/playback.h"

/// Puppets below the window. The test sets what they say and reads what they were asked. No Q_OBJECT: nothing of their
/// own crosses a signal.
namespace mutoscope::tests
{

class FakeNode : public node::Node
{
public:
    node::Snapshot shot;
    QStringList calls;
    base::Tokens amount;
    base::Address to;
    node::Publication publication;
    bool stops = true; ///< answers stop() with stopped()

    [[nodiscard]] const node::Snapshot& snapshot() const override { return shot; }
    void tell() { Q_EMIT changed(); }

    node::PlayOptions options; ///< of the last open()

    void open(const QString& link, const node::PlayOptions& how) override
    {
        options = how;
        calls << QStringLiteral("open ") + link;
    }
    void approve(base::Tokens cap) override { note(QStringLiteral("approve"), cap); }
    void retry(node::WayOut how) override { calls << QStringLiteral("retry %1").arg(static_cast<int>(how)); }
    void setReadAhead(std::int64_t ms) override { calls << QStringLiteral("readAhead %1").arg(ms); }
    void setQuality(std::optional<std::size_t> quality) override
    {
        calls << QStringLiteral("setQuality %1").arg(quality ? QString::number(*quality) : QStringLiteral("automatic"));
    }
    void fetchSubtitles(std::size_t playlist, std::int64_t ms) override { calls << QStringLiteral("subtitles %1 at %2").arg(playlist).arg(ms); }
    void finish(const QString& reason) override { calls << QStringLiteral("finish ") + reason; }
    crypto::SharedSecret secret; ///< the last words or passphrase
    crypto::SharedSecret next;
    void createWallet(const crypto::SharedSecret& passphrase) override { key(QStringLiteral("createWallet"), passphrase); }
    void restoreWallet(const crypto::SharedSecret& words, const crypto::SharedSecret& passphrase) override
    {
        key(QStringLiteral("restoreWallet"), words);
        next = passphrase;
    }
    void unlock(const crypto::SharedSecret& passphrase) override { key(QStringLiteral("unlock"), passphrase); }
    void lock() override { calls << QStringLiteral("lock"); }
    void showWords(const crypto::SharedSecret& passphrase) override { key(QStringLiteral("showWords"), passphrase); }
    void confirmWords(const crypto::SharedSecret& words) override { key(QStringLiteral("confirmWords"), words); }
    void setPassphrase(const crypto::SharedSecret& passphrase, const crypto::SharedSecret& other) override
    {
        key(QStringLiteral("setPassphrase"), passphrase);
        next = other;
    }
    void moveKey(node::KeyPlace place, const crypto::SharedSecret& passphrase, const crypto::SharedSecret& other) override
    {
        key(place == node::KeyPlace::File ? QStringLiteral("moveKey file") : QStringLiteral("moveKey keychain"), passphrase);
        next = other;
    }
    void topUp(base::Tokens value) override { note(QStringLiteral("topUp"), value); }
    void payOutIncome() override { calls << QStringLiteral("payOutIncome"); }
    void closeSpendAddress() override { calls << QStringLiteral("closeSpendAddress"); }
    void fetchContract(const base::ContractId& contract) override { calls << QStringLiteral("contract %1").arg(QLatin1Char(contract.raw().front())); }
    void send(const base::Address& receiver, base::Tokens value, const QString&) override
    {
        to = receiver;
        note(QStringLiteral("send"), value);
    }
    void refreshWallet() override { calls << QStringLiteral("refreshWallet"); }
    void publish(const node::Publication& what) override
    {
        publication = what;
        calls << QStringLiteral("publish");
    }
    void setSeeding(const base::ContentId&, bool on) override { calls << QStringLiteral("setSeeding %1").arg(on); }
    void cancelPublishing() override { calls << QStringLiteral("cancelPublishing"); }
    void setPrice(const base::ContentId&, base::Tokens price) override { note(QStringLiteral("setPrice"), price); }
    node::SeedingRules rules; ///< of the last call
    void setSeedingRules(const node::SeedingRules& wanted) override
    {
        rules = wanted;
        calls << QStringLiteral("setSeedingRules");
    }
    void removeFilm(const base::ContentId& content) override
    {
        calls << QStringLiteral("removeFilm %1").arg(QLatin1Char(content.raw().front()));
    }
    base::PublicKey viewer; ///< of the last makePermit()
    base::UnixMs expires;
    void makePermit(const base::ContentId& content, const base::PublicKey& whom, base::UnixMs until) override
    {
        viewer = whom;
        expires = until;
        calls << QStringLiteral("makePermit %1").arg(QLatin1Char(content.raw().front()));
    }
    void takePermit(const QString& link) override { calls << QStringLiteral("takePermit ") + link; }
    void search(const QString& text, const QString& cursor) override
    {
        calls << QStringLiteral("search '%1' %2").arg(text, cursor);
    }
    void fetchPoster(const base::ContentId& content, const wire::ObjectRef&) override
    {
        calls << QStringLiteral("poster %1").arg(QLatin1Char(content.raw().front()));
    }
    void checkSeeders(const base::ContentId& content) override { calls << QStringLiteral("checkSeeders %1").arg(QLatin1Char(content.raw().front())); }
    void setTracker(const QString& link) override { calls << QStringLiteral("setTracker ") + link; }
    void setSource(node::SourceKind kind, bool on) override
    {
        calls << QStringLiteral("setSource %1 %2").arg(static_cast<int>(kind)).arg(on);
    }
    void stop() override
    {
        calls << QStringLiteral("stop");
        if (stops)
            QMetaObject::invokeMethod(
                this, [this] { Q_EMIT stopped(); }, Qt::QueuedConnection);
    }

private:
    void key(const QString& name, const crypto::SharedSecret& what)
    {
        secret = what;
        calls << name;
    }
    void note(const QString& name, base::Tokens value)
    {
        amount = value;
        calls << QStringLiteral("%1 %2").arg(name).arg(value.value());
    }
};

class FakePlayback : public ui::Playback
{
public:
    explicit FakePlayback(QStringList& calls) : m_calls(calls) {}

    player::State now = player::State::Idle;
    std::chrono::milliseconds at{0};
    std::chrono::milliseconds length{0};
    player::PlayerError error;
    int percent = 100;
    double pace = 1;
    player::PipelineInfo parts{.demuxer = QStringLiteral("hlsdemux2"),
                               .videoDecoder = QStringLiteral("avdec_h264"),
                               .audioDecoder = QStringLiteral("avdec_aac"),
                               .audioSink = QStringLiteral("pulsesink")};
    player::Frames pictures{1'180, 1'175};
    double loudness = 0.8;
    bool silent = false;
    QList<player::AudioTrack> tracks;
    QString track;

    void become(player::State state)
    {
        now = state;
        Q_EMIT stateChanged();
    }

    void open(const QUrl& url, std::chrono::milliseconds start) override
    {
        m_calls << QStringLiteral("open %1 %2").arg(url.toString()).arg(start.count());
        become(player::State::Opening);
    }
    bool held = false;
    void hold(bool on) override { held = on; }
    void play() override
    {
        m_calls << QStringLiteral("play");
        become(player::State::Playing);
    }
    void pause() override
    {
        m_calls << QStringLiteral("pause");
        become(player::State::Paused);
    }
    void stop() override
    {
        m_calls << QStringLiteral("stop");
        become(player::State::Idle);
    }
    void seek(std::chrono::milliseconds position, bool) override
    {
        m_calls << QStringLiteral("seek %1").arg(position.count());
        at = position;
    }
    void setSpeed(double speed) override
    {
        pace = speed;
        m_calls << QStringLiteral("speed %1").arg(speed, 0, 'f', 2);
        Q_EMIT speedChanged();
    }
    void step(int direction) override { m_calls << QStringLiteral("step %1").arg(direction); }
    void setVolume(double volume) override
    {
        loudness = volume;
        m_calls << QStringLiteral("volume %1").arg(volume, 0, 'f', 2);
        Q_EMIT volumeChanged();
    }
    void setMuted(bool muted) override
    {
        silent = muted;
        m_calls << QStringLiteral("muted %1").arg(muted);
        Q_EMIT volumeChanged();
    }
    QList<QUrl> stills; ///< that were asked for
    void requestStill(const QUrl& url) override { stills << url; }
    void answerStill(const QImage& picture) { Q_EMIT stillMade(stills.last(), picture); }
    void chooseAudio(const QString& id) override
    {
        track = id;
        m_calls << QStringLiteral("audio ") + id;
        Q_EMIT audioTracksChanged();
    }
    [[nodiscard]] QList<player::AudioTrack> audioTracks() const override { return tracks; }
    [[nodiscard]] QString audioTrack() const override { return track; }
    [[nodiscard]] player::State state() const override { return now; }
    [[nodiscard]] std::chrono::milliseconds position() const override { return at; }
    [[nodiscard]] std::chrono::milliseconds duration() const override { return length; }
    [[nodiscard]] int bufferingPercent() const override { return percent; }
    [[nodiscard]] double speed() const override { return pace; }
    [[nodiscard]] player::PipelineInfo pipeline() const override { return parts; }
    [[nodiscard]] player::Frames frames() const override { return pictures; }
    [[nodiscard]] double volume() const override { return loudness; }
    [[nodiscard]] bool isMuted() const override { return silent; }
    [[nodiscard]] player::PlayerError lastError() const override { return error; }

private:
    QStringList& m_calls;
};

class FakePackager : public ui::FilmPackager
{
public:
    static inline FakePackager* last = nullptr;
    ProbeDone probed;
    QString folder;
    bool cancelled = false;
    std::vector<std::chrono::milliseconds> asked; ///< for pictures at these times
    PictureDone pictured;
    player::MediaInfo plan;

    FakePackager() { last = this; }
    ~FakePackager() override
    {
        if (last == this)
            last = nullptr;
    }
    void probe(const QString&, ProbeDone done) override { probed = std::move(done); }
    void picture(const player::MediaInfo&, std::chrono::milliseconds at, PictureDone done) override
    {
        asked.push_back(at);
        pictured = std::move(done);
    }
    void start(const player::MediaInfo& film, const QString& outputFolder) override
    {
        plan = film;
        folder = outputFolder;
    }
    void cancel() override { cancelled = true; }
    void progress(double fraction) { Q_EMIT progressed(fraction); }
    void finish(const player::Result<player::PackagedHls>& result) { Q_EMIT finished(result); }
};

/// Something to look at instead of a film: a dusk over hills.
class FakeFilm : public QWidget
{
public:
    double ratio = 16.0 / 9.0; ///< a phone's is below 1

protected:
    void paintEvent(QPaintEvent*) override
    {
        QPainter painter(this);
        painter.setRenderHint(QPainter::Antialiasing);
        painter.fillRect(rect(), Qt::black);
        QRectF picture(0, 0, width(), width() / ratio);
        if (picture.height() > height())
            picture = QRectF(0, 0, height() * ratio, height());
        picture.moveCenter(QRectF(rect()).center());
        painter.setClipRect(picture);
        QLinearGradient sky(picture.topLeft(), picture.bottomLeft());
        sky.setColorAt(0, QColor(0x24, 0x2f, 0x52));
        sky.setColorAt(0.6, QColor(0xc9, 0x7b, 0x5a));
        sky.setColorAt(1, QColor(0xf0, 0xc0, 0x80));
        painter.fillRect(picture, sky);
        painter.setPen(Qt::NoPen);
        painter.setBrush(QColor(0xff, 0xe0, 0xa0));
        painter.drawEllipse(picture.center() + QPointF(0, picture.height() * 0.12), picture.height() * 0.07,
                            picture.height() * 0.07);
        painter.setBrush(QColor(0x20, 0x1a, 0x28));
        painter.drawEllipse(picture.bottomLeft() + QPointF(picture.width() * 0.25, picture.height() * 0.25),
                            picture.width() * 0.5, picture.height() * 0.5);
        painter.setBrush(QColor(0x15, 0x12, 0x1c));
        painter.drawEllipse(picture.bottomRight() + QPointF(-picture.width() * 0.15, picture.height() * 0.3),
                            picture.width() * 0.5, picture.height() * 0.5);
    }
};

/// A wallet, a history and films as they are in the middle of things.
inline base::Address addressOf(char digit)
{
    return base::Address::fromRaw(std::string(32, digit));
}

inline void furnish(node::Snapshot& shot, base::UnixMs now)
{
    using namespace base;
    shot.tracker = {node::TrackerState::Online, "Brass Lantern", "", "https://tracker.example.org:7750/"};
    shot.wallet.ordinaryAddress = addressOf('\x5e');
    shot.wallet.spendAddress = addressOf('\xa7');
    shot.wallet.incomeAddress = addressOf('\x31');
    shot.wallet.ordinary = Tokens(12'500'000);
    shot.wallet.spend = Tokens(2'580'000);
    shot.wallet.locked = Tokens(3'000'000);
    shot.wallet.income = Tokens(384'125);
    shot.listening = "192.168.1.20:7443";
    shot.sources = {{node::SourceKind::Tracker, node::SourceState::Found, 3, {}},
                    {node::SourceKind::Link, node::SourceState::Ready, 0, {}},
                    {node::SourceKind::LocalNetwork, node::SourceState::Cannot, 0, "there is no network that takes multicast"},
                    {node::SourceKind::Dht, node::SourceState::Off, 0, {}}};
    shot.peers = 3;

    const auto entry = [&now](std::int64_t number, int hoursAgo, wire::EntryKind kind, wire::AddressKind address,
                              bool incoming, std::int64_t amount) {
        wire::HistoryEntry result;
        result.entry = number;
        result.time = UnixMs(now.value() - hoursAgo * 3'600'000LL);
        result.kind = kind;
        result.address = address;
        result.incoming = incoming;
        result.amount = Tokens(amount);
        return result;
    };
    const auto of = [](wire::HistoryEntry result, char contract, char content) {
        result.contract = ContractId::fromRaw(std::string(32, contract));
        result.content = ContentId::fromRaw(std::string(32, content));
        return result;
    };
    using wire::AddressKind;
    using wire::EntryKind;
    std::vector<wire::HistoryEntry> history;
    history.push_back(of(entry(9, 0, EntryKind::ContractOpened, AddressKind::Spend, false, 3'000'000), 'a', 'A'));
    history.push_back(of(entry(8, 2, EntryKind::ContractClosed, AddressKind::Income, true, 384'125), 'b', 'B'));
    history.push_back(of(entry(7, 20, EntryKind::ContractClosed, AddressKind::Spend, true, 1'578'750), 'c', 'C'));
    history.push_back(of(entry(6, 22, EntryKind::ContractOpened, AddressKind::Spend, false, 2'000'000), 'c', 'C'));
    history.push_back(entry(5, 30, EntryKind::Transfer, AddressKind::Ordinary, false, 8'000'000));
    history.push_back(entry(5, 30, EntryKind::Transfer, AddressKind::Spend, true, 8'000'000));
    auto sent = entry(4, 50, EntryKind::Transfer, AddressKind::Ordinary, false, 1'500'000);
    sent.counterparty = addressOf('\x77');
    sent.memo = "for the poster";
    history.push_back(sent);
    auto received = entry(3, 70, EntryKind::Transfer, AddressKind::Ordinary, true, 2'000'000);
    received.counterparty = addressOf('\x42');
    history.push_back(received);
    history.push_back(entry(1, 96, EntryKind::Issue, AddressKind::Ordinary, true, 20'000'000));
    shot.wallet.history = std::make_shared<const std::vector<wire::HistoryEntry>>(std::move(history));
    shot.wallet.historyIsWhole = true;
}

inline void furnishSeeding(node::Snapshot& shot)
{
    using namespace base;
    const auto title = [](char id, const char* name, std::int64_t size, std::int64_t price) {
        node::SeededTitle result;
        result.content = ContentId::fromRaw(std::string(32, id));
        result.title = name;
        result.size = ByteCount(size);
        result.pricePerMiB = Tokens(price);
        result.link = std::string("mutoscope:") + name;
        return result;
    };
    auto first = title('B', "Wanna Work Together?", 24'800'000, 10'000);
    first.seeding = true;
    first.viewersNow = 2;
    first.uploaded = ByteCount(1'340'000'000);
    first.earned = Tokens(12'779'236);
    auto second = title('D', "A Trip to the Moon — restored, with the score of 2011", 912'000'000, 2'500);
    second.seeding = true;
    second.problem = "The tracker refused the offer: the price is above what this network allows.";
    auto third = title('E', "Sintel", 668'000'000, 5'000);
    third.uploaded = ByteCount(42'000'000);
    third.earned = Tokens(200'272);
    shot.seeding = {first, second, third};
}

inline void furnishLibrary(node::Snapshot& shot)
{
    using namespace base;
    std::vector<node::LibraryFilm> films;
    const auto add = [&films](char id, const char* name, std::int64_t minutes, std::int64_t size, std::int64_t here, bool isOwn) {
        node::LibraryFilm film;
        film.content = ContentId::fromRaw(std::string(32, id));
        film.title = name;
        film.durationMs = minutes * 60'000;
        film.size = ByteCount(size);
        film.here = ByteCount(here);
        film.isOwn = isOwn;
        film.link = std::string("mutoscope:") + name;
        films.push_back(std::move(film));
    };
    add('D', "A Trip to the Moon — restored, with the score of 2011", 15, 912'000'000, 912'000'000, true);
    add('F', "Big Buck Bunny", 10, 355'000'000, 120'000'000, false);
    add('G', "Elephants Dream", 11, 425'000'000, 0, false);
    add('E', "Sintel", 15, 668'000'000, 668'000'000, false);
    shot.library = std::make_shared<const std::vector<node::LibraryFilm>>(std::move(films));
    shot.disk = node::DiskUse{ByteCount(1'700'000'000), ByteCount(62'400'000'000)};
}

inline node::Viewing film(node::Stage stage)
{
    using namespace base;
    node::Viewing viewing;
    viewing.stage = stage;
    viewing.content = ContentId::fromRaw(std::string(32, 'A'));
    viewing.title = "Wanna Work Together?";
    viewing.durationMs = 180'000;
    if (stage == node::Stage::Idle || stage == node::Stage::FindingSeeder)
        return viewing;
    viewing.gateway = QUrl(QStringLiteral("http://127.0.0.1:40000/x/index.m3u8"));
    viewing.stills = QUrl(QStringLiteral("http://127.0.0.1:40000/x/k/"));
    viewing.seeder = "ab12cd34… at 192.168.1.7:7443";
    viewing.pricePerMiB = Tokens(20'000);
    viewing.priceOfRest = Tokens(472'318);
    viewing.cap = Tokens(3'000'000);
    viewing.segmentsTotal = 58;
    if (stage == node::Stage::Approval || stage == node::Stage::OpeningContract)
        return viewing;
    viewing.contractState = wire::ContractState::Open;
    if (stage == node::Stage::FirstSegment)
        return viewing;
    viewing.spent = Tokens(420'000);
    viewing.segmentsReceipted = 14;
    viewing.segmentsHere = 20;
    viewing.bytesPerSecond = 1'840'000;
    viewing.here = {{0, 52'000}, {90'000, 104'000}};
    viewing.bought = {{24'000, 52'000}};
    return viewing;
}

/// Broke off on the way, with what is here still to be seen.
inline node::Viewing failedFilm(std::vector<node::WayOut> waysOut)
{
    auto viewing = film(node::Stage::Playing);
    viewing.stage = node::Stage::Failed;
    viewing.problem = node::Problem{base::ErrorCode::Network, "The seeder went away.", std::move(waysOut)};
    return viewing;
}

} // namespace mutoscope::tests
