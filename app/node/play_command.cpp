#include "app/node/play_command.h"

#include "app/node/commands.h"
#include "p2p/control/fields.h"
#include "p2p/discovery/content_link.h"

namespace mutoscope::app
{

using namespace std::chrono_literals;
using node::Stage;

namespace
{

constexpr auto settlingTime = 8s;
constexpr std::int64_t usualAhead = 30; // seconds

QJsonValue number(const std::optional<base::Tokens>& amount)
{
    return amount ? QJsonValue(static_cast<qint64>(amount->value())) : QJsonValue(QJsonValue::Null);
}

bool isOver(Stage stage)
{
    return stage == Stage::Finished || stage == Stage::Idle;
}

} // namespace

void playFilm(Task& task)
{
    (new PlayCommand(task))->start();
}

PlayCommand::PlayCommand(Task& task) : QObject(&task), m_task(task)
{
    m_patience.setSingleShot(true);
    connect(&m_patience, &QTimer::timeout, this, [this] { endIfSettled(true); });
    connect(&m_player, &QProcess::finished, this, [this](int status, QProcess::ExitStatus how) {
        const bool isGood = how == QProcess::NormalExit && status == 0;
        if (!isGood && !m_status)
            complain(QStringLiteral("the player has failed"));
        conclude(isGood ? status::done : status::failed, QStringLiteral("the player has ended"));
    });
    connect(&m_player, &QProcess::errorOccurred, this, [this](QProcess::ProcessError error) {
        if (error != QProcess::FailedToStart)
            return;
        complain(QStringLiteral("the player can't be started: %1").arg(m_player.errorString()));
        conclude(status::failed, QStringLiteral("there is no player"));
    });
    m_task.onInterrupt([this] {
        if (m_status || !m_isOurs)
            m_task.end(m_status.value_or(status::done)); // a second time: at once
        else
            conclude(status::done, QStringLiteral("the program ends"));
    });
}

void PlayCommand::start()
{
    const auto link = discovery::parseContentLink(m_task.argument(0).toStdString());
    if (!link)
        return m_task.misuse(QStringLiteral("this is no link to a film: %1").arg(text(link.error().message)));
    m_content = link->content;
    base::Tokens approved;
    if (m_task.has("cap"))
        m_cap = m_task.tokens(m_task.option("cap"));
    if (m_task.has("approve-up-to") && !m_task.hasEnded())
        approved = m_task.tokens(m_task.option("approve-up-to")).value_or(base::Tokens());
    std::optional<base::Tokens> dailyCap;
    if (m_task.has("daily-cap") && !m_task.hasEnded())
        dailyCap = m_task.tokens(m_task.option("daily-cap"));
    const auto number = [this](const char* name, std::int64_t least, std::int64_t most) -> std::optional<std::int64_t> {
        if (!m_task.has(name) || m_task.hasEnded())
            return std::nullopt;
        const auto value = base::parseInteger(m_task.option(name).toStdString());
        if (value && *value >= least && *value <= most)
            return *value;
        m_task.misuse(QStringLiteral("--%1 is not a number from %2 to %3").arg(QLatin1String(name)).arg(least).arg(most));
        return std::nullopt;
    };
    m_height = number("quality", 1, 100'000);
    const std::int64_t ahead = number("ahead", 5, 600).value_or(usualAhead);
    if (m_task.hasEnded())
        return;
    if (m_cap)
        approved = std::min(approved.value() > 0 ? approved : *m_cap, *m_cap);
    m_task.whenOnline([this, approved, dailyCap, ahead] {
        m_before = control::Writer::textOf(m_task.snapshot().viewing);
        connect(&m_task.node(), &node::Node::changed, this, &PlayCommand::look);
        m_task.node().open(m_task.argument(0), {.approveUpTo = approved, .readAheadMs = ahead * 1'000, .dailyCap = dailyCap});
    });
}

void PlayCommand::look()
{
    if (m_task.hasEnded())
        return;
    const node::Viewing& viewing = m_task.snapshot().viewing;
    if (!m_isOurs && control::Writer::textOf(viewing) == m_before)
        return;
    const bool isRefused = viewing.stage == Stage::Failed && viewing.content.isZero();
    if (viewing.content != m_content && !isRefused) {
        if (m_isOurs)
            m_task.fail(QStringLiteral("another film was opened"));
        return;
    }
    m_isOurs = true;
    if (viewing.stage != m_stage) {
        m_stage = viewing.stage;
        sayStage(viewing);
    }
    chooseQuality(viewing);
    if (viewing.gateway != m_gateway && !viewing.gateway.isEmpty()) {
        m_gateway = viewing.gateway;
        say({{QStringLiteral("event"), QStringLiteral("gateway")}, {QStringLiteral("url"), m_gateway.toString()}});
        startPlayer(m_gateway);
    }
    if (viewing.segmentsReceipted != m_receipted) {
        m_receipted = viewing.segmentsReceipted;
        say({{QStringLiteral("event"), QStringLiteral("progress")},
             {QStringLiteral("segments_receipted"), static_cast<qint64>(m_receipted)},
             {QStringLiteral("segments_here"), static_cast<qint64>(viewing.segmentsHere)},
             {QStringLiteral("segments_total"), static_cast<qint64>(viewing.segmentsTotal)},
             {QStringLiteral("spent"), number(viewing.spent)}});
    }
    if (m_status)
        endIfSettled(false);
    else
        decide(viewing);
}

/// Once it is known which there are; before the player asks for anything.
void PlayCommand::chooseQuality(const node::Viewing& viewing)
{
    if (!m_height || viewing.qualities.empty())
        return;
    const std::int64_t most = *std::exchange(m_height, std::nullopt);
    std::optional<std::size_t> best;
    std::size_t smallest = 0;
    for (std::size_t i = 0; i < viewing.qualities.size(); ++i) {
        const node::Quality& each = viewing.qualities[i];
        const auto isLess = [&](std::size_t other) {
            const node::Quality& than = viewing.qualities[other];
            return std::pair(than.height, than.bitsPerSecond) < std::pair(each.height, each.bitsPerSecond);
        };
        if (each.height <= most && (!best || isLess(*best)))
            best = i;
        if (!isLess(smallest))
            smallest = i;
    }
    m_task.node().setQuality(best.value_or(smallest));
}

void PlayCommand::sayStage(const node::Viewing& viewing)
{
    QJsonObject event{{QStringLiteral("event"), QStringLiteral("stage")},
                      {QStringLiteral("stage"), text(control::enumText(viewing.stage))},
                      {QStringLiteral("title"), text(viewing.title)}};
    if (viewing.problem) {
        event.insert(QStringLiteral("code"), text(control::enumText(viewing.problem->code)));
        event.insert(QStringLiteral("problem"), text(viewing.problem->sentence));
    }
    if (viewing.stage == Stage::Approval) {
        event.insert(QStringLiteral("price_per_mib"), number(viewing.pricePerMiB));
        event.insert(QStringLiteral("price_of_rest"), number(viewing.priceOfRest));
        event.insert(QStringLiteral("cap"), number(viewing.cap));
    }
    say(event);
}

void PlayCommand::decide(const node::Viewing& viewing)
{
    switch (viewing.stage) {
    case Stage::Idle:
    case Stage::Finished:
        return conclude(status::done, {});
    case Stage::Failed:
        complain(viewing.problem ? text(viewing.problem->sentence) : QStringLiteral("the film can't be played"));
        return conclude(status::failed, QStringLiteral("it has failed"));
    case Stage::Approval:
        if (m_cap && !std::exchange(m_isApproved, true))
            return m_task.node().approve(*m_cap);
        if (m_cap)
            return;
        complain(QStringLiteral("All of this film costs %1, which was not approved; see --approve-up-to and --cap.")
                     .arg(text(inWords(viewing.priceOfRest))));
        return conclude(status::notApproved, QStringLiteral("it is too dear"));
    case Stage::FindingSeeder:
    case Stage::OpeningContract:
    case Stage::FirstSegment:
    case Stage::Playing:
        return;
    }
}

void PlayCommand::startPlayer(const QUrl& url)
{
    QStringList command = QProcess::splitCommand(m_task.option("player"));
    if (command.isEmpty() || m_status || m_player.state() != QProcess::NotRunning)
        return;
    const bool hasPlace = !command.filter(QStringLiteral("%u")).isEmpty();
    command.replaceInStrings(QStringLiteral("%u"), url.toString());
    if (!hasPlace)
        command << url.toString();
    m_player.setProcessChannelMode(QProcess::ForwardedErrorChannel); // standard output is for our events
    const QString program = command.takeFirst();
    m_player.start(program, command);
}

/// Ends the viewing, and the task once it is settled.
void PlayCommand::conclude(int status, const QString& reason)
{
    if (m_status || m_task.hasEnded())
        return;
    m_status = status;
    m_patience.start(settlingTime);
    if (m_player.state() != QProcess::NotRunning)
        m_player.terminate();
    if (!isOver(m_task.snapshot().viewing.stage))
        m_task.node().finish(reason);
    endIfSettled(false);
}

void PlayCommand::endIfSettled(bool patienceIsOver)
{
    const node::Viewing& viewing = m_task.snapshot().viewing;
    const bool isSettled = isOver(viewing.stage) && (viewing.paid || viewing.segmentsReceipted == 0);
    if (m_task.hasEnded() || (!isSettled && !patienceIsOver))
        return;
    say({{QStringLiteral("event"), QStringLiteral("finished")},
         {QStringLiteral("segments_receipted"), static_cast<qint64>(viewing.segmentsReceipted)},
         {QStringLiteral("segments_here"), static_cast<qint64>(viewing.segmentsHere)},
         {QStringLiteral("segments_total"), static_cast<qint64>(viewing.segmentsTotal)},
         {QStringLiteral("spent"), number(viewing.spent)},
         {QStringLiteral("paid"), number(viewing.paid)},
         {QStringLiteral("returned"), number(viewing.returned)}});
    m_task.end(*m_status);
}

} // namespace mutoscope::app
