#pragma once

#include <optional>

#include <QObject>
#include <QString>

#include "p2p/base/types.h"

namespace mutoscope::ui
{

/// A tracker, a seeder and a film on this machine, to see how everything goes before anything is real. Processes in the application, a
/// puppet in tests. One at a time. UI thread.
class Trial : public QObject
{
    Q_OBJECT

public:
    using QObject::QObject;

    enum class Step { MakingFilm, StartingTracker, Publishing, Watching };

    struct Outcome {
        QString problem;                    ///< why it broke off, one sentence; empty where it did not
        std::optional<base::Tokens> earned; ///< by the seeder, all of it paid by the viewer
    };

    /// With a film of the person's; empty: with one that is made for it.
    virtual void start(const QString& film) = 0;
    /// Ends its processes; `ended` follows.
    virtual void cancel() = 0;

Q_SIGNALS:
    void stepped(mutoscope::ui::Trial::Step step);
    void ended(const mutoscope::ui::Trial::Outcome& outcome);
};

} // namespace mutoscope::ui
