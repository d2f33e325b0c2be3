#include "ui/poster_picture.h"

#include <QImageReader>

namespace mutoscope::ui
{
namespace
{

constexpr int mostPixels = 4096; ///< of a side: a small file may unfold into a picture that fills the memory

} // namespace

QPixmap readPoster(QIODevice& from, QSize kept)
{
    QImageReader reader(&from);
    reader.setAutoTransform(true);
    const QSize size = reader.size();
    const bool isPoster = reader.format() == "jpeg" || reader.format() == "png"; // the manifest's kinds, and nobody else's decoder
    if (!isPoster || !size.isValid() || size.width() > mostPixels || size.height() > mostPixels)
        return {};
    if (size.width() > kept.width())
        reader.setScaledSize(size.scaled(kept, Qt::KeepAspectRatioByExpanding));
    return QPixmap::fromImage(reader.read());
}

} // namespace mutoscope::ui
