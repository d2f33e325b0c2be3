#pragma once

#include <chrono>
#include <functional>
#include <memory>

#include <QByteArray>
#include <QObject>

#include "player/packager.h"

namespace mutoscope::ui
{

/// What publishing needs of the packager; player::Packager in the application, a puppet in tests. One film per object.
/// UI thread only. Meaning of each member: player/packager.h and player/film_picture.h.
class FilmPackager : public QObject
{
    Q_OBJECT

public:
    using QObject::QObject;
    using ProbeDone = std::function<void(player::Result<player::MediaInfo>)>;

    /// `done` is called later, as long as this object exists.
    virtual void probe(const QString& file, ProbeDone done) = 0;
    using PictureDone = std::function<void(const QByteArray& jpeg)>;
    virtual void picture(const player::MediaInfo& info, std::chrono::milliseconds at, PictureDone done) = 0;
    virtual void start(const player::MediaInfo& plan, const QString& outputFolder) = 0;
    virtual void cancel() = 0;

Q_SIGNALS:
    void progressed(double fraction);
    void finished(const mutoscope::player::Result<mutoscope::player::PackagedHls>& result);
};

using FilmPackagerFactory = std::function<std::unique_ptr<FilmPackager>()>;

} // namespace mutoscope::ui
