#pragma once

#include <set>
#include <vector>

#include <QCache>
#include <QImage>
#include <QObject>
#include <QUrl>

#include "p2p/node/snapshot.h"

namespace mutoscope::ui
{

class Playback;

/// Still pictures of the film that is watched, of those parts that are here: nothing is bought for one. A bounded number is kept.
/// UI thread; `playback` must outlive it.
class Thumbnails : public QObject
{
    Q_OBJECT

public:
    static constexpr int most = 80; ///< pictures of 240 pixels: 10 MB

    explicit Thumbnails(Playback& playback);

    /// What is watched now, and which parts of it are here.
    void follow(const node::Viewing& viewing);
    /// The picture for this time; null where there is none, or none yet: then arrived() may follow.
    [[nodiscard]] QImage at(std::int64_t ms);

Q_SIGNALS:
    void arrived();

private:
    void take(const QUrl& url, const QImage& picture);
    [[nodiscard]] std::int64_t stepOf(std::int64_t ms) const;
    [[nodiscard]] QUrl urlOf(std::int64_t step) const;

    Playback& m_playback;
    QUrl m_base;
    base::ContentId m_film;
    std::int64_t m_stepMs = 2'000;
    std::vector<node::TimeRange> m_here;
    QCache<std::int64_t, QImage> m_pictures{most}; ///< by number of the step
    std::set<std::int64_t> m_none;                 ///< steps of which there is no picture, as long as m_here stays the same
};

} // namespace mutoscope::ui
