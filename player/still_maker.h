#pragma once

#include <atomic>
#include <memory>

#include <QImage>
#include <QObject>
#include <QUrl>

class QThread;

namespace mutoscope::player
{

/// Makes small pictures of films beside the one that plays, one at a time, in a thread of its own, by a pipeline that decodes one
/// picture with one thread and is gone again. UI thread; no call blocks but the destructor, for at most a second.
class StillMaker : public QObject
{
    Q_OBJECT

public:
    /// The longest side of what is made, in pixels.
    static constexpr int longestSide = 240;

    explicit StillMaker(QObject* parent = nullptr);
    ~StillMaker() override;

    /// The first picture of what is at this address (http: or file:). What was asked for before and has not begun is forgotten.
    void request(const QUrl& url);

Q_SIGNALS:
    void made(const QUrl& url, const QImage& picture); ///< null where it can't be made

private:
    void begin();

    std::unique_ptr<QThread> m_thread; ///< started with the first request
    QObject* m_worker = nullptr;       ///< lives in it
    std::shared_ptr<std::atomic<bool>> m_cancelled;
    QUrl m_next; ///< empty: none
    bool m_busy = false;
};

} // namespace mutoscope::player
