#pragma once

#include <functional>
#include <memory>

#include <QCoreApplication>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>
#include <QTemporaryDir>
#include <QTest>

#include "tests/support/lab/homes.h"

/// The real programs on the hosts of a lab.
namespace mutoscope::test
{

using namespace Qt::StringLiterals;

/// One of ours, and what it says on standard output: one JSON object a line.
class Program
{
public:
    Program(const Lab& lab, const std::string& host, const QString& name, const QStringList& arguments)
    {
        QStringList words;
        for (const std::string& word : lab.prefix(host))
            words << QString::fromStdString(word);
        words << qEnvironmentVariable("MUTOSCOPE_BIN_DIR", QCoreApplication::applicationDirPath()) + u'/' + name;
        words += arguments;
        m_process.setProcessChannelMode(QProcess::ForwardedErrorChannel);
        m_process.start(words.takeFirst(), words);
    }
    ~Program() { stop(); }

    /// The first line so far or from now on that is as wanted; empty where none comes in time.
    QByteArray line(const std::function<bool(const QByteArray&)>& wanted, int atMost = 30'000)
    {
        QElapsedTimer timer;
        timer.start();
        std::size_t next = 0;
        for (;;) {
            while (m_process.canReadLine())
                m_lines.push_back(m_process.readLine().trimmed());
            for (; next < m_lines.size(); ++next) {
                if (wanted(m_lines[next]))
                    return m_lines[next];
            }
            const int left = atMost - static_cast<int>(timer.elapsed());
            if (left <= 0 || m_process.state() == QProcess::NotRunning || (!m_process.waitForReadyRead(left) && !m_process.canReadLine()))
                return {};
        }
    }
    QJsonObject event(const std::function<bool(const QJsonObject&)>& wanted, int atMost = 30'000)
    {
        return QJsonDocument::fromJson(line([&](const QByteArray& text) { return wanted(QJsonDocument::fromJson(text).object()); }, atMost)).object();
    }
    /// What it says of how it is reached, once it is in that way.
    QJsonObject reach(const QString& way)
    {
        return event([&](const QJsonObject& said) { return said[u"event"_s] == u"reach"_s && said[u"way"_s] == way; });
    }
    /// By itself.
    bool ended(int atMost) { return m_process.state() == QProcess::NotRunning || m_process.waitForFinished(atMost); }
    void stop()
    {
        if (m_process.state() == QProcess::NotRunning)
            return;
        m_process.terminate();
        if (!m_process.waitForFinished(15'000)) {
            m_process.kill();
            m_process.waitForFinished();
        }
    }

private:
    QProcess m_process;
    std::vector<QByteArray> m_lines;
};

/// Two homes with a tracker in the world, and nodes where a test wants them.
struct Network {
    /// `address`: the tracker's, in its link. `more`: lines of its configuration.
    Network(Lab::Nat alices, Lab::Nat bobs, const QByteArray& address = "198.51.100.1", const QByteArray& more = {})
        : homes(alices, bobs)
    {
        QFile file(folder.filePath(u"tracker.conf"_s));
        if (!file.open(QIODevice::WriteOnly))
            qFatal("no configuration");
        file.write("data = tracker\nlisten = [::]:7480\nlink_host = " + address + "\nnetwork = lab\n" + more);
        file.close();
        tracker = std::make_unique<Program>(homes.lab, "world", u"mutoscope-tracker"_s, QStringList{u"--config"_s, file.fileName()});
        link = QString::fromUtf8(tracker->line([](const QByteArray& line) { return line.startsWith("https://"); }));
        if (link.isEmpty())
            qFatal("the tracker does not start");
    }

    std::unique_ptr<Program> node(const std::string& host, const QStringList& more = {}) const
    {
        return std::make_unique<Program>(homes.lab, host, u"mutoscope-node"_s,
                                         QStringList{u"run"_s, u"--data"_s, folder.filePath(QString::fromStdString(host)), u"--network"_s,
                                                     u"lab"_s, u"--no-passphrase"_s, u"--tracker"_s, link, u"--listen"_s, u"[::]:7747"_s} + more);
    }

    QTemporaryDir folder;
    Homes homes;
    QString link;
    std::unique_ptr<Program> tracker;
};

} // namespace mutoscope::test
