#include "ui/resume_points.h"

#include <algorithm>
#include <functional>

#include <QStringList>

#include "p2p/base/encoding.h"
#include "ui/settings_store.h"

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace mutoscope::ui
{

namespace
{

/// "754000 1700000000000": milliseconds of film, and when that was noted, in milliseconds since 1970.
struct Entry {
    std::chrono::milliseconds position{0};
    qint64 when = 0;
};

std::optional<Entry> read(const QString& text)
{
    const QStringList parts = text.split(u' ');
    bool isPosition = false;
    bool isTime = false;
    if (parts.size() != 2)
        return std::nullopt;
    const Entry entry{std::chrono::milliseconds(parts[0].toLongLong(&isPosition)), parts[1].toLongLong(&isTime)};
    return isPosition && isTime && entry.position > 0ms ? std::optional(entry) : std::nullopt;
}

QString nameOf(const base::ContentId& film)
{
    return u"resume/"_s + QString::fromStdString(base::toHex(film));
}

} // namespace

bool ResumePoints::isNearEnd(std::chrono::milliseconds position, std::chrono::milliseconds length)
{
    return length - position < std::clamp<std::chrono::milliseconds>(length / 20, 5s, 3min);
}

std::optional<std::chrono::milliseconds> ResumePoints::of(const base::ContentId& film) const
{
    const auto entry = read(m_settings.value(nameOf(film)).toString());
    return entry ? std::optional(entry->position) : std::nullopt;
}

std::vector<base::ContentId> ResumePoints::newest() const
{
    std::vector<std::pair<qint64, base::ContentId>> all;
    for (const QString& name : m_settings.names(u"resume"_s)) {
        const auto entry = read(m_settings.value(u"resume/"_s + name).toString());
        const auto id = base::fixedFromHex<base::ContentId>(name.toStdString());
        if (entry && id)
            all.emplace_back(entry->when, *id);
    }
    std::ranges::sort(all, std::greater());
    std::vector<base::ContentId> films;
    for (const auto& [when, film] : all)
        films.push_back(film);
    return films;
}

void ResumePoints::note(const base::ContentId& film, std::chrono::milliseconds position, std::chrono::milliseconds length)
{
    if (length <= 0ms)
        return;
    if (position < begun || isNearEnd(position, length))
        return forget(film);
    if (!m_settings.contains(nameOf(film)))
        makeRoom();
    m_settings.setValue(nameOf(film), u"%1 %2"_s.arg(position.count()).arg(m_clock.now().value()));
}

void ResumePoints::forget(const base::ContentId& film)
{
    m_settings.remove(nameOf(film));
}

void ResumePoints::makeRoom()
{
    QStringList names = m_settings.names(u"resume"_s);
    const auto when = [this](const QString& name) {
        const auto entry = read(m_settings.value(u"resume/"_s + name).toString());
        return entry ? entry->when : 0; // what nobody can read goes first
    };
    while (names.size() >= most) {
        const auto oldest = std::ranges::min_element(names, {}, when);
        m_settings.remove(u"resume/"_s + *oldest);
        names.erase(oldest);
    }
}

} // namespace mutoscope::ui
