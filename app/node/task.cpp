#include "app/node/task.h"

#include <algorithm>
#include <cstdio>
#include <set>

#include <QJsonDocument>
#include <QTimer>

#include "p2p/discovery/content_link.h"
#include "p2p/wallet/history.h"
#include "p2p/wire/amount.h"

namespace mutoscope::app
{

using namespace std::chrono_literals;

namespace
{

constexpr auto patience = 15s;
constexpr qsizetype shortestId = 8;

} // namespace

void say(const QJsonObject& event)
{
    std::printf("%s\n", QJsonDocument(event).toJson(QJsonDocument::Compact).constData());
    std::fflush(stdout);
}

void print(const std::string& line)
{
    QString shown = QString::fromStdString(line);
    for (QChar& each : shown) {
        if (each != u'\t' && (each.category() == QChar::Other_Control || each.category() == QChar::Other_Format))
            each = u'?';
    }
    std::printf("%s\n", shown.toUtf8().constData());
    std::fflush(stdout);
}

void complain(const QString& sentence)
{
    std::fprintf(stderr, "mutoscope-node: %s\n", sentence.toUtf8().constData());
}

std::string inWords(const std::optional<base::Tokens>& amount)
{
    return amount ? wire::inWords(*amount) : "unknown";
}

std::string inWords(base::ByteCount bytes)
{
    const auto mebi = static_cast<double>(bytes.value()) / (1024 * 1024);
    return QString::number(mebi, 'f', 1).toStdString() + " MiB";
}

void Task::when(std::function<bool()> condition, std::function<void()> then, const QString& otherwise)
{
    auto* const wait = new QObject(this);
    auto look = [this, wait, condition = std::move(condition), then = std::move(then), isOver = false]() mutable {
        if (isOver || hasEnded() || !condition())
            return;
        isOver = true;
        wait->deleteLater();
        then();
    };
    auto* const timer = new QTimer(wait);
    timer->setSingleShot(true);
    connect(timer, &QTimer::timeout, wait, [this, otherwise] { fail(otherwise); });
    timer->start(patience);
    const auto shared = std::make_shared<decltype(look)>(look);
    connect(&node(), &node::Node::changed, wait, [shared] { (*shared)(); });
    QMetaObject::invokeMethod(
        wait, [shared] { (*shared)(); }, Qt::QueuedConnection);
}

void Task::whenKnown(std::function<void()> then)
{
    const auto isKnown = [this] {
        const node::Snapshot& now = snapshot();
        const bool isOffline = now.tracker.state == node::TrackerState::Offline;
        return (isOffline && !now.tracker.problem.empty()) || (now.wallet.spend && now.wallet.history && now.library);
    };
    when(isKnown, std::move(then), QStringLiteral("the node does not get to know its wallet; is the tracker there?"));
}

void Task::whenWhole(std::function<void()> then)
{
    whenKnown([this, then = std::move(then)] {
        const auto isAll = [this] {
            const node::Snapshot& now = snapshot();
            return now.wallet.historyIsWhole || !now.wallet.history || now.wallet.history->size() >= wallet::History::maxEntries ||
                   now.tracker.state == node::TrackerState::Offline;
        };
        when(isAll, then, QStringLiteral("the tracker does not tell all of the history"));
    });
}

void Task::whenOnline(std::function<void()> then)
{
    whenKnown([this, then = std::move(then)] {
        if (snapshot().tracker.state == node::TrackerState::Offline)
            return fail(QString::fromStdString(snapshot().tracker.problem));
        then();
    });
}

void Task::endWithWalletAction()
{
    connect(&node(), &node::Node::walletActionDone, this, [this](const QString& problem) {
        if (!problem.isEmpty())
            return fail(problem);
        end();
    });
}

std::optional<base::Tokens> Task::tokens(const QString& text)
{
    const auto amount = wire::parseTokens(text.toStdString());
    if (!amount)
        misuse(QStringLiteral("'%1' is not an amount of tokens such as 0.5").arg(text));
    return amount;
}

std::optional<base::ContentId> Task::film(const QString& text)
{
    if (const auto link = discovery::parseContentLink(text.toStdString()))
        return link->content;
    if (const auto id = base::fixedFromHex<base::ContentId>(text.toStdString()))
        return id;
    std::set<base::ContentId> found;
    if (text.size() >= shortestId) {
        const std::string start = text.toLower().toStdString();
        const auto look = [&](const auto& film) {
            if (base::toHex(film.content).starts_with(start))
                found.insert(film.content);
        };
        std::ranges::for_each(snapshot().seeding, look);
        if (snapshot().library)
            std::ranges::for_each(*snapshot().library, look);
    }
    if (found.size() == 1)
        return *found.begin();
    fail(found.empty() ? QStringLiteral("there is no film '%1' here: name one by its link, its content id, or at least 8 digits of that").arg(text)
                       : QStringLiteral("'%1' is the beginning of several films' ids").arg(text));
    return std::nullopt;
}

void Task::end(int status)
{
    if (!std::exchange(m_hasEnded, true))
        Q_EMIT ended(status);
}

void Task::fail(const QString& why)
{
    if (m_hasEnded)
        return;
    complain(why);
    end(status::failed);
}

void Task::misuse(const QString& why)
{
    if (m_hasEnded)
        return;
    complain(why);
    end(status::misused);
}

void Task::interrupt()
{
    if (m_interrupted)
        m_interrupted();
    else
        end();
}

} // namespace mutoscope::app
