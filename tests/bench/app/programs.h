#pragma once

#include "tests/bench/players/contenders.h"

namespace mutoscope::bench
{

/// Programs with a window, not started yet: ours as one that has a year behind it, the others as they are when they were just installed.
/// qBittorrent and Electrum are in a network of their own, where nobody else is (unshare(1)): what they would look for costs nothing.
class Programs
{
public:
    /// Fills a library and a history, which takes a while. `arena` must outlive it.
    [[nodiscard]] static base::Result<std::unique_ptr<Programs>> make(Arena& arena);

    /// Ours first; the others as far as they are installed.
    [[nodiscard]] static QStringList names();
    [[nodiscard]] base::Result<void> prepare(const QString& name, QProcess& process) const;
    /// Waits until ours, which runs, has all of its history that it gets; how many entries. A contract that is over has two, as a move
    /// between one's own addresses.
    [[nodiscard]] base::Result<int> fetchWholeHistory() const;

private:
    explicit Programs(Arena& arena) : m_arena(arena) {}
    [[nodiscard]] base::Result<void> prepareApart(QProcess& process, const QString& program, const QStringList& arguments) const;
    [[nodiscard]] QString folderOf(const QString& name) const;

    Arena& m_arena;
};

} // namespace mutoscope::bench
