#include "ui/thumbnails.h"

#include <algorithm>

#include "ui/playback.h"

namespace mutoscope::ui
{

namespace
{

constexpr std::int64_t leastStepMs = 2'000; // key frames are rarely closer
constexpr std::int64_t steps = 400;         // more than a seek bar has room to tell apart

} // namespace

Thumbnails::Thumbnails(Playback& playback) : m_playback(playback)
{
    connect(&m_playback, &Playback::stillMade, this, &Thumbnails::take);
}

void Thumbnails::follow(const node::Viewing& viewing)
{
    if (viewing.stills != m_base || viewing.content != m_film) {
        if (viewing.content != m_film)
            m_pictures.clear();
        m_none.clear();
        m_base = viewing.stills;
        m_film = viewing.content;
    }
    if (const auto step = std::max(leastStepMs, viewing.durationMs / steps); step != std::exchange(m_stepMs, step)) {
        m_pictures.clear(); // they are numbered by it
        m_none.clear();
    }
    if (viewing.here != m_here) {
        m_here = viewing.here;
        m_none.clear();
    }
}

std::int64_t Thumbnails::stepOf(std::int64_t ms) const
{
    return ms / m_stepMs;
}

QUrl Thumbnails::urlOf(std::int64_t step) const
{
    return QUrl(m_base.toString() + QString::number(step * m_stepMs));
}

QImage Thumbnails::at(std::int64_t ms)
{
    const std::int64_t step = stepOf(ms);
    if (const QImage* picture = m_pictures.object(step))
        return *picture;
    const std::int64_t time = step * m_stepMs;
    const bool isHere = std::ranges::any_of(m_here, [time](const node::TimeRange& range) { return range.fromMs <= time && time < range.toMs; });
    if (isHere && !m_base.isEmpty() && !m_none.contains(step))
        m_playback.requestStill(urlOf(step));
    return {};
}

void Thumbnails::take(const QUrl& url, const QImage& picture)
{
    if (m_base.isEmpty() || !url.toString().startsWith(m_base.toString()))
        return; // of a film before
    bool isNumber = false;
    const std::int64_t step = stepOf(url.toString().mid(m_base.toString().size()).toLongLong(&isNumber));
    if (!isNumber)
        return;
    if (picture.isNull()) {
        m_none.insert(step);
        return;
    }
    m_pictures.insert(step, new QImage(picture));
    Q_EMIT arrived();
}

} // namespace mutoscope::ui
