#pragma once

#include <QObject>
#include <QSocketNotifier>

namespace mutoscope::app
{

/// SIGINT and SIGTERM as a Qt signal of the main thread. One object per process.
class UnixSignals final : public QObject
{
    Q_OBJECT

public:
    explicit UnixSignals(QObject* parent = nullptr);
    ~UnixSignals() override;

Q_SIGNALS:
    void terminate();

private:
    QSocketNotifier m_notifier;
};

} // namespace mutoscope::app
