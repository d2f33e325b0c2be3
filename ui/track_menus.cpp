#include "ui/track_menus.h"

#include <algorithm>
#include <cmath>
#include <memory>

#include <QActionGroup>
#include <QFileDialog>
#include <QLocale>
#include <QMenu>

#include "ui/control_bar.h"
#include "ui/format.h"
#include "ui/languages.h"
#include "ui/playback.h"
#include "ui/subtitles.h"
#include "ui/widgets.h"

using namespace Qt::StringLiterals;

namespace mutoscope::ui
{
namespace
{

/// "1080p", by which people know a quality; a portrait film goes by its width, as it does elsewhere.
QString heightName(const node::Quality& quality)
{
    const int lines = std::min(quality.height, quality.width > 0 ? quality.width : quality.height);
    return lines > 0 ? u"%1p"_s.arg(lines) : QString();
}

QString qualityTitle(const node::Quality& quality)
{
    const QString rate = formatBitRate(quality.bitsPerSecond);
    const QString height = heightName(quality);
    return height.isEmpty() ? rate : u"%1 · %2"_s.arg(height, rate);
}

QString speedName(double speed)
{
    return QLocale().toString(speed) + u" ×"_s;
}

QAction* addChoice(QMenu& menu, QActionGroup& group, const QString& title, bool chosen)
{
    // A publisher's "&" is no key, and a tab does not part a text from its key.
    QString text = title;
    text.replace(u'&', u"&&"_s).replace(u'\t', u' ');
    QAction* action = menu.addAction(text);
    action->setCheckable(true);
    action->setChecked(chosen);
    group.addAction(action);
    return action;
}

} // namespace

TrackMenus::TrackMenus(node::Node& node, Playback& playback, Subtitles& subtitles, ControlBar& bar)
    : QObject(&bar), m_node(node), m_playback(playback), m_subtitles(subtitles)
{
    m_text = new IconButton(u"subtitles"_s, tr("Subtitles (V)"), Ground::Film);
    m_text->setObjectName(u"subtitleTracks"_s);
    bar.addTool(m_text);
    connect(m_text, &QToolButton::clicked, this, [this] {
        auto* menu = new QMenu(m_text);
        fillSubtitles(*menu);
        openMenu(m_text, *menu);
    });
    m_audio = new IconButton(u"audio"_s, tr("Sound track (#)"), Ground::Film);
    m_audio->setObjectName(u"audioTracks"_s);
    m_quality = new IconButton(u"quality"_s, tr("Quality"), Ground::Film);
    m_quality->setObjectName(u"quality"_s);
    m_speed = new IconButton(u"speed"_s, tr("Speed ([ and ])"), Ground::Film);
    m_speed->setObjectName(u"speed"_s);
    bar.addTool(m_audio);
    bar.addTool(m_quality);
    bar.addTool(m_speed);
    connect(m_speed, &QToolButton::clicked, this, [this] {
        auto* menu = new QMenu(m_speed);
        fillSpeed(*menu);
        openMenu(m_speed, *menu);
    });
    connect(&playback, &Playback::speedChanged, this, &TrackMenus::refreshSpeed);
    connect(m_audio, &QToolButton::clicked, this, [this] {
        auto* menu = new QMenu(m_audio);
        fillAudio(*menu);
        openMenu(m_audio, *menu);
    });
    connect(m_quality, &QToolButton::clicked, this, [this] {
        auto* menu = new QMenu(m_quality);
        fillQuality(*menu);
        openMenu(m_quality, *menu);
    });
    connect(&playback, &Playback::audioTracksChanged, this, &TrackMenus::refresh);
    connect(&subtitles, &Subtitles::noticed, this, &TrackMenus::noticed);
    refresh();
    refreshSpeed();
}

void TrackMenus::refresh()
{
    m_quality->setVisible(!m_node.snapshot().viewing.qualities.empty());
    m_audio->setVisible(m_playback.audioTracks().size() > 1);
}

/// Another speed than the film's own stands beside its button.
void TrackMenus::refreshSpeed()
{
    const double speed = m_playback.speed();
    m_speed->setText(speedName(speed));
    m_speed->setToolButtonStyle(std::abs(speed - 1) < 0.01 ? Qt::ToolButtonIconOnly : Qt::ToolButtonTextBesideIcon);
}

void TrackMenus::fillSpeed(QMenu& menu)
{
    auto* group = new QActionGroup(&menu);
    for (auto speed = speedsOffered.rbegin(); speed != speedsOffered.rend(); ++speed) { // the fastest on top
        QAction* action = addChoice(menu, *group, speedName(*speed), std::abs(m_playback.speed() - *speed) < 0.01);
        connect(action, &QAction::triggered, this, [this, chosen = *speed] { m_playback.setSpeed(chosen); });
    }
}

/// Over the button, as the bar is at the lower edge.
void TrackMenus::openMenu(IconButton* button, QMenu& menu)
{
    menu.setAttribute(Qt::WA_DeleteOnClose);
    menu.setAccessibleName(button->accessibleName());
    const QSize size = menu.sizeHint();
    menu.popup(button->mapToGlobal(QPoint(button->width() - size.width(), -size.height() - 4)));
}

void TrackMenus::fillQuality(QMenu& menu)
{
    const node::Viewing& viewing = m_node.snapshot().viewing;
    auto* group = new QActionGroup(&menu);
    const auto played = viewing.playedQuality;
    const bool isAutomatic = !viewing.chosenQuality;
    const QString now = played && *played < viewing.qualities.size() ? heightName(viewing.qualities[*played]) : QString();
    const QString automatic = isAutomatic && !now.isEmpty() ? tr("Automatic (%1)").arg(now) : tr("Automatic");
    QAction* first = addChoice(menu, *group, automatic, isAutomatic);
    connect(first, &QAction::triggered, this, [this] { m_node.setQuality(std::nullopt); });
    for (std::size_t i = viewing.qualities.size(); i-- > 0;) { // the best first, as elsewhere
        QAction* action = addChoice(menu, *group, qualityTitle(viewing.qualities[i]), viewing.chosenQuality == i);
        connect(action, &QAction::triggered, this, [this, i] { m_node.setQuality(i); });
    }
}

void TrackMenus::fillAudio(QMenu& menu)
{
    auto* group = new QActionGroup(&menu);
    int number = 0;
    for (const player::AudioTrack& track : m_playback.audioTracks()) {
        QAction* action = addChoice(menu, *group, trackTitle(track.language, track.name, ++number),
                                    track.id == m_playback.audioTrack());
        connect(action, &QAction::triggered, this, [this, track] { pickAudio(track); });
    }
}

void TrackMenus::pickAudio(const player::AudioTrack& track)
{
    m_playback.chooseAudio(track.id);
    Q_EMIT audioPicked(track.language);
}

void TrackMenus::fillSubtitles(QMenu& menu)
{
    auto* group = new QActionGroup(&menu);
    connect(addChoice(menu, *group, tr("Off"), !m_subtitles.chosen()), &QAction::triggered, this,
            [this] { m_subtitles.pick(std::nullopt); });
    for (std::size_t i = 0; i < m_subtitles.tracks().size(); ++i) {
        QAction* action = addChoice(menu, *group, m_subtitles.tracks()[i].title, m_subtitles.chosen() == i);
        connect(action, &QAction::triggered, this, [this, i] { m_subtitles.pick(i); });
    }
    menu.addSeparator();
    QAction* open = menu.addAction(tr("Open subtitle file…"));
    open->setObjectName(u"openSubtitles"_s);
    connect(open, &QAction::triggered, this, [this] {
        auto* dialog = new QFileDialog(m_text->window(), tr("Open subtitle file"), {},
                                       tr("Subtitles (%1);;All files (%2)").arg(u"*.srt *.vtt *.SRT *.VTT"_s, u"*"_s));
        dialog->setAttribute(Qt::WA_DeleteOnClose);
        dialog->setFileMode(QFileDialog::ExistingFile);
        connect(dialog, &QFileDialog::fileSelected, &m_subtitles, &Subtitles::openFile);
        dialog->open();
    });
}

void TrackMenus::nextAudio()
{
    const auto tracks = m_playback.audioTracks();
    if (tracks.size() < 2) {
        if (!tracks.isEmpty())
            Q_EMIT noticed(tr("This film has one sound track."));
        return;
    }
    const auto heard = std::ranges::find(tracks, m_playback.audioTrack(), &player::AudioTrack::id);
    const auto next = heard == tracks.end() ? 0 : (heard - tracks.begin() + 1) % tracks.size();
    const player::AudioTrack& track = tracks[next];
    pickAudio(track);
    Q_EMIT noticed(tr("Sound: %1").arg(trackTitle(track.language, track.name, static_cast<int>(next) + 1)));
}

} // namespace mutoscope::ui
