#include "player/player.h"

#include <algorithm>
#include <atomic>
#include <thread>

#include <QDeadlineTimer>
#include <QElapsedTimer>
#include <QPointer>
#include <QThread>

#include "player/frame_mailbox.h"
#include "player/gst/engine.h"
#include "player/gst/startup.h"
#include "player/log.h"
#include "player/video_output.h"

namespace mutoscope::player
{
namespace
{

using std::chrono::milliseconds;
constexpr auto shutDownLimit = std::chrono::seconds(3);
constexpr std::chrono::milliseconds hangLimit(3000);
constexpr double slowest = 0.5;
constexpr double fastest = 2;

} // namespace

class PlayerPrivate
{
public:
    Player::Options options;
    QPointer<VideoOutput> output;
    bool hadOutput = false;
    std::shared_ptr<FrameMailbox> mailbox;
    std::unique_ptr<QThread> thread;
    std::unique_ptr<gst::Engine> engine; ///< lives on `thread`; only invoke() touches it

    quint64 session = 0;
    QUrl url;
    State state = State::Idle;
    State engineState = State::Idle;
    bool hasVideo = false;
    bool firstFrame = false;
    milliseconds position{0};
    milliseconds duration{0};
    int buffering = 100;
    double speed = 1;
    double volume = 1;
    bool muted = false;
    PlayerError error;
    PipelineInfo pipeline;
    QList<AudioTrack> audioTracks;
    QString audioTrack;

    quint64 sent = 0;
    std::shared_ptr<std::atomic<quint64>> done; ///< how many of `sent` the engine has finished
    QElapsedTimer busySince;

    template <class Call>
    void invoke(Call call)
    {
        if (*done == sent)
            busySince.start();
        QMetaObject::invokeMethod(
            engine.get(),
            [target = engine.get(), call = std::move(call), done = done, number = ++sent] {
                call(*target);
                *done = number;
            },
            Qt::QueuedConnection);
    }

    void askToEnd()
    {
        invoke([](gst::Engine& target) {
            target.shutDown();
            target.thread()->quit();
        });
    }

    /// It has not come back from GStreamer for long.
    [[nodiscard]] bool hangs() const { return *done != sent && busySince.hasExpired(hangLimit.count()); }

    /// Destroying a running thread would abort us. If it ever goes on, it ends itself.
    void leaveBehind()
    {
        qCWarning(logPlayer, "the pipeline does not end, leaving it behind");
        static_cast<void>(thread.release());
        static_cast<void>(engine.release());
    }
};

void Player::cleanEnvironment()
{
    gst::cleanEnvironment();
}

void Player::warmUp()
{
    gst::cleanEnvironment();
    static std::jthread loader(&gst::loadPlugins); // joined at exit, for the plugins' own sake
}

Player::Player(VideoOutput* output, QObject* parent) : Player(output, Options(), parent) {}

Player::Player(VideoOutput* output, Options options, QObject* parent)
    : QObject(parent), m_d(std::make_unique<PlayerPrivate>())
{
    gst::cleanEnvironment();
    m_d->options = options;
    m_d->output = output;
    m_d->hadOutput = output != nullptr;
    m_d->mailbox = output ? output->mailbox() : std::make_shared<FrameMailbox>();
    // Queued: the widget says it while it paints, no moment for others to change widgets.
    connect(m_d->mailbox.get(), &FrameMailbox::shown, this, &Player::onFrameShown, Qt::QueuedConnection);
    if (options.fast || !output)
        connect(
            m_d->mailbox.get(), &FrameMailbox::arrived, this, [this] { onFrameShown(m_d->mailbox->session()); },
            Qt::QueuedConnection);
    startEngine();
}

void Player::makeReady()
{
    if (!std::exchange(m_d->options.ready, true))
        m_d->invoke([](gst::Engine& target) { target.start(); });
}

void Player::startEngine()
{
    m_d->engine =
        std::make_unique<gst::Engine>(gst::Engine::Settings{m_d->options.audio, m_d->options.fast}, m_d->mailbox);
    m_d->sent = 0;
    m_d->done = std::make_shared<std::atomic<quint64>>(0);
    m_d->thread = std::make_unique<QThread>();
    m_d->thread->setObjectName(QStringLiteral("player"));
    m_d->engine->moveToThread(m_d->thread.get());

    gst::Engine* engine = m_d->engine.get();
    connect(engine, &gst::Engine::stateChanged, this, &Player::onEngineState);
    connect(engine, &gst::Engine::positionChanged, this, [this](quint64 session, qint64 ms) {
        if (session == m_d->session)
            setPosition(milliseconds(ms));
    });
    connect(engine, &gst::Engine::durationChanged, this, [this](quint64 session, qint64 ms) {
        if (session == m_d->session)
            setDuration(milliseconds(ms));
    });
    connect(engine, &gst::Engine::bufferingChanged, this, [this](quint64 session, int percent) {
        if (session == m_d->session)
            setBuffering(percent);
    });
    connect(engine, &gst::Engine::pipelineChanged, this, [this](quint64 session, const PipelineInfo& info) {
        if (session == m_d->session)
            m_d->pipeline = info;
    });
    connect(engine, &gst::Engine::audioTracksChanged, this,
            [this](quint64 session, const QList<AudioTrack>& tracks, const QString& chosen) {
                if (session == m_d->session)
                    setAudioTracks(tracks, chosen);
            });
    connect(engine, &gst::Engine::captionsCame, this, [this](quint64 session, const std::vector<Caption>& changes) {
        if (session == m_d->session)
            Q_EMIT captionsCame(changes);
    });
    connect(engine, &gst::Engine::failed, this, [this](quint64 session, const PlayerError& error) {
        if (session != m_d->session)
            return;
        qCInfo(logPlayer) << "failed:" << error.sentence;
        m_d->error = error;
        setState(State::Failed);
        Q_EMIT failed(error);
    });

    m_d->thread->start();
    m_d->invoke([ready = m_d->options.ready, speed = m_d->speed, volume = m_d->volume, muted = m_d->muted](gst::Engine& target) {
        if (ready)
            target.start();
        target.setSpeed(speed);
        target.setVolume(volume);
        target.setMuted(muted);
    });
}

Player::~Player()
{
    disconnect(m_d->engine.get(), nullptr, this, nullptr);
    disconnect(m_d->mailbox.get(), nullptr, this, nullptr);
    m_d->mailbox->beginSession(m_d->session + 1);
    m_d->askToEnd();
    if (!m_d->thread->wait(QDeadlineTimer(shutDownLimit)))
        m_d->leaveBehind(); // the process is about to end anyway
}

void Player::open(const QUrl& url, milliseconds start)
{
    if (m_d->hangs()) {
        disconnect(m_d->engine.get(), nullptr, this, nullptr);
        m_d->askToEnd();
        m_d->leaveBehind();
        startEngine();
    }
    const quint64 session = ++m_d->session;
    m_d->mailbox->beginSession(session);
    m_d->url = url;
    m_d->firstFrame = false;
    m_d->hasVideo = false;
    m_d->error = {};
    m_d->pipeline = {};
    setAudioTracks({}, {});
    setBuffering(100);
    setDuration(milliseconds(0));
    setPosition(std::max(start, milliseconds(0)));
    setState(State::Opening);
    m_d->invoke([session, url, start](gst::Engine& engine) { engine.open(session, url, start, true); });
}

void Player::play()
{
    m_d->invoke([](gst::Engine& engine) { engine.setPlaying(true); });
}

void Player::pause()
{
    m_d->invoke([](gst::Engine& engine) { engine.setPlaying(false); });
}

void Player::hold(bool on)
{
    m_d->invoke([on](gst::Engine& engine) { engine.setHeld(on); });
}

void Player::stop()
{
    m_d->mailbox->beginSession(++m_d->session);
    if (m_d->output)
        m_d->output->clear();
    m_d->url.clear();
    m_d->invoke([](gst::Engine& engine) { engine.stop(); });
    setState(State::Idle); // first: who hears of it still finds where the film stood
    setAudioTracks({}, {});
    setPosition(milliseconds(0));
    setDuration(milliseconds(0));
}

void Player::seek(milliseconds position, bool accurate)
{
    m_d->invoke([position, accurate](gst::Engine& engine) { engine.seek(position, accurate); });
}

void Player::setSpeed(double speed)
{
    speed = std::clamp(speed, slowest, fastest);
    if (speed == m_d->speed)
        return;
    m_d->speed = speed;
    m_d->invoke([speed](gst::Engine& engine) { engine.setSpeed(speed); });
    Q_EMIT speedChanged(speed);
}

void Player::stepForward()
{
    m_d->invoke([](gst::Engine& engine) { engine.step(1); });
}

void Player::stepBack()
{
    m_d->invoke([](gst::Engine& engine) { engine.step(-1); });
}

void Player::setVolume(double volume)
{
    volume = std::clamp(volume, 0.0, 1.0);
    if (volume == m_d->volume)
        return;
    m_d->volume = volume;
    m_d->invoke([volume](gst::Engine& engine) { engine.setVolume(volume); });
    Q_EMIT volumeChanged(volume);
}

void Player::setMuted(bool muted)
{
    if (muted == m_d->muted)
        return;
    m_d->muted = muted;
    m_d->invoke([muted](gst::Engine& engine) { engine.setMuted(muted); });
    Q_EMIT mutedChanged(muted);
}

void Player::chooseAudio(const QString& id)
{
    const bool known = std::ranges::any_of(m_d->audioTracks, [&](const AudioTrack& track) { return track.id == id; });
    if (!known || id == m_d->audioTrack)
        return;
    m_d->invoke([id](gst::Engine& engine) { engine.chooseAudio(id); });
    setAudioTracks(m_d->audioTracks, id);
}

void Player::onEngineState(quint64 session, State state, bool hasVideo)
{
    if (session != m_d->session || state == State::Failed) // that comes with its cause
        return;
    m_d->engineState = state;
    if (state != State::Opening)
        m_d->hasVideo = hasVideo;
    const bool sounds = state == State::Playing || state == State::Paused || state == State::Ended;
    if (sounds && !hasVideo && !m_d->firstFrame)
        onFrameShown(session); // sound only: this is the moment
    else if (state == State::Ended || m_d->firstFrame)
        setState(state);
    // Otherwise still Opening, until the first picture is there.
}

void Player::onFrameShown(quint64 session)
{
    if (session != m_d->session || m_d->firstFrame)
        return;
    m_d->firstFrame = true;
    Q_EMIT firstFrame();
    if (session == m_d->session && m_d->state != State::Failed && m_d->engineState != State::Idle)
        setState(m_d->engineState);
}

void Player::setState(State state)
{
    if (state == State::Opening || state == State::Idle)
        m_d->engineState = state;
    if (state == m_d->state)
        return;
    m_d->state = state;
    Q_EMIT stateChanged(state);
}

void Player::setPosition(milliseconds position)
{
    if (position == m_d->position)
        return;
    m_d->position = position;
    Q_EMIT positionChanged(position);
}

void Player::setDuration(milliseconds duration)
{
    if (duration == m_d->duration)
        return;
    m_d->duration = duration;
    Q_EMIT durationChanged(duration);
}

void Player::setBuffering(int percent)
{
    if (percent == m_d->buffering)
        return;
    m_d->buffering = percent;
    Q_EMIT bufferingChanged(percent);
}

void Player::setAudioTracks(const QList<AudioTrack>& tracks, const QString& chosen)
{
    if (tracks == m_d->audioTracks && chosen == m_d->audioTrack)
        return;
    m_d->audioTracks = tracks;
    m_d->audioTrack = chosen;
    Q_EMIT audioTracksChanged();
}

State Player::state() const
{
    return m_d->state;
}
QUrl Player::url() const
{
    return m_d->url;
}
milliseconds Player::position() const
{
    return m_d->position;
}
milliseconds Player::duration() const
{
    return m_d->duration;
}
int Player::bufferingPercent() const
{
    return m_d->buffering;
}
double Player::speed() const
{
    return m_d->speed;
}
double Player::volume() const
{
    return m_d->volume;
}
bool Player::isMuted() const
{
    return m_d->muted;
}
bool Player::hasVideo() const
{
    return m_d->hasVideo;
}
PlayerError Player::lastError() const
{
    return m_d->error;
}
PipelineInfo Player::pipeline() const
{
    return m_d->pipeline;
}

QList<AudioTrack> Player::audioTracks() const
{
    return m_d->audioTracks;
}
QString Player::audioTrack() const
{
    return m_d->audioTrack;
}

Frames Player::frames() const
{
    const FrameMailbox& mailbox = *m_d->mailbox;
    return {mailbox.decoded(), m_d->options.fast || !m_d->hadOutput ? mailbox.handedOut() : mailbox.painted()};
}

} // namespace mutoscope::player
