#include "ui/subtitles.h"

#include <algorithm>

#include <QDropEvent>
#include <QFile>
#include <QFileInfo>
#include <QMimeData>
#include <QUrl>
#include <QWidget>

#include "ui/format.h"
#include "ui/languages.h"
#include "ui/playback.h"
#include "ui/subtitle_view.h"

using namespace std::chrono_literals;
using namespace Qt::StringLiterals;

namespace mutoscope::ui
{
namespace
{

using player::State;
using std::chrono::milliseconds;

constexpr auto fetchAhead = 15s;
constexpr auto askAgain = 2s; ///< of film; until then the piece is on its way
constexpr milliseconds mostBetweenReports = 1s; // of the position; later ones are not guessed

QString captionTitle(int channel)
{
    constexpr int analogue = player::CaptionReader::channels;
    return channel < analogue ? Subtitles::tr("Captions %1").arg(channel + 1) : Subtitles::tr("Digital captions %1").arg(channel - analogue + 1);
}

/// The only file of a drag, if it is a subtitle file.
QString subtitleFileOf(const QMimeData* data)
{
    const auto urls = data->urls();
    const QString file = urls.size() == 1 && urls.first().isLocalFile() ? urls.first().toLocalFile() : QString();
    return Subtitles::isSubtitleFile(file) ? file : QString();
}

} // namespace

Subtitles::Subtitles(node::Node& node, Playback& playback, SubtitleView& view)
    : QObject(&view), m_node(node), m_playback(playback), m_view(view)
{
    m_nextChange.setSingleShot(true);
    m_nextChange.setTimerType(Qt::PreciseTimer);
    connect(&m_nextChange, &QTimer::timeout, this, &Subtitles::update);
    connect(&m_node, &node::Node::subtitlesCame, this, &Subtitles::takePiece);
    connect(&m_playback, &Playback::captionsCame, this, &Subtitles::takeCaptions);
    connect(&m_playback, &Playback::positionChanged, this, [this] {
        m_sincePosition.start();
        update();
    });
    connect(&m_playback, &Playback::stateChanged, this, [this] {
        m_sincePosition.start();
        update();
    });
}

bool Subtitles::isSubtitleFile(const QString& file)
{
    return file.endsWith(u".srt"_s, Qt::CaseInsensitive) || file.endsWith(u".vtt"_s, Qt::CaseInsensitive);
}

void Subtitles::refresh()
{
    const node::Viewing& viewing = m_node.snapshot().viewing;
    if (viewing.content != m_content) {
        m_content = viewing.content;
        choose(std::nullopt);
        m_tracks.clear();
        m_files.clear();
        m_captions.clear();
    }
    const auto before = static_cast<std::size_t>(std::ranges::count_if(m_tracks, [](const Track& track) { return track.playlist.has_value(); }));
    if (before != viewing.subtitles.size()) { // they come with the film's playlists, all at once
        std::vector<Track> tracks;
        for (const node::SubtitleTrack& track : viewing.subtitles) {
            const QString language = fromUtf8(track.language);
            tracks.push_back({trackTitle(language, fromUtf8(track.name), static_cast<int>(tracks.size()) + 1), language, track.playlist});
        }
        const auto others = m_tracks.begin() + static_cast<std::ptrdiff_t>(before);
        tracks.insert(tracks.end(), std::make_move_iterator(others), std::make_move_iterator(m_tracks.end()));
        if (m_chosen)
            *m_chosen += viewing.subtitles.size() - before;
        m_tracks = std::move(tracks);
        // What is spoken in another language than the film's belongs to the film.
        const auto forced = std::ranges::find_if(viewing.subtitles, [](const auto& each) { return each.isForced && each.isDefault; });
        if (!m_chosen && forced != viewing.subtitles.end())
            choose(static_cast<std::size_t>(forced - viewing.subtitles.begin()));
        if (before == 0 && !viewing.subtitles.empty())
            Q_EMIT tracksChanged();
    }
}

void Subtitles::pick(std::optional<std::size_t> track)
{
    choose(track);
    Q_EMIT picked();
}

void Subtitles::choose(std::optional<std::size_t> track)
{
    if (track && *track >= m_tracks.size())
        return;
    m_chosen = track;
    m_asked.reset();
    m_cues.clear();
    if (track && !m_tracks[*track].playlist && !m_tracks[*track].caption)
        m_cues.setAll(m_files[*track - (m_tracks.size() - m_files.size())]);
    update();
}

void Subtitles::next()
{
    if (m_tracks.empty()) {
        Q_EMIT noticed(tr("This film has no subtitles."));
        return;
    }
    const std::size_t next = m_chosen ? *m_chosen + 1 : 0;
    pick(next < m_tracks.size() ? std::optional(next) : std::nullopt);
    Q_EMIT noticed(m_chosen ? tr("Subtitles: %1").arg(m_tracks[*m_chosen].title) : tr("Subtitles off"));
}

void Subtitles::openFile(const QString& file)
{
    const QString name = QFileInfo(file).fileName();
    QFile opened(file);
    if (!opened.open(QIODevice::ReadOnly)) {
        Q_EMIT noticed(tr("“%1” can't be read.").arg(name));
        return;
    }
    auto read = player::parseSubtitles(opened.read(player::Subtitles::maxBytes + 1));
    if (!read || read->cues.empty()) {
        Q_EMIT noticed(tr("“%1” has no subtitles that can be shown.").arg(name));
        return;
    }
    m_tracks.push_back({name, {}, std::nullopt});
    m_files.push_back(std::move(read->cues));
    choose(m_tracks.size() - 1);
    Q_EMIT noticed(tr("Subtitles: %1").arg(name));
}

milliseconds Subtitles::now() const
{
    milliseconds position = m_playback.position();
    if (m_playback.state() == State::Playing && m_sincePosition.isValid()) {
        const auto since = std::min(milliseconds(m_sincePosition.elapsed()), mostBetweenReports);
        position += milliseconds(qRound64(static_cast<double>(since.count()) * m_playback.speed()));
    }
    return position;
}

/// What is shown now, when to look again, and what will be needed.
void Subtitles::update()
{
    m_nextChange.stop();
    if (!m_chosen || m_playback.state() == State::Idle) {
        m_view.show({});
        return;
    }
    const milliseconds time = now();
    if (m_tracks[*m_chosen].caption)
        return showCaption(*m_tracks[*m_chosen].caption, time);
    m_view.show(m_cues.at(time));
    const auto change = m_cues.changeAfter(time);
    if (change && m_playback.state() == State::Playing && *change - time < mostBetweenReports)
        m_nextChange.start(static_cast<int>(static_cast<double>((*change - time).count()) / m_playback.speed()) + 1);
    if (const auto playlist = m_tracks[*m_chosen].playlist) {
        const auto missing = m_cues.missing(time, fetchAhead);
        const bool isAsked = missing && m_asked && std::chrono::abs(*missing - *m_asked) < askAgain;
        if (missing && !isAsked) {
            m_asked = missing;
            m_node.fetchSubtitles(*playlist, missing->count());
        }
    }
}

void Subtitles::takePiece(const node::SubtitlePiece& piece)
{
    if (!m_chosen || piece.content != m_content || m_tracks[*m_chosen].playlist != piece.playlist)
        return;
    const milliseconds from(piece.fromMs);
    const milliseconds to(piece.toMs);
    // A piece that can't be read counts as one without text, or it would be asked for again and again.
    const auto read = player::parseSubtitles(QByteArray::fromStdString(piece.text));
    m_cues.add(from, to, piece.isLast, read ? player::inFilmTime(*read, from, to) : std::vector<player::Cue>());
    m_asked.reset();
    update();
}

void Subtitles::takeCaptions(const std::vector<player::Caption>& changes)
{
    for (const player::Caption& change : changes) {
        auto& known = m_captions[change.channel];
        if (known.empty() && change.cue.text.isEmpty())
            continue; // nothing has ever been said there
        if (known.empty()) {
            const auto at = m_tracks.end() - static_cast<std::ptrdiff_t>(m_files.size());
            const auto index = static_cast<std::size_t>(at - m_tracks.begin());
            m_tracks.insert(at, {captionTitle(change.channel), {}, std::nullopt, change.channel});
            if (m_chosen && *m_chosen >= index)
                ++*m_chosen;
            Q_EMIT tracksChanged();
        }
        if (known.size() < player::Subtitles::maxCues || known.contains(change.cue.from))
            known[change.cue.from] = change.cue;
    }
    update();
}

void Subtitles::showCaption(int channel, milliseconds time)
{
    const auto& known = m_captions[channel];
    const auto next = known.upper_bound(time);
    std::vector<player::Cue> shown;
    std::optional<milliseconds> change;
    if (next != known.end())
        change = next->first;
    if (next != known.begin()) {
        const player::Cue& cue = std::prev(next)->second;
        if (!cue.text.isEmpty() && time < cue.to) {
            shown.push_back(cue);
            change = std::min(change.value_or(cue.to), cue.to);
        }
    }
    m_view.show(shown);
    if (change && m_playback.state() == State::Playing && *change - time < mostBetweenReports)
        m_nextChange.start(static_cast<int>(static_cast<double>((*change - time).count()) / m_playback.speed()) + 1);
}

SubtitleDrop::SubtitleDrop(QWidget& on, std::function<void(const QString&)> dropped) : QObject(&on), m_dropped(std::move(dropped))
{
    on.setAcceptDrops(true);
    on.installEventFilter(this);
}

bool SubtitleDrop::eventFilter(QObject* watched, QEvent* event)
{
    const bool isDrop = event->type() == QEvent::Drop;
    if (!isDrop && event->type() != QEvent::DragEnter && event->type() != QEvent::DragMove)
        return QObject::eventFilter(watched, event);
    auto* drag = static_cast<QDropEvent*>(event);
    const QString file = subtitleFileOf(drag->mimeData());
    if (file.isEmpty()) {
        drag->ignore();
        return true;
    }
    drag->acceptProposedAction();
    if (isDrop)
        m_dropped(file);
    return true;
}

} // namespace mutoscope::ui
