#pragma once

#include <QProcess>
#include <QStandardPaths>
#include <QTemporaryDir>

namespace mutoscope::test
{

/// A session bus of its own with GNOME's keychain on it, all in a temporary folder. To be made before anything uses the session bus:
/// QtDBus and libsecret connect to it once.
class PrivateDesktop
{
public:
    /// Why this machine can't have one; empty where it can.
    static QString missing()
    {
        for (const auto& program : {QStringLiteral("dbus-daemon"), QStringLiteral("gnome-keyring-daemon")}) {
            if (QStandardPaths::findExecutable(program).isEmpty())
                return program + QStringLiteral(" is not installed");
        }
        return {};
    }

    /// A bus with no services to be started: nobody shows a window and asks.
    bool startBus()
    {
        QFile config(m_folder.filePath(QStringLiteral("bus.conf")));
        if (!config.open(QIODevice::WriteOnly))
            return false;
        config.write("<!DOCTYPE busconfig PUBLIC \"-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN\"\n"
                     " \"http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd\">\n"
                     "<busconfig><type>session</type><listen>unix:tmpdir=/tmp</listen><auth>EXTERNAL</auth>\n"
                     "<policy context=\"default\"><allow send_destination=\"*\" eavesdrop=\"true\"/><allow eavesdrop=\"true\"/><allow own=\"*\"/></policy></busconfig>\n");
        config.close();
        m_bus.start(QStringLiteral("dbus-daemon"), {QStringLiteral("--config-file=") + config.fileName(), QStringLiteral("--nofork"), QStringLiteral("--print-address")});
        if (!m_bus.waitForReadyRead(patience))
            return false;
        qputenv("DBUS_SESSION_BUS_ADDRESS", m_bus.readLine().trimmed());
        qputenv("XDG_CURRENT_DESKTOP", "GNOME"); // by which QtKeychain chooses
        qputenv("XDG_DATA_HOME", m_folder.filePath(QStringLiteral("data")).toUtf8());
        qputenv("XDG_RUNTIME_DIR", m_folder.path().toUtf8());
        qunsetenv("DISPLAY");
        return true;
    }

    /// Unlocked with this password, by which the first start makes the keyring; or locked, where it is empty.
    bool startKeyring(const QByteArray& password)
    {
        QStringList arguments{QStringLiteral("--foreground"), QStringLiteral("--components=secrets")};
        if (!password.isEmpty())
            arguments << QStringLiteral("--unlock");
        m_keyring.start(QStringLiteral("gnome-keyring-daemon"), arguments);
        if (!m_keyring.waitForStarted(patience))
            return false;
        m_keyring.write(password);
        m_keyring.closeWriteChannel();
        return true;
    }
    void stopKeyring()
    {
        m_keyring.terminate();
        m_keyring.waitForFinished(patience);
    }
    ~PrivateDesktop()
    {
        stopKeyring();
        m_bus.terminate();
        m_bus.waitForFinished(patience);
    }

private:
    static constexpr int patience = 30'000;
    QTemporaryDir m_folder;
    QProcess m_bus;
    QProcess m_keyring;
};

} // namespace mutoscope::test
