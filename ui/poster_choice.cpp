#include "ui/poster_choice.h"

#include <QBuffer>
#include <QFile>
#include <QFileDialog>
#include <QFileInfo>
#include <QHBoxLayout>
#include <QLabel>
#include <QSlider>
#include <QStandardPaths>
#include <QVBoxLayout>

#include "p2p/wire/content.h"
#include "ui/format.h"
#include "ui/poster_picture.h"
#include "ui/widgets.h"

using namespace Qt::StringLiterals;

namespace mutoscope::ui
{
namespace
{

using std::chrono::milliseconds;

constexpr QSize pictureSize{128, 72};
constexpr int usualShare = 10; ///< the packager takes its picture after this part of the film

QPixmap pictureIn(const QString& name, QSize size)
{
    QFile file(name);
    return file.open(QIODevice::ReadOnly) ? readPoster(file, size) : QPixmap();
}

} // namespace

PosterChoice::PosterChoice(FilmPackager& packager) : m_packager(packager)
{
    m_picture = new QLabel;
    m_picture->setObjectName(u"posterPicture"_s);
    m_picture->setAccessibleName(tr("The poster"));
    m_picture->setFixedSize(pictureSize);
    m_picture->setAlignment(Qt::AlignCenter);
    m_picture->hide();
    m_slider = new QSlider(Qt::Horizontal);
    m_slider->setObjectName(u"posterTime"_s);
    m_slider->setAccessibleName(tr("Which picture of the film, in seconds from its beginning"));
    m_slider->hide();
    m_name = new ElidedLabel(u"plain"_s, Ground::Page, Qt::ElideMiddle);
    m_name->setObjectName(u"posterName"_s);
    auto* choose = new Button(tr("From a file…"), QString(), Button::Kind::Plain);
    choose->setObjectName(u"choosePoster"_s);
    choose->setAccessibleName(tr("Choose a poster"));
    connect(choose, &QPushButton::clicked, this, &PosterChoice::chooseFile);
    connect(m_slider, &QSlider::valueChanged, this, &PosterChoice::choose);

    auto* line = new QHBoxLayout;
    line->setSpacing(10);
    line->addWidget(m_name, 1);
    line->addWidget(choose);
    auto* side = new QVBoxLayout;
    side->addWidget(m_slider);
    side->addLayout(line);
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(12);
    row->addWidget(m_picture);
    row->addLayout(side, 1);
    present();
}

void PosterChoice::setFilm(const player::MediaInfo& film)
{
    if (!film.video)
        return;
    m_film = film;
    const int last = std::max(0, static_cast<int>(film.duration.count() / 1000) - 1);
    {
        const QSignalBlocker still(m_slider);
        m_slider->setRange(0, last);
        m_slider->setPageStep(std::max(1, last / 20));
        m_slider->setValue(static_cast<int>(m_at.value_or(film.duration / usualShare).count() / 1000));
    }
    m_slider->show();
    m_picture->show(); // its place
    present();
}

void PosterChoice::setChosen(const QString& file, std::optional<milliseconds> at)
{
    m_file = file;
    m_at = at;
    present();
}

void PosterChoice::choose(int seconds)
{
    m_at = std::chrono::seconds(seconds);
    m_file.clear();
    present();
}

void PosterChoice::chooseFile()
{
    auto* dialog = new QFileDialog(this, tr("Choose a poster"), QStandardPaths::writableLocation(QStandardPaths::PicturesLocation),
                                   tr("Pictures (*.jpg *.jpeg *.png)"));
    dialog->setFileMode(QFileDialog::ExistingFile);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &QFileDialog::fileSelected, this, &PosterChoice::takeFile);
    dialog->open();
}

/// What could not be published is not taken: that would be said only after the film was packaged.
void PosterChoice::takeFile(const QString& picture)
{
    if (QFileInfo(picture).size() > static_cast<qint64>(wire::maxPosterBytes) || pictureIn(picture, pictureSize).isNull())
        return m_name->setWhole(tr("%1 is no JPEG or PNG of at most 1 MiB and 4,096 pixels a side.").arg(QFileInfo(picture).fileName()));
    m_file = picture;
    present();
}

void PosterChoice::present()
{
    if (!m_file.isEmpty()) {
        m_name->setWhole(QFileInfo(m_file).fileName());
        return showPicture(pictureIn(m_file, pictureSize * devicePixelRatioF()), tr("%1 can't be read any more.").arg(QFileInfo(m_file).fileName()));
    }
    m_name->setWhole(m_film ? tr("the picture at %1").arg(formatTime(m_at.value_or(m_film->duration / usualShare).count())) : tr("a picture of the film"));
    if (m_film)
        ask();
}

/// One at a time, and of those that were passed meanwhile only the last.
void PosterChoice::ask()
{
    if (m_asks)
        return;
    m_asks = true;
    m_asked = m_at;
    m_packager.picture(*m_film, m_at.value_or(m_film->duration / usualShare), [this](const QByteArray& jpeg) {
        m_asks = false;
        if (!m_file.isEmpty())
            return;
        QBuffer buffer;
        buffer.setData(jpeg);
        buffer.open(QIODevice::ReadOnly);
        showPicture(readPoster(buffer, pictureSize * devicePixelRatioF()), tr("The film has no picture there. The first one will be taken."));
        if (m_asked != m_at)
            ask();
    });
}

void PosterChoice::showPicture(const QPixmap& picture, const QString& otherwise)
{
    m_picture->setVisible(!picture.isNull());
    if (picture.isNull())
        return m_name->setWhole(otherwise);
    QPixmap fitting = picture.scaled(pictureSize * devicePixelRatioF(), Qt::KeepAspectRatio, Qt::SmoothTransformation);
    fitting.setDevicePixelRatio(devicePixelRatioF());
    m_picture->setPixmap(fitting);
}

} // namespace mutoscope::ui
