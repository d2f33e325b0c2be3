#pragma once

#include <csignal>
#include <filesystem>
#include <memory>
#include <string>

#include <pwd.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <QDir>
#include <QProcess>
#include <QTemporaryDir>

#include "p2p/base/encoding.h"
#include "p2p/crypto/hash.h"
#include "p2p/ledger/postgresql.h"

namespace mutoscope::test
{

/// A PostgreSQL server of its own in a temporary folder, to be reached by a socket there only, with the settings that an
/// operator's has. It ends with the test.
class PostgresqlServer
{
public:
    PostgresqlServer()
    {
        const QDir versions(QStringLiteral("/usr/lib/postgresql"));
        const QStringList found = versions.entryList(QDir::Dirs | QDir::NoDotAndDotDot, QDir::Name | QDir::LocaleAware);
        if (found.isEmpty())
            qFatal("PostgreSQL is not installed: ./dev install");
        m_programs = versions.filePath(found.last()) + QStringLiteral("/bin/");
        // It refuses to run as root.
        const passwd* user = ::getuid() == 0 ? ::getpwnam("postgres") : nullptr;
        if (::getuid() == 0 && user == nullptr)
            user = ::getpwnam("nobody");
        if (user != nullptr) {
            m_user = {QStringLiteral("--reuid=%1").arg(user->pw_uid), QStringLiteral("--regid=%1").arg(user->pw_gid),
                      QStringLiteral("--clear-groups"), QStringLiteral("--pdeathsig=INT")};
            if (::chown(m_folder.path().toLocal8Bit().constData(), user->pw_uid, user->pw_gid) != 0)
                qFatal("cannot give the folder to the user that the database runs as");
        }
        QProcess init;
        launch(init, QStringLiteral("initdb"),
               {QStringLiteral("-D"), data(), QStringLiteral("-U"), QStringLiteral("mutoscope"), QStringLiteral("-A"),
                QStringLiteral("trust"), QStringLiteral("-E"), QStringLiteral("UTF8"), QStringLiteral("--no-locale"),
                QStringLiteral("--no-sync")});
        if (!init.waitForFinished(120'000) || init.exitCode() != 0)
            qFatal("initdb: %s", init.readAll().constData());
        start();
    }
    ~PostgresqlServer() { stop(SIGINT); }
    PostgresqlServer(const PostgresqlServer&) = delete;
    PostgresqlServer& operator=(const PostgresqlServer&) = delete;

    void start()
    {
        m_process = std::make_unique<QProcess>();
        launch(*m_process, QStringLiteral("postgres"),
               {QStringLiteral("-D"), data(), QStringLiteral("-k"), m_folder.path(), QStringLiteral("-c"),
                QStringLiteral("listen_addresses=")});
        QByteArray log;
        while (!log.contains("ready to accept connections")) {
            if (!m_process->waitForReadyRead(120'000))
                qFatal("postgres: %s", log.constData());
            log += m_process->readAll();
        }
    }
    /// SIGINT ends it in order, SIGKILL as a power cut does.
    void stop(int signal)
    {
        if (m_process == nullptr)
            return;
        ::kill(static_cast<pid_t>(m_process->processId()), signal);
        m_process->waitForFinished(60'000);
        m_process.reset();
        // The server's processes notice its end, and leave one after the other; a new one waits for the last.
    }

    /// Of a ledger of that name.
    [[nodiscard]] std::string url(const std::string& name) const
    {
        const std::string schema = "l" + base::toHex(crypto::sha256(name)).substr(0, 16);
        const std::string server =
            "postgresql:///postgres?user=mutoscope&host=" + std::string(m_folder.path().toLocal8Bit().constData());
        ledger::PgDatabase database(server);
        if (!database.connect() || !database.execute("CREATE SCHEMA IF NOT EXISTS " + schema))
            qFatal("the database does not make a schema");
        return server + "&options=-csearch_path%3D" + schema;
    }

private:
    [[nodiscard]] QString data() const { return m_folder.filePath(QStringLiteral("data")); }
    void launch(QProcess& process, const QString& program, const QStringList& arguments) const
    {
        process.setWorkingDirectory(m_folder.path());
        process.setProcessChannelMode(QProcess::MergedChannels);
        if (m_user.isEmpty()) {
            process.setChildProcessModifier([] { ::prctl(PR_SET_PDEATHSIG, SIGINT); });
            process.start(m_programs + program, arguments);
        } else {
            process.start(QStringLiteral("setpriv"), m_user + QStringList{m_programs + program} + arguments);
        }
    }

    QTemporaryDir m_folder{QDir::tempPath() + QStringLiteral("/pg-XXXXXX")};
    QString m_programs;
    QStringList m_user;
    std::unique_ptr<QProcess> m_process;
};

/// The one of this test program, from its first use on.
inline PostgresqlServer& postgresqlServer()
{
    static PostgresqlServer server;
    return server;
}

} // namespace mutoscope::test
