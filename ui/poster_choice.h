#pragma once

#include <chrono>
#include <optional>

#include <QWidget>

#include "ui/film_packager.h"

class QLabel;
class QSlider;

namespace mutoscope::ui
{

class ElidedLabel;

/// What becomes a film's poster: one of its pictures, by its time, or a file. UI thread.
class PosterChoice : public QWidget
{
    Q_OBJECT

public:
    /// `packager` must outlive it.
    explicit PosterChoice(FilmPackager& packager);

    /// A film with pictures to choose from; without this call there is only the file.
    void setFilm(const player::MediaInfo& film);
    /// What was chosen before.
    void setChosen(const QString& file, std::optional<std::chrono::milliseconds> at);

    [[nodiscard]] QString file() const { return m_file; }                               ///< empty: a picture of the film
    [[nodiscard]] std::optional<std::chrono::milliseconds> at() const { return m_at; } ///< none: the packager chooses

private:
    void chooseFile();
    void takeFile(const QString& picture);
    void choose(int seconds);
    void ask();
    void present();
    void showPicture(const QPixmap& picture, const QString& otherwise);

    FilmPackager& m_packager;
    std::optional<player::MediaInfo> m_film;
    QString m_file;
    std::optional<std::chrono::milliseconds> m_at;
    bool m_asks = false; ///< a picture is being made
    std::optional<std::chrono::milliseconds> m_asked;
    QLabel* m_picture = nullptr;
    QSlider* m_slider = nullptr;
    ElidedLabel* m_name = nullptr;
};

} // namespace mutoscope::ui
