#pragma once

#include <filesystem>

#include <QLocalServer>
#include <QObject>

namespace mutoscope::app
{

/// One window for each data folder: a second start hands its link to the first and ends. They meet at a local socket in the
/// data folder, which only its owner can open.
class SingleInstance : public QObject
{
    Q_OBJECT

public:
    explicit SingleInstance(const std::filesystem::path& dataFolder);

    /// True where another process has the window: it has been asked to come to the front, with this link if it is not empty.
    [[nodiscard]] bool handOver(const QString& link);
    /// From now on this process has the window. Where that fails (no such folder, name too long), further starts find nobody.
    void listen();

Q_SIGNALS:
    /// Somebody started the program again; the link may be empty.
    void asked(const QString& link);

private:
    static constexpr qint64 maxLink = 256 * 1024;

    void accept();

    QString m_name;
    QLocalServer m_server;
};

} // namespace mutoscope::app
