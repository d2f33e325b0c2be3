#pragma once

#include <memory>

#include <QProcess>
#include <QTemporaryDir>

#include "ui/trial.h"

namespace mutoscope::app
{

/// The trial as processes of their own: mutoscope-demo, which starts all others and ends with them, and before it ffmpeg where a film is to
/// be made. Everything lies in a folder that goes with it. UI thread; never waits but in the destructor, a second at most.
class PrivateTrial final : public ui::Trial
{
    Q_OBJECT

public:
    /// `programs`: the folder of mutoscope-demo.
    explicit PrivateTrial(QString programs, QObject* parent = nullptr);
    ~PrivateTrial() override;

    /// Whether the demo is installed there.
    [[nodiscard]] static bool isPossible(const QString& programs);
    void start(const QString& film) override;
    void cancel() override;

private:
    void makeFilm();
    void startDemo(const QString& film);
    void run(const QString& program, const QStringList& arguments);
    void readSteps();
    void finished(int exitCode, QProcess::ExitStatus status);
    void end(const QString& problem);

    QString m_programs;
    std::unique_ptr<QTemporaryDir> m_folder;
    QProcess m_process;
    bool m_makesFilm = false;
    bool m_cancelled = false;
    std::optional<base::Tokens> m_earned;
};

} // namespace mutoscope::app
