#include "app/desktop/report.h"

#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

#include "p2p/base/file.h"

namespace mutoscope::app
{

using namespace std::chrono_literals;

namespace
{

constexpr auto patience = 8s;

QJsonValue number(const std::optional<base::Tokens>& amount)
{
    return amount ? QJsonValue(static_cast<qint64>(amount->value())) : QJsonValue(QJsonValue::Null);
}

} // namespace

Report::Report(node::Node& node, player::Player& player, QString file, QObject* parent)
    : QObject(parent), m_node(node), m_player(player), m_file(std::move(file))
{
    m_patience.setSingleShot(true);
    connect(&m_patience, &QTimer::timeout, this, &Report::write);
    connect(&m_node, &node::Node::changed, this, &Report::look);
    connect(&m_player, &player::Player::firstFrame, this, [this] {
        if (!m_firstFrameMs)
            m_firstFrameMs = m_clock.elapsed();
    });
    connect(&m_player, &player::Player::failed, this, [this](const player::PlayerError& error) {
        m_errors << error.sentence;
        m_patience.start(patience);
    });
    connect(&m_player, &player::Player::stateChanged, this, &Report::noteState);
}

void Report::start()
{
    m_clock.start();
}

/// It runs dry where it waits after it has played; nobody seeks.
void Report::noteState(player::State state)
{
    if (m_stalledSince)
        m_stalledMs += m_clock.elapsed() - *std::exchange(m_stalledSince, std::nullopt);
    if (state == player::State::Buffering && m_ran) {
        ++m_stalls;
        m_stalledSince = m_clock.elapsed();
    }
    m_ran = m_ran || state == player::State::Playing;
    if (state == player::State::Ended)
        ended();
}

void Report::ended()
{
    m_playedToEnd = true;
    m_patience.start(patience);
    look();
}

void Report::look()
{
    const node::Snapshot& snapshot = m_node.snapshot();
    const node::Viewing& viewing = snapshot.viewing;
    if (!m_spendBefore)
        m_spendBefore = snapshot.wallet.spend;
    if (viewing.problem) {
        const QString sentence = QString::fromStdString(viewing.problem->sentence);
        if (!m_errors.contains(sentence)) {
            m_errors << sentence;
            m_patience.start(patience);
        }
    }
    // The tracker has settled, and the wallet has seen it.
    const bool settled = viewing.stage == node::Stage::Finished && viewing.paid && snapshot.wallet.spend && m_spendBefore &&
                         snapshot.wallet.locked == base::Tokens(0) && *snapshot.wallet.spend + *viewing.paid == *m_spendBefore;
    if (m_playedToEnd && settled)
        write();
}

void Report::write()
{
    if (std::exchange(m_written, true))
        return;
    const node::Snapshot& snapshot = m_node.snapshot();
    const node::Viewing& viewing = snapshot.viewing;
    const player::Frames frames = m_player.frames();
    const auto state = viewing.contractState ? wire::enumName(*viewing.contractState) : std::string_view("none");
    const QJsonObject report{
        {QStringLiteral("title"), QString::fromStdString(viewing.title)},
        {QStringLiteral("played_to_end"), m_playedToEnd},
        {QStringLiteral("segments"), static_cast<qint64>(viewing.segmentsTotal)},
        {QStringLiteral("segments_here"), static_cast<qint64>(viewing.segmentsHere)},
        {QStringLiteral("receipts"), static_cast<qint64>(viewing.segmentsReceipted)},
        {QStringLiteral("bytes"), static_cast<qint64>(viewing.bytes.value())},
        {QStringLiteral("spent"), static_cast<qint64>(viewing.spent.value())},
        {QStringLiteral("paid"), number(viewing.paid)},
        {QStringLiteral("spend_before"), number(m_spendBefore)},
        {QStringLiteral("spend_after"), number(snapshot.wallet.spend)},
        {QStringLiteral("locked_after"), number(snapshot.wallet.locked)},
        {QStringLiteral("frames"),
         QJsonObject{{QStringLiteral("decoded"), frames.decoded}, {QStringLiteral("presented"), frames.presented}}},
        {QStringLiteral("contract_state"), QString::fromUtf8(state.data(), static_cast<qsizetype>(state.size()))},
        {QStringLiteral("first_frame_ms"), m_firstFrameMs ? QJsonValue(*m_firstFrameMs) : QJsonValue(QJsonValue::Null)},
        {QStringLiteral("stalls"), m_stalls},
        {QStringLiteral("stalled_ms"), m_stalledMs},
        {QStringLiteral("errors"), QJsonArray::fromStringList(m_errors)},
    };
    const QByteArray text = QJsonDocument(report).toJson(QJsonDocument::Compact) + '\n';
    const auto written = base::writeFileDurably(m_file.toStdString(), std::string_view(text.constData(), static_cast<std::size_t>(text.size())));
    if (!written)
        qCritical("%s", written.error().message.c_str());
    Q_EMIT done();
}

} // namespace mutoscope::app
