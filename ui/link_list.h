#pragma once

#include <vector>

#include <QString>

namespace mutoscope::ui
{

struct FilmLink {
    QString link;  ///< as given; the node says what is wrong with it
    QString title; ///< empty as long as nobody has named it

    bool operator==(const FilmLink&) const = default;
};

/// The `mutoscope:` links in a text: several that were pasted, or a list with one a line, as `.m3u8` lists have them, where
/// "#EXTINF:SECONDS,TITLE" names the one that follows. Other lines that begin with "#" are comments; anything else is passed
/// over. At most `mostLinks` links, of a text of at most `longestList` characters.
[[nodiscard]] std::vector<FilmLink> linksIn(const QString& text);

/// Those in a file; none where it can't be read, is too long, or holds none.
[[nodiscard]] std::vector<FilmLink> linksInFile(const QString& file);

constexpr std::size_t mostLinks = 500;
constexpr qsizetype longestList = 1024 * 1024;

/// Whether it begins like a link to a film.
[[nodiscard]] bool isLink(const QString& text);

/// The link of a film as anybody may have it: without the permit that somebody was given with it.
[[nodiscard]] QString withoutPermit(const QString& link);

} // namespace mutoscope::ui
