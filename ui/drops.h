#pragma once

#include <vector>

#include <QString>

#include "ui/link_list.h"

class QMimeData;

namespace mutoscope::ui
{

/// What somebody lets fall on the window, or pastes: links to films (as text, as addresses, or in files with lists of them), or
/// else one video file. Both are empty where it is something else.
struct Drop {
    std::vector<FilmLink> links;
    QString file;
};

/// Whether it is worth a closer look; reads no file.
[[nodiscard]] bool mayBeTaken(const QMimeData& data);
[[nodiscard]] Drop readDrop(const QMimeData& data);

} // namespace mutoscope::ui
