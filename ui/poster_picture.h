#pragma once

#include <QPixmap>

class QIODevice;

namespace mutoscope::ui
{

/// A poster, from whoever: a JPEG or PNG of at most 4,096 pixels a side, made as small as fits around `kept` where it is larger. Null where
/// it is none.
[[nodiscard]] QPixmap readPoster(QIODevice& from, QSize kept);

} // namespace mutoscope::ui
