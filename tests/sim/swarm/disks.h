#pragma once

#include <functional>
#include <map>
#include <optional>
#include <set>

#include "p2p/base/disk.h"

namespace mutoscope::test::swarm
{

/// What happens to one party at one of its writes.
struct Accident {
    enum class Kind {
        Before,   ///< the process is killed just before it
        Torn,     ///< in the middle: half of the bytes are written
        After,    ///< just after it
        PowerCut, ///< just after it, and what was not synced is gone
        FullDisk, ///< from here on nothing can be written for a while
    };
    int party = 0;
    int boundary = 0; ///< the how many-th change of a file by this party, from 1
    Kind kind = Kind::Before;
};

/// The disks of all parties: counts every change of a file, by this program and by SQLite, and brings about one
/// accident. While it lives it is the process's.
class Disks final : public base::disk::Faults
{
public:
    /// `folders`: whose files lie where. `dies` is called when the accident kills its party, in the middle of the
    /// write.
    Disks(std::map<int, std::filesystem::path> folders, std::optional<Accident> accident, std::function<void()> dies);
    ~Disks() override;
    Disks(const Disks&) = delete;
    Disks& operator=(const Disks&) = delete;

    int before(base::disk::Operation operation, const std::filesystem::path& file, std::size_t& bytes) override;

    /// How many changes each party made.
    [[nodiscard]] const std::map<int, int>& boundaries() const { return m_count; }
    /// The dead process's files are closed: a power cut takes its toll.
    void processEnded();
    /// Its next process may write; the disk has room again.
    void recovered() { m_state = State::Over; }

private:
    enum class State { Waiting, Dead, Full, Over };

    [[nodiscard]] int partyOf(const std::filesystem::path& file) const;
    void remember(base::disk::Operation operation, const std::filesystem::path& file);

    const std::map<int, std::filesystem::path> m_folders;
    const std::optional<Accident> m_accident;
    const std::function<void()> m_dies;
    std::map<int, int> m_count;
    State m_state = State::Waiting;
    std::map<std::filesystem::path, std::uintmax_t> m_synced; ///< sizes
    std::set<std::filesystem::path> m_newNames;               ///< renamed to, their folder not synced since
};

/// SQLite's default file system from now on is one that asks the Disks. Harmless without any.
void watchSqlite();

} // namespace mutoscope::test::swarm
