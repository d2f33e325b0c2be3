#pragma once

#include <QDir>
#include <QTemporaryDir>

#include "tests/sim/swarm/swarm.h"

namespace mutoscope::test::swarm
{

/// Where the runs of one test take place, one after the other.
class Theatre
{
public:
    Outcome run(const Plan& plan, const Options& options = {})
    {
        auto& film = m_films[plan.film];
        if (!film)
            film = SmallFilm::publish(plan.film, path("film" + std::to_string(plan.film)));
        return swarm::run(plan, *film, path("run"), options);
    }

private:
    [[nodiscard]] std::filesystem::path path(const std::string& name) const
    {
        return std::filesystem::path(m_folder.path().toStdString()) / name;
    }

    /// In memory where the system has such a place.
    QTemporaryDir m_folder{QDir(QStringLiteral("/dev/shm")).exists()
                               ? QStringLiteral("/dev/shm/mutoscope-sim-XXXXXX")
                               : QDir::temp().filePath(QStringLiteral("mutoscope-sim-XXXXXX"))};
    std::map<int, std::optional<SmallFilm>> m_films;
};

} // namespace mutoscope::test::swarm
