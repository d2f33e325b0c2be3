#include "app/desktop/private_trial.h"

#include <QFileInfo>
#include <QJsonDocument>
#include <QJsonObject>

namespace mutoscope::app
{

using namespace Qt::StringLiterals;

namespace
{

constexpr int killAfterMs = 1'000;
constexpr qsizetype longestComplaint = 400;

QString demoIn(const QString& programs)
{
    return programs + u"/mutoscope-demo"_s;
}

/// What a node complained of last, or else the demo itself; logs are beside it.
QString complaintIn(const QString& errors)
{
    QString complaint;
    for (const QString& who : {u"demo: "_s, u"mutoscope-node: "_s}) {
        for (const QString& line : errors.split(u'\n')) {
            if (line.startsWith(who))
                complaint = line.mid(who.size()).left(longestComplaint);
        }
    }
    return complaint;
}

} // namespace

PrivateTrial::PrivateTrial(QString programs, QObject* parent) : Trial(parent), m_programs(std::move(programs))
{
    connect(&m_process, &QProcess::readyReadStandardOutput, this, &PrivateTrial::readSteps);
    connect(&m_process, &QProcess::finished, this, &PrivateTrial::finished);
    connect(&m_process, &QProcess::errorOccurred, this, [this](QProcess::ProcessError error) {
        if (error == QProcess::FailedToStart)
            end(m_makesFilm ? tr("A film can't be made: the package ffmpeg is missing. Choose one of yours.") : tr("The private network can't be started: %1.").arg(m_process.errorString()));
    });
}

PrivateTrial::~PrivateTrial()
{
    m_process.disconnect(this);
    if (m_process.state() == QProcess::NotRunning)
        return;
    m_process.terminate();
    if (!m_process.waitForFinished(killAfterMs))
        m_process.kill(); // what it has started goes with it
    m_process.waitForFinished(killAfterMs);
}

bool PrivateTrial::isPossible(const QString& programs)
{
    return QFileInfo(demoIn(programs)).isExecutable();
}

void PrivateTrial::start(const QString& film)
{
    if (m_process.state() != QProcess::NotRunning)
        return;
    m_cancelled = false;
    m_earned.reset();
    m_folder = std::make_unique<QTemporaryDir>();
    if (!m_folder->isValid())
        return end(tr("No temporary folder can be made: %1.").arg(m_folder->errorString()));
    if (film.isEmpty())
        makeFilm();
    else
        startDemo(film);
}

/// Colours that flow into each other, and the time in their middle.
void PrivateTrial::makeFilm()
{
    m_makesFilm = true;
    Q_EMIT stepped(Step::MakingFilm);
    run(u"ffmpeg"_s, {u"-nostdin"_s, u"-v"_s, u"error"_s, u"-y"_s, u"-f"_s, u"lavfi"_s, u"-i"_s,
                      u"gradients=size=960x540:rate=25:duration=60:speed=0.02:nb_colors=4:c0=0x3a2a10:c1=0xdca64a:c2=0x243a52:c3=0x8a4a2a"_s,
                      u"-f"_s, u"lavfi"_s, u"-i"_s, u"sine=frequency=196:duration=60,tremolo=f=0.4:d=0.7,volume=0.2"_s, u"-vf"_s,
                      u"drawtext=text='%{pts\\:hms}':fontsize=h/7:fontcolor=white:x=(w-tw)/2:y=(h-th)/2"_s, u"-c:v"_s, u"libx264"_s,
                      u"-preset"_s, u"veryfast"_s, u"-b:v"_s, u"900k"_s, u"-g"_s, u"50"_s, u"-pix_fmt"_s, u"yuv420p"_s, u"-c:a"_s, u"aac"_s,
                      m_folder->filePath(tr("A short film") + u".mp4"_s)});
}

void PrivateTrial::startDemo(const QString& film)
{
    m_makesFilm = false;
    run(demoIn(m_programs), {u"--steps"_s, u"--ask"_s, u"--price"_s, u"0.1"_s, u"--keep"_s, m_folder->filePath(u"network"_s), film});
}

void PrivateTrial::run(const QString& program, const QStringList& arguments)
{
    m_process.start(program, arguments, QIODevice::ReadOnly);
}

/// One JSON object a line, see mutoscope-demo --help.
void PrivateTrial::readSteps()
{
    while (m_process.canReadLine()) {
        const QJsonObject line = QJsonDocument::fromJson(m_process.readLine()).object();
        const QString step = line.value(u"step"_s).toString();
        if (step == u"tracker"_s)
            Q_EMIT stepped(Step::StartingTracker);
        else if (step == u"publishing"_s)
            Q_EMIT stepped(Step::Publishing);
        else if (step == u"watching"_s)
            Q_EMIT stepped(Step::Watching);
        else if (step == u"ended"_s)
            m_earned = base::Tokens(line.value(u"earned"_s).toInteger());
    }
}

void PrivateTrial::finished(int exitCode, QProcess::ExitStatus status)
{
    readSteps();
    const bool isGood = status == QProcess::NormalExit && exitCode == 0;
    if (m_cancelled)
        return end({});
    if (isGood && m_makesFilm)
        return startDemo(m_folder->filePath(tr("A short film") + u".mp4"_s));
    if (isGood)
        return end({});
    const QString complaint = complaintIn(QString::fromUtf8(m_process.readAllStandardError()));
    end(complaint.isEmpty() ? tr("The trial broke off.") : tr("The trial broke off: %1").arg(complaint));
}

void PrivateTrial::cancel()
{
    m_cancelled = true;
    m_process.terminate();
}

void PrivateTrial::end(const QString& problem)
{
    m_folder.reset();
    const bool hasEarned = m_earned && m_earned->value() > 0;
    Q_EMIT ended({.problem = problem, .earned = hasEarned ? m_earned : std::nullopt});
}

} // namespace mutoscope::app
